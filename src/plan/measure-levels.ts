import {mixKeys, Random} from '../base/random.ts';
import {US_PER_SECOND} from '../base/units.ts';
import {doubled} from '../workload/columns.ts';
import {int64At, type Workload} from '../workload/workload.ts';
import type {CallCounts} from './call-counts.ts';
import type {MeasuredLevels} from './demand.ts';
import {LevelMeter} from './level-meter.ts';
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
  /** Spells in which each level was reached, and how such numbers of spells recur. */
  private seen = new Float64Array(1024);
  private readonly recurrence = new Recurrence();
  private readonly workload: Workload;
  private readonly seed: number;

  constructor(workload: Workload, keepAliveUs: number, seed: number) {
    this.workload = workload;
    this.seed = seed;
    this.meter = new LevelMeter(keepAliveUs / US_PER_SECOND, workload.meta.spanUs / US_PER_SECOND / 2);
    this.start = new Float64Array(workload.functions + 1);
    this.ratePerSecond = new Float64Array(workload.functions);
  }

  /**
   * Measures function `f`, whose counts are at hand; functions come in ascending order and those left out have no
   * levels. Calls of a per-minute trace are placed uniformly in their minute and last an exponential time of mean
   * `holdSeconds`: how many are busy at once depends on the mean alone. False if concurrency is beyond measuring.
   */
  measure(f: number, counts: CallCounts, holdSeconds: number): boolean {
    const {meter, workload} = this;
    const spanSeconds = workload.meta.spanUs / US_PER_SECOND;
    meter.reset();
    const done =
      workload.arrivals.kind === 'event'
        ? this.playEvents(f, holdSeconds)
        : this.playMinutes(counts, holdSeconds, new Random(mixKeys(f, this.seed) >>> 0));
    if (!done) return false;
    meter.finish(spanSeconds);
    this.ratePerSecond[f] = counts.total / spanSeconds;
    for (let level = 0; level < meter.levels; level++) this.record(level, spanSeconds);
    this.start[f + 1] = this.rows;
    return true;
  }

  /** The curves; with `discounted`, less what things seen few times are known not to come again. */
  finish(discounted: boolean): MeasuredLevels {
    const {start} = this;
    for (let f = 1; f < start.length; f++) start[f] = Math.max(start[f]!, start[f - 1]!);
    for (let row = 0; discounted && row < this.rows; row++) {
      const factor = this.recurrence.factor(this.seen[row]!);
      this.wakes[row]! *= factor;
      this.cold[row]! *= factor;
    }
    return {
      start,
      ratePerSecond: this.ratePerSecond,
      wakesPerSecond: this.wakes,
      idleShare: this.idle,
      coldPerSecond: this.cold,
      spillShare: this.spill,
    };
  }

  private playEvents(f: number, holdSeconds: number): boolean {
    const {arrivals} = this.workload;
    if (arrivals.kind !== 'event') return false;
    const {arrivalUs, durationUs} = arrivals;
    const from = arrivalUs.start[f]!;
    for (let i = 0; i < arrivalUs.length[f]!; i++) {
      const at = int64At(arrivalUs.values, from + i) / US_PER_SECOND;
      const own = durationUs ? int64At(durationUs.values, durationUs.start[f]! + i) / US_PER_SECOND : holdSeconds;
      if (!this.meter.call(at, at + own)) return false;
    }
    return true;
  }

  private playMinutes({minute, count, length}: CallCounts, holdSeconds: number, random: Random): boolean {
    for (let i = 0; i < length; i++) {
      const calls = count[i]!;
      // The smallest of n uniform times leaves u^(1/n) of the minute; the others are uniform in what is left.
      let left = 1;
      for (let j = 0; j < calls; j++) {
        left *= random.next() ** (1 / (calls - j));
        const at = (minute[i]! + 1 - left) * 60;
        if (!this.meter.call(at, at + holdSeconds * random.exponential())) return false;
      }
    }
    return true;
  }

  private record(level: number, spanSeconds: number): void {
    const {meter} = this;
    if (this.rows === this.wakes.length) {
      this.wakes = doubled(this.wakes);
      this.idle = doubled(this.idle);
      this.cold = doubled(this.cold);
      this.spill = doubled(this.spill);
      this.seen = doubled(this.seen);
    }
    const row = this.rows++;
    const idle = meter.idleSeconds[level]!;
    const cold = meter.coldRises[level]!;
    this.wakes[row] = spells(meter, level) / spanSeconds;
    this.seen[row] = meter.spellRises[level]!;
    this.recurrence.add(meter.earlySpells[level]!, meter.spellRises[level]! - meter.earlySpells[level]!);
    this.idle[row] = idle / spanSeconds;
    this.cold[row] = cold / spanSeconds;
    this.spill[row] = meter.spillSeconds[level]! / spanSeconds;
  }
}

/**
 * How often a level is woken if each spell of calls counts once: the rate of rises after gaps beyond the keep-alive
 * while in them, for all of its idle time. Without such gaps it is that of gaps beyond a minute, then of all.
 */
function spells(meter: LevelMeter, level: number): number {
  const rises = meter.rises[level]!;
  const idle = meter.idleSeconds[level]!;
  const beyondKeepAlive = idle - meter.spillSeconds[level]!;
  if (beyondKeepAlive > 0) return Math.min(rises, (meter.coldRises[level]! * idle) / beyondKeepAlive);
  const beyondSpell = idle - meter.spellSeconds[level]!;
  return beyondSpell > 0 ? Math.min(rises, (meter.spellRises[level]! * idle) / beyondSpell) : rises;
}
