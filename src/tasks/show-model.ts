import {usageError} from '../base/errors.ts';
import {readModel} from '../forecast/model/load-model.ts';
import {type ModelReport, modelReport} from '../forecast/model/model-report.ts';
import {modelPath, openModel} from '../forecast/open-forecaster.ts';

/** Loads a model, opens it to be sure that it runs, and says what it promises. */
export async function showModel(name: string, contract?: string): Promise<ModelReport> {
  const path = modelPath(name);
  if (path === undefined) throw usageError(`'${name}' is a baseline: there is no file to show`);
  const model = readModel(path, contract);
  const forecaster = await openModel(name, model);
  await forecaster.close();
  return modelReport(model);
}
