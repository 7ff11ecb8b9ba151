import {Random} from '../base/random.ts';
import {BUSY_US, F_DOUBLES, F_INTS, Functions, LIVE, STARTING_HEAD, STARTING_US} from './functions.ts';
import {type HostShape, Hosts} from './hosts.ts';
import {IdleLists} from './idle-lists.ts';
import {
  DOUBLES,
  FN,
  HOST,
  IDLE_NEXT,
  IDLE_SEQUENCE,
  INTS,
  Instances,
  NONE,
  STATE,
  State,
  TIME_US,
} from './instances.ts';
import {type EvictionOrder, LruOrder} from './lru-order.ts';
import type {Placement} from './placement/placement.ts';
import {type PlacementName, placements} from './placement/registry.ts';
import type {Semantics} from './semantics.ts';

/**
 * The hosts of a cell and the instances on them: creation, idling, destruction and eviction, and the time that
 * each function's instances spend in each state. Knows no calls, no queue and no clock.
 */
export class Fleet {
  readonly functions: Functions;
  readonly hosts: Hosts;
  readonly pool: Instances;
  readonly idle: IdleLists;
  readonly order: EvictionOrder;
  evictions = 0;
  private readonly placement: Placement;
  private readonly evicts: boolean;
  private readonly evictFirstFit: boolean;
  /** The eviction order costs memory traffic on every call; a fleet that never evicts goes without. */
  private readonly ordered: boolean;
  private idleSequence = 0;
  /** Room that the victims walked so far would add, by host; scratch of `evictUntilItFits`. */
  private readonly gainedMib: Float64Array;

  constructor(memoryMib: Float64Array, shape: HostShape, placement: PlacementName, semantics: Semantics, seed: number) {
    this.functions = new Functions(memoryMib);
    this.hosts = new Hosts(shape);
    this.pool = new Instances();
    this.idle = new IdleLists(this.functions, this.pool, semantics.reuse);
    this.order = new LruOrder(this.pool);
    this.placement = placements[placement].create(this.hosts, new Random(seed));
    this.evicts = semantics.evict;
    this.evictFirstFit = semantics.evictUntil === 'fits';
    this.ordered = semantics.evict && !this.hosts.unlimited;
    this.gainedMib = new Float64Array(shape.count);
  }

  /** A host with room for an instance of `fn`, after evictions if need be and allowed; NONE when there is none. */
  makeRoom(fn: number, nowUs: number): number {
    const memoryMib = this.functions.memoryMib[fn]!;
    if (this.hosts.single) return 0;
    const host = this.placement.choose(memoryMib);
    if (host !== NONE || !this.evicts) return host;
    return this.evictFirstFit ? this.evictUntilItFits(memoryMib, nowUs) : this.evictAsMuch(memoryMib, nowUs);
  }

  /** A host with room as it is, or NONE. */
  findRoom(fn: number): number {
    return this.hosts.single ? 0 : this.placement.choose(this.functions.memoryMib[fn]!);
  }

  /** True when no newcomer, however small, could be placed even by evicting. */
  get stuck(): boolean {
    return !this.hosts.unlimited && !this.hosts.anyFree && (!this.evicts || this.order.first === NONE);
  }

  /** A starting instance of `fn` on `host`, in no list. */
  create(fn: number, host: number, nowUs: number, readyUs: number): number {
    const memoryMib = this.functions.memoryMib[fn]!;
    // Not `invariant`: its message would be a closure made for every instance.
    if (!this.hosts.unlimited && !this.hosts.fits(host, memoryMib)) {
      throw new Error(`host ${host} has no room for ${memoryMib} MiB`);
    }
    const i = this.pool.create(fn, host, nowUs, readyUs);
    this.hosts.take(host, memoryMib);
    this.placement.changed?.(host);
    this.functions.ints[fn * F_INTS + LIVE]! += 1;
    this.functions.doubles[fn * F_DOUBLES + STARTING_US]! += readyUs - nowUs;
    return i;
  }

  /** `i`, in no list, goes idle; its TIME_US and DEADLINE_US are set already. */
  goIdle(i: number): void {
    const {doubles, ints} = this.pool;
    ints[i * INTS + STATE] = State.idle;
    doubles[i * DOUBLES + IDLE_SEQUENCE] = this.idleSequence++;
    this.idle.add(i);
    if (this.ordered) this.order.add(i);
  }

  /** The idle instance that serves the next call of `fn`, taken out of all lists, or NONE. */
  takeIdle(fn: number): number {
    const i = this.idle.take(fn);
    if (i !== NONE && this.ordered) this.order.remove(i);
    return i;
  }

  /** Destroys an idle instance. */
  destroyIdle(i: number, nowUs: number): void {
    this.idle.remove(i);
    if (this.ordered) this.order.remove(i);
    this.destroy(i, nowUs);
  }

  /** Destroys an instance that is in no list. */
  destroy(i: number, nowUs: number): void {
    const fn = this.pool.ints[i * INTS + FN]!;
    const host = this.pool.ints[i * INTS + HOST]!;
    this.functions.lifeUs[fn]! += nowUs - this.pool.createdUs[i]!;
    this.functions.ints[fn * F_INTS + LIVE]! -= 1;
    this.hosts.release(host, this.functions.memoryMib[fn]!);
    this.placement.changed?.(host);
    this.pool.free(i);
  }

  /** Files an unclaimed starting instance, earliest ready first, first created first among equals. */
  addStarting(i: number): void {
    const {ints, readyUs} = this.pool;
    const row = ints[i * INTS + FN]! * F_INTS;
    let before = NONE;
    let next = this.functions.ints[row + STARTING_HEAD]!;
    while (next !== NONE && readyUs[next]! <= readyUs[i]!) {
      before = next;
      next = ints[next * INTS + IDLE_NEXT]!;
    }
    ints[i * INTS + IDLE_NEXT] = next;
    if (before === NONE) this.functions.ints[row + STARTING_HEAD] = i;
    else ints[before * INTS + IDLE_NEXT] = i;
  }

  /** Takes the unclaimed starting instance of `fn` that is ready first, or NONE. */
  takeStarting(fn: number): number {
    const i = this.functions.ints[fn * F_INTS + STARTING_HEAD]!;
    if (i !== NONE) this.functions.ints[fn * F_INTS + STARTING_HEAD] = this.pool.ints[i * INTS + IDLE_NEXT]!;
    return i;
  }

  /**
   * Starts the counted part at `fromUs`: instances alive begin to count now. Calls add their whole busy time and
   * creations their whole starting time at once, so what still lies ahead of them is added again.
   */
  beginCounting(fromUs: number): void {
    this.functions.reset();
    this.hosts.resetPeaks();
    this.evictions = 0;
    this.forEachAlive((i) => {
      this.addRemaining(i, fromUs, 1);
      this.pool.createdUs[i] = fromUs;
    });
  }

  /** Ends all charging at `endUs`: takes back what was added beyond it and closes every life. */
  close(endUs: number): void {
    this.forEachAlive((i, fn) => {
      this.addRemaining(i, endUs, -1);
      this.functions.lifeUs[fn]! += endUs - this.pool.createdUs[i]!;
    });
  }

  private addRemaining(i: number, cutUs: number, sign: 1 | -1): void {
    const state = this.pool.ints[i * INTS + STATE]!;
    if (state === State.idle) return;
    const row = this.pool.ints[i * INTS + FN]! * F_DOUBLES;
    const {doubles} = this.functions;
    const readyUs = this.pool.readyUs[i]!;
    if (readyUs > cutUs) doubles[row + STARTING_US]! += sign * (readyUs - cutUs);
    if (state === State.busy) {
      const finishUs = this.pool.doubles[i * DOUBLES + TIME_US]!;
      doubles[row + BUSY_US]! += sign * (finishUs - Math.max(readyUs, cutUs));
    }
  }

  private forEachAlive(visit: (i: number, fn: number) => void): void {
    for (let i = 0; i < this.pool.used; i++) {
      if (this.pool.ints[i * INTS + STATE] !== State.free) visit(i, this.pool.ints[i * INTS + FN]!);
    }
  }

  /**
   * Walks the eviction order, adding up by host what the victims would free, until one host could hold the
   * newcomer; evicts that host's victims only. All or nothing: idle instances are never given up in vain.
   */
  private evictUntilItFits(memoryMib: number, nowUs: number): number {
    const {hosts, order, pool, gainedMib} = this;
    if (!hosts.couldFit(memoryMib)) return NONE;
    let walked = 0;
    let last = order.first;
    let chosen = NONE;
    for (; last !== NONE; last = order.after(last), walked++) {
      const host = pool.ints[last * INTS + HOST]!;
      gainedMib[host]! += this.functions.memoryMib[pool.ints[last * INTS + FN]!]!;
      if (hosts.freeMib[host]! + gainedMib[host]! >= memoryMib) {
        chosen = host;
        break;
      }
    }
    // Clears the scratch and, when a host was found, destroys its victims up to the one that made it fit.
    for (let i = order.first, k = 0; i !== NONE && (k < walked || (k === walked && chosen !== NONE)); k++) {
      const next = order.after(i);
      const host = pool.ints[i * INTS + HOST]!;
      gainedMib[host] = 0;
      if (host === chosen) {
        this.evictions++;
        this.destroyIdle(i, nowUs);
      }
      i = next;
    }
    return chosen;
  }

  /** FaasCache: evicts until the evicted memory alone would hold the newcomer; what was evicted stays evicted. */
  private evictAsMuch(memoryMib: number, nowUs: number): number {
    let evictedMib = 0;
    for (let i = this.order.first; i !== NONE && evictedMib < memoryMib; i = this.order.first) {
      evictedMib += this.functions.memoryMib[this.pool.ints[i * INTS + FN]!]!;
      this.evictions++;
      this.destroyIdle(i, nowUs);
    }
    return this.placement.choose(memoryMib);
  }
}
