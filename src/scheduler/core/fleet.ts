import {invariant} from '../../base/errors.ts';
import type {Choice} from '../../base/part.ts';
import {Random} from '../../base/random.ts';
import type {HostShape} from '../../fleet/host-shape.ts';
import {type EvictionOrder, FunctionOrder, ListOrder} from '../parts/eviction/eviction-order.ts';
import {PriorityOrder} from '../parts/eviction/eviction-priority.ts';
import type {EvictionRank} from '../parts/eviction/eviction-rank.ts';
import type {Kept} from '../parts/limits/kept.ts';
import type {Pace} from '../parts/limits/pace.ts';
import type {Placement} from '../parts/placement/placement.ts';
import {placements} from '../parts/placement/registry.ts';
import {Account} from './account.ts';
import type {Billing} from './billing.ts';
import {chargeState} from './charge-state.ts';
import type {FleetWatch} from './fleet-watch.ts';
import {F_INTS, Functions, IDLE_HEAD} from './functions.ts';
import type {HostUse} from './host-use.ts';
import {Hosts} from './hosts.ts';
import {IdleLists} from './idle-lists.ts';
import {DOUBLES, FN, HOST, IDLE_SEQUENCE, INTS, Instances, LINK, NONE, SINCE_US, STATE, State} from './instances.ts';
import {type Semantics, stacksIdle} from './semantics.ts';
import {Unclaimed} from './unclaimed.ts';

/**
 * The hosts of a cell and the instances on them: creation, idling, destruction and eviction, told to the account.
 * Knows no calls, no queue and no clock.
 */
export class Fleet {
  readonly functions: Functions;
  readonly hosts: Hosts;
  readonly pool: Instances;
  readonly idle: IdleLists;
  readonly account: Account;
  evictions = 0;
  /** Set where functions have limits. */
  watch: FleetWatch | undefined;
  /** Set where functions keep instances whatever happens. */
  kept: Kept | undefined;
  /** Set where more is charged than time by state. */
  billing: Billing | undefined;
  /** Set where hosts are charged whole. */
  hostUse: HostUse | undefined;
  /** Set where instances rest. */
  pace: Pace | undefined;
  /** Instances that are starting and that no call has claimed. */
  readonly unclaimed: Unclaimed;
  readonly placement: Placement;
  private readonly evictFirstFit: boolean;
  /** Undefined where nothing is ever evicted. */
  private order: EvictionOrder | undefined;
  /** The order, if it ranks functions by their starts and so wants to hear of them. */
  ranked: PriorityOrder | undefined;
  private readonly oldestKnown: boolean;
  private idleSequence = 0;
  /** Room that the victims walked so far would add, by host; scratch of `walkUntilItFits`. */
  private readonly gainedMib: Float64Array;
  /** How many victims were walked last. */
  private walked = 0;
  /** What `lookForRoom` found. */
  readonly youngestUs = new Float64Array(1);
  /** For how long an idle instance is held for its own function; undefined: not at all. */
  private holdUs: Float64Array | undefined; // [function]

  constructor(memoryMib: Float64Array, shape: HostShape, placement: Choice, semantics: Semantics, seed: number) {
    this.functions = new Functions(memoryMib);
    this.hosts = new Hosts(shape);
    this.account = new Account(this.functions);
    this.pool = new Instances();
    this.unclaimed = new Unclaimed(this.functions, this.pool);
    this.idle = new IdleLists(this.functions, this.pool, semantics.reuse);
    this.placement = placements
      .named(placement.name)
      .create(placement.values, {hosts: this.hosts, random: new Random(seed)});
    this.evictFirstFit = semantics.evictUntil === 'fits';
    this.oldestKnown = stacksIdle(semantics.reuse) || semantics.reuse === 'lru';
    const evicts = semantics.evict !== 'never' && !this.hosts.unlimited && !this.hosts.grows;
    this.order = evicts ? this.newOrder(semantics) : undefined;
    this.gainedMib = new Float64Array(evicts ? shape.count : 0);
  }

  private newOrder(semantics: Semantics): EvictionOrder {
    const {functions, hosts, idle, pool} = this;
    // Where any victim makes room, the first is enough and nothing need be walked.
    const firstIsEnough =
      hosts.shape.memoryMib === Number.POSITIVE_INFINITY || semantics.evictUntil === 'newcomer-size';
    return firstIsEnough && this.oldestKnown ? new FunctionOrder(functions, idle, pool) : new ListOrder(pool);
  }

  /** Idle instances are given up by that rank instead of by the time they have been idle. Before the first call. */
  rankBy(rank: EvictionRank): void {
    if (this.order === undefined) return;
    this.ranked = new PriorityOrder(this.functions, this.idle, this.pool, rank, this.oldestKnown);
    this.order = this.ranked;
  }

  /** A host with room for an instance of `fn`, after evictions if need be and allowed; NONE when there is none. */
  makeRoom(fn: number, nowUs: number): number {
    const memoryMib = this.functions.memoryMib[fn]!;
    if (this.hosts.single) return 0;
    const host = this.findHost(memoryMib);
    if (host !== NONE || this.order === undefined) return host;
    this.order.beforeEviction?.();
    if (!this.evictFirstFit) return this.evictAsMuch(this.order, memoryMib, nowUs);
    if (this.order.after === undefined) return this.evictOne(this.order, memoryMib, nowUs);
    return this.evictUntilItFits(this.order as Required<EvictionOrder>, memoryMib, nowUs);
  }

  /** `lookForRoom` counts instances as idle only when they have been for so long; the column may change. */
  hold(holdUs: Float64Array): void {
    this.holdUs = holdUs;
  }

  /** True when an instance of `fn` is idle. */
  hasIdle(fn: number): boolean {
    return this.nextIdle(fn) !== NONE;
  }

  /**
   * Says in `youngestUs` since when the youngest of those instances is idle that `makeRoom` would evict for one of `fn`:
   * -Infinity if it fits as it is, Infinity if nothing makes it fit.
   */
  lookForRoom(fn: number): void {
    const {hosts, order, youngestUs} = this;
    const memoryMib = this.functions.memoryMib[fn]!;
    youngestUs[0] = Number.POSITIVE_INFINITY;
    if (hosts.boundless || hosts.grows || hosts.firstFit(memoryMib) !== NONE) youngestUs[0] = Number.NEGATIVE_INFINITY;
    else if (order === undefined || !hosts.couldFit(memoryMib)) return;
    else if (order.after === undefined) {
      const victim = order.first();
      if (victim !== NONE) youngestUs[0] = this.idleFromUs(victim);
    } else this.findYoungest(order as Required<EvictionOrder>, memoryMib);
  }

  /** The same where victims are walked. */
  private findYoungest(order: Required<EvictionOrder>, memoryMib: number): void {
    const {pool, youngestUs} = this;
    const chosen = this.walkUntilItFits(order, memoryMib);
    if (chosen !== NONE) youngestUs[0] = Number.NEGATIVE_INFINITY;
    for (let i = order.first(), k = 0; k < this.walked; k++, i = order.after(i)) {
      const host = pool.ints[i * INTS + HOST]!;
      this.gainedMib[host] = 0;
      const sinceUs = this.idleFromUs(i);
      if (host === chosen && sinceUs > youngestUs[0]!) youngestUs[0] = sinceUs;
    }
  }

  private idleFromUs(i: number): number {
    const {holdUs, pool} = this;
    return pool.doubles[i * DOUBLES + SINCE_US]! + (holdUs === undefined ? 0 : holdUs[pool.ints[i * INTS + FN]!]!);
  }

  /** Any instance that is evicted makes room for any newcomer. */
  get anyVictimWillDo(): boolean {
    return this.hosts.shape.memoryMib === Number.POSITIVE_INFINITY;
  }

  /** A host with room as it is, or NONE. */
  findRoom(fn: number): number {
    return this.hosts.single ? 0 : this.findHost(this.functions.memoryMib[fn]!);
  }

  /** The host that the placement chooses, one more where hosts open as they are needed, or NONE. */
  private findHost(memoryMib: number): number {
    const host = this.placement.choose(memoryMib);
    if (host !== NONE || !this.hosts.grows || !this.hosts.couldFit(memoryMib)) return host;
    const opened = this.hosts.open();
    this.placement.opened?.(opened);
    return opened;
  }

  /** True when no newcomer, however small, could be placed even by evicting. */
  get stuck(): boolean {
    const {hosts, order} = this;
    return !(hosts.boundless || hosts.grows || hosts.anyFree) && (order === undefined || order.first() === NONE);
  }

  /** A starting instance of `fn` on `host`, in no list. */
  create(fn: number, host: number, nowUs: number, readyUs: number): number {
    const memoryMib = this.functions.memoryMib[fn]!;
    // Not `invariant`: its message would be a closure made for every instance.
    if (!this.hosts.unlimited && !this.hosts.fits(host, memoryMib)) {
      throw new Error(`host ${host} has no room for ${memoryMib} MiB`);
    }
    this.account.began(fn);
    this.account.changes?.came(fn, nowUs);
    return this.settleOn(host, fn, nowUs, readyUs);
  }

  /**
   * An instance of `fn` that comes from elsewhere, on any host with room, starting and in no list. It is charged from
   * `nowUs` on, and is among those alive already.
   */
  adopt(fn: number, nowUs: number, readyUs: number): number {
    const host = this.findRoom(fn);
    invariant(host !== NONE, () => `no host has room for an instance of function ${fn} that exists`);
    return this.settleOn(host, fn, nowUs, readyUs);
  }

  private settleOn(host: number, fn: number, nowUs: number, readyUs: number): number {
    const i = this.pool.create(fn, host, nowUs, readyUs);
    this.hosts.take(host, this.functions.memoryMib[fn]!);
    this.placement.changed?.(host);
    this.hostUse?.came(host, nowUs);
    this.functions.came(fn);
    this.watch?.used(fn, false);
    return i;
  }

  /** `i`, in no list, goes idle; its SINCE_US is set already. */
  goIdle(i: number, fn: number): void {
    const {doubles, ints} = this.pool;
    ints[i * INTS + STATE] = State.idle;
    doubles[i * DOUBLES + IDLE_SEQUENCE] = this.idleSequence++;
    if (this.kept?.holds(i)) {
      this.watch?.unused(fn, true);
      // A link of the row's life before would be taken for one into an idle list.
      ints[i * INTS + LINK] = NONE;
      this.kept.add(i, fn);
      return;
    }
    this.watch?.unused(fn, false);
    this.idle.add(i, fn);
    this.order?.add(i, fn);
  }

  /** `i` of `fn`, just created, is kept whatever happens. */
  keep(i: number, fn: number): void {
    this.kept!.keep(i, fn);
    this.watch?.unused(fn, false);
    this.watch?.used(fn, true);
  }

  /** A place in the order in which instances go idle, for one that does not but has a place to give. */
  nextInLine(): number {
    return this.idleSequence++;
  }

  /** The idle instance that serves the next call of `fn`, taken out of all lists, or NONE. */
  takeIdle(fn: number): number {
    if (this.kept !== undefined && this.kept.top(fn) !== NONE) return this.takeKept(this.kept, fn);
    const i = this.idle.take(fn);
    if (i === NONE) return NONE;
    this.order?.remove(i);
    this.watch?.used(fn, false);
    return i;
  }

  private takeKept(kept: Kept, fn: number): number {
    const i = kept.top(fn);
    kept.pop(fn);
    this.watch?.used(fn, true);
    return i;
  }

  /** The one that `takeIdle` would take, or NONE. */
  nextIdle(fn: number): number {
    const kept = this.kept === undefined ? NONE : this.kept.top(fn);
    return kept === NONE ? this.functions.ints[fn * F_INTS + IDLE_HEAD]! : kept;
  }

  /** Destroys an idle instance. */
  destroyIdle(i: number, nowUs: number): void {
    const fn = this.pool.ints[i * INTS + FN]!;
    this.leftIdle(i, fn, this.pool.doubles[i * DOUBLES + SINCE_US]!, nowUs);
    this.idle.remove(i);
    this.order?.remove(i);
    this.watch?.used(fn, false);
    this.destroy(i, nowUs);
  }

  private evict(i: number, nowUs: number): void {
    this.evictions++;
    this.ranked?.evicted(this.pool.ints[i * INTS + FN]!);
    this.destroyIdle(i, nowUs);
  }

  /** Destroys an instance that is in no list and whose last state has been charged. */
  destroy(i: number, nowUs: number): void {
    const fn = this.pool.ints[i * INTS + FN]!;
    this.account.ended(fn);
    this.account.changes?.went(fn, nowUs);
    this.hostUse?.went(this.pool.ints[i * INTS + HOST]!, nowUs);
    this.leaveHost(i);
  }

  private leaveHost(i: number): void {
    const fn = this.pool.ints[i * INTS + FN]!;
    const host = this.pool.ints[i * INTS + HOST]!;
    this.functions.live[fn]! -= 1;
    this.watch?.unused(fn, this.kept?.holds(i) === true);
    this.hosts.release(host, this.functions.memoryMib[fn]!);
    this.placement.changed?.(host);
    this.ranked?.destroyed(i, fn);
    this.pool.free(i);
    this.watch?.gone(fn);
  }

  /** Gives `i`, charged up to `nowUs`, to somebody else: it stays alive, but not here. */
  handOver(i: number, nowUs: number): void {
    this.charge(i, nowUs);
    if (this.pool.ints[i * INTS + STATE] === State.idle) {
      this.idle.remove(i);
      this.order?.remove(i);
    }
    this.leaveHost(i);
  }

  /** `i` of `fn` was idle. */
  leftIdle(i: number, fn: number, fromUs: number, toUs: number): void {
    this.account.leftIdle(fn, fromUs, toUs);
    if (this.billing !== undefined) this.billing.idle(i, fn, fromUs, toUs, this.kept);
  }

  /** `i` of `fn` was starting, and is ready. */
  started(i: number, fn: number, fromUs: number, toUs: number): void {
    this.account.leftStarting(fn, fromUs, toUs);
    if (this.billing !== undefined) this.billing.started(i, toUs - fromUs);
  }

  /** `i` of `fn` had calls all that time, and has none now. */
  served(i: number, fn: number, fromUs: number, toUs: number): void {
    this.account.leftBusy(fn, fromUs, toUs);
    if (this.billing !== undefined) this.billing.spell(i, fn, fromUs, toUs, this.kept);
  }

  /** Charges the state that `i` is in, which ends at `atUs`. */
  charge(i: number, atUs: number): void {
    chargeState(this, i, atUs);
  }

  /** The counted part begins at `fromUs`, up to which everything has happened. */
  beginCounting(fromUs: number): void {
    this.account.beginCounting(() => this.cut(fromUs));
    this.billing?.beginCounting(fromUs);
    this.hostUse?.beginCounting(fromUs);
    this.functions.peak?.set(this.functions.live);
    this.evictions = 0;
  }

  /** Charges every instance alive up to `atUs`, up to which everything has happened. */
  cut(atUs: number): void {
    for (let i = 0; i < this.pool.used; i++) {
      if (this.pool.ints[i * INTS + STATE] !== State.free) this.charge(i, atUs);
    }
  }

  /** Any victim makes room: evicts the first. */
  private evictOne(order: EvictionOrder, memoryMib: number, nowUs: number): number {
    const victim = this.hosts.couldFit(memoryMib) ? order.first() : NONE;
    if (victim === NONE) return NONE;
    const host = this.pool.ints[victim * INTS + HOST]!;
    this.evict(victim, nowUs);
    return host;
  }

  /**
   * Walks the eviction order, adding up by host what the victims would free, until one host could hold the
   * newcomer; evicts that host's victims only. All or nothing: idle instances are never given up in vain.
   */
  private evictUntilItFits(order: Required<EvictionOrder>, memoryMib: number, nowUs: number): number {
    if (!this.hosts.couldFit(memoryMib)) return NONE;
    const chosen = this.walkUntilItFits(order, memoryMib);
    // Clears the scratch and, when a host was found, destroys its victims up to the one that made it fit.
    for (let i = order.first(), k = 0; k < this.walked; k++) {
      const next = order.after(i);
      const host = this.pool.ints[i * INTS + HOST]!;
      this.gainedMib[host] = 0;
      if (host === chosen) this.evict(i, nowUs);
      i = next;
    }
    return chosen;
  }

  /** The host that holds the newcomer first, or NONE; whoever asks clears `gainedMib` of those `walked`. */
  private walkUntilItFits(order: Required<EvictionOrder>, memoryMib: number): number {
    const {hosts, pool, gainedMib} = this;
    this.walked = 0;
    for (let i = order.first(); i !== NONE; i = order.after(i)) {
      this.walked++;
      const host = pool.ints[i * INTS + HOST]!;
      gainedMib[host]! += this.functions.memoryMib[pool.ints[i * INTS + FN]!]!;
      if (hosts.freeMib[host]! + gainedMib[host]! >= memoryMib) return host;
    }
    return NONE;
  }

  /** FaasCache: evicts until the evicted memory alone would hold the newcomer; what was evicted stays evicted. */
  private evictAsMuch(order: EvictionOrder, memoryMib: number, nowUs: number): number {
    let evictedMib = 0;
    for (let i = order.first(); i !== NONE && evictedMib < memoryMib; i = order.first()) {
      evictedMib += this.functions.memoryMib[this.pool.ints[i * INTS + FN]!]!;
      this.evict(i, nowUs);
    }
    return this.placement.choose(memoryMib);
  }
}
