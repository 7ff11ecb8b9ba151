import type {Random} from '../../base/random.ts';
import type {MinuteSeries} from '../../demand/calls/minute-series.ts';
import type {CallHistory} from '../history.ts';
import {drawLevel, LevelChance} from './level-thinning.ts';
import {binomialDraw} from './thinning.ts';

/** Share of visits that begin their history late, as a function does that is known only since this morning. */
const CUT_SHARE = 0.3;
/** Latest place of such a cut, as a share of the span. */
const LATEST_CUT = 0.6;
/** Decimation keeps every k-th active minute, k up to this. */
const LARGEST_STEP = 64;
/** Thinning leaves between these many calls an active minute, on average (powers of two). */
const FEWEST_CALLS = -8;
const MOST_CALLS = 2;

/** What one visit makes of a function before rows are drawn from it. */
interface Disguise {
  /** Minutes before this are forgotten. */
  readonly from: number;
  /** Every `step`-th active minute is kept, beginning with number `offset`. */
  readonly step: number;
  readonly offset: number;
  /** The chance of each call to be kept, given how many its minute has. */
  readonly keep: (calls: number) => number;
}

/**
 * Traces at hand are rich in busy functions, platforms in rare ones. So part of the visits sees a rarer function made
 * of a real one: decimated (a timer stays a timer, of a longer period), with calls thinned out at random (a busy
 * function becomes a rare one that still has its rhythm), or as one level of its concurrency, called when so many
 * calls run already, which is how instances beyond the first are needed. Validation never sees these.
 */
export class Augmenter {
  private readonly share: number;

  /** `share` of the visits are disguised; 0 gives the trace as it is. */
  constructor(share: number) {
    this.share = share;
  }

  /** Loads row `f` into `history`, disguised or not. */
  load(history: CallHistory, series: MinuteSeries, f: number, random: Random): void {
    const {from, step, offset, keep} = this.share === 0 ? plain : this.disguise(series, f, random);
    if (from === 0 && step === 1 && keep === keepAll) {
      history.load(series, f);
      return;
    }
    const length = series.length[f]!;
    history.reserve(length);
    history.trigger = series.trigger[f]!;
    for (let i = offset; i < length; i += step) {
      const minute = series.minute[series.start[f]! + i]!;
      if (minute < from) continue;
      const calls = series.count[series.countStart[f]! + i]!;
      const left = binomialDraw(calls, keep(calls), random);
      if (left > 0) history.append(minute, left);
    }
  }

  private disguise(series: MinuteSeries, f: number, random: Random): Disguise {
    const from = random.next() < CUT_SHARE ? Math.floor(random.next() * LATEST_CUT * series.span) : 0;
    if (random.next() >= this.share || series.length[f] === 0) return {...plain, from};
    const kind = random.below(3);
    if (kind === 0) {
      const step = Math.round(LARGEST_STEP ** random.next());
      return {...plain, from, step, offset: random.below(step)};
    }
    if (kind === 1) {
      const calls = series.count[series.countStart[f]! + random.below(series.length[f]!)]!;
      const level = drawLevel(calls, random);
      if (level === undefined) return {...plain, from};
      const chance = new LevelChance(level);
      return {...plain, from, keep: (minuteCalls) => chance.at(minuteCalls)};
    }
    const wanted = 2 ** (FEWEST_CALLS + (MOST_CALLS - FEWEST_CALLS) * random.next());
    const share = Math.min(1, wanted / meanCount(series, f));
    return {...plain, from, keep: () => share};
  }
}

const keepAll = () => 1;
const plain: Disguise = {from: 0, step: 1, offset: 0, keep: keepAll};

function meanCount({count, countStart, length}: MinuteSeries, f: number): number {
  let total = 0;
  for (let i = countStart[f]!, end = i + length[f]!; i < end; i++) total += count[i]!;
  return total / Math.max(1, length[f]!);
}
