import {US_PER_DAY, US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {CallCounts} from '../../demand/calls/call-counts.ts';
import {meanDurations} from '../../demand/durations/mean-durations.ts';
import {bestKeepSeconds, GapLifeTable, unknownGaps} from '../../demand/gaps/gap-life-table.ts';
import {LevelGaps} from '../../demand/gaps/level-gaps.ts';
import {CallPlayer} from '../../demand/levels/call-player.ts';
import {LevelMeter} from '../../demand/levels/level-meter.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import type {Surprises} from '../rest/surprises.ts';
import {HalvedGaps, SurpriseCounts} from './measure-surprises.ts';

/** Instances beyond the plan never stay longer: a plan is made anew each day. */
const LONGEST_US = US_PER_DAY;
/** Functions that pools are made of. */
const POOLED_FUNCTIONS = 4096;
/** Calls that are looked at, of one function, its last, and of all. */
const CALLS_EACH = 20_000;
const CALLS_ALL = 2e7;
/** A function counts in its pool as so many gaps at most. */
const POOLED_GAPS = 20;
/** As how many gaps of its own a function takes its pool's word, and pools that of all functions. */
const OWN_PRIOR = 2;
const POOL_PRIOR = 3;
/** Besides, everybody believes in a tail of which nothing is known as much as in so many gaps: times change. */
const UNKNOWN_PRIOR = 3;
/** Pools are of functions whose mean time between calls is in the same two octaves. */
const POOLS = 10;

export interface KeepAliveTerms {
  /** Of functions whose durations history does not tell. */
  readonly defaultDurationUs: number;
  /** Calls that an instance serves at once; undefined: one. [function] */
  readonly places?: Int32Array | undefined;
  /** Idle time that costs as much as a cold start. [function] */
  readonly breakEvenSeconds: Float64Array;
  /** The times are for what comes after history. */
  readonly ahead: boolean;
  readonly seed: number;
}

export interface KeepAlives {
  /** How long instances beyond the plan should stay. [function] */
  readonly us: Float64Array;
  /** The same for functions that history does not know. */
  readonly otherUs: number;
  /** What history lets expect beyond all that it lets expect. */
  readonly surprises: Surprises;
}

/**
 * How long each function's instances beyond the plan should stay: while the chance that a call ends the idle gap now is
 * worth the idle time. The chance is counted from the gaps of the function's own levels of concurrency, those apart
 * that are better kept for good, and leans on functions called about as often, those on all functions, and those on
 * next to nothing: a tail that falls as the root of time. Levels of one function rise together in a burst, so together
 * they count as the root of their number.
 */
export function suggestedKeepAlives(history: Workload, terms: KeepAliveTerms): KeepAlives {
  const {functions} = history;
  const observer = new GapObserver(history, terms);
  const all = new GapLifeTable();
  const unknown = unknownGaps();
  const pools = Array.from({length: POOLS}, () => new GapLifeTable());
  const stride = Math.ceil(functions / POOLED_FUNCTIONS);
  const counts = Array.from({length: POOLS}, () => new SurpriseCounts());
  for (let f = 0; f < functions; f += stride) {
    observer.observe(f, counts);
    for (const pool of [all, pools[observer.pool]!]) pool.blend(observer.gaps, 1 / observer.levels, POOLED_GAPS);
  }
  all.borrow(unknown, POOL_PRIOR);
  for (const pool of pools) pool.borrow(all, POOL_PRIOR);
  const us = new Float64Array(functions);
  const kind = new Uint8Array(functions);
  const belief = new GapLifeTable();
  for (let f = 0; f < functions; f++) {
    observer.observe(f);
    belief.clear();
    belief.blend(observer.gaps, 1 / Math.sqrt(observer.levels));
    belief.borrow(pools[observer.pool]!, OWN_PRIOR);
    belief.borrow(unknown, UNKNOWN_PRIOR);
    us[f] = keepUs(belief, terms.breakEvenSeconds[f]!);
    kind[f] = observer.pool;
  }
  const typical = terms.breakEvenSeconds.slice().sort()[functions >> 1] ?? 0;
  const laws = counts.map((count) => count.law(history.meta.spanUs / US_PER_SECOND, terms.ahead));
  return {us, otherUs: keepUs(pools[POOLS - 1]!, typical), surprises: {kind, laws}};
}

/** Whole milliseconds, as plan files have them. */
function keepUs(belief: GapLifeTable, breakEvenSeconds: number): number {
  const us = bestKeepSeconds(belief, breakEvenSeconds) * US_PER_SECOND;
  return Math.min(LONGEST_US, Math.round(us / US_PER_MS) * US_PER_MS);
}

/** Looks at one function after another: the gaps of its levels that are not worth keeping for good. */
class GapObserver {
  readonly gaps = new GapLifeTable();
  /** Levels that the gaps are of; 1 when there are none. */
  levels = 1;
  /** The pool of functions called about as often. */
  pool = 0;
  private readonly history: Workload;
  private readonly terms: KeepAliveTerms;
  private readonly ofLevels = new LevelGaps();
  private readonly halves = new HalvedGaps();
  private readonly meter: LevelMeter;
  private readonly halvingMeter: LevelMeter;
  private readonly player: CallPlayer;
  private readonly counts: CallCounts;
  private readonly holdSeconds: Float64Array; // [function]
  private readonly most: number;

  constructor(history: Workload, terms: KeepAliveTerms) {
    this.history = history;
    this.terms = terms;
    this.meter = new LevelMeter(0, 0, this.ofLevels);
    this.halvingMeter = new LevelMeter(0, 0, this.halves);
    this.player = new CallPlayer(history, terms.seed);
    this.counts = new CallCounts(history);
    this.holdSeconds = meanDurations(history, terms.defaultDurationUs).us.map((us) => us / US_PER_SECOND);
    this.most = callsEach(history);
  }

  /** `surprises`, by pool, are told what came in the later half of what is looked at. */
  observe(f: number, surprises?: readonly SurpriseCounts[]): void {
    const {gaps, meter, counts, ofLevels, terms, history} = this;
    gaps.clear();
    ofLevels.clear();
    meter.reset(undefined, terms.places?.[f]);
    counts.read(f);
    const spanSeconds = history.meta.spanUs / US_PER_SECOND;
    const octaves = Math.log2(spanSeconds / (counts.total + 0.5));
    this.pool = Math.max(0, Math.min(POOLS - 1, Math.floor(octaves / 2)));
    this.levels = 1;
    if (counts.total === 0 || !this.player.play(f, counts, this.holdSeconds[f]!, this.most, meter)) return;
    meter.finish(spanSeconds);
    let levels = 0;
    for (let level = 0; level < ofLevels.levels; level++) {
      if (ofLevels.isWorthKeeping(level, terms.breakEvenSeconds[f]!)) continue;
      ofLevels.addTo(gaps, level);
      levels++;
    }
    this.levels = Math.max(1, levels);
    if (surprises) this.lookAtHalves(f, spanSeconds, surprises[this.pool]!);
  }

  private lookAtHalves(f: number, spanSeconds: number, surprises: SurpriseCounts): void {
    const {counts, halvingMeter, halves, player} = this;
    // Where not all calls are looked at, it is the last ones.
    const halfSeconds = (Math.min(1, this.most / counts.total) * spanSeconds) / 2;
    halves.clear(spanSeconds - halfSeconds);
    halvingMeter.reset(undefined, this.terms.places?.[f]);
    player.play(f, counts, this.holdSeconds[f]!, this.most, halvingMeter);
    halvingMeter.finish(spanSeconds);
    surprises.add(halves, this.terms.breakEvenSeconds[f]!, halfSeconds);
  }
}

/** How many calls of each function can be looked at without looking at too many of all. */
function callsEach(history: Workload): number {
  const calls = Float64Array.from({length: history.functions}, (_, f) => invocationsOf(history, f));
  let each = CALLS_EACH;
  while (each > 1 && calls.reduce((sum, n) => sum + Math.min(n, each), 0) > CALLS_ALL) each /= 2;
  return each;
}
