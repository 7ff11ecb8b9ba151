import {GAP_BINS, gapBin} from './gap-bins.ts';
import {blendHazard, GapCounts, HAZARD_WITHOUT_DATA} from './gap-hazard.ts';
import {GapPlan} from './gap-plan.ts';

/** Gaps of the pool that weigh as much as none known at all, and of the pool that outweigh a function's own. */
const POOL_WEIGHT = 20;
const OWN_WEIGHT = 8;
/** Longest memory of a mean gap, in gaps. */
const MEAN_GAPS = 30;
/** What an instance that is let go and started again must save, as a share of a cold start: guards against chance. */
const REOPEN_MARGIN = 0.02;

/** Gaps of one function at one class of levels: what was seen, and what follows from it at the prices in use. */
export class Habit {
  readonly counts = new GapCounts();
  readonly plan = new GapPlan();
  /** Mean gap, recent ones weighing more; NaN before the first. */
  meanUs = Number.NaN;
  private solvedAt = -1;

  ended(gapUs: number): void {
    this.counts.end(gapUs);
    const weight = 1 / Math.min(this.counts.seen, MEAN_GAPS);
    this.meanUs = this.counts.seen === 1 ? gapUs : this.meanUs + (gapUs - this.meanUs) * weight;
  }

  /** True when a tenth more gaps have ended since the plan was made: so plans cost O(1) amortised a gap. */
  get outdated(): boolean {
    const {seen} = this.counts;
    return this.solvedAt < 0 || seen < 10 || seen >= 1.1 * this.solvedAt + 1;
  }

  /** Makes the plan anew. `pool` holds the gaps of like functions; see GapPlan.solve for the prices. */
  solve(pool: GapCounts, nowUs: number, breakEvenUs: number, bootUs: number, scratch: HabitScratch): void {
    const horizon = gapBin(nowUs);
    blendHazard(pool, HAZARD_WITHOUT_DATA, POOL_WEIGHT, horizon, scratch.prior);
    blendHazard(this.counts, scratch.prior, OWN_WEIGHT, horizon, scratch.hazard);
    this.plan.solve(scratch.hazard, breakEvenUs, bootUs + REOPEN_MARGIN * breakEvenUs);
    this.solvedAt = this.counts.seen;
  }
}

/** Hazards by bin, made when a plan is and not needed after. */
export class HabitScratch {
  readonly prior = new Float64Array(GAP_BINS);
  readonly hazard = new Float64Array(GAP_BINS);
}
