import {Random} from '../../base/random.ts';
import type {MinuteSeries} from '../../demand/calls/minute-series.ts';
import type {Forecaster} from '../forecaster.ts';
import {CallHistory} from '../history.ts';
import {SEGMENTS, segmentOf} from '../segments.ts';
import {walkForward} from '../walk-forward.ts';

/** Fewer residuals than this say too little about a tail. */
const FEWEST = 1000;
/** Offsets are kept to this many digits after the point. */
const DIGITS = 4;

/**
 * Conformal offsets by segment, horizon and quantile (split conformal: Vovk et al. 2005; Romano et al., NeurIPS 2019):
 * what to add to log(1 + quantile) so that, in the minutes from `from` on, calls + jitter are at or below it as often
 * as its level says. Only rows whose level lies above P(no call) count, since P fixes the others. 0 where rows are few.
 */
export async function conformalOffsets(
  series: MinuteSeries,
  forecaster: Forecaster,
  from: number,
  seed: number,
): Promise<number[][][]> {
  const {horizons, quantiles} = forecaster;
  const levels = quantiles.length;
  const width = horizons.length * levels;
  const residuals = Array.from({length: SEGMENTS * width}, () => [] as number[]);
  const truth = new CallHistory(series.span, series.clock);
  const random = new Random(seed);
  let loaded = -1;
  await walkForward(series, forecaster, {from, until: series.span, every: 1}, (columns, rows) => {
    for (let row = 0; row < rows.count; row++) {
      const minute = rows.minuteOf[row]!;
      if (loaded !== rows.seriesOf[row]!) truth.load(series, (loaded = rows.seriesOf[row]!));
      truth.seek(minute);
      const segment = segmentOf(truth);
      for (let h = 0; h < horizons.length && minute + horizons[h]! <= series.span; h++) {
        const none = 1 - columns.active[row * horizons.length + h]!;
        const came = Math.log1p(truth.callsBetween(minute, minute + horizons[h]!) + random.next());
        for (let q = 0; q < levels; q++) {
          if (quantiles[q]! <= none) continue;
          const forecast = columns.jittered[row * width + h * levels + q]!;
          residuals[segment * width + h * levels + q]!.push(came - Math.log1p(forecast));
        }
      }
    }
  });
  const offset = (cell: number, level: number): number => {
    const sorted = Float64Array.from(residuals[cell]!).sort();
    if (sorted.length < FEWEST) return 0;
    return Number(sorted[Math.min(sorted.length, Math.ceil(level * (sorted.length + 1))) - 1]!.toFixed(DIGITS));
  };
  return Array.from({length: SEGMENTS}, (_, segment) =>
    horizons.map((_, h) => quantiles.map((level, q) => offset(segment * width + h * levels + q, level))),
  );
}
