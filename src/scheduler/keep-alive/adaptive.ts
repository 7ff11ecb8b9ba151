import {US_PER_SECOND} from '../../base/units.ts';
import {breakEvenUs} from './break-even.ts';
import {DemandLevels, LEVEL_CLASSES, levelClass} from './demand-levels.ts';
import {GapCounts} from './gap-hazard.ts';
import {Habit, HabitScratch} from './habit.ts';
import type {KeepAlive, KeepAliveSpec, PolicyContext} from './keep-alive.ts';

/** Pools of like functions: by octaves of their mean gap; 0: not known yet. */
const RATE_CLASSES = 22;
/** Instances whose start is due within this share of the gap so far are started together: a burst is one wake-up. */
const EARLY_SHARE = 1 / 32;

/** After a wake-up the function is left alone for this long a level looked at, so that bursts stay cheap to follow. */
const REST_US = 10_000;

/**
 * Our own: online, no training, built on METHODS E1.2. Demand is split into levels (DemandLevels): the k-th instance
 * of a function is wanted for as long as k calls run, and what happens at its level is a renewal process of its own.
 * For every function and octave of levels the policy counts the times from one rise to the level to the next, and
 * keeps or starts instances by the warm set {t : hazard(t) >= c/C} of the price sheet in use (GapPlan). A function of
 * which little is known borrows from a pool of functions with about the same mean gap at the same level, and that
 * from a tail that falls as the root of time. So a timer's instance, or a whole burst of them, goes after its call and
 * is back when the next is due, while a steady function is simply kept.
 *
 * Pools hold the cell's functions only. A plan costs O(bins) and is made anew when a tenth more gaps have been seen;
 * a wake-up looks once at every level of its function.
 */
export class Adaptive implements KeepAlive {
  private readonly context: PolicyContext;
  private readonly levels: DemandLevels;
  private readonly level: Int32Array; // [function] freed last
  private readonly breakEvenUs: Float64Array; // [function]
  private readonly habits: (Habit | undefined)[]; // [function * LEVEL_CLASSES + class]
  private readonly pools: GapCounts[]; // [level class * RATE_CLASSES + rate class]
  private readonly scratch = new HabitScratch();
  private readonly wakeUs: Float64Array; // [function]
  /** Until when instances just started ahead of calls stay. */
  private readonly prewarmedUntilUs: Float64Array; // [function]

  constructor(context: PolicyContext) {
    const {functions} = context;
    this.context = context;
    this.levels = new DemandLevels(functions);
    this.level = new Int32Array(functions);
    this.breakEvenUs = breakEvenUs(context);
    this.habits = new Array<Habit | undefined>(functions * LEVEL_CLASSES).fill(undefined);
    this.pools = Array.from({length: LEVEL_CLASSES * RATE_CLASSES}, () => new GapCounts());
    this.wakeUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
    this.prewarmedUntilUs = new Float64Array(functions);
  }

  onArrival(fn: number, nowUs: number): void {
    const level = this.levels.level(fn) + 1;
    const roseUs = this.levels.roseAtUs(fn, level);
    this.levels.rise(fn, nowUs);
    if (Number.isNaN(roseUs)) return;
    const depth = levelClass(level);
    const habit = this.habitOf(fn, depth);
    // Pooled under what was known when the gap began.
    this.poolOf(habit, depth).end(nowUs - roseUs);
    habit.ended(nowUs - roseUs);
  }

  onFinish(fn: number, nowUs: number): void {
    const level = this.levels.fall(fn, nowUs);
    const depth = levelClass(level);
    const habit = this.habitOf(fn, depth);
    const busyUs = nowUs - this.levels.roseAtUs(fn, level);
    this.level[fn] = level;
    habit.counts.enter(busyUs);
    this.poolOf(habit, depth).enter(busyUs);
  }

  keepAliveUs(fn: number, nowUs: number, prewarmed: boolean): number {
    if (prewarmed) return Math.max(0, this.prewarmedUntilUs[fn]! - nowUs);
    const level = this.level[fn]!;
    const habit = this.habitOf(fn, levelClass(level));
    if (habit.outdated) this.plan(fn, habit, levelClass(level), nowUs);
    const roseUs = this.levels.roseAtUs(fn, level);
    const keepUntilUs = habit.plan.keepUntilUs(nowUs - roseUs);
    this.wakeFor(fn, nowUs, roseUs + habit.plan.nextOpenUs(keepUntilUs));
    return Math.round(roseUs + keepUntilUs - nowUs);
  }

  /** Starts what the levels above those running want by now, and sees when the next is due. */
  onWake(fn: number, nowUs: number): void {
    const {levels} = this;
    const readyUs = nowUs + this.context.coldUs[fn]!;
    this.wakeUs[fn] = Number.POSITIVE_INFINITY;
    let wanted = levels.level(fn);
    let untilUs = 0;
    let nextUs = Number.POSITIVE_INFINITY;
    let restUs = 0;
    for (let level = wanted + 1; ; level++) {
      const roseUs = levels.roseAtUs(fn, level);
      if (Number.isNaN(roseUs)) break;
      const {plan} = this.habitOf(fn, levelClass(level));
      const sinceUs = readyUs - roseUs;
      const earlyUs = sinceUs * (1 + EARLY_SHARE);
      if (plan.keepUntilUs(levels.fellAtUs(fn, level) - roseUs) > sinceUs) {
        wanted++;
      } else if (plan.opens(earlyUs)) {
        wanted++;
        untilUs = Math.max(untilUs, roseUs + plan.keepUntilUs(earlyUs));
      }
      nextUs = Math.min(nextUs, roseUs + plan.nextOpenUs(earlyUs));
      restUs += REST_US;
    }
    const missing = wanted - this.context.pool.live(fn);
    if (missing > 0 && untilUs > readyUs) {
      this.prewarmedUntilUs[fn] = Math.round(untilUs);
      this.context.pool.prewarm(fn, missing);
    }
    this.wakeFor(fn, nowUs, Math.max(nextUs, readyUs + restUs));
  }

  /** Sees to it that `fn` is woken in time for instances to be ready at `readyUs`, or earlier if that is due anyway. */
  private wakeFor(fn: number, nowUs: number, readyUs: number): void {
    if (readyUs === Number.POSITIVE_INFINITY) return;
    const atUs = Math.max(nowUs + 1, Math.round(readyUs - this.context.coldUs[fn]!));
    if (this.wakeUs[fn]! <= atUs) return;
    this.wakeUs[fn] = atUs;
    this.context.pool.wakeAt(fn, atUs);
  }

  private plan(fn: number, habit: Habit, depth: number, nowUs: number): void {
    habit.solve(this.poolOf(habit, depth), nowUs, this.breakEvenUs[fn]!, this.context.coldUs[fn]!, this.scratch);
  }

  private habitOf(fn: number, depth: number): Habit {
    const at = fn * LEVEL_CLASSES + depth;
    this.habits[at] ??= new Habit();
    return this.habits[at]!;
  }

  private poolOf({meanUs}: Habit, depth: number): GapCounts {
    const octave = Math.round(Math.log2(meanUs / US_PER_SECOND + 1));
    const rate = Number.isNaN(meanUs) ? 0 : Math.max(1, Math.min(RATE_CLASSES - 1, octave));
    return this.pools[depth * RATE_CLASSES + rate]!;
  }
}

export const adaptive: KeepAliveSpec = {
  summary: 'ours: warm while the hazard, learnt per function and level of demand, is worth its price',
  parameters: {},
  create: (_, context) => new Adaptive(context),
};
