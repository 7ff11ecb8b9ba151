import {breakEvenUs} from './break-even.ts';
import {DemandLevels, LEVEL_CLASSES, levelClass} from './demand-levels.ts';
import {BINS_PER_OCTAVE, binSegments, GAP_BINS, gapBin} from './gap-bins.ts';
import type {KeepAlive, KeepAliveSpec, PolicyContext} from './keep-alive.ts';
import {WarmSchedule} from './schedule.ts';
import {WarmSet} from './warm-set.ts';

/**
 * What is expected of gaps before any is seen, and of those longer than any seen: survival falls as the root of the
 * time, so that half the break-even time is kept. It weighs as much as two gaps that have lasted as long.
 */
const PRIOR_GAPS = 2;
const PRIOR_HAZARD = 1 - 2 ** (-0.5 / BINS_PER_OCTAVE);

/** Gaps of one function and class of level: counts by bin, and what follows from them. */
interface Gaps {
  readonly bins: Uint32Array;
  seen: number;
  solvedAt: number;
  /** How long to keep, and later intervals as [from, until) pairs; microseconds since it went idle. */
  intervals: Float64Array;
}

/**
 * Warm while the empirical hazard of the function's gaps is at least c/C, the price of warm time over that of a cold
 * start (METHODS E1.2): the windows of a hybrid histogram, from prices instead of percentiles. Gaps are counted by the
 * number of calls running (DemandLevels) in bins an eighth of an octave wide. At level 1 later intervals of the
 * cheapest warm set start an instance ahead of the call; deeper levels keep or drop only. Recalculated when a tenth
 * more gaps have been seen, so O(1) amortised a call.
 */
export class Hazard implements KeepAlive {
  private readonly levels: DemandLevels;
  private readonly level: Int32Array; // [function] freed last
  private readonly breakEvenUs: Float64Array;
  private readonly bootUs: Float64Array;
  private readonly gaps: (Gaps | undefined)[]; // [function * LEVEL_CLASSES + class]
  private readonly segments = binSegments();
  private readonly warm = new WarmSet(GAP_BINS);
  private readonly schedule: WarmSchedule;

  constructor(context: PolicyContext) {
    this.levels = new DemandLevels(context.functions);
    this.level = new Int32Array(context.functions);
    this.breakEvenUs = breakEvenUs(context);
    this.bootUs = context.coldUs;
    this.gaps = new Array<Gaps | undefined>(context.functions * LEVEL_CLASSES).fill(undefined);
    this.schedule = new WarmSchedule(context.pool, context.coldUs);
  }

  onArrival(fn: number, nowUs: number): void {
    const gapUs = this.levels.rise(fn, nowUs);
    if (Number.isNaN(gapUs)) return;
    const depth = levelClass(this.levels.level(fn));
    const cell = fn * LEVEL_CLASSES + depth;
    this.gaps[cell] ??= {bins: new Uint32Array(GAP_BINS + 1), seen: 0, solvedAt: 0, intervals: new Float64Array(0)};
    const gaps = this.gaps[cell]!;
    gaps.bins[gapBin(gapUs)]! += 1;
    gaps.seen++;
    if (gaps.seen > 1.1 * gaps.solvedAt) this.solve(fn, gaps, depth === 0);
  }

  onFinish(fn: number, nowUs: number): void {
    this.level[fn] = this.levels.fall(fn, nowUs);
  }

  keepAliveUs(fn: number, nowUs: number, prewarmed: boolean): number {
    if (prewarmed) return this.schedule.keepUs(fn, nowUs);
    const level = this.level[fn]!;
    const gaps = this.gaps[fn * LEVEL_CLASSES + levelClass(level)];
    if (gaps === undefined) return this.breakEvenUs[fn]! / 2;
    const {intervals} = gaps;
    if (level > 1) return intervals[1]!;
    this.schedule.set(fn, nowUs, intervals);
    return this.schedule.keepUs(fn, nowUs);
  }

  onWake(fn: number, nowUs: number): void {
    this.schedule.onWake(fn, nowUs);
  }

  private solve(fn: number, gaps: Gaps, reopens: boolean): void {
    const breakEvenUs = this.breakEvenUs[fn]!;
    gaps.solvedAt = gaps.seen;
    let alive = gaps.seen;
    let share = 1;
    for (let k = 0; k < GAP_BINS; k++) {
      const hazard = (gaps.bins[k]! + PRIOR_GAPS * PRIOR_HAZARD) / (alive + PRIOR_GAPS);
      this.segments.probability[k] = share * hazard;
      share *= 1 - hazard;
      alive -= gaps.bins[k]!;
    }
    this.warm.solve(this.segments, {coldUs: breakEvenUs, bootUs: reopens ? this.bootUs[fn]! : Number.MAX_VALUE}, true);
    gaps.intervals = this.warm.intervals();
  }
}

export const hazard: KeepAliveSpec = {
  summary: 'warm while the hazard of the gaps seen is worth the price of warm time',
  parameters: {},
  create: (_, context) => new Hazard(context),
};
