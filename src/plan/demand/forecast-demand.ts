import {US_PER_MINUTE} from '../../base/units.ts';
import type {Forecast} from '../../forecast/forecast.ts';
import {curveCodes, type Demand, noMeasuredLevels} from './demand.ts';

/** From this chance of a call on, a window is taken to have calls and their number counts; below, whether any comes. */
const BUSY = 0.98;

/**
 * The demand that a forecast expects, in the windows between its horizons. `rowOf[f]` is the forecast's row of function
 * f, -1 where it has none. A window that may well stay empty is worth what its first call is worth: calls come in spells,
 * so its rate is that at which a Poisson process would be as likely to strike. A busy window takes the mean of its
 * quantiles, and their spread as the variation of its rate.
 */
export function forecastDemand(forecast: Forecast, rowOf: Int32Array, holdSeconds: Float64Array): Demand {
  const {horizons, minute} = forecast;
  const functions = rowOf.length;
  const units = functions * horizons.length;
  const ratePerSecond = new Float64Array(units);
  const rateVariation = new Float32Array(units);
  const curve = new Uint8Array(units).fill(curveCodes.erlang);
  const window = new WindowForecast(forecast);
  for (let f = 0; f < functions; f++) {
    if (rowOf[f]! < 0) continue;
    for (let h = 0; h < horizons.length; h++) {
      const unit = h * functions + f;
      const seconds = 60 * (horizons[h]! - (horizons[h - 1] ?? 0));
      window.read(rowOf[f]!, h);
      if (window.active < BUSY) {
        ratePerSecond[unit] = -Math.log1p(-window.active) / seconds;
        continue;
      }
      ratePerSecond[unit] = window.mean / seconds;
      rateVariation[unit] = window.variation;
      if (window.variation > 0) curve[unit] = curveCodes['negative-binomial'];
    }
  }
  const bounds = [0, ...horizons].map((ahead) => (minute + ahead) * US_PER_MINUTE);
  return {
    functions,
    windows: {startUs: Float64Array.from(bounds.slice(0, -1)), endUs: Float64Array.from(bounds.slice(1)), repeatUs: 0},
    ratePerSecond,
    holdSeconds,
    rateVariation,
    curve,
    measured: noMeasuredLevels(functions),
    heldShare: new Float64Array(functions).fill(1),
  };
}

/** What a forecast says of one function between one horizon and the next. */
class WindowForecast {
  /** Chance of a call, given none before the window. */
  active = 0;
  mean = 0;
  variation = 0;
  private readonly forecast: Forecast;

  constructor(forecast: Forecast) {
    this.forecast = forecast;
  }

  read(row: number, h: number): void {
    const until = this.upTo(row, h);
    const before = h > 0 ? this.upTo(row, h - 1) : {active: 0, mean: 0, variance: 0};
    const left = 1 - before.active;
    this.active = left > 0 ? Math.min(1, Math.max(0, (until.active - before.active) / left)) : 1;
    this.mean = Math.max(0, until.mean - before.mean);
    const variance = Math.max(0, until.variance - before.variance);
    // Beyond the variance that a Poisson process of that mean has, the rate itself varies.
    this.variation = this.mean > 0 ? Math.max(0, (variance - this.mean) / (this.mean * this.mean)) : 0;
  }

  private upTo(row: number, h: number): {active: number; mean: number; variance: number} {
    const {active, calls, horizons, quantiles} = this.forecast;
    const cell = row * horizons.length + h;
    let mean = 0;
    let square = 0;
    // Each quantile stands for the shares nearest to it.
    for (let q = 0; q < quantiles.length; q++) {
      const from = q === 0 ? 0 : (quantiles[q - 1]! + quantiles[q]!) / 2;
      const to = q === quantiles.length - 1 ? 1 : (quantiles[q]! + quantiles[q + 1]!) / 2;
      const value = calls[cell * quantiles.length + q]!;
      mean += (to - from) * value;
      square += (to - from) * value * value;
    }
    return {active: active[cell]!, mean, variance: Math.max(0, square - mean * mean)};
  }
}
