import type {CallHistory} from './history.ts';

/**
 * Forecasts by row and horizon. A horizon of h minutes is the window [now, now + h). Count quantiles are those of
 * N + U, the number of calls plus a uniform jitter in [0, 1) (Machado and Santos Silva, JASA 2005): a continuous
 * variable, so that a calibrated forecast meets its level exactly although most minutes have no call at all.
 * `countQuantile` turns them into whole calls.
 */
export interface ForecastColumns {
  readonly horizons: readonly number[];
  readonly quantiles: readonly number[];
  /** P(at least one call): `active[row * horizons.length + h]`. */
  readonly active: Float32Array;
  /** Mean of the calls, in the layout of `active`. */
  readonly mean: Float32Array;
  /** Quantiles of calls + jitter: `jittered[(row * horizons.length + h) * quantiles.length + q]`, ascending in q. */
  readonly jittered: Float32Array;
}

/** Rows a forecaster takes before it must be asked for their forecasts, unless it says how many itself. */
export const BATCH_ROWS = 8192;

/** Anything that forecasts: a loaded model or a baseline. */
export interface Forecaster {
  readonly name: string;
  /** Lengths of the windows, minutes, ascending. */
  readonly horizons: readonly number[];
  /** Levels in (0, 1), ascending. */
  readonly quantiles: readonly number[];
  /** Rows between two flushes at most; BATCH_ROWS where nothing is said. */
  readonly batchRows?: number;
  /** Whether it forecasts functions that were never called, too: their histories have no entry. */
  readonly forecastsUncalled?: boolean;
  /** Takes the row that `history` stands at; it must have an entry unless `forecastsUncalled`. */
  add(history: CallHistory): void;
  /** Forecasts of the rows added since the last flush, in order. The columns are overwritten by the next flush. */
  flush(): Promise<ForecastColumns>;
}

/** Columns for `rows` rows of that forecaster, all zero. */
export function forecastColumns(shape: Pick<ForecastColumns, 'horizons' | 'quantiles'>, rows: number): ForecastColumns {
  const {horizons, quantiles} = shape;
  return {
    horizons,
    quantiles,
    active: new Float32Array(rows * horizons.length),
    mean: new Float32Array(rows * horizons.length),
    jittered: new Float32Array(rows * horizons.length * quantiles.length),
  };
}

/** The count quantile n that belongs to a quantile z of N + U: the smallest n with P(N <= n) at least the level. */
export function countQuantile(z: number): number {
  return z <= 1 ? 0 : Math.ceil(z) - 1;
}

/**
 * Makes one cell coherent: quantiles ascending (Chernozhukov et al., Econometrica 2010), and those whose level lies
 * in the mass of "no call at all" placed there, where P(N = 0) = 1 - active fixes them.
 */
export function makeCoherent(active: number, quantiles: readonly number[], jittered: Float32Array, at: number): void {
  const levels = quantiles.length;
  sortShort(jittered, at, at + levels);
  const none = 1 - active;
  for (let q = 0; q < levels; q++) {
    if (quantiles[q]! <= none) jittered[at + q] = quantiles[q]! / none;
    else if (jittered[at + q]! < 1) jittered[at + q] = 1;
  }
}

/** Insertion sort of a few values in place: quantiles are nearly always in order already. */
export function sortShort(values: Float32Array | Float64Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!;
    let j = i;
    for (; j > from && values[j - 1]! > value; j--) values[j] = values[j - 1]!;
    values[j] = value;
  }
}
