import {US_PER_DAY, US_PER_HOUR, US_PER_SECOND} from '../../base/units.ts';
import type {Ledger} from '../../replay/ledger.ts';
import type {MinimumSchedule, ReplayOptions} from '../../replay/options.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {replayStages} from '../../replay/run/replay.ts';
import type {Workload} from '../../workload/workload.ts';
import type {Piece, TimeSample} from './time-sample.ts';

const HOURS = 24;

/** What happened in some hours, of functions whole or cut, so that what is told counts more than once. */
export interface HourPart {
  readonly ledger: Ledger;
  /** How often that of each function counts. [row] */
  readonly weight: Float64Array;
}

/** What happened in an hour of the day, over all days. */
export interface HourSum {
  readonly parts: readonly HourPart[];
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
  /** The hours of the counted part, the first and the last maybe cut. */
  readonly pieces: readonly Piece[];
  private readonly fromUs: number;
  private readonly untilUs: number;

  constructor({fromUs, untilUs}: ReplayOptions, byClock: boolean) {
    this.fromUs = fromUs;
    this.untilUs = untilUs;
    this.sums = byClock && untilUs - fromUs >= US_PER_DAY ? HOURS : 1;
    const pieces: Piece[] = [];
    for (let us = fromUs; us < untilUs; us = pieces.at(-1)!.untilUs) {
      const endUs = Math.min(untilUs, (Math.floor(us / US_PER_HOUR) + 1) * US_PER_HOUR);
      pieces.push({fromUs: us, untilUs: endUs, sum: this.sumAt(us)});
    }
    this.pieces = pieces;
  }

  /** Which sum a time belongs to. */
  private sumAt(us: number): number {
    return this.sums === 1 ? 0 : Math.floor(us / US_PER_HOUR) % HOURS;
  }

  /** Where one sum ends and the next begins. */
  private get edgesUs(): number[] {
    return this.sums === 1 ? [] : this.pieces.slice(1).map(({fromUs}) => fromUs);
  }

  /** Seconds that an instance is charged for which is kept throughout an hour of the day, each up to whole steps. */
  chargedSeconds(sum: number, stepS: number): number {
    const whole = [{fromUs: this.fromUs, untilUs: this.untilUs, sum: 0}];
    return (this.sums === 1 ? whole : this.pieces).reduce((seconds, piece) => {
      const length = (piece.untilUs - piece.fromUs) / US_PER_SECOND;
      return piece.sum === sum ? seconds + (stepS === 0 ? length : Math.ceil(length / stepS) * stepS) : seconds;
    }, 0);
  }

  /** The whole, or what a sample of it tells. */
  async replayed(
    workload: Workload,
    policy: PolicyChoice,
    options: ReplayOptions,
    sample?: TimeSample,
    onProgress?: (calls: number) => void,
  ): Promise<HourSum[]> {
    const [outside, inside] = await this.ledgers(workload, policy, options, sample, onProgress);
    const once = new Float64Array(workload.functions).fill(1);
    return inside.map((ledger, sum) => {
      const parts = [{ledger, weight: sample ? weightsIn(sample, sum) : once}];
      // Of what is cut only the blocks are told.
      if (sample)
        parts.push({ledger: outside[sum]!, weight: once.map((own, row) => (sample.cut[row] === 1 ? 0 : own))});
      return hourSum(parts);
    });
  }

  /** What is outside the blocks of the sample, and inside; without a sample all is inside. [sum] */
  async ledgers(
    workload: Workload,
    policy: PolicyChoice,
    options: ReplayOptions,
    sample?: TimeSample,
    onProgress?: (calls: number) => void,
  ): Promise<readonly [outside: readonly Ledger[], inside: readonly Ledger[]]> {
    const {sums, fromUs, untilUs} = this;
    const blocks = sample?.blocks ?? [{fromUs, untilUs, sum: 0}];
    const edges = [...this.edgesUs, ...blocks.flatMap((block) => [block.fromUs, block.untilUs])];
    const atUs = [...new Set(edges)].filter((us) => us > fromUs && us < untilUs).sort((a, b) => a - b);
    const starts = [fromUs, ...atUs];
    const isInside = (us: number): boolean => blocks.some((block) => block.fromUs <= us && us < block.untilUs);
    const sumOf = (us: number): number => this.sumAt(us) + (isInside(us) ? sums : 0);
    const fold = {sums: 2 * sums, of: (stage: number) => sumOf(starts[stage]!)};
    const played = sample?.of(workload) ?? workload;
    const [ledgers] = await replayStages(played, [policy], options, atUs, onProgress, fold);
    return [ledgers!.slice(0, sums), ledgers!.slice(sums)];
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

function weightsIn({cut, weight}: TimeSample, sum: number): Float64Array {
  return Float64Array.from(cut, (isCut) => (isCut === 1 ? weight[sum]! : 1));
}

function hourSum(parts: readonly HourPart[]): HourSum {
  const late = new Float64Array(parts[0]!.weight.length);
  for (const {ledger, weight} of parts)
    for (let row = 0; row < late.length; row++) late[row]! += ledger.late[row]! * weight[row]!;
  return {
    parts,
    late,
    cold: parts.reduce((sum, {ledger}) => sum + ledger.counts.cold, 0),
    idleKept: parts[0]!.ledger.billed?.keptIdleUs.some((us) => us > 0) ?? false,
  };
}
