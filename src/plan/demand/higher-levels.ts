import {US_PER_SECOND} from '../../base/units.ts';
import type {LevelMeter} from '../../demand/levels/level-meter.ts';
import {GRID_TIMES, keepAliveGridUs} from '../rest/keep-alive-grid.ts';
import type {MeasuredLevels} from './demand.ts';

/** One level more for so many that were reached. */
const REACHED_EACH = 2;

/** Where the levels of one function lie that it has not reached. */
interface Room {
  readonly f: number;
  readonly row: number;
  readonly count: number;
  /** Cold starts at the levels that it did reach. */
  readonly cold: number;
}

/**
 * Levels of concurrency above all that history saw. As many cold starts are expected there, in a time as long as
 * history, as its second half had at levels above those of its first, which is half as long after half as long: a
 * record is as likely to be beaten in the next stretch of equal length, however long that is. Functions share them as they share the cold starts at levels that they did
 * reach, and a function's levels as one over how far they lie above its highest.
 */
export class HigherLevels {
  private readonly rooms: Room[] = [];
  private total = 0;

  /** Takes function `f` as measured; returns how many levels it gets above its own, in rows from `row` on. */
  add(f: number, {levels, coldRises, earlySpells}: LevelMeter, row: number): number {
    let cold = 0;
    let beyond = 0;
    for (let level = 0; level < levels; level++) {
      cold += coldRises[level]!;
      if (earlySpells[level] === 0) beyond += coldRises[level]!;
    }
    // A function that the first half does not know had no levels to go beyond.
    if (levels > 0 && earlySpells[0]! > 0) {
      this.total += beyond;
    }
    const count = Math.ceil(levels / REACHED_EACH);
    this.rooms.push({f, row, count, cold});
    return count;
  }

  /** Writes the levels, once all functions are measured. */
  fill(to: MeasuredLevels, spanSeconds: number, keepAliveUs: Float64Array): void {
    // One on top: a function without a cold start, in view from the beginning, may have its first.
    const shares = this.rooms.reduce((sum, {cold}) => sum + cold + 1, 0);
    for (const {f, row, count, cold} of this.rooms) {
      let harmonic = 0;
      for (let j = 1; j <= count; j++) harmonic += 1 / j;
      const perSecond = (this.total * (cold + 1)) / shares / harmonic / spanSeconds;
      if (perSecond === 0) continue;
      for (let j = 1; j <= count; j++) write(to, row + j - 1, perSecond / j, keepAliveUs[f]! / US_PER_SECOND);
    }
  }
}

/** A level that is reached so often, and idle between. */
function write(to: MeasuredLevels, row: number, perSecond: number, keepAliveSeconds: number): void {
  to.wakesPerSecond[row] = perSecond;
  to.coldPerSecond[row] = perSecond;
  to.spillShare[row] = Math.min(1, perSecond * keepAliveSeconds);
  for (let k = 0; k < GRID_TIMES; k++) {
    to.coldOnGrid[row * GRID_TIMES + k] = perSecond;
    to.spillOnGrid[row * GRID_TIMES + k] = Math.min(1, (perSecond * keepAliveGridUs[k]!) / US_PER_SECOND);
  }
}
