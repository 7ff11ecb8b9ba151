import {sortSpread} from '../base/sort.ts';
import {US_PER_MINUTE} from '../base/units.ts';
import type {MinuteSeries} from '../demand/calls/minute-series.ts';
import {classOfLevel} from '../demand/levels/level-classes.ts';
import {doubled} from '../workload/columns.ts';
import {
  concatenate,
  type Entries,
  type LevelOptions,
  type LevelSeries,
  minutesOf,
  noEntries,
  reactionsOf,
} from './level-series.ts';

/**
 * Makes level series of calls that come window by window, as if none had to wait for an instance. Memory is bounded by
 * what runs at once and by minutes with calls, not by calls.
 */
export class LevelRecorder {
  private readonly options: LevelOptions;
  private readonly span: number;
  /** When calls that run finish. [function] */
  private readonly endUs: Float64Array[];
  private readonly inFlight: Int32Array; // [function]
  /** The minute that begins next. [function] */
  private readonly nextMinute: Int32Array;
  private readonly levels: Entries[][]; // [function][class]
  private readonly running: Entries[]; // [function]
  /** Of the function at hand: its calls in the minute at hand by class, and how many classes have any. */
  private counts = new Int32Array(1024);
  /** What whoever observes says of their first rises. */
  private lost = new Float64Array(1024);
  private nextAhead = new Float64Array(1024);
  private reached = 0;
  private ends = new Int32Array(1 << 12);
  private sorted = new Int32Array(1 << 12);

  constructor(options: LevelOptions) {
    const functions = options.shiftUs.length;
    this.options = options;
    this.span = minutesOf(options);
    const none = new Float64Array(0);
    this.endUs = new Array<Float64Array>(functions).fill(none);
    this.inFlight = new Int32Array(functions);
    this.nextMinute = new Int32Array(functions).fill(1);
    this.levels = Array.from({length: functions}, () => []);
    this.running = Array.from({length: functions}, noEntries);
  }

  /**
   * Takes the calls of `fn` in [lowUs, highUs), at most a minute, none earlier than those before: `calls` arrivals in order
   * of time since lowUs, and how long each runs.
   */
  take(
    fn: number,
    lowUs: number,
    highUs: number,
    arrivalUs: Int32Array,
    durationUs: Float64Array,
    calls: number,
  ): void {
    this.beginUntil(fn, lowUs);
    const lengthUs = highUs - lowUs;
    let running = this.inFlight[fn]!;
    const finishing = this.finishesOf(fn, lowUs, lengthUs, arrivalUs, durationUs, calls);
    const {sorted} = this;
    const places = this.placesOf(fn);
    let minute = this.nextMinute[fn]!;
    let begins = this.beginUs(fn, minute) - lowUs;
    let ended = 0;
    for (let k = 0; k <= calls; k++) {
      const at = k < calls ? arrivalUs[k]! : lengthUs - 1;
      while (begins <= at) {
        for (; ended < finishing && sorted[ended]! <= begins; ended++) running--;
        this.close(fn, minute - 1);
        this.begin(fn, minute, running);
        minute++;
        begins += US_PER_MINUTE;
      }
      if (k === calls) break;
      for (; ended < finishing && sorted[ended]! <= at; ended++) running--;
      if (running % places === 0) this.count(fn, running / places + 1, minute - 1, lowUs + at);
      // A call that takes no time is gone before another can find it.
      if (durationUs[k]! > 0) running++;
    }
    this.close(fn, minute - 1);
    this.nextMinute[fn] = minute;
  }

  /** The series of all functions; the recorder is done with. */
  finish(): LevelSeries {
    const {levels, options, span} = this;
    const functions = levels.length;
    const firstRow = new Int32Array(functions + 1);
    for (let f = 0; f < functions; f++) {
      this.beginUntil(f, span * US_PER_MINUTE);
      firstRow[f + 1] = firstRow[f]! + levels[f]!.length;
    }
    const rows = levels.flat();
    const trigger = new Uint8Array(rows.length);
    for (let f = 0; f < functions; f++) trigger.fill(options.trigger[f]!, firstRow[f]!, firstRow[f + 1]!);
    const {start, minute, count} = concatenate(rows);
    const starts = start.subarray(0, rows.length);
    const series: MinuteSeries = {
      rows: rows.length,
      span,
      minute,
      count,
      start: starts,
      countStart: starts,
      length: Float64Array.from(rows, (row) => row.minute.length),
      trigger,
      clock: options.clock,
    };
    const running = concatenate(this.running);
    const reactions = options.observer && reactionsOf(rows);
    return {series, firstRow, reactions, running: {start: running.start, minute: running.minute, calls: running.count}};
  }

  /** When a minute begins for `fn`. */
  private beginUs(fn: number, minute: number): number {
    return minute * US_PER_MINUTE - this.options.shiftUs[fn]!;
  }

  /** Lets the minutes of `fn` begin that do so by `untilUs`, without any call between. */
  private beginUntil(fn: number, untilUs: number): void {
    let minute = this.nextMinute[fn]!;
    const last = Math.floor((untilUs + this.options.shiftUs[fn]!) / US_PER_MINUTE);
    const endUs = this.endUs[fn]!;
    for (; minute <= last && this.inFlight[fn]! > 0; minute++) {
      const atUs = this.beginUs(fn, minute);
      let left = 0;
      for (let k = 0; k < this.inFlight[fn]!; k++) if (endUs[k]! > atUs) endUs[left++] = endUs[k]!;
      this.inFlight[fn] = left;
      this.begin(fn, minute, left);
    }
    this.nextMinute[fn] = Math.max(minute, last + 1);
  }

  private begin(fn: number, minute: number, running: number): void {
    if (running === 0 || minute >= this.span) return;
    const entries = this.running[fn]!;
    entries.minute.push(minute);
    entries.count.push(Math.ceil(running / this.placesOf(fn)));
  }

  private placesOf(fn: number): number {
    return this.options.places === undefined ? 1 : this.options.places[fn]!;
  }

  /** Puts what finishes within the window in order, since its beginning, and keeps the rest; returns how many do. */
  private finishesOf(
    fn: number,
    lowUs: number,
    lengthUs: number,
    arrivalUs: Int32Array,
    durationUs: Float64Array,
    calls: number,
  ): number {
    const most = this.inFlight[fn]! + calls;
    if (this.ends.length < most) {
      this.ends = new Int32Array(2 * most);
      this.sorted = new Int32Array(2 * most);
    }
    const {ends} = this;
    let n = 0;
    let left = 0;
    let endUs = this.endUs[fn]!;
    for (let k = 0; k < this.inFlight[fn]!; k++) {
      const at = endUs[k]! - lowUs;
      if (at < lengthUs) ends[n++] = Math.max(0, at);
      else endUs[left++] = endUs[k]!;
    }
    for (let k = 0; k < calls; k++) {
      const takesUs = durationUs[k]!;
      const at = arrivalUs[k]! + takesUs;
      if (at < lengthUs) {
        if (takesUs > 0) ends[n++] = at;
        continue;
      }
      if (left === endUs.length) endUs = this.endUs[fn] = doubled(endUs);
      endUs[left++] = lowUs + at;
    }
    this.inFlight[fn] = left;
    sortSpread(ends, n, 0, lengthUs, this.sorted, 0);
    return n;
  }

  /** A call of `fn` brings the instances that are busy to `level`. */
  private count(fn: number, level: number, minute: number, nowUs: number): void {
    const place = classOfLevel(level);
    if (place >= this.counts.length) this.grow();
    if (this.counts[place] === 0) this.rise(fn, level, place, minute, nowUs);
    this.counts[place]! += 1;
    if (place >= this.reached) this.reached = place + 1;
  }

  /** Whoever observes is told of a minute's first rise to a class. */
  private rise(fn: number, level: number, place: number, minute: number, nowUs: number): void {
    const {observer} = this.options;
    if (observer === undefined || this.levels[fn]![place]?.minute.at(-1) === minute) return;
    observer.rise(fn, level, minute, nowUs);
    this.lost[place] = observer.lost;
    this.nextAhead[place] = observer.nextAhead;
  }

  private grow(): void {
    this.counts = doubled(this.counts);
    this.lost = doubled(this.lost);
    this.nextAhead = doubled(this.nextAhead);
  }

  /** The calls of `minute` counted so far go to its entries. */
  private close(fn: number, minute: number): void {
    const {counts, reached} = this;
    const levels = this.levels[fn]!;
    for (let place = 0; place < reached; place++) {
      const calls = counts[place]!;
      if (calls === 0) continue;
      counts[place] = 0;
      levels[place] ??= noEntries();
      const entries = levels[place]!;
      const last = entries.minute.length - 1;
      if (last >= 0 && entries.minute[last] === minute) entries.count[last]! += calls;
      else {
        entries.minute.push(minute);
        entries.count.push(calls);
        if (this.options.observer === undefined) continue;
        entries.lost.push(this.lost[place]!);
        entries.nextAhead.push(this.nextAhead[place]!);
      }
    }
    this.reached = 0;
  }
}
