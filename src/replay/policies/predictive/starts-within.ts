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
  /** When each class was started in the minute at hand: those below `started` were. */
  private readonly startedUs: number[] = [];
  private started = 0;
  private fn = -1;
  private minute = -1;

  constructor(terms: StartTerms) {
    this.terms = terms;
    this.rises = new MinuteRises(terms.coldUs.length);
  }

  rise(fn: number, level: number, minute: number, nowUs: number): void {
    const {rises, startedUs, terms} = this;
    if (fn !== this.fn || minute !== this.minute) [this.started, this.fn, this.minute] = [0, fn, minute];
    const startUs = terms.coldUs[fn]!;
    const endUs = (minute + 1) * US_PER_MINUTE - terms.leadUs[fn]!;
    rises.rise(fn, level, minute, nowUs, startUs);
    const place = classOfLevel(level);
    const isStarted = place < this.started && startUs > 0;
    this.lost = isStarted ? Math.max(0, 1 - (nowUs - startedUs[place]!) / startUs) : 1;
    // What is not ready before the minute ends is left to the next one.
    if (nowUs + startUs < endUs) {
      const likely = classOfLevel(rises.likelyLevel(fn, level, minute, terms.threshold[fn]!));
      for (; this.started <= likely; this.started++) startedUs[this.started] = nowUs;
    }
    this.nextAhead = place + 1 < this.started ? (endUs - startedUs[place + 1]!) / US_PER_MINUTE : 0;
  }
}
