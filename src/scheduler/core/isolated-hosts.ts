import type {Choice} from '../../base/part.ts';
import {Random} from '../../base/random.ts';
import type {HostShape} from '../../fleet/host-shape.ts';
import type {Placement} from '../parts/placement/placement.ts';
import {placements} from '../parts/placement/registry.ts';
import {AT_HAND} from './at-hand.ts';
import type {CellSetup} from './cell-setup.ts';
import {Hosts} from './hosts.ts';
import {NONE} from './instances.ts';

/**
 * Hosts none of which holds two groups of functions at once. Each group sees the hosts that it holds, which have one of
 * its instances, and the empty ones; all others are closed to it. So whoever places an instance asks the hosts of its group.
 */
export class IsolatedHosts {
  /** Group of each function, from 0. */
  readonly groupOf: Int32Array; // [function]
  readonly views: readonly Hosts[]; // [group]
  readonly placements: readonly Placement[]; // [group]
  /** The group that holds each host, or NONE; how many instances it has there. */
  private owner = new Int32Array(64).fill(NONE); // [host]
  private live = new Int32Array(64); // [host]
  /** Idle instances that a walk over victims has met; scratch of whoever walks. */
  readonly walked: Int32Array; // [host]
  /** Told when a group has begun or ceased to hold a host. */
  told: ((group: number, hosts: 1 | -1) => void) | undefined;

  constructor(groupOf: Int32Array, shape: HostShape, placement: Choice, seed: number) {
    this.groupOf = groupOf;
    const groups = groupOf.reduce((most, group) => Math.max(most, group + 1), 1);
    this.views = Array.from({length: groups}, () => new Hosts(shape));
    for (const view of this.views) view.mayFail();
    const part = placements.named(placement.name);
    const [expectedUs, atHand] = [new Float64Array(groupOf.length), new Float64Array(AT_HAND)];
    this.placements = this.views.map((hosts, group) =>
      part.create(placement.values, {hosts, random: new Random(seed + group), expectedUs, atHand}),
    );
    this.walked = new Int32Array(shape.count === Number.POSITIVE_INFINITY ? 0 : shape.count);
  }

  ofFunction(fn: number): Hosts {
    return this.views[this.groupOf[fn]!]!;
  }

  placementOf(fn: number): Placement {
    return this.placements[this.groupOf[fn]!]!;
  }

  /** Another host, empty, for whoever is first. */
  open(): number {
    let host = NONE;
    for (const [group, view] of this.views.entries()) {
      host = view.open();
      this.placements[group]!.opened?.(host);
    }
    return host;
  }

  /** The group that holds `host`, or NONE. */
  ownerOf(host: number): number {
    return host < this.owner.length ? this.owner[host]! : NONE;
  }

  /** An instance of `fn` has come to `host`. */
  came(host: number, fn: number): void {
    if (host >= this.live.length) this.grow(host);
    this.live[host]! += 1;
    if (this.live[host]! > 1) return;
    const group = this.groupOf[fn]!;
    this.owner[host] = group;
    for (const [other, view] of this.views.entries()) if (other !== group) view.close(host);
    this.told?.(group, 1);
  }

  /** An instance of `fn` has left `host`. */
  went(host: number, fn: number): void {
    this.live[host]! -= 1;
    if (this.live[host]! > 0) return;
    const group = this.groupOf[fn]!;
    this.owner[host] = NONE;
    for (const [other, view] of this.views.entries()) if (other !== group) view.reopen(host);
    this.told?.(group, -1);
  }

  /**
   * A walk has met one more victim on `host`, where they would free `gainedMib` by now: true if one of `fn` then fits. On
   * a host of another group that takes all that it holds there.
   */
  fitsAfter(host: number, fn: number, memoryMib: number, gainedMib: number): boolean {
    this.walked[host]! += 1;
    const owner = this.owner[host]!;
    if (owner !== this.groupOf[fn]!) return this.walked[host] === this.live[host];
    return this.views[owner]!.freeMib[host]! + gainedMib >= memoryMib;
  }

  /** Some group has a host with a free slot. */
  get anyRoom(): boolean {
    return this.views.some((view) => view.boundless || view.grows || view.anyFree);
  }

  private grow(host: number): void {
    const [owner, live] = [new Int32Array(2 * (host + 1)).fill(NONE), new Int32Array(2 * (host + 1))];
    owner.set(this.owner);
    live.set(this.live);
    this.owner = owner;
    this.live = live;
  }
}

/** The hosts of a cell whose functions keep some to themselves; undefined: they do not. */
export function isolatedHosts({hostGroupOf, hosts, placement, seed}: CellSetup): IsolatedHosts | undefined {
  return hostGroupOf && new IsolatedHosts(hostGroupOf, hosts, placement, seed);
}

/**
 * Functions of one number find room where the others of it do: all of them, those of one size where memory is limited,
 * those of one group where hosts are held by groups. From 0, in the order of functions.
 */
export function roomKinds(memoryMib: Float64Array, bySize: boolean, groupOf: Int32Array | undefined): Int32Array {
  const kinds = new Map<number, number>();
  const groups = new Map<number, Map<number, number>>();
  let made = 0;
  return Int32Array.from(memoryMib, (mib, fn) => {
    let of = kinds;
    if (groupOf !== undefined) {
      of = groups.get(groupOf[fn]!) ?? new Map();
      groups.set(groupOf[fn]!, of);
    }
    const size = bySize ? mib : 0;
    const kind = of.get(size) ?? made++;
    of.set(size, kind);
    return kind;
  });
}
