import {printable} from '../../base/text.ts';
import {minuteSeriesOf} from '../../demand/calls/minute-series.ts';
import type {Forecast} from '../../forecast/forecast.ts';
import type {ForecastData, ForecastFan} from '../../page/page-data.ts';
import type {Workload} from '../../workload/workload.ts';

/** Functions with a fan of their own, the busiest to come. */
const SHOWN = 12;

/**
 * Fans of all functions together and of the busiest ones. `came`: calls of a function within so many minutes from the
 * forecast's, undefined where the trace has no such time; `nameOf`: what a function is called.
 */
export function forecastFans(
  forecast: Forecast,
  nameOf: (f: number) => string,
  came: ((f: number, minutes: number) => number) | undefined,
): ForecastData {
  const {functions, horizons, quantiles, mean, calls, model, minute} = forecast;
  const width = horizons.length;
  const levels = quantiles.length;
  const rows = Array.from({length: functions}, (_, f) => f);
  const last = width - 1;
  const busiest = rows.toSorted((a, b) => mean[b * width + last]! - mean[a * width + last]! || a - b).slice(0, SHOWN);
  const total = (of: (f: number, h: number) => number): number[] =>
    horizons.map((_, h) => rows.reduce((sum, f) => sum + of(f, h), 0));
  const whole: ForecastFan = {
    name: '',
    mean: total((f, h) => mean[f * width + h]!),
    quantiles: [],
    came: came ? total((f, h) => came(f, horizons[h]!)) : null,
  };
  const fans = busiest.map(
    (f): ForecastFan => ({
      name: printable(nameOf(f)),
      mean: horizons.map((_, h) => mean[f * width + h]!),
      quantiles: quantiles.map((_, q) => horizons.map((_, h) => calls[(f * width + h) * levels + q]!)),
      came: came ? horizons.map((minutes) => came(f, minutes)) : null,
    }),
  );
  return {
    model: printable(model),
    atMs: minute * 60_000,
    minutes: [...horizons],
    levels: [...quantiles],
    fans: [whole, ...fans],
  };
}

/** Calls that came within so many minutes from `minute` on; undefined where the trace ends before the last of `horizons`. */
export function cameIn(
  workload: Workload,
  minute: number,
  horizons: readonly number[],
): ((f: number, minutes: number) => number) | undefined {
  const series = minuteSeriesOf(workload);
  if (minute + (horizons.at(-1) ?? 0) > series.span) return undefined;
  return (f, minutes) => {
    let sum = 0;
    for (let k = 0; k < series.length[f]!; k++) {
      const at = series.minute[series.start[f]! + k]!;
      if (at >= minute && at < minute + minutes) sum += series.count[series.countStart[f]! + k]!;
    }
    return sum;
  };
}
