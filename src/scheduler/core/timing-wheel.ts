import {F_INTS, type Functions} from './functions.ts';
import {DOUBLES, FINISH_US, INTS, NONE} from './instances.ts';

const LEVEL_BITS = 10;
const SLOTS = 1 << LEVEL_BITS;
const MASK = SLOTS - 1;
const WORDS = SLOTS / 32;
/** Finishes that a bucket of the first level should hold: few enough to sort fast, enough to pay for opening it. */
const BUCKET_ENTRIES = 24;
/** Buckets of the first level last from 2^6 us to 2^16 us. */
const LEAST_BITS = 6;
const MOST_BITS = 16;
/** Times within the wheel are 31-bit integers. */
const MOST_HORIZON_BITS = 30;
const DIGIT_BITS = 5;

/** An entry of a bucket: instance, function, time relative to the wheel's origin; chunks of entries make a bucket. */
const ENTRY = 3;
const CHUNK_ENTRIES = 21;
const CHUNK = 64; // 21 entries and the link to the next chunk
const CHUNK_LINK = 63;
const FAR = 2 * SLOTS;

/** Elements of `TimingWheel.times`. */
export const EARLIEST_US = 0;
export const LIMIT_US = 1;
export const POPPED_US = 2;
const BASE_US = 3;

/** What finishes: instances, or calls where an instance has several. `doubles` and `ints` are the same rows. */
interface Finishing {
  readonly doubles: Float64Array;
  readonly ints: Int32Array;
}

/**
 * Finish times of busy instances in exact order: a hierarchical timing wheel (Varghese and Lauck, SOSP 1987) with
 * buckets of two widths. The first-level bucket at hand is sorted into a run; everything else is only ever appended.
 * O(1) an instance, without the unpredictable branches of a heap. Equal times come out in the order of functions, and of
 * one function in the order they went in.
 *
 * Buckets are chunks of plain entries and not lists through the instances' rows: opening one then reads memory in
 * order, where following links would wait for one cache miss after the other.
 */
export class TimingWheel {
  /**
   * [EARLIEST_US]: no finish is earlier; Infinity when the wheel is empty. [LIMIT_US]: what `pop` may reach, set by
   * the caller. [POPPED_US]: when the last one popped finishes. [BASE_US]: time of the origin, a multiple of the horizon. An array and not fields and arguments,
   * because a double that crosses a call is boxed on the heap, and these cross several per event.
   */
  readonly times = new Float64Array([Number.POSITIVE_INFINITY, 0, 0, 0]);
  /** The sorted finishes of the bucket at hand; `pop` answers with a place in them. */
  runInstance = new Int32Array(256);
  runFn = new Int32Array(256);
  private runTime = new Int32Array(256);
  private runNext = 0;
  private runEnd = 0;
  private readonly pool: Finishing;
  private readonly functions: Functions;
  /** Where reads that only fetch cache lines go, so that they are not optimised away. */
  touched = 0;
  /** Buckets of the first level, of the second, and what is later: first chunk, and where the next entry goes. */
  private readonly first = new Int32Array(2 * SLOTS + 1).fill(NONE);
  private readonly end = new Int32Array(2 * SLOTS + 1).fill(NONE);
  /** One bit a bucket, and behind them one bit a word for each level: the next occupied bucket is two words away. */
  private readonly occupied = new Int32Array(2 * WORDS + 2);
  private chunks = new Int32Array(64 * CHUNK);
  private chunksUsed = 0;
  private freeChunk = NONE;
  /** The first-level bucket at hand, counted from the origin. */
  private cursor = 0;
  private size = 0;
  private keys = new Int32Array(256);
  private sorted = new Int32Array(256);
  private readonly digits = new Int32Array(33);

  /** A first-level bucket lasts 2^bits us, a second-level one 1,024 of them. The order of finishes knows nothing of it. */
  private readonly bits: number;
  private readonly horizonUs: number;

  /** `finishesPerSecond`, roughly, decides how fine the buckets are; only speed depends on it. */
  constructor(pool: Finishing, functions: Functions, finishesPerSecond = 1e5) {
    this.pool = pool;
    this.functions = functions;
    const wanted = Math.round(Math.log2((BUCKET_ENTRIES * 1e6) / Math.max(1, finishesPerSecond)));
    this.bits = Math.max(LEAST_BITS, Math.min(MOST_BITS, wanted));
    this.horizonUs = 2 ** Math.min(MOST_HORIZON_BITS, this.bits + 2 * LEVEL_BITS);
  }

  /** Files `instance` of `fn` by its FINISH_US: not before any time already popped. */
  insert(instance: number, fn: number): void {
    const {times} = this;
    const timeUs = this.pool.doubles[instance * DOUBLES + FINISH_US]!;
    if (timeUs < times[EARLIEST_US]!) times[EARLIEST_US] = timeUs;
    this.size++;
    const relative = timeUs - times[BASE_US]!;
    if (relative >= this.horizonUs) this.append(FAR, instance, fn, 0);
    else this.place(instance, fn, relative | 0);
  }

  /** The place in the run of the next instance that finishes at or before `times[LIMIT_US]`, or NONE. */
  pop(): number {
    const {times} = this;
    if (times[EARLIEST_US]! > times[LIMIT_US]!) return NONE;
    while (this.runNext === this.runEnd) if (!this.openNext()) return NONE;
    const at = this.runNext;
    const timeUs = times[BASE_US]! + this.runTime[at]!;
    times[EARLIEST_US] = timeUs;
    if (timeUs > times[LIMIT_US]!) return NONE;
    times[POPPED_US] = timeUs;
    this.runNext = at + 1;
    this.size--;
    if (at + 1 < this.runEnd) times[EARLIEST_US] = times[BASE_US]! + this.runTime[at + 1]!;
    else if (this.size === 0) times[EARLIEST_US] = Number.POSITIVE_INFINITY;
    return at;
  }

  /** Takes everything out. */
  clear(): void {
    this.first.fill(NONE);
    this.end.fill(NONE);
    this.occupied.fill(0);
    this.chunksUsed = 0;
    this.freeChunk = NONE;
    this.runNext = this.runEnd = 0;
    this.size = 0;
    this.times[EARLIEST_US] = Number.POSITIVE_INFINITY;
  }

  private place(instance: number, fn: number, relative: number): void {
    if (relative >> this.bits === this.cursor) this.insertIntoRun(instance, fn, relative);
    else this.file(instance, fn, relative);
  }

  private file(instance: number, fn: number, relative: number): void {
    const fine = relative >> this.bits;
    const near = fine >> LEVEL_BITS === this.cursor >> LEVEL_BITS;
    const bucket = near ? fine & MASK : SLOTS + (fine >> LEVEL_BITS);
    this.append(bucket, instance, fn, relative);
  }

  /** A call that ends within the bucket at hand: goes behind those of its own time and function. */
  private insertIntoRun(instance: number, fn: number, relative: number): void {
    if (this.runNext === this.runEnd) this.runNext = this.runEnd = 0;
    if (this.runEnd === this.runTime.length) this.growRun(2 * this.runEnd);
    const {runInstance, runFn, runTime} = this;
    let at = this.runEnd++;
    for (; at > this.runNext && runTime[at - 1]! >= relative; at--) {
      if (runTime[at - 1] === relative && runFn[at - 1]! <= fn) break;
      runInstance[at] = runInstance[at - 1]!;
      runFn[at] = runFn[at - 1]!;
      runTime[at] = runTime[at - 1]!;
    }
    runInstance[at] = instance;
    runFn[at] = fn;
    runTime[at] = relative;
  }

  private append(bucket: number, instance: number, fn: number, relative: number): void {
    let at = this.end[bucket]!;
    if (at === NONE || (at & (CHUNK - 1)) === CHUNK_LINK) at = this.extend(bucket, at);
    const {chunks} = this;
    chunks[at] = instance;
    chunks[at + 1] = fn;
    chunks[at + 2] = relative;
    this.end[bucket] = at + ENTRY;
  }

  /** Gives the bucket a chunk, its first or one more; returns where its next entry goes. */
  private extend(bucket: number, end: number): number {
    let chunk = this.freeChunk;
    if (chunk !== NONE) this.freeChunk = this.chunks[chunk + CHUNK_LINK]!;
    else {
      if (this.chunksUsed === this.chunks.length) {
        const larger = new Int32Array(2 * this.chunks.length);
        larger.set(this.chunks);
        this.chunks = larger;
      }
      chunk = this.chunksUsed;
      this.chunksUsed += CHUNK;
    }
    this.chunks[chunk + CHUNK_LINK] = NONE;
    if (end === NONE) {
      this.first[bucket] = chunk;
      if (bucket < FAR) this.markOccupied(bucket);
    } else {
      this.chunks[end] = chunk;
    }
    return chunk;
  }

  /** The run is used up: opens the next occupied bucket if it begins by the limit, else notes when it begins. */
  private openNext(): boolean {
    const {cursor} = this;
    const fine = this.nextOccupied(0, (cursor & MASK) + 1);
    if (fine !== NONE) return this.openFine((cursor & ~MASK) + fine);
    const coarse = this.nextOccupied(1, (cursor >> LEVEL_BITS) + 1);
    return coarse !== NONE ? this.openCoarse(coarse) : this.openHorizon();
  }

  private openFine(fine: number): boolean {
    const {times} = this;
    times[EARLIEST_US] = times[BASE_US]! + fine * 2 ** this.bits;
    if (times[EARLIEST_US]! > times[LIMIT_US]!) return false;
    this.cursor = fine;
    this.sortIntoRun(fine & MASK);
    return true;
  }

  private openCoarse(coarse: number): boolean {
    const {times} = this;
    times[EARLIEST_US] = times[BASE_US]! + coarse * 2 ** (this.bits + LEVEL_BITS);
    if (times[EARLIEST_US]! > times[LIMIT_US]!) return false;
    this.cursor = coarse << LEVEL_BITS;
    this.deal(SLOTS + coarse, false);
    return true;
  }

  private openHorizon(): boolean {
    const {times, pool, chunks} = this;
    let firstUs = Number.POSITIVE_INFINITY;
    for (let at = this.firstEntry(FAR); at !== NONE; at = this.nextEntry(FAR, at)) {
      firstUs = Math.min(firstUs, pool.doubles[chunks[at]! * DOUBLES + FINISH_US]!);
    }
    times[EARLIEST_US] = firstUs;
    if (firstUs > times[LIMIT_US]!) return false;
    times[BASE_US] = Math.floor(firstUs / this.horizonUs) * this.horizonUs;
    this.cursor = 0;
    this.deal(FAR, true);
    return true;
  }

  /**
   * Files the entries of a bucket again, in order, one level down or more, and makes the run of the bucket at hand. `fresh`: their times are to be looked up.
   */
  private deal(bucket: number, fresh: boolean): void {
    const {doubles} = this.pool;
    let chunk = this.first[bucket]!;
    const end = this.end[bucket]!;
    this.first[bucket] = NONE;
    this.end[bucket] = NONE;
    if (bucket < FAR) this.markEmpty(bucket);
    while (chunk !== NONE) {
      const next = this.chunks[chunk + CHUNK_LINK]!;
      const last = next === NONE ? end : chunk + CHUNK_ENTRIES * ENTRY;
      for (let at = chunk; at < last; at += ENTRY) {
        const instance = this.chunks[at]!;
        const fn = this.chunks[at + 1]!;
        const relative = fresh ? doubles[instance * DOUBLES + FINISH_US]! - this.times[BASE_US]! : this.chunks[at + 2]!;
        if (relative >= this.horizonUs) this.append(FAR, instance, fn, 0);
        else this.file(instance, fn, relative | 0);
      }
      this.chunks[chunk + CHUNK_LINK] = this.freeChunk;
      this.freeChunk = chunk;
      chunk = next;
    }
    if (this.first[this.cursor & MASK] !== NONE) this.sortIntoRun(this.cursor & MASK);
  }

  private firstEntry(bucket: number): number {
    return this.first[bucket]!;
  }

  private nextEntry(bucket: number, at: number): number {
    let next = at + ENTRY;
    if (next === this.end[bucket]) return NONE;
    if ((next & (CHUNK - 1)) === CHUNK_LINK) next = this.chunks[next]!;
    return next;
  }

  /** Makes the run of a first-level bucket: stable, by the bits in which its times differ. */
  private sortIntoRun(bucket: number): void {
    let n = 0;
    for (let at = this.firstEntry(bucket); at !== NONE; at = this.nextEntry(bucket, at)) {
      if (n === this.keys.length) this.growRun(2 * n);
      this.runTime[n] = this.chunks[at + 2]!;
      this.keys[n++] = at;
    }
    const order = n > 24 ? this.radixSort(n) : this.insertionSort(n);
    const {chunks, runInstance, runFn, runTime} = this;
    const rows = this.pool.ints;
    const functionRows = this.functions.ints;
    let touched = 0;
    for (let k = 0; k < n; k++) {
      const at = order[k]!;
      const instance = chunks[at]!;
      const fn = chunks[at + 1]!;
      const time = chunks[at + 2]!;
      let place = k;
      for (; place > 0 && runTime[place - 1] === time && runFn[place - 1]! > fn; place--) {
        runInstance[place] = runInstance[place - 1]!;
        runFn[place] = runFn[place - 1]!;
        runTime[place] = time;
      }
      runInstance[place] = instance;
      runFn[place] = fn;
      runTime[place] = time;
      // These finish soon: fetches their rows now, many at a time instead of one by one.
      touched ^= rows[instance * INTS]! ^ functionRows[fn * F_INTS]!;
    }
    this.touched = touched;
    this.runNext = 0;
    this.runEnd = n;
    this.release(bucket);
  }

  /** Entries in `keys`, few of them, sorted by time in place. */
  private insertionSort(n: number): Int32Array {
    const {keys, runTime} = this;
    for (let k = 1; k < n; k++) {
      const key = keys[k]!;
      const time = runTime[k]!;
      let at = k;
      for (; at > 0 && runTime[at - 1]! > time; at--) {
        keys[at] = keys[at - 1]!;
        runTime[at] = runTime[at - 1]!;
      }
      keys[at] = key;
      runTime[at] = time;
    }
    return keys;
  }

  /** Entries in `keys` sorted by time: stable passes over five bits each. */
  private radixSort(n: number): Int32Array {
    let from = this.keys;
    let to = this.sorted;
    for (let shift = 0; shift < this.bits; shift += DIGIT_BITS) {
      this.radixPass(from, to, n, shift);
      const sorted = to;
      to = from;
      from = sorted;
    }
    return from;
  }

  private radixPass(from: Int32Array, to: Int32Array, n: number, shift: number): void {
    const {digits, chunks} = this;
    digits.fill(0);
    for (let k = 0; k < n; k++) digits[((chunks[from[k]! + 2]! >> shift) & 31) + 1]! += 1;
    for (let d = 1; d < 32; d++) digits[d]! += digits[d - 1]!;
    for (let k = 0; k < n; k++) to[digits[(chunks[from[k]! + 2]! >> shift) & 31]!++] = from[k]!;
  }

  /** Gives a bucket's chunks back. */
  private release(bucket: number): void {
    const {chunks} = this;
    for (let chunk = this.first[bucket]!; chunk !== NONE; ) {
      const next = chunks[chunk + CHUNK_LINK]!;
      chunks[chunk + CHUNK_LINK] = this.freeChunk;
      this.freeChunk = chunk;
      chunk = next;
    }
    this.first[bucket] = NONE;
    this.end[bucket] = NONE;
    this.markEmpty(bucket);
  }

  private growRun(capacity: number): void {
    const grown = (column: Int32Array) => {
      const larger = new Int32Array(capacity);
      larger.set(column);
      return larger;
    };
    this.runInstance = grown(this.runInstance);
    this.runFn = grown(this.runFn);
    this.runTime = grown(this.runTime);
    this.keys = grown(this.keys);
    this.sorted = grown(this.sorted);
  }

  private markOccupied(bucket: number): void {
    const word = bucket >> 5;
    this.occupied[word]! |= 1 << (bucket & 31);
    this.occupied[2 * WORDS + (word >> 5)]! |= 1 << (word & 31);
  }

  private markEmpty(bucket: number): void {
    const word = bucket >> 5;
    this.occupied[word]! &= ~(1 << (bucket & 31));
    if (this.occupied[word] === 0) this.occupied[2 * WORDS + (word >> 5)]! &= ~(1 << (word & 31));
  }

  /** The first occupied bucket at or after `from` of level 0 (fine) or 1 (coarse), or NONE. */
  private nextOccupied(level: number, from: number): number {
    if (from >= SLOTS) return NONE;
    const {occupied} = this;
    let word = from >> 5;
    let bits = occupied[level * WORDS + word]! & (-1 << (from & 31));
    if (bits === 0) {
      // A shift by 32 would be a shift by 0: the last word has none behind it.
      const behind = word === WORDS - 1 ? 0 : occupied[2 * WORDS + level]! & (-2 << word);
      if (behind === 0) return NONE;
      word = 31 - Math.clz32(behind & -behind);
      bits = occupied[level * WORDS + word]!;
    }
    return (word << 5) + (31 - Math.clz32(bits & -bits));
  }
}
