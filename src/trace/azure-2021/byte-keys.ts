import type {PlainRow} from '../../files/plain-row.ts';
import {doubled} from '../../workload/columns.ts';

/** What an entry is: its hash, its value, where its bytes are kept, the lengths of its two cells. */
const [HASH, VALUE, AT, FIRST, SECOND, STRIDE] = [0, 1, 2, 3, 4, 5];

/** How far a key is looked for. A run of so many is never seen in a table that is half full, but by bad will. */
const MAX_PROBES = 64;

/**
 * Numbers by the bytes of two cells: how a row finds its function without making text of its name. An open hash table,
 * at most half full. Names chosen to share a hash cannot make it slow: the hash begins with a number of this process, and
 * what finds no place near its own goes into a map of texts. The numbers found do not depend on either.
 */
export class ByteKeys {
  private slots = new Int32Array(1 << 12).fill(-1);
  private entries = new Int32Array(STRIDE << 10);
  private used = 0;
  private kept = new DataView(new ArrayBuffer(1 << 16));
  private keptBytes = 0;
  /** Keys without a place in the table. */
  private readonly crowded = new Map<string, number>();
  private readonly seed: number;

  /** `seed`: any 32-bit number. */
  constructor(seed: number) {
    this.seed = seed;
  }

  /** The number put for the bytes [fromA, toA) and [fromB, toB), or -1. */
  find(view: DataView, fromA: number, toA: number, fromB: number, toB: number): number {
    const {slots, entries} = this;
    const hash = hashOf(view, fromA, toA, fromB, toB, this.seed);
    const mask = slots.length - 1;
    const last = (hash + MAX_PROBES) & mask;
    for (let slot = hash & mask; slot !== last; slot = (slot + 1) & mask) {
      const entry = slots[slot]!;
      if (entry < 0) return -1;
      if (entries[entry + HASH] === hash && this.isOf(entry, view, fromA, toA, fromB, toB))
        return entries[entry + VALUE]!;
    }
    return this.crowded.get(keyOf(view, fromA, toA, fromB, toB)) ?? -1;
  }

  /** Puts a number >= 0 for the bytes of two cells that have none. */
  put(row: PlainRow, first: number, second: number, value: number): void {
    if (this.used === this.entries.length) this.entries = doubled(this.entries);
    const {entries, used: entry} = this;
    this.used += STRIDE;
    const {view, bounds} = row;
    const [endA, endB] = [bounds[first + 1]! - 1, bounds[second + 1]! - 1];
    entries[entry + HASH] = hashOf(view, bounds[first]!, endA, bounds[second]!, endB, this.seed);
    entries[entry + VALUE] = value;
    entries[entry + AT] = this.keptBytes;
    entries[entry + FIRST] = this.keep(row, first);
    entries[entry + SECOND] = this.keep(row, second);
    if (2 * (this.used / STRIDE) <= this.slots.length) {
      this.place(entry);
      return;
    }
    this.slots = new Int32Array(2 * this.slots.length).fill(-1);
    this.crowded.clear();
    for (let other = 0; other < this.used; other += STRIDE) this.place(other);
  }

  private place(entry: number): void {
    const mask = this.slots.length - 1;
    const hash = this.entries[entry + HASH]!;
    const last = (hash + MAX_PROBES) & mask;
    let slot = hash & mask;
    while (slot !== last && this.slots[slot]! >= 0) slot = (slot + 1) & mask;
    if (slot !== last) this.slots[slot] = entry;
    else this.crowded.set(this.keptKey(entry), this.entries[entry + VALUE]!);
  }

  private keptKey(entry: number): string {
    const {entries, kept} = this;
    const from = entries[entry + AT]!;
    const middle = from + entries[entry + FIRST]!;
    return keyOf(kept, from, middle, middle, middle + entries[entry + SECOND]!);
  }

  private isOf(entry: number, view: DataView, a: number, endA: number, b: number, endB: number): boolean {
    const {entries, kept} = this;
    const [lengthA, lengthB] = [endA - a, endB - b];
    if (entries[entry + FIRST] !== lengthA || entries[entry + SECOND] !== lengthB) return false;
    const at = entries[entry + AT]!;
    return sameBytes(view, a, kept, at, lengthA) && sameBytes(view, b, kept, at + lengthA, lengthB);
  }

  /** Keeps a copy of a cell's bytes; returns how many. */
  private keep({bytes, bounds}: PlainRow, cell: number): number {
    const text = bytes.subarray(bounds[cell]!, bounds[cell + 1]! - 1);
    const needed = this.keptBytes + text.length;
    if (needed > this.kept.byteLength) {
      const larger = new Uint8Array(2 * needed);
      larger.set(new Uint8Array(this.kept.buffer, 0, this.keptBytes));
      this.kept = new DataView(larger.buffer);
    }
    new Uint8Array(this.kept.buffer).set(text, this.keptBytes);
    this.keptBytes = needed;
    return text.length;
  }
}

/** The bytes of both cells as a text: one character a byte, and how long the first is. */
function keyOf(view: DataView, fromA: number, toA: number, fromB: number, toB: number): string {
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return `${toA - fromA} ${bytes.toString('latin1', fromA, toA)}${bytes.toString('latin1', fromB, toB)}`;
}

function hashOf(view: DataView, fromA: number, toA: number, fromB: number, toB: number, seed: number): number {
  return hashBytes(view, fromB, toB, hashBytes(view, fromA, toA, seed));
}

function hashBytes(view: DataView, from: number, to: number, seed: number): number {
  let hash = seed ^ (to - from);
  let at = from;
  // Four words at once: each is mixed by itself, so that none waits for the one before.
  for (; at + 16 <= to; at += 16) {
    const even = Math.imul(view.getInt32(at, true), 0x9e3779b1) + Math.imul(view.getInt32(at + 8, true), 0xc2b2ae35);
    const odd =
      Math.imul(view.getInt32(at + 4, true), 0x85ebca77) + Math.imul(view.getInt32(at + 12, true), 0x27d4eb2f);
    hash = Math.imul(hash ^ even, 0x165667b1) ^ odd;
    hash = (hash << 13) | (hash >>> 19);
  }
  for (; at + 4 <= to; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
    hash = (hash << 13) | (hash >>> 19);
  }
  for (; at < to; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function sameBytes(a: DataView, atA: number, b: DataView, atB: number, length: number): boolean {
  let i = 0;
  for (; i + 16 <= length; i += 16) {
    const first = a.getInt32(atA + i, true) ^ b.getInt32(atB + i, true);
    const second = a.getInt32(atA + i + 4, true) ^ b.getInt32(atB + i + 4, true);
    const third = a.getInt32(atA + i + 8, true) ^ b.getInt32(atB + i + 8, true);
    const fourth = a.getInt32(atA + i + 12, true) ^ b.getInt32(atB + i + 12, true);
    if ((first | second | third | fourth) !== 0) return false;
  }
  for (; i + 4 <= length; i += 4) if (a.getInt32(atA + i, true) !== b.getInt32(atB + i, true)) return false;
  for (; i < length; i++) if (a.getUint8(atA + i) !== b.getUint8(atB + i)) return false;
  return true;
}
