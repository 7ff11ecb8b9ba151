import type {EvictionOrder} from '../parts/eviction/eviction-order.ts';
import type {Functions} from './functions.ts';
import type {Hosts} from './hosts.ts';
import {DOUBLES, FN, HOST, INTS, type Instances, NONE, SINCE_US} from './instances.ts';
import type {IsolatedHosts} from './isolated-hosts.ts';

/** What it works with. */
interface Tools {
  readonly functions: Functions;
  readonly pool: Instances;
  readonly hosts: Hosts;
  /** Set where groups of functions keep their hosts to themselves. */
  readonly isolated: IsolatedHosts | undefined;
  /** Gives `i`, which is idle, up. */
  readonly evict: (i: number, nowUs: number) => void;
}

/** Which idle instances go for a newcomer on a full fleet, in the order of an eviction. */
export class Victims {
  /** In which they go. */
  order: EvictionOrder;
  private readonly tools: Tools;
  /** Room that the victims walked so far would add, by host; scratch of `walkUntilItFits`. */
  private readonly gainedMib: Float64Array;
  /** How many victims were walked last. */
  private walked = 0;
  /** For how long an idle instance is held for its own function; undefined: not at all. */
  holdUs: Float64Array | undefined; // [function]

  constructor(order: EvictionOrder, tools: Tools) {
    this.order = order;
    this.tools = tools;
    this.gainedMib = new Float64Array(tools.hosts.shape.count);
  }

  /** Evicts what makes room for one of `fn`, if anything does; the host, or NONE. */
  makeRoom(fn: number, nowUs: number): number {
    const {order} = this;
    if (order.after === undefined) return this.evictOne(fn, nowUs);
    return this.evictUntilItFits(order as Required<EvictionOrder>, fn, nowUs);
  }

  /** FaasCache: evicts until the evicted memory alone would hold one of `fn`; what was evicted stays evicted. */
  evictAsMuch(fn: number, nowUs: number): void {
    const {functions, pool, evict} = this.tools;
    const {order} = this;
    let evictedMib = 0;
    for (let i = order.first(); i !== NONE && evictedMib < functions.memoryMib[fn]!; i = order.first()) {
      evictedMib += functions.memoryMib[pool.ints[i * INTS + FN]!]!;
      evict(i, nowUs);
    }
  }

  /** Says in `youngestUs` since when the youngest of those is idle that would go; what is there stays where nothing does. */
  findYoungest(fn: number, youngestUs: Float64Array): void {
    const {order} = this;
    if (order.after !== undefined) this.walkForYoungest(order as Required<EvictionOrder>, fn, youngestUs);
    else {
      const victim = order.first();
      if (victim !== NONE) youngestUs[0] = this.idleFromUs(victim);
    }
  }

  private walkForYoungest(order: Required<EvictionOrder>, fn: number, youngestUs: Float64Array): void {
    const {pool} = this.tools;
    const chosen = this.walkUntilItFits(order, fn);
    if (chosen !== NONE) youngestUs[0] = Number.NEGATIVE_INFINITY;
    for (let i = order.first(), k = 0; k < this.walked; k++, i = order.after(i)) {
      const host = pool.ints[i * INTS + HOST]!;
      this.forgetWalk(host);
      const sinceUs = this.idleFromUs(i);
      if (host === chosen && sinceUs > youngestUs[0]!) youngestUs[0] = sinceUs;
    }
  }

  private idleFromUs(i: number): number {
    const {holdUs} = this;
    const {pool} = this.tools;
    return pool.doubles[i * DOUBLES + SINCE_US]! + (holdUs === undefined ? 0 : holdUs[pool.ints[i * INTS + FN]!]!);
  }

  /** Any victim makes room: evicts the first. */
  private evictOne(fn: number, nowUs: number): number {
    const {functions, hosts, pool, evict} = this.tools;
    const victim = hosts.couldFit(functions.memoryMib[fn]!) ? this.order.first() : NONE;
    if (victim === NONE) return NONE;
    const host = pool.ints[victim * INTS + HOST]!;
    evict(victim, nowUs);
    return host;
  }

  /**
   * Walks the eviction order, adding up by host what the victims would free, until one host could hold the
   * newcomer; evicts that host's victims only. All or nothing: idle instances are never given up in vain.
   */
  private evictUntilItFits(order: Required<EvictionOrder>, fn: number, nowUs: number): number {
    const {functions, hosts, pool, evict} = this.tools;
    if (!hosts.couldFit(functions.memoryMib[fn]!)) return NONE;
    const chosen = this.walkUntilItFits(order, fn);
    // Clears the scratch and, when a host was found, destroys its victims up to the one that made it fit.
    for (let i = order.first(), k = 0; k < this.walked; k++) {
      const next = order.after(i);
      const host = pool.ints[i * INTS + HOST]!;
      this.forgetWalk(host);
      if (host === chosen) evict(i, nowUs);
      i = next;
    }
    return chosen;
  }

  /** The host that holds one of `fn` first, or NONE; whoever asks clears the scratch of those `walked`. */
  private walkUntilItFits(order: Required<EvictionOrder>, fn: number): number {
    const {functions, hosts, pool, isolated} = this.tools;
    const {gainedMib} = this;
    const memoryMib = functions.memoryMib[fn]!;
    this.walked = 0;
    for (let i = order.first(); i !== NONE; i = order.after(i)) {
      this.walked++;
      const host = pool.ints[i * INTS + HOST]!;
      gainedMib[host]! += functions.memoryMib[pool.ints[i * INTS + FN]!]!;
      const fits =
        isolated === undefined
          ? hosts.freeMib[host]! + gainedMib[host]! >= memoryMib
          : isolated.fitsAfter(host, fn, memoryMib, gainedMib[host]!);
      if (fits) return host;
    }
    return NONE;
  }

  private forgetWalk(host: number): void {
    this.gainedMib[host] = 0;
    if (this.tools.isolated !== undefined) this.tools.isolated.walked[host] = 0;
  }
}
