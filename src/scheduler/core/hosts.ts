import type {HostShape} from '../../fleet/host-shape.ts';
import {NONE} from './instances.ts';

/** Hosts that a fleet which grows begins with; it doubles from there. */
const FIRST_HOSTS = 64;

/**
 * Room on the hosts of a cell. Without a number of hosts, further ones open as they are needed and stay open. `room[h]` is the memory a newcomer may have there, or -1 when no slot is free,
 * so that "fits" is one comparison. Two tournament trees over it find the leftmost host that fits and the
 * host with the largest free share, in O(log hosts) each.
 */
export class Hosts {
  readonly shape: HostShape;
  /** Hosts that there are. */
  count: number;
  /** Hosts open as they are needed. */
  readonly grows: boolean;
  freeSlots: Float64Array; // [host]
  freeMib: Float64Array; // [host]
  /** True when neither slots nor memory bind: every newcomer fits on host 0. */
  readonly unlimited: boolean;
  /** One unlimited host: there is nothing to choose. */
  single: boolean;
  /** Hosts that are down, on which nobody finds room; and how many there are. */
  private downs = new Uint8Array(0); // [host] for so many reasons
  down = 0;
  private leaves = 1;
  private room!: Float64Array; // tree of maxima, leaves from `leaves` on
  private share!: Float64Array; // the same over free shares

  constructor(shape: HostShape) {
    this.shape = shape;
    this.unlimited = shape.slots === Number.POSITIVE_INFINITY && shape.memoryMib === Number.POSITIVE_INFINITY;
    this.single = this.unlimited && shape.count === 1;
    this.grows = shape.count === Number.POSITIVE_INFINITY;
    this.count = this.grows ? 1 : shape.count;
    const rows = this.grows ? FIRST_HOSTS : shape.count;
    this.freeSlots = new Float64Array(rows).fill(shape.slots);
    this.freeMib = new Float64Array(rows).fill(shape.memoryMib);
    this.plant();
  }

  /** Another host, empty. */
  open(): number {
    const {freeSlots, freeMib, count} = this;
    if (count === freeSlots.length) {
      this.freeSlots = new Float64Array(2 * count).fill(this.shape.slots);
      this.freeMib = new Float64Array(2 * count).fill(this.shape.memoryMib);
      this.freeSlots.set(freeSlots);
      this.freeMib.set(freeMib);
      this.plant();
    }
    if (this.downs.length > 0) this.downs = grown(this.downs, count);
    this.count++;
    if (!this.unlimited || this.downs.length > 0) this.update(count);
    return count;
  }

  /** The trees over the hosts that there are. */
  private plant(): void {
    this.leaves = 1;
    while (this.leaves < this.freeSlots.length) this.leaves *= 2;
    const {leaves} = this;
    this.room = new Float64Array(2 * leaves).fill(-1);
    this.share = new Float64Array(2 * leaves).fill(-1);
    for (let host = 0; host < this.count; host++) {
      this.room[leaves + host] = this.roomOf(host);
      this.share[leaves + host] = this.shareOf(host);
    }
    for (let node = leaves - 1; node > 0; node--) {
      this.room[node] = Math.max(this.room[2 * node]!, this.room[2 * node + 1]!);
      this.share[node] = Math.max(this.share[2 * node]!, this.share[2 * node + 1]!);
    }
  }

  /** True when `memoryMib` fits on an empty host at all. */
  couldFit(memoryMib: number): boolean {
    return this.shape.slots >= 1 && memoryMib <= this.shape.memoryMib;
  }

  /** Hosts may fail: who asks for room is to be told of one that has not. */
  mayFail(): void {
    this.single = false;
    this.downs = new Uint8Array(this.count);
  }

  /** Every newcomer fits anywhere. */
  get boundless(): boolean {
    return this.unlimited && this.down === 0;
  }

  /** `host` is down from now on, for one reason more. */
  close(host: number): void {
    this.downs[host]! += 1;
    if (this.downs[host] !== 1) return;
    this.down++;
    this.update(host);
  }

  /** `host` is back, unless it is down for another reason. */
  reopen(host: number): void {
    this.downs[host]! -= 1;
    if (this.downs[host] !== 0) return;
    this.down--;
    this.update(host);
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
    if (from >= this.count) return NONE;
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
    if (this.down > 0 && this.downs[host]! > 0) return -1;
    return this.freeSlots[host]! >= 1 ? this.freeMib[host]! : -1;
  }

  private shareOf(host: number): number {
    if (this.down > 0 && this.downs[host]! > 0) return -1;
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

/** With room for that index; what is new is 0. */
function grown(flags: Uint8Array<ArrayBuffer>, index: number): Uint8Array<ArrayBuffer> {
  if (index < flags.length) return flags;
  const made = new Uint8Array(2 * (index + 1));
  made.set(flags);
  return made;
}
