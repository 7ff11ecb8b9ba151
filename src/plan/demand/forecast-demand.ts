import {US_PER_MINUTE} from '../../base/units.ts';
import type {Forecast} from '../../forecast/forecast.ts';
import {activeShareOf} from './active-share.ts';
import {curveCodes, type Demand, noMeasuredLevels} from './demand.ts';
import {noUnseen} from './unseen.ts';

/**
 * The demand that a forecast expects, in the windows between its horizons. `rowOf[f]` is the forecast's row of function
 * f, -1 where it has none. Windows add up to the forecast's mean calls, and each is called with the forecast's chance:
 * where that is less than calls at random would have, they come in clumps, and the unit is in use with a chance alone.
 * The spread of the quantiles beyond that is the variation of its rate.
 */
export function forecastDemand(
  forecast: Forecast,
  rowOf: Int32Array,
  holdSeconds: Float64Array,
  places?: Int32Array,
): Demand {
  const {horizons, minute} = forecast;
  const functions = rowOf.length;
  const units = functions * horizons.length;
  const ratePerSecond = new Float64Array(units);
  const rateVariation = new Float32Array(units);
  const activeShare = new Float32Array(units).fill(1);
  const curve = new Uint8Array(units).fill(curveCodes.erlang);
  const window = new WindowForecast(forecast);
  for (let f = 0; f < functions; f++) {
    if (rowOf[f]! < 0) continue;
    for (let h = 0; h < horizons.length; h++) {
      const unit = h * functions + f;
      window.read(rowOf[f]!, h);
      ratePerSecond[unit] = window.mean / (60 * (horizons[h]! - (horizons[h - 1] ?? 0)));
      activeShare[unit] = window.activeShare;
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
    places,
    rateVariation,
    activeShare,
    curve,
    measured: noMeasuredLevels(functions),
    heldShare: new Float64Array(functions).fill(1),
    missesPerSecond: new Float64Array(functions),
    unseen: noUnseen,
  };
}

/** What a forecast says of one function between one horizon and the next. */
class WindowForecast {
  mean = 0;
  /** The chance that the function is in use in the window. */
  activeShare = 1;
  /** How much its rate varies while it is. */
  variation = 0;
  private readonly forecast: Forecast;

  constructor(forecast: Forecast) {
    this.forecast = forecast;
  }

  read(row: number, h: number): void {
    const {active, horizons, mean} = this.forecast;
    const cell = row * horizons.length + h;
    const [meanBefore, activeBefore] = h === 0 ? [0, 0] : [mean[cell - 1]!, active[cell - 1]!];
    this.mean = Math.max(0, mean[cell]! - meanBefore);
    // A function in use by then is in use throughout; else it could not be called later than it was first.
    const inUse = activeShareOf(mean[cell]!, active[cell]!);
    const chance = Math.max(inUse * -Math.expm1(-this.mean / inUse), active[cell]! - activeBefore);
    this.activeShare = activeShareOf(this.mean, chance);
    this.variation = 0;
    if (this.mean === 0) return;
    const variance = Math.max(0, this.varianceUpTo(cell) - (h === 0 ? 0 : this.varianceUpTo(cell - 1)));
    // Beyond the variance of a Poisson process of that mean, and that of being in use or not, the rate itself varies.
    const beyondPoisson = Math.max(0, (variance - this.mean) / (this.mean * this.mean));
    this.variation = Math.max(0, (1 + beyondPoisson) * this.activeShare - 1);
  }

  private varianceUpTo(cell: number): number {
    const {calls, quantiles} = this.forecast;
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
    return Math.max(0, square - mean * mean);
  }
}
