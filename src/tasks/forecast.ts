import {inputError, usageError} from '../base/errors.ts';
import {formatTimeUs, parseTimeUs, US_PER_MINUTE} from '../base/units.ts';
import {minuteSeriesOf} from '../demand/calls/minute-series.ts';
import {checkOutput, writeOutput} from '../files/output.ts';
import {forecastAt} from '../forecast/forecast.ts';
import {encodeForecast} from '../forecast/forecast-file.ts';
import {type ForecastReport, forecastReport} from '../forecast/forecast-report.ts';
import {openForecaster} from '../forecast/open-forecaster.ts';
import {parseMinutes, parseQuantiles} from '../forecast/parse-windows.ts';
import {readWorkload} from '../workload/file/file.ts';

/** What `coldfront forecast` was asked to do. */
export interface ForecastRequest {
  readonly path: string;
  readonly model: string;
  readonly contract: string | undefined;
  readonly out: string | undefined;
  readonly force: boolean;
  /** A time since time 0, or undefined for the end of the span. */
  readonly at: string | undefined;
  readonly horizon: string | undefined;
  readonly quantiles: string;
  readonly top: number;
  readonly threads: number | undefined;
  /** Gets the timing line; undefined when nobody asked. */
  readonly note: ((line: string) => void) | undefined;
}

/** Reads, forecasts, writes. */
export async function runForecast(request: ForecastRequest): Promise<ForecastReport> {
  const {out, path} = request;
  if (out !== undefined) checkOutput(out, request.force);
  const workload = await readWorkload(path);
  const series = minuteSeriesOf(workload);
  const minute = minuteOf(request.at, series.span, path);
  const horizons = request.horizon === undefined ? undefined : [parseMinutes(request.horizon, '--horizon')];
  const quantiles = parseQuantiles(request.quantiles, '--quantiles');
  const {contract, model, threads} = request;
  const startedMs = performance.now();
  const forecaster = await openForecaster(model, {horizons, quantiles, contract, threads});
  const forecast = await forecastAt(series, forecaster, minute);
  const seconds = (performance.now() - startedMs) / 1000;
  request.note?.(`forecast ${series.rows} functions in ${seconds.toFixed(3)} s`);
  if (out !== undefined) writeOutput(out, request.force, (sink) => encodeForecast(workload, forecast, sink));
  return forecastReport(workload, forecast, request.top, out ?? '');
}

function minuteOf(at: string | undefined, span: number, path: string): number {
  if (span === 0) throw inputError(path, 'has no minutes to forecast from');
  if (at === undefined) return span;
  const minute = parseTimeUs(at, '--at') / US_PER_MINUTE;
  if (Number.isInteger(minute) && minute >= 1 && minute <= span) return minute;
  throw usageError(
    `--at is ${at}, must be whole minutes within the workload's span`,
    `the span is ${formatTimeUs(span * US_PER_MINUTE)}`,
  );
}
