import {GAP_BINS, hazardWithoutData} from '../../../demand/gaps/gap-bins.ts';
import {blendHazard, GapCounts} from '../../../demand/gaps/gap-counts.ts';
import {GapPlan} from '../../../demand/gaps/gap-plan.ts';
import {LevelSlots} from '../../../demand/levels/level-slots.ts';
import {BreakEven} from './break-even.ts';
import type {KeepAlive, KeepAlivePart, PolicyContext} from './keep-alive.ts';

/** Imagined gaps of the prior that are at risk beside those seen. */
const PRIOR_GAPS = 2;

interface Gaps {
  readonly counts: GapCounts;
  readonly plan: GapPlan;
  solvedAt: number;
}

/**
 * Warm while the empirical hazard of the function's gaps is at least c/C, the price of warm time over that of a cold
 * start (METHODS E1.2): the window of a hybrid histogram, from prices instead of percentiles. A gap is the time for
 * which an instance would be idle if none were ever destroyed (LevelSlots), over all levels of a function together;
 * before any is seen, and beyond the longest, survival falls as the root of time. Keep or drop only; recalculated
 * when a tenth more gaps have been seen, so O(1) amortised a call.
 */
export class Hazard implements KeepAlive {
  private readonly slots: LevelSlots;
  private readonly breakEven: BreakEven;
  private readonly gaps: (Gaps | undefined)[]; // [function]
  private readonly hazard = new Float64Array(GAP_BINS);

  constructor(context: PolicyContext) {
    this.slots = new LevelSlots(context.functions, context.places);
    this.breakEven = new BreakEven(context);
    this.gaps = new Array<Gaps | undefined>(context.functions).fill(undefined);
  }

  onArrival(fn: number, nowUs: number): void {
    const {slots} = this;
    this.breakEven.arrived(fn, nowUs);
    const level = slots.rise(fn);
    if (level === 0) return;
    const gapUs = nowUs - slots.fellUs[slots.slotOf(fn, level)]!;
    if (Number.isNaN(gapUs)) return;
    const {counts} = this.gapsOf(fn);
    counts.enter(0);
    counts.end(gapUs);
  }

  onFinish(fn: number, nowUs: number): void {
    const {slots} = this;
    this.breakEven.finished(fn);
    const level = slots.fall(fn);
    if (level > 0) slots.fellUs[slots.slotOf(fn, level)] = nowUs;
  }

  keepAliveUs(fn: number): number {
    const gaps = this.gapsOf(fn);
    const {counts, plan} = gaps;
    if (counts.seen > 1.1 * gaps.solvedAt || gaps.solvedAt < 0) {
      gaps.solvedAt = counts.seen;
      blendHazard(counts, hazardWithoutData(1), PRIOR_GAPS, this.hazard);
      plan.solve(this.hazard, this.breakEven.us(fn), Number.POSITIVE_INFINITY);
    }
    return plan.keepUntilUs(0);
  }

  private gapsOf(fn: number): Gaps {
    this.gaps[fn] ??= {counts: new GapCounts(), plan: new GapPlan(), solvedAt: -1};
    return this.gaps[fn]!;
  }
}

export const hazard: KeepAlivePart = {
  name: 'hazard',
  summary: 'keep while the hazard of the gaps seen is worth the price of warm time',
  kind: 'published',
  scope: 'function',
  parameters: {},
  sweep: {variants: [''], fleets: 'all'},
  goesByPrices: true,
  create: (_, context) => new Hazard(context),
};
