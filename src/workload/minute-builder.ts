import {US_PER_MINUTE} from '../base/units.ts';
import {consecutiveLists, doubled} from './columns.ts';
import {FunctionTable, unknownDurations} from './function-table.ts';
import type {DurationColumns, MinuteArrivals, Workload, WorkloadMeta} from './workload.ts';

const UINT32_MAX = 4294967295;

/** What a reader or generator knows of its trace beyond the rows; the builder works out origin and span. */
export type TraceMeta = Pick<WorkloadMeta, 'source' | 'startTime' | 'licence' | 'clampedDurations'>;

/**
 * Collects per-minute counts in any order and makes a Workload of them: minutes ascending, counts of the same
 * function and minute added, minutes without calls left out. Minutes are on the trace's own clock.
 */
export class MinuteBuilder {
  readonly functions = new FunctionTable();
  /** Entries lie in blocks, so that none is copied as they grow. */
  private readonly blocks: Block[] = [];
  private block: Block = emptyBlock(0);
  private used = 0;
  // Entries of one function that came one after the other are a run, within one block.
  private runFunction = new Int32Array(0);
  private runBlock = new Int32Array(0);
  private runFrom = new Int32Array(0);
  private runs = 0;
  private lastFunction = -1;
  private firstMinute = Number.POSITIVE_INFINITY;
  private endMinute = Number.NEGATIVE_INFINITY;
  private largest = 0;

  /** Says that the trace has minutes [from, until), called or not. The span runs from the first to the last present. */
  cover(from: number, until: number): void {
    if (from < this.firstMinute) this.firstMinute = from;
    if (until > this.endMinute) this.endMinute = until;
  }

  /** Adds `count` >= 0 calls of function `f` in `minute`, an integer in [0, 2^32). */
  add(f: number, minute: number, count: number): void {
    if (count === 0) return;
    this.openRun(f, 1);
    const {block} = this;
    block.minutes[block.used] = minute;
    block.counts[block.used++] = count;
    if (count > this.largest) this.largest = count;
    this.cover(minute, minute + 1);
  }

  /** Adds the first `length` of these counts > 0 of function `f`, each in the minute beside it. */
  addAll(f: number, minutes: Uint32Array, counts: Float64Array, length: number): void {
    if (length === 0) return;
    this.openRun(f, length);
    const {block} = this;
    let {firstMinute, endMinute, largest} = this;
    for (let i = 0, at = block.used; i < length; i++, at++) {
      const minute = minutes[i]!;
      const count = counts[i]!;
      block.minutes[at] = minute;
      block.counts[at] = count;
      if (minute < firstMinute) firstMinute = minute;
      if (minute >= endMinute) endMinute = minute + 1;
      if (count > largest) largest = count;
    }
    block.used += length;
    this.cover(firstMinute, endMinute);
    this.largest = largest;
  }

  /** The workload. The builder is spent. */
  finish(meta: TraceMeta, durations?: DurationColumns): Workload {
    const empty = this.endMinute <= this.firstMinute;
    const origin = empty ? 0 : this.firstMinute;
    const functions = this.functions.size;
    this.used = this.blocks.reduce((sum, block) => sum + block.used, 0);
    const arrivals = this.largest > UINT32_MAX ? undefined : this.arrivals(origin, Uint32Array);
    return {
      meta: {
        ...meta,
        originUs: origin * US_PER_MINUTE,
        spanUs: empty ? 0 : (this.endMinute - origin) * US_PER_MINUTE,
      },
      functions,
      ...this.functions.columns(),
      duration: durations ?? unknownDurations(functions),
      arrivals: arrivals ?? this.arrivals(origin, Float64Array)!,
    };
  }

  /** Makes room for `length` entries of `f` in one block and notes whose they are. */
  private openRun(f: number, length: number): void {
    const full = this.block.used + length > this.block.minutes.length;
    if (full) this.blocks.push((this.block = emptyBlock(Math.max(BLOCK_ENTRIES, length))));
    if (f === this.lastFunction && !full) return;
    this.lastFunction = f;
    if (this.runs === this.runFunction.length) {
      this.runFunction = doubled(this.runFunction);
      this.runBlock = doubled(this.runBlock);
      this.runFrom = doubled(this.runFrom);
    }
    this.runFunction[this.runs] = f;
    this.runBlock[this.runs] = this.blocks.length - 1;
    this.runFrom[this.runs++] = this.block.used;
  }

  /** The lists with counts in the given type, or undefined when a sum of counts does not fit in it. */
  private arrivals(
    origin: number,
    CountArray: Uint32ArrayConstructor | Float64ArrayConstructor,
  ): MinuteArrivals | undefined {
    const length = new Float64Array(this.functions.size);
    for (let run = 0; run < this.runs; run++)
      length[this.runFunction[run]!]! += this.runUntil(run) - this.runFrom[run]!;
    const minute = consecutiveLists(new Uint32Array(this.used), length);
    const counts = new CountArray(this.used);
    const cursor = minute.start.slice();
    const untidy = new Set<number>();
    for (let run = 0; run < this.runs; run++) {
      const f = this.runFunction[run]!;
      const block = this.blocks[this.runBlock[run]!]!;
      const [from, until, at] = [this.runFrom[run]!, this.runUntil(run), cursor[f]!];
      counts.set(block.counts.subarray(from, until), at);
      if (!copyAscending(block.minutes, from, until, minute.values, at, origin, minute.start[f]!)) untidy.add(f);
      cursor[f] = at + until - from;
    }
    for (const f of untidy) {
      const from = minute.start[f]!;
      const kept = tidy(minute.values, counts, from, from + length[f]!);
      if (kept < 0) return undefined;
      length[f] = kept;
    }
    return {kind: 'minute', minute, count: {values: counts, start: minute.start, length}};
  }

  private runUntil(run: number): number {
    const block = this.runBlock[run]!;
    const sameBlock = run + 1 < this.runs && this.runBlock[run + 1] === block;
    return sameBlock ? this.runFrom[run + 1]! : this.blocks[block]!.used;
  }
}

const BLOCK_ENTRIES = 1 << 18;

interface Block {
  readonly minutes: Uint32Array;
  readonly counts: Float64Array;
  used: number;
}

function emptyBlock(entries: number): Block {
  return {minutes: new Uint32Array(entries), counts: new Float64Array(entries), used: 0};
}

/** Copies minutes less `origin` to `at` of a list that begins at `start`; whether the list ascends with them. */
function copyAscending(
  minutes: Uint32Array,
  from: number,
  until: number,
  target: Uint32Array,
  at: number,
  origin: number,
  start: number,
): boolean {
  let ascends = true;
  let previous = at > start ? target[at - 1]! : -1;
  for (let i = from; i < until; i++, at++) {
    const minute = minutes[i]! - origin;
    target[at] = minute;
    if (minute <= previous) ascends = false;
    previous = minute;
  }
  return ascends;
}

/**
 * Sorts entries [from, to) by minute and adds up those of the same one. Returns how many are left, or -1 when a
 * sum does not fit the count's type.
 */
function tidy(minutes: Uint32Array, counts: Uint32Array | Float64Array, from: number, to: number): number {
  const order = Uint32Array.from({length: to - from}, (_, i) => i);
  const oldMinutes = minutes.slice(from, to);
  const oldCounts = counts.slice(from, to);
  order.sort((a, b) => oldMinutes[a]! - oldMinutes[b]!);
  let at = from - 1;
  for (const i of order) {
    if (at >= from && minutes[at] === oldMinutes[i]) {
      const sum = counts[at]! + oldCounts[i]!;
      if (sum > UINT32_MAX && counts instanceof Uint32Array) return -1;
      counts[at] = sum;
    } else {
      at++;
      minutes[at] = oldMinutes[i]!;
      counts[at] = oldCounts[i]!;
    }
  }
  return at + 1 - from;
}
