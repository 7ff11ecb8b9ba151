import {US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import type {GapSink} from '../../demand/levels/level-meter.ts';
import {doubled} from '../../workload/columns.ts';

/** Keep-alives that a solver may choose among, besides none at all: those that platforms and people use. Ascending. */
export const keepAliveGridUs = Float64Array.of(
  ...[1, 3, 10, 30].map((seconds) => seconds * US_PER_SECOND),
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * US_PER_MINUTE),
  ...[1, 2, 4, 8].map((hours) => hours * US_PER_HOUR),
  US_PER_DAY,
);

export const GRID_TIMES = keepAliveGridUs.length;
const gridSeconds = keepAliveGridUs.map((us) => us / US_PER_SECOND);

/** Counts the idle gaps of one function's levels of concurrency by the times of the grid that they last. */
export class GridGaps implements GapSink {
  private levels = 0;
  /** Closed gaps shorter than the first time, between the first and the second, ..., at least the last. */
  private closed = new Float64Array(GRID_TIMES + 1); // [level * (GRID_TIMES + 1) + class]
  /** Seconds of them, and of the open one as far as it was seen. */
  private seconds = new Float64Array(GRID_TIMES + 1);
  /** Gaps by class, open ones too. */
  private gaps = new Float64Array(GRID_TIMES + 1);

  clear(): void {
    const used = this.levels * (GRID_TIMES + 1);
    for (const column of [this.closed, this.seconds, this.gaps]) column.fill(0, 0, used);
    this.levels = 0;
  }

  gap(level: number, seconds: number, closed: boolean): void {
    if (level >= this.levels) this.open(level + 1);
    let k = 0;
    while (k < GRID_TIMES && seconds >= gridSeconds[k]!) k++;
    const at = level * (GRID_TIMES + 1) + k;
    if (closed) this.closed[at]! += 1;
    this.gaps[at]! += 1;
    this.seconds[at]! += seconds;
  }

  /**
   * What a level does under each time of the grid, written from `at` on: its cold starts of `rises` rises, and the
   * seconds for which it idles within the time. A rise that no gap came before is cold whatever the time.
   */
  read(level: number, rises: number, cold: Float32Array, spillSeconds: Float32Array, at: number, per: number): void {
    if (level >= this.levels) {
      cold.fill(rises / per, at, at + GRID_TIMES);
      spillSeconds.fill(0, at, at + GRID_TIMES);
      return;
    }
    const row = level * (GRID_TIMES + 1);
    let longer = 0;
    for (let k = 0; k <= GRID_TIMES; k++) longer += this.gaps[row + k]!;
    let warm = 0;
    let shorterSeconds = 0;
    for (let j = 0; j < GRID_TIMES; j++) {
      warm += this.closed[row + j]!;
      shorterSeconds += this.seconds[row + j]!;
      longer -= this.gaps[row + j]!;
      cold[at + j] = (rises - warm) / per;
      spillSeconds[at + j] = (shorterSeconds + longer * gridSeconds[j]!) / per;
    }
  }

  private open(levels: number): void {
    const room = levels * (GRID_TIMES + 1);
    while (this.closed.length < room) {
      this.closed = doubled(this.closed);
      this.seconds = doubled(this.seconds);
      this.gaps = doubled(this.gaps);
    }
    this.levels = levels;
  }
}
