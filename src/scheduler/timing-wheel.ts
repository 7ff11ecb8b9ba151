import {DOUBLES, INTS, type Instances, LINK, NONE, TIME_US} from './instances.ts';

const BITS = 10;
const SLOTS = 1 << BITS;
const MASK = SLOTS - 1;
const WORDS = SLOTS / 32;
/** Microseconds that three levels cover: about 18 minutes. Later finishes wait in one list. */
const HORIZON_US = 2 ** (3 * BITS);

/** Elements of `TimingWheel.times`. */
export const EARLIEST_US = 0;
export const LIMIT_US = 1;
const BASE_US = 2;

/**
 * Finish times of busy instances in exact order: a hierarchical timing wheel (Varghese and Lauck, SOSP 1987)
 * of three levels with 1 us, 1 ms and 1 s slots. Insertion and removal are O(1) with no comparison of
 * neighbours, against log n unpredictable branches of a heap, and nothing is allocated.
 * Equal times come out in the order in which they went in.
 *
 * The lists are the instances' own LINK links. Level 0 lists are oldest first. Lists of the upper levels
 * are newest first, because then an insertion touches no other row; moving one down a level turns it round.
 */
export class TimingWheel {
  private readonly pool: Instances;
  private readonly heads = new Int32Array(3 * SLOTS).fill(NONE);
  /** One bit a slot, and behind them one bit a word for each level: the next occupied slot is two words away. */
  private readonly occupied = new Int32Array(3 * WORDS + 3);
  private far = NONE;
  /**
   * [EARLIEST_US]: no finish is earlier; Infinity when the wheel is empty. [LIMIT_US]: what `pop` may reach, set by
   * the caller. [BASE_US]: time of the levels' origin, a multiple of the horizon. An array and not fields and
   * arguments, because a double that crosses a call is boxed on the heap, and these cross several per event.
   */
  readonly times = new Float64Array([Number.POSITIVE_INFINITY, 0, 0]);
  /** How far the wheel has been read, relative to baseUs. */
  private cursor = 0;
  private size = 0;

  constructor(pool: Instances) {
    this.pool = pool;
  }

  /** Files `instance` by its TIME_US, when it finishes: not before any time already popped. */
  insert(instance: number): void {
    const {times} = this;
    const timeUs = this.pool.doubles[instance * DOUBLES + TIME_US]!;
    this.size++;
    if (timeUs < times[EARLIEST_US]!) times[EARLIEST_US] = timeUs;
    this.place(instance);
  }

  /** Removes and returns the next instance that finishes at or before `times[LIMIT_US]`, or NONE. */
  pop(): number {
    const {times} = this;
    if (times[EARLIEST_US]! > times[LIMIT_US]!) return NONE;
    for (;;) {
      const slot = this.nextOccupied(0, this.cursor & MASK);
      if (slot !== NONE) {
        const relative = (this.cursor & ~MASK) + slot;
        const timeUs = times[BASE_US]! + relative;
        times[EARLIEST_US] = timeUs;
        if (timeUs > times[LIMIT_US]!) return NONE;
        this.cursor = relative;
        return this.takeFirst(slot);
      }
      if (!this.openNextWindow()) return NONE;
    }
  }

  private takeFirst(slot: number): number {
    const {heads} = this;
    const instance = heads[slot]!;
    const next = this.pool.ints[instance * INTS + LINK]!;
    heads[slot] = next;
    if (next === NONE) this.markEmpty(slot);
    if (--this.size === 0) this.times[EARLIEST_US] = Number.POSITIVE_INFINITY;
    return instance;
  }

  private place(instance: number): void {
    const {doubles, ints} = this.pool;
    const relative = doubles[instance * DOUBLES + TIME_US]! - this.times[BASE_US]!;
    const link = instance * INTS + LINK;
    if (relative >= HORIZON_US) {
      ints[link] = this.far;
      this.far = instance;
      return;
    }
    const r = relative | 0;
    const {cursor, heads} = this;
    if (r >> BITS === cursor >> BITS) {
      this.append(instance, r & MASK);
      return;
    }
    const slot =
      r >> (2 * BITS) === cursor >> (2 * BITS) ? SLOTS + ((r >> BITS) & MASK) : 2 * SLOTS + (r >> (2 * BITS));
    ints[link] = heads[slot]!;
    heads[slot] = instance;
    this.markOccupied(slot);
  }

  /** Appends to a level 0 list: all of one microsecond, so there is rarely anything to walk past. */
  private append(instance: number, slot: number): void {
    const {heads} = this;
    const {ints} = this.pool;
    ints[instance * INTS + LINK] = NONE;
    let last = heads[slot]!;
    if (last === NONE) {
      heads[slot] = instance;
      this.markOccupied(slot);
      return;
    }
    for (let next = ints[last * INTS + LINK]!; next !== NONE; next = ints[last * INTS + LINK]!) last = next;
    ints[last * INTS + LINK] = instance;
  }

  /**
   * Level 0 is read to its end: moves the cursor to the next occupied millisecond if it begins by the limit,
   * and deals its instances out. Otherwise leaves everything and notes when that millisecond begins.
   */
  private openNextWindow(): boolean {
    const millisecond = this.nextOccupied(1, ((this.cursor >> BITS) & MASK) + 1);
    if (millisecond !== NONE)
      return this.open(SLOTS + millisecond, (this.cursor & ~(SLOTS * SLOTS - 1)) + (millisecond << BITS));
    const second = this.nextOccupied(2, (this.cursor >> (2 * BITS)) + 1);
    if (second !== NONE) return this.open(2 * SLOTS + second, second << (2 * BITS));
    return this.openNextHorizon();
  }

  private open(slot: number, start: number): boolean {
    const {times} = this;
    times[EARLIEST_US] = times[BASE_US]! + start;
    if (times[EARLIEST_US]! > times[LIMIT_US]!) return false;
    this.cursor = start;
    const list = this.heads[slot]!;
    this.heads[slot] = NONE;
    this.markEmpty(slot);
    this.deal(list);
    return true;
  }

  private openNextHorizon(): boolean {
    const {times} = this;
    if (this.far === NONE) {
      times[EARLIEST_US] = Number.POSITIVE_INFINITY;
      return false;
    }
    const {doubles, ints} = this.pool;
    let first = Number.POSITIVE_INFINITY;
    for (let i = this.far; i !== NONE; i = ints[i * INTS + LINK]!) {
      first = Math.min(first, doubles[i * DOUBLES + TIME_US]!);
    }
    times[EARLIEST_US] = first;
    if (first > times[LIMIT_US]!) return false;
    times[BASE_US] = Math.floor(first / HORIZON_US) * HORIZON_US;
    this.cursor = 0;
    const list = this.far;
    this.far = NONE;
    this.deal(list);
    return true;
  }

  /** Places a newest-first list again, oldest first, one level down or more. */
  private deal(newestFirst: number): void {
    const {ints} = this.pool;
    let oldestFirst = NONE;
    for (let i = newestFirst; i !== NONE; ) {
      const next = ints[i * INTS + LINK]!;
      ints[i * INTS + LINK] = oldestFirst;
      oldestFirst = i;
      i = next;
    }
    for (let i = oldestFirst; i !== NONE; ) {
      const next = ints[i * INTS + LINK]!;
      this.place(i);
      i = next;
    }
  }

  private markOccupied(slot: number): void {
    const word = slot >> 5;
    this.occupied[word]! |= 1 << (slot & 31);
    this.occupied[3 * WORDS + (word >> 5)]! |= 1 << (word & 31);
  }

  private markEmpty(slot: number): void {
    const word = slot >> 5;
    this.occupied[word]! &= ~(1 << (slot & 31));
    if (this.occupied[word] === 0) this.occupied[3 * WORDS + (word >> 5)]! &= ~(1 << (word & 31));
  }

  /** The first occupied slot at or after slot `from` of `level`, or NONE. */
  private nextOccupied(level: number, from: number): number {
    if (from >= SLOTS) return NONE;
    const {occupied} = this;
    let word = from >> 5;
    let bits = occupied[level * WORDS + word]! & (-1 << (from & 31));
    if (bits === 0) {
      // A shift by 32 would be a shift by 0: the last word has none behind it.
      const behind = word === WORDS - 1 ? 0 : occupied[3 * WORDS + level]! & (-2 << word);
      if (behind === 0) return NONE;
      word = 31 - Math.clz32(behind & -behind);
      bits = occupied[level * WORDS + word]!;
    }
    return (word << 5) + (31 - Math.clz32(bits & -bits));
  }
}
