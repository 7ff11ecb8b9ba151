import {inputError} from '../../base/errors.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import {minuteSeriesOf} from '../../demand/calls/minute-series.ts';
import {type Forecast, forecastAt} from '../../forecast/forecast.ts';
import {type ForecastFile, readForecast} from '../../forecast/forecast-file.ts';
import {openForecaster} from '../../forecast/open-forecaster.ts';
import {readWhole} from '../../workload/file/file.ts';
import type {Workload} from '../../workload/workload.ts';

/** Quantiles asked of a model: the middle for the mean, the upper ones for how far it may be off. */
const QUANTILES = [0.5, 0.9, 0.975];

/** A forecast, and its row of each function of a workload, -1 where it has none. */
export interface JoinedForecast {
  readonly forecast: Forecast;
  readonly rowOf: Int32Array;
}

/** Forecasts a workload as of `untilUs`, a whole minute, with a model or baseline. */
export async function forecastWith(model: string, workload: Workload, untilUs: number): Promise<JoinedForecast> {
  const series = minuteSeriesOf(workload);
  const minute = Math.min(series.span, untilUs / US_PER_MINUTE);
  const options = {horizons: undefined, quantiles: QUANTILES, contract: undefined, threads: undefined};
  const forecast = await forecastAt(series, await openForecaster(model, options), minute);
  return {forecast, rowOf: new Int32Array(workload.functions).map((_, f) => f)};
}

/** Reads a forecast file and finds the workload's functions in it by owner, app and name. */
export async function forecastFrom(path: string, workload: Workload): Promise<JoinedForecast> {
  const place = path === '-' ? 'stdin' : path;
  const forecast = readForecast(await readWhole(path), place);
  const rowOf = joinForecast(forecast, workload);
  if (workload.functions > 0 && rowOf.every((row) => row < 0)) {
    throw inputError(place, 'knows none of the functions of the workload', 'make it from the same trace');
  }
  return {forecast, rowOf};
}

function joinForecast(forecast: ForecastFile, {functions, name, app, owner}: Workload): Int32Array {
  const rows = new Map<string, number>();
  const key = (...parts: string[]): string => JSON.stringify(parts);
  forecast.name.forEach((own, row) => {
    rows.set(key(forecast.owner[row]!, forecast.app[row]!, own), row);
  });
  return Int32Array.from(
    {length: functions},
    (_, f) => rows.get(key(owner.values[owner.id[f]!]!, app.values[app.id[f]!]!, name.at(f))) ?? -1,
  );
}
