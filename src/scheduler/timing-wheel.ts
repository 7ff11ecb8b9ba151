import {DOUBLES, INTS, type Instances, NONE, TIME_US, WHEEL_NEXT} from './instances.ts';

const BITS = 10;
const SLOTS = 1 << BITS;
const MASK = SLOTS - 1;
/** Microseconds that three levels cover: about 18 minutes. Later finishes wait in one list. */
const HORIZON_US = 2 ** (3 * BITS);

/**
 * Finish times of busy instances in exact order: a hierarchical timing wheel (Varghese and Lauck, SOSP 1987)
 * of three levels with 1 us, 1 ms and 1 s slots. Insertion and removal are O(1) with no comparison of
 * neighbours, against log n unpredictable branches of a heap, and nothing is allocated.
 * Equal times come out in the order in which they went in.
 *
 * The lists are the instances' own WHEEL_NEXT links. Level 0 lists are oldest first. Lists of the upper levels
 * are newest first, because then an insertion touches no other row; moving one down a level turns it round.
 */
export class TimingWheel {
  private readonly pool: Instances;
  private readonly heads = new Int32Array(3 * SLOTS).fill(NONE);
  /** One bit a slot, so that empty slots are skipped 32 at a time. */
  private readonly occupied = new Int32Array((3 * SLOTS) / 32);
  private far = NONE;
  /** Time of level 0..2's origin; a multiple of the horizon. */
  private baseUs = 0;
  /** How far the wheel has been read, relative to baseUs. */
  private cursor = 0;
  private size = 0;
  /** No finish is earlier than this; Infinity when the wheel is empty. */
  earliestUs = Number.POSITIVE_INFINITY;

  constructor(pool: Instances) {
    this.pool = pool;
  }

  /** Notes that `instance` finishes at `timeUs`, not before any time already popped. */
  insert(instance: number, timeUs: number): void {
    this.pool.doubles[instance * DOUBLES + TIME_US] = timeUs;
    this.size++;
    if (timeUs < this.earliestUs) this.earliestUs = timeUs;
    this.place(instance, timeUs - this.baseUs);
  }

  /** Removes and returns the next instance that finishes at or before `limitUs`, or NONE. */
  pop(limitUs: number): number {
    if (this.earliestUs > limitUs) return NONE;
    for (;;) {
      const slot = this.nextOccupied(0, this.cursor & MASK);
      if (slot !== NONE) {
        const relative = (this.cursor & ~MASK) + slot;
        const timeUs = this.baseUs + relative;
        this.earliestUs = timeUs;
        if (timeUs > limitUs) return NONE;
        this.cursor = relative;
        return this.takeFirst(slot);
      }
      if (!this.openNextWindow(limitUs)) return NONE;
    }
  }

  private takeFirst(slot: number): number {
    const {heads} = this;
    const instance = heads[slot]!;
    const next = this.pool.ints[instance * INTS + WHEEL_NEXT]!;
    heads[slot] = next;
    if (next === NONE) this.occupied[slot >> 5]! &= ~(1 << (slot & 31));
    if (--this.size === 0) this.earliestUs = Number.POSITIVE_INFINITY;
    return instance;
  }

  private place(instance: number, relative: number): void {
    const {ints} = this.pool;
    const link = instance * INTS + WHEEL_NEXT;
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
    this.occupied[slot >> 5]! |= 1 << (slot & 31);
  }

  /** Appends to a level 0 list: all of one microsecond, so there is rarely anything to walk past. */
  private append(instance: number, slot: number): void {
    const {heads} = this;
    const {ints} = this.pool;
    ints[instance * INTS + WHEEL_NEXT] = NONE;
    this.occupied[slot >> 5]! |= 1 << (slot & 31);
    let last = heads[slot]!;
    if (last === NONE) {
      heads[slot] = instance;
      return;
    }
    for (let next = ints[last * INTS + WHEEL_NEXT]!; next !== NONE; next = ints[last * INTS + WHEEL_NEXT]!) last = next;
    ints[last * INTS + WHEEL_NEXT] = instance;
  }

  /**
   * Level 0 is read to its end: moves the cursor to the next occupied millisecond if it begins by `limitUs`,
   * and deals its instances out. Otherwise leaves everything and notes when that millisecond begins.
   */
  private openNextWindow(limitUs: number): boolean {
    const millisecond = this.nextOccupied(SLOTS, ((this.cursor >> BITS) & MASK) + 1);
    if (millisecond !== NONE)
      return this.open(SLOTS + millisecond, (this.cursor & ~(SLOTS * SLOTS - 1)) + (millisecond << BITS), limitUs);
    const second = this.nextOccupied(2 * SLOTS, (this.cursor >> (2 * BITS)) + 1);
    if (second !== NONE) return this.open(2 * SLOTS + second, second << (2 * BITS), limitUs);
    return this.openNextHorizon(limitUs);
  }

  private open(slot: number, start: number, limitUs: number): boolean {
    this.earliestUs = this.baseUs + start;
    if (this.earliestUs > limitUs) return false;
    this.cursor = start;
    const list = this.heads[slot]!;
    this.heads[slot] = NONE;
    this.occupied[slot >> 5]! &= ~(1 << (slot & 31));
    this.deal(list);
    return true;
  }

  private openNextHorizon(limitUs: number): boolean {
    if (this.far === NONE) {
      this.earliestUs = Number.POSITIVE_INFINITY;
      return false;
    }
    const {doubles, ints} = this.pool;
    let first = Number.POSITIVE_INFINITY;
    for (let i = this.far; i !== NONE; i = ints[i * INTS + WHEEL_NEXT]!) {
      first = Math.min(first, doubles[i * DOUBLES + TIME_US]!);
    }
    this.earliestUs = first;
    if (first > limitUs) return false;
    this.baseUs = Math.floor(first / HORIZON_US) * HORIZON_US;
    this.cursor = 0;
    const list = this.far;
    this.far = NONE;
    this.deal(list);
    return true;
  }

  /** Places a newest-first list again, oldest first, one level down or more. */
  private deal(newestFirst: number): void {
    const {doubles, ints} = this.pool;
    let oldestFirst = NONE;
    for (let i = newestFirst; i !== NONE; ) {
      const next = ints[i * INTS + WHEEL_NEXT]!;
      ints[i * INTS + WHEEL_NEXT] = oldestFirst;
      oldestFirst = i;
      i = next;
    }
    for (let i = oldestFirst; i !== NONE; ) {
      const next = ints[i * INTS + WHEEL_NEXT]!;
      this.place(i, doubles[i * DOUBLES + TIME_US]! - this.baseUs);
      i = next;
    }
  }

  /** The first occupied slot of the level that begins at `first`, at or after slot `from` of it, or NONE. */
  private nextOccupied(first: number, from: number): number {
    if (from >= SLOTS) return NONE;
    const {occupied} = this;
    const end = (first + SLOTS) >> 5;
    let word = (first + from) >> 5;
    let bits = occupied[word]! & (-1 << (from & 31));
    while (bits === 0) {
      if (++word === end) return NONE;
      bits = occupied[word]!;
    }
    return (word << 5) + (31 - Math.clz32(bits & -bits)) - first;
  }
}
