import type {Random} from '../../base/random.ts';
import type {CallHistory} from '../history.ts';
import type {MinuteSeries} from '../minute-series.ts';

/** Share of visits that begin their history late, as a function does that is known only since this morning. */
const CUT_SHARE = 0.3;
/** Latest place of such a cut, as a share of the span. */
const LATEST_CUT = 0.6;
/** Decimation keeps every k-th active minute, k up to this. */
const LARGEST_STEP = 64;
/** Thinning leaves between these many calls an active minute, on average (powers of two). */
const FEWEST_CALLS = -8;
const MOST_CALLS = 2;
/** Calls beyond the first that a minute above a threshold keeps, on average at most. */
const EXCESS_CALLS = 3;

/** What one visit makes of a function before rows are drawn from it. */
interface Disguise {
  /** Minutes before this are forgotten. */
  readonly from: number;
  /** Every `step`-th active minute is kept, beginning with number `offset`. */
  readonly step: number;
  readonly offset: number;
  /** Minutes with fewer calls than this are dropped; of the others, one call and what survives of the rest is kept. */
  readonly threshold: number;
  /** Each call (beyond the first, where there is a threshold) survives with this probability. */
  readonly keep: number;
}

/**
 * Traces at hand are rich in busy functions, platforms in rare ones. So part of the visits sees a rarer function made
 * of a real one: decimated (a timer stays a timer, of a longer period), with calls thinned out at random (a busy
 * function becomes a rare one that still has its rhythm), or only where it was busier than some count (as the upper
 * levels of its concurrency are). Validation never sees these.
 */
export class Augmenter {
  private readonly share: number;

  /** `share` of the visits are disguised; 0 gives the trace as it is. */
  constructor(share: number) {
    this.share = share;
  }

  /** Loads row `f` into `history`, disguised or not. */
  load(history: CallHistory, series: MinuteSeries, f: number, random: Random): void {
    const {from, step, offset, threshold, keep} = this.share === 0 ? plain : this.disguise(series, f, random);
    if (from === 0 && step === 1 && threshold === 0 && keep === 1) {
      history.load(series, f);
      return;
    }
    const length = series.length[f]!;
    history.reserve(length);
    history.trigger = series.trigger[f]!;
    for (let i = offset; i < length; i += step) {
      const minute = series.minute[series.start[f]! + i]!;
      if (minute < from) continue;
      const count = series.count[series.countStart[f]! + i]!;
      if (count < threshold) continue;
      const spared = threshold > 0 ? 1 : 0;
      const excess = threshold > 0 ? count - threshold : count;
      const left = spared + (keep === 1 ? excess : binomial(excess, keep, random));
      if (left > 0) history.append(minute, left);
    }
  }

  private disguise(series: MinuteSeries, f: number, random: Random): Disguise {
    const from = random.next() < CUT_SHARE ? Math.floor(random.next() * LATEST_CUT * series.span) : 0;
    if (random.next() >= this.share) return {...plain, from};
    const kind = random.below(3);
    if (kind === 0) {
      const step = Math.round(LARGEST_STEP ** random.next());
      return {...plain, from, step, offset: random.below(step)};
    }
    if (kind === 1 && series.length[f]! > 0) {
      const threshold = series.count[series.countStart[f]! + random.below(series.length[f]!)]!;
      return {...plain, from, threshold, keep: Math.min(1, EXCESS_CALLS / meanCount(series, f))};
    }
    const wanted = 2 ** (FEWEST_CALLS + (MOST_CALLS - FEWEST_CALLS) * random.next());
    return {...plain, from, keep: Math.min(1, wanted / meanCount(series, f))};
  }
}

const plain: Disguise = {from: 0, step: 1, offset: 0, threshold: 0, keep: 1};

function meanCount({count, countStart, length}: MinuteSeries, f: number): number {
  let total = 0;
  for (let i = countStart[f]!, end = i + length[f]!; i < end; i++) total += count[i]!;
  return total / Math.max(1, length[f]!);
}

/** How many of `trials` survive: exact for few, its Poisson or normal limit for many. */
function binomial(trials: number, p: number, random: Random): number {
  if (trials <= 16) {
    let hits = 0;
    for (let i = 0; i < trials; i++) if (random.next() < p) hits++;
    return hits;
  }
  const mean = trials * p;
  if (mean > 30) {
    return Math.min(trials, Math.max(0, Math.round(mean + Math.sqrt(mean * (1 - p)) * random.normal())));
  }
  const limit = Math.exp(-mean);
  let hits = 0;
  for (let product = random.next(); product > limit; product *= random.next()) hits++;
  return Math.min(trials, hits);
}
