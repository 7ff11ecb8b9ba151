import {US_PER_MINUTE} from '../../../base/units.ts';
import {classOfLevel} from '../../../demand/levels/level-classes.ts';
import type {RiseObserver} from '../../../forecast/level-series.ts';
import {MinuteRises} from './minute-rises.ts';

/** What goes for the functions of a fleet. */
export interface StartTerms {
  readonly coldUs: Float64Array; // [function]
  /** How long before a minute what it wants is started. */
  readonly leadUs: Float64Array; // [function]
  /** What a warm minute costs, as a share of a cold start. */
  readonly threshold: Float64Array; // [function]
}

/** What `predictive` starts within each minute of a function, told of its calls as if it had nothing ready. */
export class StartsWithin implements RiseObserver {
  lost = 1;
  nextAhead = 0;
  private readonly terms: StartTerms;
  private readonly rises: MinuteRises;
  /** When each class was started in the minute at hand: those below `started` were. [function][class] */
  private readonly startedUs: number[][];
  private readonly started: Int32Array; // [function]
  private readonly minute: Int32Array; // [function]

  constructor(terms: StartTerms) {
    this.terms = terms;
    const functions = terms.coldUs.length;
    this.rises = new MinuteRises(functions);
    this.startedUs = Array.from({length: functions}, () => []);
    this.started = new Int32Array(functions);
    this.minute = new Int32Array(functions).fill(-1);
  }

  rise(fn: number, level: number, minute: number, nowUs: number): void {
    const {rises, terms} = this;
    const startedUs = this.startedUs[fn]!;
    if (minute !== this.minute[fn]) [this.started[fn], this.minute[fn]] = [0, minute];
    const startUs = terms.coldUs[fn]!;
    const endUs = (minute + 1) * US_PER_MINUTE - terms.leadUs[fn]!;
    rises.rise(fn, level, minute, nowUs, startUs);
    const place = classOfLevel(level);
    const isStarted = place < this.started[fn]! && startUs > 0;
    this.lost = isStarted ? Math.max(0, 1 - (nowUs - startedUs[place]!) / startUs) : 1;
    // What is not ready before the minute ends is left to the next one.
    if (nowUs + startUs < endUs) {
      const likely = classOfLevel(rises.likelyLevel(fn, level, minute, terms.threshold[fn]!));
      for (; this.started[fn]! <= likely; this.started[fn]!++) startedUs[this.started[fn]!] = nowUs;
    }
    this.nextAhead = place + 1 < this.started[fn]! ? (endUs - startedUs[place + 1]!) / US_PER_MINUTE : 0;
  }
}
