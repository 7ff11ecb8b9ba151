import type {HostShape} from '../../fleet/host-shape.ts';
import {NONE} from './instances.ts';

/**
 * Room on the hosts of a cell. `room[h]` is the memory a newcomer may have there, or -1 when no slot is free,
 * so that "fits" is one comparison. Two tournament trees over it find the leftmost host that fits and the
 * host with the largest free share, in O(log hosts) each.
 */
export class Hosts {
  readonly shape: HostShape;
  readonly freeSlots: Float64Array; // [host]
  readonly freeMib: Float64Array; // [host]
  /** True when neither slots nor memory bind: every newcomer fits on host 0. */
  readonly unlimited: boolean;
  /** One unlimited host: there is nothing to choose. */
  readonly single: boolean;
  private readonly leaves: number;
  private readonly room: Float64Array; // tree of maxima, leaves from `leaves` on
  private readonly share: Float64Array; // the same over free shares

  constructor(shape: HostShape) {
    this.shape = shape;
    this.unlimited = shape.slots === Number.POSITIVE_INFINITY && shape.memoryMib === Number.POSITIVE_INFINITY;
    this.single = this.unlimited && shape.count === 1;
    this.freeSlots = new Float64Array(shape.count).fill(shape.slots);
    this.freeMib = new Float64Array(shape.count).fill(shape.memoryMib);
    this.leaves = 1;
    while (this.leaves < shape.count) this.leaves *= 2;
    this.room = new Float64Array(2 * this.leaves).fill(-1);
    this.share = new Float64Array(2 * this.leaves).fill(-1);
    for (let host = 0; host < shape.count; host++) {
      this.room[this.leaves + host] = this.roomOf(host);
      this.share[this.leaves + host] = 1;
    }
    for (let node = this.leaves - 1; node > 0; node--) {
      this.room[node] = Math.max(this.room[2 * node]!, this.room[2 * node + 1]!);
      this.share[node] = Math.max(this.share[2 * node]!, this.share[2 * node + 1]!);
    }
  }

  /** True when `memoryMib` fits on an empty host at all. */
  couldFit(memoryMib: number): boolean {
    return this.shape.slots >= 1 && memoryMib <= this.shape.memoryMib;
  }

  /** True when some host has a free slot. */
  get anyFree(): boolean {
    return this.room[1]! >= 0;
  }

  fits(host: number, memoryMib: number): boolean {
    return this.room[this.leaves + host]! >= memoryMib;
  }

  /** Share of the scarcer resource that is free, 0..1; 1 on an unlimited host. */
  freeShare(host: number): number {
    return this.share[this.leaves + host]!;
  }

  take(host: number, memoryMib: number): void {
    this.freeSlots[host]! -= 1;
    this.freeMib[host]! -= memoryMib;
    if (!this.unlimited) this.update(host);
  }

  release(host: number, memoryMib: number): void {
    this.freeSlots[host]! += 1;
    this.freeMib[host]! += memoryMib;
    if (!this.unlimited) this.update(host);
  }

  /** The lowest host at or after `from` that fits `memoryMib`, or NONE. */
  firstFit(memoryMib: number, from = 0): number {
    const {leaves, room} = this;
    if (from >= this.shape.count) return NONE;
    let node = leaves + from;
    if (room[node]! >= memoryMib) return from;
    // Climb until a right-hand neighbour's subtree has room, then descend to its leftmost such leaf.
    while ((node & 1) === 1 || room[node + 1]! < memoryMib) {
      node >>= 1;
      if (node <= 1) return NONE;
    }
    node += 1;
    while (node < leaves) {
      node *= 2;
      if (room[node]! < memoryMib) node += 1;
    }
    return node - leaves;
  }

  /** The host with the largest free share among those that fit, lowest index first, or NONE. */
  leastLoaded(memoryMib: number): number {
    const {leaves, room, share} = this;
    if (room[1]! < memoryMib) return NONE;
    let node = 1;
    while (node < leaves) {
      node *= 2;
      if (share[node + 1]! > share[node]!) node += 1;
    }
    // With one binding resource the emptiest host has the most room; with two it may lack memory.
    return room[node]! >= memoryMib ? node - leaves : this.leastLoadedBelow(1, memoryMib, NONE);
  }

  /** Branch and bound for `leastLoaded` below `node`; `best` is the best host so far. */
  private leastLoadedBelow(node: number, memoryMib: number, best: number): number {
    const {leaves, room, share} = this;
    if (room[node]! < memoryMib || (best !== NONE && share[node]! <= share[leaves + best]!)) return best;
    if (node >= leaves) return node - leaves;
    return this.leastLoadedBelow(2 * node + 1, memoryMib, this.leastLoadedBelow(2 * node, memoryMib, best));
  }

  private roomOf(host: number): number {
    return this.freeSlots[host]! >= 1 ? this.freeMib[host]! : -1;
  }

  private shareOf(host: number): number {
    const {slots, memoryMib} = this.shape;
    const bySlots = slots === Number.POSITIVE_INFINITY ? 1 : this.freeSlots[host]! / slots;
    const byMemory = memoryMib === Number.POSITIVE_INFINITY ? 1 : this.freeMib[host]! / memoryMib;
    return bySlots < byMemory ? bySlots : byMemory;
  }

  private update(host: number): void {
    const {room, share} = this;
    let node = this.leaves + host;
    room[node] = this.roomOf(host);
    share[node] = this.shareOf(host);
    for (node >>= 1; node > 0; node >>= 1) {
      const left = 2 * node;
      const newRoom = room[left]! > room[left + 1]! ? room[left]! : room[left + 1]!;
      const newShare = share[left]! > share[left + 1]! ? share[left]! : share[left + 1]!;
      if (room[node] === newRoom && share[node] === newShare) break;
      room[node] = newRoom;
      share[node] = newShare;
    }
  }
}
