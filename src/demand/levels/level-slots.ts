import {levelOctave} from './level-classes.ts';

/** No block: no slots beyond the first level. */
const NONE = -1;

/**
 * Calls running at once of every function, level by level. The k-th instance of a function is needed while at least k of
 * its calls run: that is its level k, from 1. Between two such times lies a gap of the level, and under most-recently-used
 * reuse it is exactly the gap of one instance: the one that goes idle when the number falls from k to k - 1 serves when
 * it next rises to k. So what is worth keeping can be decided level by level.
 *
 * Where instances have several places, levels are of instances, taken to be as few as have room for the calls that run: a
 * call that finds a place beside others rises to none.
 *
 * A level that was ever reached has a slot in columns. The levels of an octave have neighbouring slots, its block; level 1
 * of function `fn` has slot and block `fn`. What happened at a level is kept by slot, what is alike at all levels of an
 * octave by block.
 */
export class LevelSlots {
  private readonly functions: number;
  private readonly places: Int32Array | undefined; // [function]
  private readonly running: Int32Array; // [function]
  /** Slots of each function's levels from the second on, up to the end of an octave. */
  private readonly slots: (Int32Array | undefined)[]; // [function]
  private readonly blockFn: number[] = []; // [block - functions]
  private readonly blockFirst: number[] = []; // [block - functions] slot of its first level
  private readonly blockOctave: number[] = []; // [block - functions]
  private slotBlock: Int32Array; // [slot - functions]
  /** Slots in use are [0, size). */
  size: number;
  /** When the level was last reached and last left, as whoever counts the calls notes it; NaN: never. */
  roseUs: Float64Array; // [slot]
  fellUs: Float64Array; // [slot]

  /** `places`: calls that an instance serves at once; undefined: 1. [function] */
  constructor(functions: number, places?: Int32Array) {
    this.functions = functions;
    this.places = places;
    this.size = functions;
    this.running = new Int32Array(functions);
    this.slots = new Array<Int32Array | undefined>(functions).fill(undefined);
    this.slotBlock = new Int32Array(16);
    this.roseUs = new Float64Array(functions).fill(Number.NaN);
    this.fellUs = new Float64Array(functions).fill(Number.NaN);
  }

  /** Blocks in use are [0, blocksInUse). */
  get blocksInUse(): number {
    return this.functions + this.blockFn.length;
  }

  /** The highest level of `fn` that is in use. */
  level(fn: number): number {
    return this.places === undefined ? this.running[fn]! : Math.ceil(this.running[fn]! / this.places[fn]!);
  }

  /** Slot of a level, from 1; NONE when no level of its octave was ever reached. */
  slotOf(fn: number, level: number): number {
    if (level === 1) return fn;
    const slots = this.slots[fn];
    return slots === undefined || level - 2 >= slots.length ? NONE : slots[level - 2]!;
  }

  blockOf(slot: number): number {
    return slot < this.functions ? slot : this.slotBlock[slot - this.functions]!;
  }

  fnOf(slot: number): number {
    return slot < this.functions ? slot : this.blockFn[this.slotBlock[slot - this.functions]! - this.functions]!;
  }

  levelOf(slot: number): number {
    if (slot < this.functions) return 1;
    const block = this.slotBlock[slot - this.functions]! - this.functions;
    return 1 + 2 ** (this.blockOctave[block]! - 1) + slot - this.blockFirst[block]!;
  }

  /** A call of `fn` arrives: the level that it rises to, 0 if it finds a place beside others. */
  rise(fn: number): number {
    let level = ++this.running[fn]!;
    if (this.places !== undefined) {
      if ((level - 1) % this.places[fn]! !== 0) return 0;
      level = this.level(fn);
    }
    if (level > 1 && this.slotOf(fn, level) === NONE) this.open(fn, levelOctave(level));
    return level;
  }

  /** A call of `fn` finishes: the level that is free from now on; 0: none is. */
  fall(fn: number): number {
    const level = this.running[fn]!--;
    if (this.places === undefined) return level;
    return (level - 1) % this.places[fn]! === 0 ? this.level(fn) + 1 : 0;
  }

  private open(fn: number, octave: number): void {
    const levels = 2 ** (octave - 1);
    const block = this.blocksInUse;
    // Levels are reached one after the other, so those of the octaves below are there.
    const slots = new Int32Array(2 * levels - 1);
    slots.set(this.slots[fn] ?? []);
    for (let k = 0; k < levels; k++) slots[levels - 1 + k] = this.size + k;
    this.slots[fn] = slots;
    this.blockFn.push(fn);
    this.blockOctave.push(octave);
    this.blockFirst.push(this.size);
    this.size += levels;
    const extra = this.size - this.functions;
    if (extra > this.slotBlock.length) {
      const larger = new Int32Array(Math.max(extra, 2 * this.slotBlock.length));
      larger.set(this.slotBlock);
      this.slotBlock = larger;
    }
    this.slotBlock.fill(block, extra - levels, extra);
    this.roseUs = grown(this.roseUs, this.size, Number.NaN);
    this.fellUs = grown(this.fellUs, this.size, Number.NaN);
  }
}

/** `column` with room for `size` elements, new ones filled with `empty`. */
export function grown<T extends Float64Array | Uint8Array>(column: T, size: number, empty: number): T {
  if (size <= column.length) return column;
  const Column = column.constructor as new (length: number) => T;
  const larger = new Column(Math.max(size, 2 * column.length));
  larger.set(column);
  larger.fill(empty, column.length);
  return larger;
}
