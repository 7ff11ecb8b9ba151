import {doubled} from '../../workload/columns.ts';
import type {GapSink} from '../levels/level-meter.ts';
import {classEdges, GAP_CLASSES, gapClass} from './gap-bins.ts';
import type {GapLifeTable} from './gap-life-table.ts';

/** Classes of gaps and, first, what is shorter than all of them and, last, longer. */
export const GAP_LENGTHS = GAP_CLASSES + 2;

/** The idle gaps of one function's levels of concurrency, by length. */
export class LevelGaps implements GapSink {
  levels = 0;
  private closed = new Float64Array(GAP_LENGTHS); // [level * GAP_LENGTHS + bin]
  private seconds = new Float64Array(GAP_LENGTHS); // [level * GAP_LENGTHS + bin] of closed gaps
  private openSeconds = new Float64Array(1); // [level]; NaN: none

  clear(): void {
    this.closed.fill(0, 0, this.levels * GAP_LENGTHS);
    this.seconds.fill(0, 0, this.levels * GAP_LENGTHS);
    this.openSeconds.fill(Number.NaN, 0, this.levels);
    this.levels = 0;
  }

  gap(level: number, seconds: number, closed: boolean): void {
    while (level >= this.levels) this.addLevel();
    if (!closed) {
      this.openSeconds[level] = seconds;
      return;
    }
    const at = level * GAP_LENGTHS + 1 + gapClass(seconds);
    this.closed[at]! += 1;
    this.seconds[at]! += seconds;
  }

  private addLevel(): void {
    const room = (this.levels + 1) * GAP_LENGTHS;
    while (this.closed.length < room) {
      this.closed = doubled(this.closed);
      this.seconds = doubled(this.seconds);
    }
    if (this.levels === this.openSeconds.length) this.openSeconds = doubled(this.openSeconds);
    this.openSeconds[this.levels++] = Number.NaN;
  }

  /**
   * Whether what was seen of a level would have cost less with its instance kept throughout than under the best time to
   * live, a cold start being worth `breakEvenSeconds` of idling.
   */
  isWorthKeeping(level: number, breakEvenSeconds: number): boolean {
    const {closed, seconds, openSeconds} = this;
    const row = level * GAP_LENGTHS;
    const open = Number.isNaN(openSeconds[level]!) ? 0 : openSeconds[level]!;
    let idle = open;
    let longer = 0;
    for (let bin = row; bin < row + GAP_LENGTHS; bin++) {
      idle += seconds[bin]!;
      longer += closed[bin]!;
    }
    let shorterSeconds = 0;
    for (let k = 0; k <= GAP_CLASSES; k++) {
      shorterSeconds += seconds[row + k]!;
      longer -= closed[row + k]!;
      const edge = classEdges[k]!;
      if (shorterSeconds + longer * (edge + breakEvenSeconds) + Math.min(open, edge) < idle) return false;
    }
    return true;
  }

  /** Adds the closed gaps of a level to `out`: those shorter than all classes, of each class, and longer. */
  countTo(out: Float64Array, level: number): void {
    for (let bin = 0; bin < GAP_LENGTHS; bin++) out[bin]! += this.closed[level * GAP_LENGTHS + bin]!;
  }

  /** Adds the gaps of a level to `out`. */
  addTo(out: GapLifeTable, level: number): void {
    const {closed, seconds, openSeconds} = this;
    const row = level * GAP_LENGTHS;
    let reached = closed[row + GAP_LENGTHS - 1]!;
    for (let k = GAP_CLASSES - 1; k >= 0; k--) {
      const ends = closed[row + 1 + k]!;
      out.seconds[k]! +=
        reached * (classEdges[k + 1]! - classEdges[k]!) + seconds[row + 1 + k]! - ends * classEdges[k]!;
      reached += ends;
      out.reached[k]! += reached;
      out.ended[k]! += ends;
    }
    if (!Number.isNaN(openSeconds[level]!)) out.add(openSeconds[level]!, false);
  }
}
