import {US_PER_SECOND} from '../../base/units.ts';
import type {CallCounts} from '../../demand/calls/call-counts.ts';
import {CallPlayer} from '../../demand/levels/call-player.ts';
import {LevelMeter} from '../../demand/levels/level-meter.ts';
import {doubled} from '../../workload/columns.ts';
import type {Workload} from '../../workload/workload.ts';
import {GRID_TIMES, GridGaps} from '../rest/keep-alive-grid.ts';
import type {MeasuredLevels} from './demand.ts';
import {HigherLevels} from './higher-levels.ts';
import {Recurrence} from './recurrence.ts';

/** Measured curves of one function after another, as columns that grow. */
export class LevelRecorder {
  private readonly meter: LevelMeter;
  private readonly start: Float64Array;
  private readonly ratePerSecond: Float64Array;
  private rows = 0;
  private wakes = new Float64Array(1024);
  private idle = new Float64Array(1024);
  private cold = new Float64Array(1024);
  private spill = new Float64Array(1024);
  private coldOnGrid = new Float32Array(1024 * GRID_TIMES);
  private spillOnGrid = new Float32Array(1024 * GRID_TIMES);
  private readonly gaps = new GridGaps();
  /** Spells in which each level was reached, and how such numbers of spells recur. */
  private seen = new Float64Array(1024);
  private early = new Float64Array(1024); // of them, in the first half
  private readonly recurrence = new Recurrence();
  private readonly higher = new HigherLevels();
  private readonly workload: Workload;
  private readonly keepAliveUs: Float64Array; // [function]
  private readonly player: CallPlayer;

  private readonly ahead: boolean;
  /** Of the function measured last, as `LevelMeter` has it. */
  waitsPerRise = 1;

  /** With `ahead` the curves are for another time: less what is known not to come again, and levels beyond those seen. */
  constructor(workload: Workload, keepAliveUs: Float64Array, seed: number, ahead: boolean) {
    this.ahead = ahead;
    this.workload = workload;
    this.keepAliveUs = keepAliveUs;
    this.player = new CallPlayer(workload, seed);
    this.meter = new LevelMeter(0, workload.meta.spanUs / US_PER_SECOND / 2, this.gaps);
    this.start = new Float64Array(workload.functions + 1);
    this.ratePerSecond = new Float64Array(workload.functions);
  }

  /**
   * Measures function `f`, whose counts are at hand, with instances of so many places that start for so long; functions
   * come in ascending order and those left out have no levels. False if concurrency is beyond measuring.
   */
  measure(f: number, counts: CallCounts, holdSeconds: number, places = 1, coldSeconds = 0): boolean {
    const {meter, workload} = this;
    const spanSeconds = workload.meta.spanUs / US_PER_SECOND;
    meter.reset(this.keepAliveUs[f]! / US_PER_SECOND, places, coldSeconds);
    this.gaps.clear();
    if (!this.player.play(f, counts, holdSeconds, Number.POSITIVE_INFINITY, meter)) return false;
    meter.finish(spanSeconds);
    this.ratePerSecond[f] = counts.total / spanSeconds;
    this.waitsPerRise = meter.waitsPerRise;
    const from = this.rows;
    for (let level = 0; level < meter.levels; level++) this.record(level, spanSeconds);
    this.recurrence.addTogether(this.early, this.seen, from, this.rows);
    if (this.ahead) this.makeRoomAbove(f);
    this.start[f + 1] = this.rows;
    return true;
  }

  /** The curves, once all functions are measured. */
  finish(): MeasuredLevels {
    const {start, workload, keepAliveUs} = this;
    for (let f = 1; f < start.length; f++) start[f] = Math.max(start[f]!, start[f - 1]!);
    for (let row = 0; this.ahead && row < this.rows; row++) {
      const factor = this.recurrence.factor(this.seen[row]!);
      this.wakes[row]! *= factor;
      this.cold[row]! *= factor;
      for (let at = row * GRID_TIMES; at < (row + 1) * GRID_TIMES; at++) this.coldOnGrid[at]! *= factor;
    }
    const measured = {
      start,
      ratePerSecond: this.ratePerSecond,
      wakesPerSecond: this.wakes,
      keepAliveSeconds: this.keepAliveUs.map((us) => us / US_PER_SECOND),
      idleShare: this.idle,
      coldPerSecond: this.cold,
      spillShare: this.spill,
      coldOnGrid: this.coldOnGrid,
      spillOnGrid: this.spillOnGrid,
    };
    this.higher.fill(measured, workload.meta.spanUs / US_PER_SECOND, keepAliveUs);
    return measured;
  }

  private reserve(rows: number): void {
    while (this.rows + rows > this.wakes.length) {
      this.wakes = doubled(this.wakes);
      this.idle = doubled(this.idle);
      this.cold = doubled(this.cold);
      this.spill = doubled(this.spill);
      this.seen = doubled(this.seen);
      this.early = doubled(this.early);
      this.coldOnGrid = doubled(this.coldOnGrid);
      this.spillOnGrid = doubled(this.spillOnGrid);
    }
  }

  /** Rows for levels above those that function `f` reached, empty as yet. */
  private makeRoomAbove(f: number): void {
    const count = this.higher.add(f, this.meter, this.rows);
    this.reserve(count);
    for (let row = this.rows; row < this.rows + count; row++) this.idle[row] = 1;
    this.rows += count;
  }

  private record(level: number, spanSeconds: number): void {
    const {meter} = this;
    this.reserve(1);
    const row = this.rows++;
    const idle = meter.idleSeconds[level]!;
    const cold = meter.coldRises[level]!;
    this.wakes[row] = meter.rises[level]! / spanSeconds;
    this.seen[row] = meter.spellRises[level]!;
    this.early[row] = meter.earlySpells[level]!;
    this.idle[row] = idle / spanSeconds;
    this.cold[row] = cold / spanSeconds;
    this.spill[row] = meter.spillSeconds[level]! / spanSeconds;
    const at = row * GRID_TIMES;
    this.gaps.read(level, meter.rises[level]!, this.coldOnGrid, this.spillOnGrid, at, spanSeconds);
  }
}
