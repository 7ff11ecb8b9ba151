import {US_PER_MS} from '../../../base/units.ts';
import {F_INTS, type Functions, IDLE_HEAD} from '../../core/functions.ts';
import type {IdleLists} from '../../core/idle-lists.ts';
import {DOUBLES, IDLE_SEQUENCE, INTS, type Instances, LINK, NONE} from '../../core/instances.ts';
import type {EvictionOrder} from './eviction-order.ts';
import type {EvictionRank, RankedStart} from './eviction-rank.ts';

/** A function's memory as a divisor: one of 0 MiB must not make a priority that is no number. */
const LEAST_MIB = 1e-9;

/**
 * Least priority first; all instances of a function share one, set at each of its starts. Equal priorities: idle
 * for longest first. A heap over functions whose keys lag behind: a priority mostly rises, so a key too low is
 * mended when it comes to the top, and a start costs no heap operation.
 */
export class PriorityOrder implements EvictionOrder {
  private readonly functions: Functions;
  private readonly idle: IdleLists;
  private readonly pool: Instances;
  private readonly rank: EvictionRank;
  private readonly oldestKnown: boolean;
  private readonly memoryMib: Float64Array; // [function]
  private readonly priority: Float64Array; // [function]
  private readonly functionUses: Float64Array; // [function], over its instances alive
  private instanceUses = new Float64Array(1024); // [instance]
  private readonly start: RankedStart = {nowMs: 0, warmMs: 0, coldMs: 0, memoryMib: 0, uses: 0, clock: 0};
  // The heap: functions by (key, sequence), both never above what they stand for.
  private readonly heap: Int32Array;
  private readonly place: Int32Array; // [function] its index in the heap
  private readonly key: Float64Array; // [function]
  private readonly sequence: Float64Array; // [function]
  private readonly filed: Uint8Array; // [function]
  private size = 0;
  // A walk: functions taken off the heap so far, and the instances of the last of them.
  private readonly walked: Int32Array;
  private walkedCount = 0;
  private clones: number[] = [];
  private nextClone = 0;

  constructor(functions: Functions, idle: IdleLists, pool: Instances, rank: EvictionRank, oldestKnown: boolean) {
    const n = functions.count;
    this.functions = functions;
    this.idle = idle;
    this.pool = pool;
    this.rank = rank;
    this.oldestKnown = oldestKnown;
    this.memoryMib = functions.memoryMib.map((mib) => Math.max(mib, LEAST_MIB));
    this.priority = new Float64Array(n);
    this.functionUses = new Float64Array(n);
    this.heap = new Int32Array(n);
    this.place = new Int32Array(n);
    this.key = new Float64Array(n);
    this.sequence = new Float64Array(n);
    this.filed = new Uint8Array(n);
    this.walked = new Int32Array(n);
  }

  /** Instance `i` of `fn` was given a call. */
  started(i: number, fn: number, nowUs: number, warmUs: number, coldUs: number): void {
    if (i >= this.instanceUses.length) this.growTo(i);
    this.instanceUses[i]! += 1;
    this.functionUses[fn]! += 1;
    const {start} = this;
    start.nowMs = nowUs / US_PER_MS;
    start.warmMs = warmUs / US_PER_MS;
    start.coldMs = coldUs / US_PER_MS;
    start.memoryMib = this.memoryMib[fn]!;
    start.uses = this.functionUses[fn]!;
    const priority = this.rank.priority(fn, start);
    this.priority[fn] = priority;
    if (this.filed[fn] === 1 && priority < this.key[fn]!) {
      this.endWalk();
      this.key[fn] = priority;
      this.siftUp(fn, this.place[fn]!);
    }
  }

  /** Instance `i` of `fn` is no more: its uses no longer count. */
  destroyed(i: number, fn: number): void {
    if (i >= this.instanceUses.length) return;
    this.functionUses[fn]! -= this.instanceUses[i]!;
    this.instanceUses[i] = 0;
  }

  /** Victims are about to be chosen. */
  beforeEviction(): void {
    // Nobody can be evicted: nothing is charged either.
    if (this.rank.rent && this.first() !== NONE) this.chargeRent();
  }

  /** An instance of `fn` is a victim. */
  evicted(fn: number): void {
    this.start.clock = this.priority[fn]!;
  }

  first(): number {
    this.endWalk();
    while (this.size > 0) {
      const fn = this.heap[0]!;
      const i = this.oldestIdle(fn);
      if (i === NONE) {
        this.filed[fn] = 0;
        this.dropTop();
        continue;
      }
      const sequence = this.pool.doubles[i * DOUBLES + IDLE_SEQUENCE]!;
      if (sequence === this.sequence[fn] && this.priority[fn] === this.key[fn]) return i;
      this.sequence[fn] = sequence;
      this.key[fn] = this.priority[fn]!;
      this.siftDown(fn, 0);
    }
    return NONE;
  }

  /** Walks on from the victim that `first` or `after` returned last. Equal priorities: function after function. */
  after(): number {
    if (this.walkedCount === 0) {
      this.openTop();
      this.nextClone = 1;
    }
    if (this.nextClone < this.clones.length) return this.clones[this.nextClone++]!;
    const count = this.walkedCount;
    this.walkedCount = 0; // `first` would put the walked functions back
    const i = this.first();
    this.walkedCount = count;
    if (i === NONE) return NONE;
    this.openTop();
    this.nextClone = 1;
    return i;
  }

  add(i: number, fn: number): void {
    if (this.filed[fn] === 1) return;
    this.endWalk();
    this.filed[fn] = 1;
    this.key[fn] = this.priority[fn]!;
    this.sequence[fn] = this.pool.doubles[i * DOUBLES + IDLE_SEQUENCE]!;
    this.siftUp(fn, this.size++);
  }

  remove(): void {}

  /** Landlord (Young, "On-line file caching", SODA 1998): the poorest instance by MiB has nothing left afterwards. */
  private chargeRent(): void {
    this.endWalk();
    const {priority, memoryMib} = this;
    const {live, count} = this.functions;
    let rent = Number.POSITIVE_INFINITY;
    for (let fn = 0; fn < count; fn++) {
      if (live[fn]! > 0) rent = Math.min(rent, priority[fn]! / memoryMib[fn]!);
    }
    if (rent === Number.POSITIVE_INFINITY) return;
    for (let fn = 0; fn < count; fn++) {
      if (live[fn]! > 0) priority[fn]! -= rent * memoryMib[fn]!;
    }
    for (let at = this.size - 1; at >= 0; at--) {
      const fn = this.heap[at]!;
      this.key[fn] = priority[fn]!;
      this.siftDown(fn, at);
    }
  }

  /** Takes the top function off the heap for a walk over its idle instances. */
  private openTop(): void {
    const fn = this.heap[0]!;
    this.dropTop();
    this.walked[this.walkedCount++] = fn;
    this.clones.length = 0;
    const {doubles, ints} = this.pool;
    for (let i = this.functions.ints[fn * F_INTS + IDLE_HEAD]!; i !== NONE; i = ints[i * INTS + LINK]!) {
      this.clones.push(i);
    }
    this.clones.sort((a, b) => doubles[a * DOUBLES + IDLE_SEQUENCE]! - doubles[b * DOUBLES + IDLE_SEQUENCE]!);
  }

  private endWalk(): void {
    while (this.walkedCount > 0) this.siftUp(this.walked[--this.walkedCount]!, this.size++);
  }

  private oldestIdle(fn: number): number {
    if (this.oldestKnown) return this.idle.oldest(fn);
    const {doubles, ints} = this.pool;
    let oldest = NONE;
    for (let i = this.functions.ints[fn * F_INTS + IDLE_HEAD]!; i !== NONE; i = ints[i * INTS + LINK]!) {
      const sequence = doubles[i * DOUBLES + IDLE_SEQUENCE]!;
      if (oldest === NONE || sequence < doubles[oldest * DOUBLES + IDLE_SEQUENCE]!) oldest = i;
    }
    return oldest;
  }

  private before(a: number, b: number): boolean {
    const keyA = this.key[a]!;
    const keyB = this.key[b]!;
    return keyA < keyB || (keyA === keyB && this.sequence[a]! < this.sequence[b]!);
  }

  private dropTop(): void {
    if (--this.size > 0) this.siftDown(this.heap[this.size]!, 0);
  }

  private siftUp(fn: number, from: number): void {
    const {heap, place} = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(fn, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      place[heap[at]!] = at;
      at = parent;
    }
    heap[at] = fn;
    place[fn] = at;
  }

  private siftDown(fn: number, from: number): void {
    const {heap, place, size} = this;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && this.before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.before(heap[child]!, fn)) break;
      heap[at] = heap[child]!;
      place[heap[at]!] = at;
      at = child;
    }
    heap[at] = fn;
    place[fn] = at;
  }

  private growTo(i: number): void {
    const larger = new Float64Array(2 * (i + 1));
    larger.set(this.instanceUses);
    this.instanceUses = larger;
  }
}
