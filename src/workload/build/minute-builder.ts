import {inputError} from '../../base/errors.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import {consecutiveLists, doubled} from '../columns.ts';
import {MAX_CALLS, MAX_MINUTES} from '../limits.ts';
import type {DurationColumns, MinuteArrivals, Workload, WorkloadMeta} from '../workload.ts';
import {FunctionTable, unknownDurations} from './function-table.ts';

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
  /** 1: the run's minutes ascend. */
  private runAscends = new Int32Array(0);
  private runs = 0;
  private lastFunction = -1;
  private firstMinute = Number.POSITIVE_INFINITY;
  private endMinute = Number.NEGATIVE_INFINITY;
  /** Some count is above 2^32 - 1. */
  private huge = false;

  /** Says that the trace has whole minutes [from, until), called or not. The span runs from the first to the last present. */
  cover(from: number, until: number): void {
    if (from < this.firstMinute) this.firstMinute = from;
    if (until > this.endMinute) this.endMinute = until;
  }

  /**
   * Adds `count` calls of function `f` in `minute`. False, having done nothing, unless that is a whole number from 0 to
   * 2^53 of them and a minute within 285 years.
   */
  add(f: number, minute: number, count: number): boolean {
    if (!(Number.isSafeInteger(count) && count >= 0)) return false;
    if (!(Number.isInteger(minute) && minute >= 0 && minute < MAX_MINUTES)) return false;
    if (count > 0) this.put(f, minute, count);
    return true;
  }

  private put(f: number, minute: number, count: number): void {
    this.note(count);
    this.openRun(f, 1, 0);
    const {block} = this;
    block.minutes[block.used] = minute;
    block.counts[block.used++] = count;
    this.cover(minute, minute + 1);
  }

  /**
   * Where up to `entries` counts may be written before it is known whose they are: at `used` and behind of both columns.
   * They count once `take` is told of them; counts up to 2^32 - 1, in minutes that are covered.
   */
  room(entries: number): Readonly<Block> {
    if (this.block.used + entries > this.block.minutes.length) this.openBlock(entries);
    return this.block;
  }

  /** Takes the first `length` counts > 0 that were written where there was room, in ascending minutes, as those of `f`. */
  take(f: number, length: number): void {
    if (length === 0) return;
    this.openRun(f, length, 1);
    this.block.used += length;
  }

  /** Adds the first `length` of these counts > 0 of function `f`, each in the minute beside it. */
  addAll(f: number, minutes: Uint32Array, counts: Float64Array, length: number): void {
    for (let i = 0; i < length; i++) this.add(f, minutes[i]!, counts[i]!);
  }

  /**
   * Spreads each count over as many minutes from its own on, as evenly as whole calls can be: of 7 calls in 3 minutes the
   * last has 3.
   */
  spread(minutes: number): void {
    const runs = Array.from({length: this.runs}, (_, run) => {
      const block = this.blocks[this.runBlock[run]!]!;
      return {f: this.runFunction[run]!, block, from: this.runFrom[run]!, until: this.runUntil(run)};
    });
    const last = this.endMinute;
    this.blocks.length = 0;
    this.block = emptyBlock(0);
    this.runs = 0;
    this.lastFunction = -1;
    for (const {f, block, from, until} of runs) {
      for (let i = from; i < until; i++) this.spreadOne(f, block.minutes[i]!, block.counts[i]!, minutes);
    }
    if (last > this.firstMinute) this.cover(this.firstMinute, last + minutes - 1);
  }

  private spreadOne(f: number, minute: number, count: number, minutes: number): void {
    const each = Math.floor(count / minutes);
    const rest = count - each * minutes;
    for (let k = 0; k < minutes; k++) {
      const more = Math.floor(((k + 1) * rest) / minutes) - Math.floor((k * rest) / minutes);
      if (!this.add(f, minute + k, each + more)) throw inputError('the trace', 'spans more than 285 years');
    }
  }

  /** The workload. The builder is spent. */
  finish(meta: TraceMeta, durations?: DurationColumns): Workload {
    const empty = this.endMinute <= this.firstMinute;
    const origin = empty ? 0 : this.firstMinute;
    const functions = this.functions.size;
    this.used = this.blocks.reduce((sum, block) => sum + block.used, 0);
    const small = this.huge ? undefined : this.arrivals(origin, Uint32Array);
    const arrivals = small ?? this.arrivals(origin, Float64Array)!;
    if (!(callsIn(arrivals) <= MAX_CALLS)) throw inputError('the trace', 'has more than 2^53 calls');
    const spanUs = empty ? 0 : (this.endMinute - origin) * US_PER_MINUTE;
    if (!(spanUs <= MAX_MINUTES * US_PER_MINUTE)) throw inputError('the trace', 'spans more than 285 years');
    return {
      meta: {...meta, originUs: origin * US_PER_MINUTE, spanUs},
      functions,
      ...this.functions.columns(),
      duration: durations ?? unknownDurations(functions),
      arrivals,
    };
  }

  private openBlock(entries: number): void {
    this.blocks.push((this.block = emptyBlock(Math.max(BLOCK_ENTRIES, entries), this.huge)));
    this.lastFunction = -1;
  }

  /** From the first count on that needs more than 32 bits all are doubles. */
  private note(count: number): void {
    if (count <= UINT32_MAX || this.huge) return;
    this.huge = true;
    for (const block of [...this.blocks, this.block]) block.counts = Float64Array.from(block.counts);
  }

  /** Makes room for `length` entries of `f` in one block and notes whose they are, and whether they ascend. */
  private openRun(f: number, length: number, ascends: 0 | 1): void {
    if (this.block.used + length > this.block.minutes.length) this.openBlock(length);
    if (f === this.lastFunction && this.runs > 0) {
      this.runAscends[this.runs - 1] = 0;
      return;
    }
    this.lastFunction = f;
    if (this.runs === this.runFunction.length) {
      this.runAscends = doubled(this.runAscends);
      this.runFunction = doubled(this.runFunction);
      this.runBlock = doubled(this.runBlock);
      this.runFrom = doubled(this.runFrom);
    }
    this.runFunction[this.runs] = f;
    this.runAscends[this.runs] = ascends;
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
      if (origin === 0 && this.runAscends[run] === 1 && at === minute.start[f]) {
        minute.values.set(block.minutes.subarray(from, until), at);
      } else if (!copyAscending(block.minutes, from, until, minute.values, at, origin, minute.start[f]!)) untidy.add(f);
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

/** All calls; above 2^53 not exact, but above it. */
function callsIn({count: {values, start, length}}: MinuteArrivals): number {
  let total = 0;
  for (let f = 0; f < length.length; f++) {
    for (let i = start[f]!, end = i + length[f]!; i < end; i++) total += values[i]!;
  }
  return total;
}

const BLOCK_ENTRIES = 1 << 18;

interface Block {
  readonly minutes: Uint32Array;
  counts: Uint32Array | Float64Array;
  used: number;
}

function emptyBlock(entries: number, huge = false): Block {
  const counts = huge ? new Float64Array(entries) : new Uint32Array(entries);
  return {minutes: new Uint32Array(entries), counts, used: 0};
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
      if (sum > Number.MAX_SAFE_INTEGER)
        throw inputError('the trace', 'has more than 2^53 calls of a function in a minute');
      counts[at] = sum;
    } else {
      at++;
      minutes[at] = oldMinutes[i]!;
      counts[at] = oldCounts[i]!;
    }
  }
  return at + 1 - from;
}
