import {RunList} from '../curves/run-list.ts';
import {densityKey, type Segments} from '../curves/segments.ts';

/** Prices that are looked for are first looked for between these multiples of what they were said to be near. */
const NEAR = [0.5, 2] as const;

/** Units whose concave curves compete for resources. `runs` may be asked again and again and says the same each time. */
export interface RunSource {
  readonly units: number;
  runs(unit: number): Segments;
  /** The most valuable number of slots below `slots`, behind the first `from`, that fits into `room`. */
  part(unit: number, from: number, slots: number, room: number): {slots: number; use: number; value: number};
}

/** Units that compete with one another: all functions of a window, of a cell in it, of a team in that. */
export interface Groups {
  readonly count: number;
  of(unit: number): number;
}

export interface Selection {
  /** Slots chosen for each unit. [unit] */
  readonly slots: Int32Array;
  /** Value for the resource of the first run left out, 0 when nothing was: the Lagrange price. [group] */
  readonly price: Float64Array;
  /** Resource taken in each group. [group] */
  readonly used: Float64Array;
  /** Value of what was taken. [group] */
  readonly reached: Float64Array;
}

/** What the sum over the chosen runs of a group is held against. */
export type Stop =
  /** Take what fits into so much of the resource. */
  | 'within-use'
  /** Take as little as reaches so much value. */
  | 'reach-value';

/**
 * Takes each group's runs in order of value for the resource until its limit: exact greedy, which is optimal for
 * concave curves up to one run a group. Instead of sorting all runs it narrows down, by counting, the band of
 * densities in which the limit falls, and sorts that band alone: a few passes over the curves and no memory per run.
 * An infinite limit takes everything. Prices that are known to be `near` save passes; where they are not, it costs one.
 */
export function selectRuns(
  source: RunSource,
  groups: Groups,
  limit: Float64Array,
  stop: Stop,
  near?: Float64Array,
): Selection {
  const bands = new Bands(groups.count, limit, stop, near);
  while (bands.wide()) bands.narrow(source, groups);
  return takeBands(source, groups, bands);
}

/** Keys are 32-bit; a band is [low, high). */
const KEY_END = 2 ** 32;
/** Counters over all groups in one pass. */
const COUNTERS = 1 << 18;
/** A band with this few runs over all groups is sorted as it is. */
const SORTED_RUNS = 1 << 18;

/** For each group the densities that are certainly taken (from `high` up) and those in doubt (from `low` to `high`). */
class Bands {
  readonly count: number;
  readonly limit: Float64Array;
  readonly stop: Stop;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Sum over the runs from `high` up. */
  readonly taken: Float64Array;
  /** 1: the band is a guess, its ends not yet known to be taken and left. */
  private readonly guessed: Uint8Array;
  private readonly buckets: number;
  private readonly sums: Float64Array;
  private readonly runs: Uint32Array;
  private runsInDoubt = Number.POSITIVE_INFINITY;
  private widest = KEY_END;

  constructor(count: number, limit: Float64Array, stop: Stop, near?: Float64Array) {
    this.count = count;
    this.limit = limit;
    this.stop = stop;
    this.low = new Float64Array(count);
    this.high = new Float64Array(count).fill(KEY_END);
    this.taken = new Float64Array(count);
    this.guessed = new Uint8Array(count);
    near?.forEach((price, g) => {
      if (!(price > 0)) return;
      this.guessed[g] = 1;
      this.low[g] = densityKey(NEAR[0] * price, 1);
      this.high[g] = densityKey(NEAR[1] * price, 1);
    });
    this.buckets = 2 ** Math.max(4, Math.min(14, Math.floor(Math.log2(COUNTERS / count))));
    this.sums = new Float64Array(count * this.buckets);
    this.runs = new Uint32Array(count * this.buckets);
  }

  /** Whether another round of narrowing would help. */
  wide(): boolean {
    return this.widest > 1 && this.runsInDoubt > SORTED_RUNS;
  }

  narrow(source: RunSource, groups: Groups): void {
    const {buckets, low, high, sums, runs, stop, guessed, taken} = this;
    sums.fill(0);
    runs.fill(0);
    let seen = 0;
    for (let unit = 0; unit < source.units; unit++) {
      const {count, value, use} = source.runs(unit);
      if (count === 0) continue;
      const g = groups.of(unit);
      const width = this.bucketWidth(g);
      for (let j = 0; j < count; j++) {
        const key = densityKey(value[j]!, use[j]!);
        if (key >= high[g]!) {
          if (guessed[g] === 1) taken[g]! += stop === 'within-use' ? use[j]! : value[j]!;
          continue;
        }
        if (key < low[g]!) break;
        const at = g * buckets + Math.floor((key - low[g]!) / width);
        sums[at]! += stop === 'within-use' ? use[j]! : value[j]!;
        runs[at]! += 1;
        seen++;
      }
    }
    this.runsInDoubt = 0;
    this.widest = 0;
    // When all runs can be sorted, those below the limit's bucket stay: smaller ones may fill the last gap.
    const keepLower = seen <= SORTED_RUNS;
    for (let g = 0; g < this.count; g++) this.narrowGroup(g, keepLower);
  }

  private bucketWidth(g: number): number {
    return Math.max(1, Math.ceil((this.high[g]! - this.low[g]!) / this.buckets));
  }

  /** The band shrinks to the bucket in which the running sum meets the limit; to nothing if it never does. */
  private narrowGroup(g: number, keepLower: boolean): void {
    const {low, high, taken, limit} = this;
    if (this.guessed[g] === 1 && this.reaches(taken[g]!, limit[g]!)) {
      this.look(g, high[g]!, KEY_END);
      taken[g] = 0;
      return;
    }
    const width = this.bucketWidth(g);
    const from = low[g]!;
    let bucket = Math.ceil((high[g]! - from) / width) - 1;
    for (; bucket >= 0; bucket--) {
      const sum = taken[g]! + this.sums[g * this.buckets + bucket]!;
      if (this.reaches(sum, limit[g]!)) break;
      taken[g] = sum;
    }
    if (bucket < 0 && this.guessed[g] === 1) {
      this.look(g, 0, from);
      return;
    }
    this.guessed[g] = 0;
    if (bucket < 0) {
      high[g] = from;
      return;
    }
    high[g] = Math.min(high[g]!, from + (bucket + 1) * width);
    if (!keepLower) low[g] = from + bucket * width;
    this.runsInDoubt += this.runs[g * this.buckets + bucket]!;
    this.widest = Math.max(this.widest, high[g]! - low[g]!);
  }

  private reaches(sum: number, limit: number): boolean {
    return this.stop === 'within-use' ? sum > limit : sum >= limit;
  }

  /** The guess was wrong: the limit falls between these keys. */
  private look(g: number, low: number, high: number): void {
    this.guessed[g] = 0;
    this.low[g] = low;
    this.high[g] = high;
    this.runsInDoubt = Number.POSITIVE_INFINITY;
    this.widest = Math.max(this.widest, high - low);
  }
}

function takeBands(source: RunSource, groups: Groups, bands: Bands): Selection {
  const taken: Selection = {
    slots: new Int32Array(source.units),
    price: new Float64Array(bands.count),
    used: new Float64Array(bands.count),
    reached: new Float64Array(bands.count),
  };
  const doubtful = new RunList();
  for (let unit = 0; unit < source.units; unit++) {
    const runs = source.runs(unit);
    if (runs.count === 0) continue;
    const g = groups.of(unit);
    for (let j = 0; j < runs.count; j++) {
      const key = densityKey(runs.value[j]!, runs.use[j]!);
      if (key >= bands.high[g]!) take(taken, unit, g, runs.slots[j]!, runs.value[j]!, runs.use[j]!);
      else if (key >= bands.low[g]!) doubtful.push(unit, g, runs.slots[j]!, runs.value[j]!, runs.use[j]!);
      else break;
    }
  }
  fillUp(source, doubtful, bands, taken);
  return taken;
}

function take(to: Selection, unit: number, g: number, slots: number, value: number, use: number): void {
  to.slots[unit]! += slots;
  to.used[g]! += use;
  to.reached[g]! += value;
}

/**
 * Takes doubtful runs one by one. The first that does not fit sets the price; smaller ones behind it may still fit,
 * but none of the same unit, whose slots come in order.
 */
function fillUp(source: RunSource, doubtful: RunList, {limit, stop}: Bands, taken: Selection): void {
  const full = new Set<number>();
  for (const i of doubtful.sorted()) {
    const unit = doubtful.unit[i]!;
    const g = doubtful.group[i]!;
    const use = doubtful.use[i]!;
    const value = doubtful.value[i]!;
    if (stop === 'reach-value') {
      if (taken.reached[g]! >= limit[g]!) continue;
      taken.price[g] = value / use;
      take(taken, unit, g, doubtful.slots[i]!, value, use);
    } else if (!full.has(unit) && taken.used[g]! + use <= limit[g]!) {
      take(taken, unit, g, doubtful.slots[i]!, value, use);
    } else {
      if (taken.price[g] === 0) taken.price[g] = value / use;
      if (full.has(unit)) continue;
      full.add(unit);
      const part = source.part(unit, taken.slots[unit]!, doubtful.slots[i]!, limit[g]! - taken.used[g]!);
      take(taken, unit, g, part.slots, part.value, part.use);
    }
  }
}
