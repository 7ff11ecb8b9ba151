import {US_PER_MINUTE, US_PER_SECOND} from '../../../../base/units.ts';
import {GAP_BINS} from '../../../../demand/gaps/gap-bins.ts';
import {blendHazard, GapCounts} from '../../../../demand/gaps/gap-counts.ts';
import {GapPlan} from '../../../../demand/gaps/gap-plan.ts';
import {priorHazard, type Regularity} from './gap-prior.ts';

/** Gaps of the prior that weigh as much as the habit's own. */
const PRIOR_GAPS = 3;
/** Longest memory of a mean gap, and of how regular gaps are, in gaps. */
const MEAN_GAPS = 30;
const REGULAR_GAPS = 8;
/** A gap is regular when it differs from the mean by less than this share, or a minute, but never by more than half. */
const REGULAR_SHARE = 0.15;
/** Clocks that tick faster blur where a trace has counts a minute. */
const CLOCK_US = 2.5 * US_PER_MINUTE;
/** What an instance that is let go and started again must save, at most this share of a cold start: guards against chance. */
const REOPEN_US = 40 * US_PER_SECOND;
const REOPEN_SHARE = 0.1;

/** Gaps of one function at one octave of levels: what was seen, and what follows from it at the prices in use. */
export class Habit {
  /** What to do in a gap; made by `solve`. */
  plan!: GapPlan;
  private ownPlan: GapPlan | undefined;
  private readonly aboveFirst: boolean;
  private counts: GapCounts | undefined;
  /** Mean gap, recent ones weighing more; NaN before the first. */
  private meanUs = Number.NaN;
  /** Share of regular gaps, recent ones weighing more. */
  private regular = 0;
  private solvedAt = -1;

  /** `aboveFirst` for levels above the first. */
  constructor(aboveFirst: boolean) {
    this.aboveFirst = aboveFirst;
  }

  private get seen(): number {
    return this.counts === undefined ? 0 : this.counts.seen;
  }

  /**
   * A gap has begun with `busyUs` of running. Levels above the first may never be reached again, so their gaps are at
   * risk from now on; a gap of the first counts when it has ended, or each would seem to have outlasted all bins.
   */
  began(busyUs: number): void {
    if (!this.aboveFirst) return;
    this.counts ??= new GapCounts();
    this.counts.enter(busyUs);
  }

  /** A gap has ended that began with `busyUs` of running. */
  ended(busyUs: number, gapUs: number): void {
    this.counts ??= new GapCounts();
    const {seen} = this.counts;
    if (!this.aboveFirst) this.counts.enter(busyUs);
    this.counts.end(gapUs);
    if (seen === 0) {
      this.meanUs = gapUs;
      return;
    }
    const off = Math.abs(gapUs - this.meanUs);
    const near = off <= Math.min(Math.max(REGULAR_SHARE * this.meanUs, US_PER_MINUTE), 0.5 * this.meanUs);
    this.regular += ((near ? 1 : 0) - this.regular) / Math.min(seen, REGULAR_GAPS);
    this.meanUs += (gapUs - this.meanUs) / Math.min(seen + 1, MEAN_GAPS);
  }

  get regularity(): Regularity {
    const {seen} = this;
    if (seen === 0) return 'unseen';
    if (seen === 1) return 'once';
    if (this.regular < 0.4) return 'irregular';
    if (this.regular < 0.75) return 'mixed';
    if (seen < 6) return 'regular';
    return this.regular > 0.95 && this.meanUs > CLOCK_US ? 'clock' : 'timer';
  }

  /** True when a tenth more gaps have ended since the plan was made: so plans cost O(1) amortised a gap. */
  get outdated(): boolean {
    const {seen} = this;
    return this.solvedAt < 0 || (seen < 10 ? seen > this.solvedAt : seen >= 1.1 * this.solvedAt + 1);
  }

  /** Makes the plan anew; see GapPlan.solve for the prices. */
  solve(coldUs: number, bootUs: number, bench: PlanBench): void {
    this.solvedAt = this.seen;
    const startUs = bootUs + Math.min(REOPEN_US, REOPEN_SHARE * coldUs);
    priorHazard(this.regularity, this.meanUs, this.aboveFirst, bench.prior);
    if (this.counts === undefined) {
      this.plan = bench.withoutCounts(this.aboveFirst, coldUs, startUs);
      return;
    }
    blendHazard(this.counts, bench.prior, PRIOR_GAPS, bench.hazard);
    this.ownPlan ??= new GapPlan();
    this.plan = this.ownPlan;
    this.plan.solve(bench.hazard, coldUs, startUs);
  }
}

/** Where plans are made: hazards by bin, not needed after, and the plans of habits of which nothing was seen. */
export class PlanBench {
  readonly prior = new Float64Array(GAP_BINS);
  readonly hazard = new Float64Array(GAP_BINS);
  private readonly plans: {readonly plan: GapPlan; readonly coldUs: number; readonly startUs: number}[] = [];

  /** The plan under `prior`, which is always the same when nothing was seen: one for all habits at the same prices. */
  withoutCounts(aboveFirst: boolean, coldUs: number, startUs: number): GapPlan {
    const at = aboveFirst ? 1 : 0;
    const known = this.plans[at];
    if (known !== undefined && known.coldUs === coldUs && known.startUs === startUs) return known.plan;
    const plan = new GapPlan();
    plan.solve(this.prior, coldUs, startUs);
    this.plans[at] = {plan, coldUs, startUs};
    return plan;
  }
}
