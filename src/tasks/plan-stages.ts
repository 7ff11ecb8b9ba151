import {US_PER_DAY, US_PER_MINUTE, US_PER_SECOND} from '../base/units.ts';
import {type Bill, billOf, noUsage} from '../cost/bill.ts';
import {expectedColdTimes} from '../fleet/cold-time/expected-cold-times.ts';
import {memoryColumn} from '../fleet/memory.ts';
import {type Ledger, lostOf} from '../replay/ledger.ts';
import type {ReplayOptions} from '../replay/options.ts';
import {callCursor} from '../workload/call-cursor.ts';
import type {Workload} from '../workload/workload.ts';
import type {Sample} from './plan-sample.ts';

/** Parts that a history is looked at in, and those of them at whose ends a plan is tried on what follows. */
const BINS = 10;
const ORIGINS = [4, 6, 8];
/** Less than so many minutes and nothing can be learnt from trying. */
const LEAST_MINUTES = 10;

/** Rolling origins inside a history. Whole minutes, microseconds. */
export interface Origins {
  /** Where one part of the history ends and the next begins, ascending, its beginning and end left out. */
  readonly binsUs: readonly number[];
  /** Some of them: what came before is planned from, what comes after is replayed. */
  readonly atUs: readonly number[];
}

/** Undefined: the history is too short. */
export function originsOf(historyUs: number): Origins | undefined {
  const minutes = Math.floor(historyUs / US_PER_MINUTE);
  if (minutes < LEAST_MINUTES) return undefined;
  const at = (bin: number): number => Math.round((minutes * bin) / BINS) * US_PER_MINUTE;
  const binsUs = [...new Set(Array.from({length: BINS - 1}, (_, k) => at(k + 1)))].filter((us) => us > 0);
  return {binsUs, atUs: ORIGINS.map(at)};
}

/** What a policy did in one part of a history. Dollars and functions of a sample stand for all. */
export interface Stage {
  readonly days: number;
  readonly calls: number;
  readonly cold: number;
  /** What those wait for by the cold times of their functions: the rest of what waiting cost was for instances on the way. */
  readonly coldUsd: number;
  /** Functions that were called for the first time. */
  readonly newFunctions: number;
  readonly bill: Bill;
  /** Instances that idled on average, their memory, and what they cost in the stage. */
  readonly idleInstances: number;
  readonly idleMib: number;
  readonly idleUsd: number;
}

/** Adds up what replays told of a sample. */
export class StageReader {
  private readonly sample: Sample;
  private readonly options: ReplayOptions;
  private readonly memoryMib: Float64Array; // [function]
  private readonly coldUs: Float64Array; // [function]
  private readonly firstUs: Float64Array; // [function]; Infinity: never called

  constructor(sample: Sample, options: ReplayOptions) {
    this.sample = sample;
    this.options = options;
    this.memoryMib = memoryColumn(sample.workload, options.defaultMemoryMib);
    this.coldUs = expectedColdTimes(options.cold, sample.workload, options.settings).meanUs;
    this.firstUs = firstCalls(sample.workload);
  }

  /** Functions that were called before `untilUs`. */
  knownBefore(untilUs: number): number {
    return this.sample.weight.reduce((sum, each, f) => sum + (this.firstUs[f]! < untilUs ? each : 0), 0);
  }

  /** What waiting for a cold start costs, the mean over functions. */
  get coldStartUsd(): number {
    const total = this.coldUs.reduce((sum, us) => sum + us, 0);
    return billOf({...noUsage, startDelayUs: total / Math.max(1, this.coldUs.length)}, this.options.prices).delay;
  }

  /** `ledger` tells of [fromUs, untilUs). */
  read({functions, counts, startDelay}: Ledger, fromUs: number, untilUs: number): Stage {
    const {weight} = this.sample;
    const sum = {
      calls: 0,
      cold: 0,
      newFunctions: 0,
      busyUs: 0,
      busyGb: 0,
      idleUs: 0,
      idleGb: 0,
      startUs: 0,
      startGb: 0,
      lost: 0,
    };
    let [ownDelay, allDelay] = [0, 0];
    for (let f = 0; f < weight.length; f++) {
      const each = weight[f]!;
      if (each === 0) continue;
      const gb = this.memoryMib[f]! / 1024 / US_PER_SECOND;
      sum.calls += each * functions.calls[f]!;
      sum.cold += each * functions.cold[f]!;
      sum.newFunctions += this.firstUs[f]! >= fromUs && this.firstUs[f]! < untilUs ? each : 0;
      sum.idleUs += each * functions.idleUs[f]!;
      sum.startUs += each * functions.startingUs[f]!;
      sum.busyUs += each * functions.busyUs[f]!;
      sum.busyGb += each * gb * functions.busyUs[f]!;
      sum.idleGb += each * gb * functions.idleUs[f]!;
      sum.startGb += each * gb * functions.startingUs[f]!;
      sum.lost += each * lostOf(functions, f);
      ownDelay += functions.cold[f]! * this.coldUs[f]!;
      allDelay += each * functions.cold[f]! * this.coldUs[f]!;
    }
    const {prices} = this.options;
    const idle = {
      idleSlotUs: sum.idleUs,
      idleGbSeconds: sum.idleGb,
      idleVcpuSeconds: sum.idleUs / US_PER_SECOND,
    };
    const bill = billOf(
      {
        ...noUsage,
        ...idle,
        startingSlotUs: sum.startUs,
        startingGbSeconds: sum.startGb,
        activeVcpuSeconds: (sum.busyUs + sum.startUs) / US_PER_SECOND,
        executionGbSeconds: sum.busyGb,
        requests: sum.calls * (counts.invocations > 0 ? (counts.warm + counts.cold) / counts.invocations : 0),
        // Delays are not told by function: they weigh as the cold starts do.
        startDelayUs: startDelay.sum * (ownDelay > 0 ? allDelay / ownDelay : 1),
        lost: sum.lost,
      },
      prices,
    );
    const lengthUs = untilUs - fromUs;
    return {
      coldUsd: billOf({...noUsage, startDelayUs: allDelay}, prices).delay,
      days: lengthUs / US_PER_DAY,
      calls: sum.calls,
      cold: sum.cold,
      newFunctions: sum.newFunctions,
      bill,
      idleInstances: sum.idleUs / lengthUs,
      idleMib: (sum.idleGb * 1024 * US_PER_SECOND) / lengthUs,
      idleUsd: billOf({...noUsage, ...idle}, prices).total,
    };
  }

  /**
   * What a policy decided for each function, by itself whatever it stands for: dollars of warm time and of cold starts.
   * [function]
   */
  usdOf({functions}: Ledger): Float64Array {
    const {prices} = this.options;
    return this.coldUs.map((coldUs, f) => {
      const [idleUs, startUs] = [functions.idleUs[f]!, functions.startingUs[f]!];
      const gb = this.memoryMib[f]! / 1024 / US_PER_SECOND;
      return billOf(
        {
          ...noUsage,
          idleSlotUs: idleUs,
          idleVcpuSeconds: idleUs / US_PER_SECOND,
          activeVcpuSeconds: startUs / US_PER_SECOND,
          idleGbSeconds: gb * idleUs,
          startingSlotUs: startUs,
          startingGbSeconds: gb * startUs,
          startDelayUs: functions.cold[f]! * coldUs,
        },
        prices,
      ).total;
    });
  }
}

/** How much of the cost is how few functions': the sum of their squared shares, 1 if it is all one's; 0 without cost. */
export function concentrationOf({weight}: Sample, usdOf: Float64Array): number {
  let [all, squares] = [0, 0];
  weight.forEach((each, f) => {
    all += each * usdOf[f]!;
    squares += each * usdOf[f]! ** 2;
  });
  return all > 0 ? squares / (all * all) : 0;
}

/**
 * How unlike the two halves of a history are in what each function cost: the root of the summed squares of the changes,
 * over what all cost in a half; 0 without cost. `usdOf` is of parts of equal length. [part][function]
 */
export function unlikenessOf({weight}: Sample, usdOf: readonly Float64Array[]): number {
  const half = Math.floor(usdOf.length / 2);
  let [all, squares] = [0, 0];
  weight.forEach((each, f) => {
    const sum = (parts: readonly Float64Array[]): number => parts.reduce((total, usd) => total + usd[f]!, 0);
    const [early, late] = [sum(usdOf.slice(0, half)), sum(usdOf.slice(-half))];
    all += (each * (early + late)) / 2;
    squares += each * (late - early) ** 2;
  });
  return all > 0 ? Math.sqrt(squares) / all : 0;
}

/** Dollars a day over all stages. */
export function usdPerDay(stages: readonly Stage[]): number {
  return stages.reduce((sum, {bill}) => sum + bill.total, 0) / stages.reduce((sum, {days}) => sum + days, 0);
}

/** When each function is called first, microseconds; Infinity: never. [function] */
function firstCalls({functions, arrivals}: Workload): Float64Array {
  const cursor = callCursor(arrivals);
  return Float64Array.from({length: functions}, (_, f) => {
    cursor.open(f);
    return cursor.next() ? cursor.timeUs : Number.POSITIVE_INFINITY;
  });
}
