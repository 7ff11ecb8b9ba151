import {invariant} from '../../base/errors.ts';
import {Random} from '../../base/random.ts';
import type {ClassHosts} from '../parts/contention/class-hosts.ts';
import {type EvictionOrder, FunctionOrder, ListOrder} from '../parts/eviction/eviction-order.ts';
import {PriorityOrder} from '../parts/eviction/eviction-priority.ts';
import type {EvictionRank} from '../parts/eviction/eviction-rank.ts';
import type {Kept} from '../parts/limits/kept.ts';
import type {Pace} from '../parts/limits/pace.ts';
import type {Placement} from '../parts/placement/placement.ts';
import {placements} from '../parts/placement/registry.ts';
import {Account} from './account.ts';
import type {Billing} from './billing.ts';
import type {FleetSetup} from './cell-setup.ts';
import {chargeState} from './charge-state.ts';
import type {FleetWatch} from './fleet-watch.ts';
import {F_INTS, Functions, IDLE_HEAD} from './functions.ts';
import type {HostUse} from './host-use.ts';
import {Hosts} from './hosts.ts';
import {IdleLists} from './idle-lists.ts';
import {DOUBLES, FN, HOST, IDLE_SEQUENCE, INTS, Instances, LINK, NONE, SINCE_US, STATE, State} from './instances.ts';
import {type IsolatedHosts, roomKinds} from './isolated-hosts.ts';
import {type Semantics, stacksIdle} from './semantics.ts';
import {Unclaimed} from './unclaimed.ts';
import {Victims} from './victims.ts';

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
  /** Set where classes of calls are told apart. */
  classHosts: ClassHosts | undefined;
  /** Set where groups of functions keep their hosts to themselves. */
  readonly isolated: IsolatedHosts | undefined;
  /** Told of the host of every instance that is no more. */
  onLeave: ((host: number) => void) | undefined;
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
  /** Set where the order is. */
  private readonly victims: Victims | undefined;
  /** What `lookForRoom` found. */
  readonly youngestUs = new Float64Array(1);

  constructor(setup: FleetSetup, atHand: Float64Array, isolated?: IsolatedHosts) {
    const {memoryMib, hosts: shape, placement, semantics, expectedUs = new Float64Array(memoryMib.length)} = setup;
    this.functions = new Functions(memoryMib);
    this.isolated = isolated;
    // What they have in common, all hosts say: their number and shape.
    this.hosts = isolated?.views[0] ?? new Hosts(shape);
    this.account = new Account(this.functions);
    this.pool = new Instances();
    this.unclaimed = new Unclaimed(this.functions, this.pool);
    this.idle = new IdleLists(this.functions, this.pool, semantics.reuse);
    const context = {hosts: this.hosts, random: new Random(setup.seed), expectedUs, atHand};
    this.placement = isolated?.placements[0] ?? placements.named(placement.name).create(placement.values, context);
    this.evictFirstFit = semantics.evictUntil === 'fits';
    this.oldestKnown = stacksIdle(semantics.reuse) || semantics.reuse === 'lru';
    const scarce = !this.hosts.unlimited || isolated !== undefined;
    const evicts = semantics.evict !== 'never' && scarce && !this.hosts.grows;
    this.order = evicts ? this.newOrder(semantics) : undefined;
    const {functions, pool, hosts} = this;
    const tools = {functions, pool, hosts, isolated, evict: (i: number, nowUs: number) => this.evict(i, nowUs)};
    this.victims = this.order && new Victims(this.order, tools);
  }

  private newOrder(semantics: Semantics): EvictionOrder {
    const {functions, hosts, idle, pool} = this;
    // Where any victim makes room, the first is enough and nothing need be walked.
    const firstIsEnough =
      hosts.shape.memoryMib === Number.POSITIVE_INFINITY || semantics.evictUntil === 'newcomer-size';
    return firstIsEnough && this.oldestKnown && this.isolated === undefined
      ? new FunctionOrder(functions, idle, pool)
      : new ListOrder(pool);
  }

  /** Idle instances are given up by that rank instead of by the time they have been idle. Before the first call. */
  rankBy(rank: EvictionRank): void {
    if (this.victims === undefined) return;
    this.ranked = new PriorityOrder(this.functions, this.idle, this.pool, rank, this.oldestKnown);
    this.order = this.ranked;
    this.victims.order = this.ranked;
  }

  /** A host with room for an instance of `fn`, after evictions if need be and allowed; NONE when there is none. */
  makeRoom(fn: number, nowUs: number): number {
    const {victims} = this;
    if (this.hosts.single) return 0;
    const host = this.findHost(fn);
    if (host !== NONE || victims === undefined) return host;
    victims.order.beforeEviction?.();
    if (this.evictFirstFit) return victims.makeRoom(fn, nowUs);
    victims.evictAsMuch(fn, nowUs);
    return this.placementFor(fn).choose(this.functions.memoryMib[fn]!, fn);
  }

  /** `lookForRoom` counts instances as idle only when they have been for so long; the column may change. */
  hold(holdUs: Float64Array): void {
    if (this.victims !== undefined) this.victims.holdUs = holdUs;
  }

  /**
   * Says in `youngestUs` since when the youngest of those instances is idle that `makeRoom` would evict for one of `fn`:
   * -Infinity if it fits as it is, Infinity if nothing makes it fit.
   */
  lookForRoom(fn: number): void {
    const {youngestUs} = this;
    const hosts = this.hostsFor(fn);
    const memoryMib = this.functions.memoryMib[fn]!;
    youngestUs[0] = Number.POSITIVE_INFINITY;
    if (hosts.boundless || hosts.grows || hosts.firstFit(memoryMib) !== NONE) youngestUs[0] = Number.NEGATIVE_INFINITY;
    else if (hosts.couldFit(memoryMib)) this.victims?.findYoungest(fn, youngestUs);
  }

  /** True when an instance of `fn` is idle. */
  hasIdle(fn: number): boolean {
    return this.nextIdle(fn) !== NONE;
  }

  /** The hosts as whoever places an instance of `fn` may see them. */
  private hostsFor(fn: number): Hosts {
    return this.isolated === undefined ? this.hosts : this.isolated.ofFunction(fn);
  }

  private placementFor(fn: number): Placement {
    return this.isolated === undefined ? this.placement : this.isolated.placementOf(fn);
  }

  /** Functions of one number find room, after eviction too, where the others of it do. */
  roomKinds(): Int32Array {
    const {functions, hosts, isolated} = this;
    return roomKinds(functions.memoryMib, hosts.shape.memoryMib < Number.POSITIVE_INFINITY, isolated?.groupOf);
  }

  /** A host with room as it is, or NONE. */
  findRoom(fn: number): number {
    return this.hosts.single ? 0 : this.findHost(fn);
  }

  /** The host that the placement chooses, one more where hosts open as they are needed, or NONE. */
  private findHost(fn: number): number {
    const memoryMib = this.functions.memoryMib[fn]!;
    const host = this.placementFor(fn).choose(memoryMib, fn);
    if (host !== NONE || !this.hosts.grows || !this.hosts.couldFit(memoryMib)) return host;
    if (this.isolated !== undefined) return this.isolated.open();
    const opened = this.hosts.open();
    this.placement.opened?.(opened);
    return opened;
  }

  /** True when no newcomer, however small, could be placed even by evicting. */
  get stuck(): boolean {
    const {hosts, isolated, order} = this;
    const anyRoom = isolated === undefined ? hosts.boundless || hosts.grows || hosts.anyFree : isolated.anyRoom;
    return !anyRoom && (order === undefined || order.first() === NONE);
  }

  /** A starting instance of `fn` on `host`, in no list. */
  create(fn: number, host: number, nowUs: number, readyUs: number): number {
    const memoryMib = this.functions.memoryMib[fn]!;
    // Not `invariant`: its message would be a closure made for every instance.
    if (!this.hosts.unlimited && !this.hostsFor(fn).fits(host, memoryMib)) {
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
    this.hostsFor(fn).take(host, this.functions.memoryMib[fn]!);
    this.placementFor(fn).changed?.(host);
    this.isolated?.came(host, fn);
    this.hostUse?.came(host, nowUs);
    this.classHosts?.came(host, fn);
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
    this.withdraw(i);
    this.watch?.used(fn, false);
    this.destroy(i, nowUs);
  }

  /** `i`, which is idle, is in no list any more. */
  withdraw(i: number): void {
    this.idle.remove(i);
    this.order?.remove(i);
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
    this.hostsFor(fn).release(host, this.functions.memoryMib[fn]!);
    this.placementFor(fn).changed?.(host);
    this.isolated?.went(host, fn);
    this.classHosts?.went(host, fn);
    this.ranked?.destroyed(i, fn);
    this.pool.free(i);
    this.watch?.gone(fn);
    this.onLeave?.(host);
  }

  /** Gives `i`, charged up to `nowUs`, to somebody else: it stays alive, but not here. */
  handOver(i: number, nowUs: number): void {
    this.charge(i, nowUs);
    if (this.pool.ints[i * INTS + STATE] === State.idle) this.withdraw(i);
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
    this.classHosts?.beginCounting();
    this.functions.peak?.set(this.functions.live);
    this.evictions = 0;
  }

  /** Charges every instance alive up to `atUs`, up to which everything has happened. */
  cut(atUs: number): void {
    const {ints} = this.pool;
    for (let i = 0; i < this.pool.used; i++) if (ints[i * INTS + STATE] !== State.free) this.charge(i, atUs);
  }
}
