import type {Demand} from '../demand/demand.ts';
import type {LevelRest, Levels} from './level-columns.ts';
import {fillLevels} from './levels.ts';

/** Levels of up to so many units are remembered: 16 bytes each, and 32 for each of their levels, five or so a unit. */
const MOST_UNITS = 1 << 20;
/** Levels are kept in blocks of so many, whole units in one, and in so many blocks at most: 256 MiB. */
const BLOCK = 1 << 16;
const MOST_BLOCKS = 128;

/**
 * The levels of units under the keep-alive that they were last asked for, worked out once: the passes of a solver ask for
 * the same ones again and again. Of one demand and of rests that differ in nothing else.
 */
export class KnownLevels {
  private readonly keepSeconds: Float64Array; // [unit]; NaN: nothing is known
  private readonly start: Int32Array; // [unit]
  private readonly count: Int32Array; // [unit]
  private readonly blocks: Float64Array[] = []; // [level, 4 columns side by side]
  private length = 0;

  private constructor(units: number) {
    this.keepSeconds = new Float64Array(units).fill(Number.NaN);
    this.start = new Int32Array(units);
    this.count = new Int32Array(units);
  }

  /** Undefined: there are too many units to remember, or their instances serve several calls, which other sums go with. */
  static of({places, ratePerSecond}: Demand): KnownLevels | undefined {
    const isKept = places === undefined && ratePerSecond.length <= MOST_UNITS;
    return isKept ? new KnownLevels(ratePerSecond.length) : undefined;
  }

  /** Fills `levels` as `fillLevels` does with no floor. */
  fill(demand: Demand, unit: number, atLeast: number, levels: Levels, rest: LevelRest): void {
    if (this.keepSeconds[unit] === rest.keepSeconds && this.count[unit]! >= atLeast) {
      levels.missedPerSecond = demand.missesPerSecond[unit % demand.functions]!;
      this.read(unit, levels);
      return;
    }
    fillLevels(demand, unit, 0, atLeast, levels, rest);
    // As many as were asked for may be more than there are by themselves.
    if (atLeast === 0 || levels.count > atLeast) this.keep(unit, rest.keepSeconds, levels);
  }

  private keep(unit: number, keepSeconds: number, levels: Levels): void {
    const {count, wakesPerSecond, idleShare, coldPerSecond, spillShare} = levels;
    const left = BLOCK - (this.length % BLOCK);
    const start = count <= left ? this.length : this.length + left;
    const k = Math.floor(start / BLOCK);
    if (count > BLOCK || k >= MOST_BLOCKS) return;
    this.blocks[k] ??= new Float64Array(4 * BLOCK);
    const block = this.blocks[k]!;
    for (let level = 0, at = 4 * (start % BLOCK); level < count; level++, at += 4) {
      block[at] = wakesPerSecond[level]!;
      block[at + 1] = idleShare[level]!;
      block[at + 2] = coldPerSecond[level]!;
      block[at + 3] = spillShare[level]!;
    }
    this.keepSeconds[unit] = keepSeconds;
    this.start[unit] = start;
    this.count[unit] = count;
    this.length = start + count;
  }

  private read(unit: number, levels: Levels): void {
    const count = this.count[unit]!;
    const start = this.start[unit]!;
    levels.reserve(count);
    levels.count = count;
    const {wakesPerSecond, idleShare, coldPerSecond, spillShare} = levels;
    const block = this.blocks[Math.floor(start / BLOCK)]!;
    for (let level = 0, at = 4 * (start % BLOCK); level < count; level++, at += 4) {
      wakesPerSecond[level] = block[at]!;
      idleShare[level] = block[at + 1]!;
      coldPerSecond[level] = block[at + 2]!;
      spillShare[level] = block[at + 3]!;
    }
  }
}
