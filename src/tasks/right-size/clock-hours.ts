import {US_PER_DAY, US_PER_HOUR, US_PER_SECOND} from '../../base/units.ts';
import type {Ledger} from '../../replay/ledger.ts';
import type {MinimumSchedule, ReplayOptions} from '../../replay/options.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {replayStages} from '../../replay/run/replay.ts';
import type {Workload} from '../../workload/workload.ts';

const HOURS = 24;

/** What happened in an hour of the day, over all days. */
export interface HourSum {
  readonly ledger: Ledger;
  /** Starts after the deadline. [row] */
  readonly late: Float64Array;
  readonly cold: number;
  /** Not all that is kept was ever busy at once, as far as can be told: some of it idled. */
  readonly idleKept: boolean;
}

/**
 * The counted part by hours of the day, counted from time 0, so that what is kept may follow the clock. Less than a day, or
 * where nothing follows it: one sum of all.
 */
export class ClockHours {
  /** Hours that are told apart; 1: none. */
  readonly sums: number;
  private readonly fromUs: number;
  private readonly untilUs: number;
  /** Where one hour ends and the next begins. */
  private readonly edgesUs: readonly number[];

  constructor({fromUs, untilUs}: ReplayOptions, byClock: boolean) {
    this.fromUs = fromUs;
    this.untilUs = untilUs;
    this.sums = byClock && untilUs - fromUs >= US_PER_DAY ? HOURS : 1;
    const edges: number[] = [];
    if (this.sums > 1) {
      const first = Math.floor(fromUs / US_PER_HOUR) + 1;
      for (let us = first * US_PER_HOUR; us < untilUs; us += US_PER_HOUR) edges.push(us);
    }
    this.edgesUs = edges;
  }

  /** Which sum a time belongs to. */
  private sumAt(us: number): number {
    return this.sums === 1 ? 0 : Math.floor(us / US_PER_HOUR) % HOURS;
  }

  /** Seconds that an instance is charged for which is kept throughout an hour of the day, each up to whole steps. */
  chargedSeconds(sum: number, stepS: number): number {
    let seconds = 0;
    const edges = [this.fromUs, ...this.edgesUs, this.untilUs];
    for (let k = 0; k + 1 < edges.length; k++) {
      if (this.sumAt(edges[k]!) !== sum) continue;
      const length = (edges[k + 1]! - edges[k]!) / US_PER_SECOND;
      seconds += stepS === 0 ? length : Math.ceil(length / stepS) * stepS;
    }
    return seconds;
  }

  async replayed(workload: Workload, policy: PolicyChoice, options: ReplayOptions): Promise<HourSum[]> {
    const starts = [this.fromUs, ...this.edgesUs];
    const fold = {sums: this.sums, of: (stage: number) => this.sumAt(starts[stage]!)};
    const [ledgers] = await replayStages(workload, [policy], options, this.edgesUs, undefined, fold);
    return ledgers!.map((ledger) => ({
      ledger,
      late: ledger.late,
      cold: ledger.counts.cold,
      idleKept: ledger.billed?.keptIdleUs.some((us) => us > 0) ?? false,
    }));
  }

  /** The minima as changes of the whole counted part. `counts[row * sums + hour]`. */
  schedule(counts: Int32Array): MinimumSchedule {
    const rows = counts.length / this.sums;
    const last = new Int32Array(rows);
    const atUs: number[] = [];
    const row: number[] = [];
    const min: number[] = [];
    const first = Math.floor(this.fromUs / US_PER_HOUR) * US_PER_HOUR;
    for (const us of [Math.max(0, first), ...this.edgesUs]) {
      for (let f = 0; f < rows; f++) {
        const count = counts[f * this.sums + this.sumAt(us)]!;
        if (count === last[f]) continue;
        last[f] = count;
        atUs.push(us);
        row.push(f);
        min.push(count);
      }
    }
    return {atUs: Float64Array.from(atUs), row: Int32Array.from(row), min: Int32Array.from(min)};
  }
}
