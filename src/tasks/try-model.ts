import {usageError} from '../base/errors.ts';
import {minuteSeriesOf} from '../demand/calls/minute-series.ts';
import {lastValue} from '../forecast/baselines/naive.ts';
import type {Forecaster} from '../forecast/forecaster.ts';
import {horizonsUpTo, reportedQuantiles} from '../forecast/horizons.ts';
import {coursesOf, tryForecaster} from '../forecast/model/trial.ts';
import {type TrialReport, trialReport} from '../forecast/model/trial-report.ts';
import {modelPath, openForecaster} from '../forecast/open-forecaster.ts';
import {SHIPPED_MODEL} from '../forecast/shipped-model.ts';
import {readWorkload} from '../workload/file/file.ts';

/** What a trial came to; what is not of the report is of this machine. */
export interface ModelTrial {
  readonly report: TrialReport;
  readonly microsecondsPerRow: number;
  readonly peakMib: number;
}

/** Runs a model on a workload, twice, and holds it beside the last value and the shipped model on a few functions. */
export async function tryModel(name: string, contract: string | undefined, path: string): Promise<ModelTrial> {
  if (modelPath(name) === undefined) throw usageError(`'${name}' is a baseline: there is no model to try`);
  const workload = await readWorkload(path);
  const series = minuteSeriesOf(workload);
  const quantiles = reportedQuantiles;
  let quantilesAscend = true;
  const onRemark = () => {
    quantilesAscend = false;
  };
  const model = await openForecaster(name, {quantiles, contract, onRemark});
  const trial = await tryForecaster(series, model);
  const window = [model.horizons[0]!];
  const beside: Forecaster[] = [model, await openForecaster(lastValue.name, {horizons: window, quantiles})];
  if (name !== SHIPPED_MODEL && horizonsUpTo(60).includes(window[0]!)) {
    beside.push(await openForecaster(SHIPPED_MODEL, {horizons: window, quantiles}));
  }
  const courses = await coursesOf(series, beside);
  return {
    report: trialReport(workload, model, trial, quantilesAscend, courses),
    microsecondsPerRow: trial.microsecondsPerRow,
    peakMib: process.resourceUsage().maxRSS / 1024,
  };
}
