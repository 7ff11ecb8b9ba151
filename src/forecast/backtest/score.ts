import {US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import {type Bill, billOf, noUsage, type Usage} from '../../cost/bill.ts';
import type {PriceSheet} from '../../cost/prices.ts';
import {countQuantile} from '../forecaster.ts';
import {SEGMENTS, segmentNames} from '../segments.ts';

/** Bins of predicted probability in a reliability table. */
const BINS = 10;

/** How good forecasts were, over all rows or those of one segment. Averages are per row; NaN without rows. */
export interface ScoreResult {
  /** Function-windows scored. */
  readonly rows: number;
  /** Weighted quantile loss: twice the pinball losses over the calls, averaged over levels; NaN without calls. */
  readonly wql: number;
  /** Mean pinball loss of the count quantile, by level. */
  readonly pinball: Readonly<Record<string, number>>;
  /** Share of calls + jitter at or below the quantile: the randomised probability integral transform. */
  readonly coverage: Readonly<Record<string, number>>;
  /** Mean squared error of P(N >= 1). */
  readonly brier: number;
  /** What the decisions cost: idle slots and cold starts, and the calls themselves, which are the same for all models. */
  readonly costUsdPerDay: Bill;
  /** Its total. */
  readonly usdPerDay: number;
  /** Dollars above those of an oracle that knows every count. */
  readonly regretUsdPerDay: number;
}

/** One bin of predicted P(N >= 1): what was predicted and what came. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly predicted: number;
  readonly observed: number;
}

/** What one decision came to in its window, on average over the window's time. Filled anew for each. */
export class Decision {
  memoryGb = 0;
  busySlots = 0;
  idleSlots = 0;
  coldStarts = 0;
  /** Dollars above an oracle's. */
  regretUsd = 0;
}

/** How decisions are billed. */
export interface Billing {
  readonly prices: PriceSheet;
  readonly coldUs: number;
  readonly windowMinutes: number;
}

/** Sums of one segment. */
class Sums {
  rows = 0;
  calls = 0;
  brier = 0;
  idleSlots = 0;
  idleGb = 0;
  busySlots = 0;
  busyGb = 0;
  coldStarts = 0;
  coldGb = 0;
  regretUsd = 0;
  readonly pinball: Float64Array;
  readonly covered: Float64Array;

  constructor(levels: number) {
    this.pinball = new Float64Array(levels);
    this.covered = new Float64Array(levels);
  }
}

/** Adds up what forecasts were worth against what came. */
export class Score {
  /** Levels that are scored, and the place of each among those forecast. */
  private readonly quantiles: readonly number[];
  private readonly levelAt: readonly number[];
  private readonly billing: Billing;
  private readonly segments: readonly Sums[];
  private readonly bins = {
    rows: new Float64Array(BINS),
    predicted: new Float64Array(BINS),
    active: new Float64Array(BINS),
  };

  constructor(quantiles: readonly number[], forecast: readonly number[], billing: Billing) {
    this.quantiles = quantiles;
    this.billing = billing;
    this.levelAt = quantiles.map((level) => forecast.indexOf(level));
    this.segments = Array.from({length: SEGMENTS}, () => new Sums(quantiles.length));
  }

  /** One window: the forecast, the calls that came, the decision. */
  add(segment: number, calls: number, active: number, jittered: Float32Array, at: number, decision: Decision): void {
    const sums = this.segments[segment]!;
    const {bins, levelAt, quantiles} = this;
    sums.rows++;
    sums.calls += calls;
    sums.idleSlots += decision.idleSlots;
    sums.idleGb += decision.idleSlots * decision.memoryGb;
    sums.busySlots += decision.busySlots;
    sums.busyGb += decision.busySlots * decision.memoryGb;
    sums.coldStarts += decision.coldStarts;
    sums.coldGb += decision.coldStarts * decision.memoryGb;
    sums.regretUsd += decision.regretUsd;
    const came = calls > 0 ? 1 : 0;
    sums.brier += (active - came) ** 2;
    for (let q = 0; q < quantiles.length; q++) {
      const z = jittered[at + levelAt[q]!]!;
      const error = calls - countQuantile(z);
      sums.pinball[q]! += error > 0 ? quantiles[q]! * error : (quantiles[q]! - 1) * error;
      // The jitter's share at or below z, so that no draw blurs the figure.
      sums.covered[q]! += Math.min(1, Math.max(0, z - calls));
    }
    const bin = Math.min(BINS - 1, Math.floor(active * BINS));
    bins.rows[bin]!++;
    bins.predicted[bin]! += active;
    bins.active[bin]! += came;
  }

  /** All rows together, dollars scaled to a day of `minutes` of trace. */
  total(minutes: number): ScoreResult {
    return this.result(this.segments, minutes);
  }

  bySegment(minutes: number): (ScoreResult & {name: string})[] {
    return this.segments.map((sums, segment) => ({name: segmentNames[segment]!, ...this.result([sums], minutes)}));
  }

  reliability(): ReliabilityBin[] {
    const {rows, predicted, active} = this.bins;
    return Array.from(rows, (n, bin) => ({
      from: bin / BINS,
      to: (bin + 1) / BINS,
      rows: n,
      predicted: predicted[bin]! / n,
      observed: active[bin]! / n,
    })).filter((bin) => bin.rows > 0);
  }

  private result(parts: readonly Sums[], minutes: number): ScoreResult {
    const sum = (of: (part: Sums) => number) => parts.reduce((total, part) => total + of(part), 0);
    const rows = sum((part) => part.rows);
    const perLevel = (of: (part: Sums) => Float64Array) =>
      Object.fromEntries(this.quantiles.map((level, q) => [String(level), sum((part) => of(part)[q]!) / rows]));
    const losses = this.quantiles.map((_, q) => sum((part) => part.pinball[q]!));
    const perDay = 1440 / minutes;
    const costUsdPerDay = billOf(this.usagePerDay(sum, perDay), this.billing.prices);
    return {
      rows,
      wql: (2 * losses.reduce((a, b) => a + b, 0)) / losses.length / sum((part) => part.calls),
      pinball: perLevel((part) => part.pinball),
      coverage: perLevel((part) => part.covered),
      brier: sum((part) => part.brier) / rows,
      costUsdPerDay,
      usdPerDay: costUsdPerDay.total,
      regretUsdPerDay: sum((part) => part.regretUsd) * perDay,
    };
  }

  private usagePerDay(sum: (of: (part: Sums) => number) => number, perDay: number): Usage {
    const {coldUs, windowMinutes} = this.billing;
    const windowSeconds = 60 * windowMinutes;
    const startingUs = perDay * sum((part) => part.coldStarts) * coldUs;
    return {
      ...noUsage,
      idleSlotUs: perDay * sum((part) => part.idleSlots) * windowMinutes * US_PER_MINUTE,
      startingSlotUs: startingUs,
      idleGbSeconds: perDay * sum((part) => part.idleGb) * windowSeconds,
      startingGbSeconds: perDay * sum((part) => part.coldGb) * (coldUs / US_PER_SECOND),
      idleVcpuSeconds: perDay * sum((part) => part.idleSlots) * windowSeconds,
      activeVcpuSeconds: perDay * sum((part) => part.busySlots) * windowSeconds + startingUs / US_PER_SECOND,
      executionGbSeconds: perDay * sum((part) => part.busyGb) * windowSeconds,
      requests: perDay * sum((part) => part.calls),
      startDelayUs: startingUs,
      lost: 0,
    };
  }
}
