import {usageError} from '../base/errors.ts';
import {checkOutput, writeOutput} from '../files/output.ts';
import {onnxFile, readBytes} from '../forecast/onnx/onnx-file.ts';
import {modelPath} from '../forecast/open-forecaster.ts';
import {type Suggestion, suggestContract} from '../forecast/steps/suggest.ts';

/** What `coldfront model M --suggest` was asked to do. */
export interface SuggestRequest {
  /** The model's file. */
  readonly model: string;
  /** Contract file to write; undefined: none. */
  readonly out: string | undefined;
  readonly force: boolean;
}

/** Reads a contract off a model that carries none. */
export function suggestFor({force, out, model}: SuggestRequest): Suggestion {
  const path = modelPath(model);
  if (path === undefined) throw usageError(`'${model}' is a baseline: there is no file to read`);
  if (out !== undefined) checkOutput(out, force);
  const suggestion = suggestContract(onnxFile(path, readBytes(path)).info);
  if (out !== undefined) writeOutput(out, force, (sink) => sink.write(suggestionText(suggestion)));
  return suggestion;
}

/** The contract as a file. */
export function suggestionText({contract}: Suggestion): string {
  return `${JSON.stringify(contract, undefined, 2)}\n`;
}
