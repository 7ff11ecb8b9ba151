import type {QuantileSketch} from '../../base/sketch.ts';
import {US_PER_MS} from '../../base/units.ts';

/** Quantiles of a delay in ms. Null when nothing was measured. */
export interface DelayMs {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** The quantiles of a sketch of microseconds, in ms. */
export function delayMs(sketch: QuantileSketch): DelayMs {
  const at = (p: number): number | null => (sketch.count === 0 ? null : sketch.quantile(p) / US_PER_MS);
  return {
    mean: sketch.count === 0 ? null : sketch.mean() / US_PER_MS,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  };
}
