import type {CallTimes} from '../calls/call-times.ts';
import {detectPeriod, TIMER_STRENGTH} from './detect.ts';
import {isRegular, offsetOf, strokeOf} from './stroke.ts';

/** Chance of as much order in random calls above which a first half shows no timer. */
const MOST_P = 0.01;
/** Before anything is seen, this many calls are taken to have missed the schedule, of so many. */
const PRIOR_MISSES = 0.5;
const PRIOR_CALLS = 100;
/**
 * A timer's own record counts against that of all as if all had so many calls: what was punctual for a hundred strokes
 * may be given another minute all the same.
 */
const POOL_CALLS = 100;

/** How often calls miss a schedule that was made before they came: what the first half of history says of the second. */
export class HeldOut {
  private readonly resolutionSeconds: number;
  private readonly own = new Map<number, {missed: number; calls: number}>();
  private missed = 0;
  private calls = 0;

  constructor(resolutionSeconds: number) {
    this.resolutionSeconds = resolutionSeconds;
  }

  /** Finds a timer in the calls of function `f` before the half, and counts the later ones that it would have missed. */
  judge(f: number, {seconds, length}: CallTimes, halfSeconds: number): void {
    const {resolutionSeconds} = this;
    let early = 0;
    while (early < length && seconds[early]! < halfSeconds) early++;
    if (early < 4 || early === length || !isRegular(seconds, early, resolutionSeconds)) return;
    const detection = detectPeriod(seconds, early, resolutionSeconds);
    if (!detection || detection.fold.strength < TIMER_STRENGTH || detection.p > MOST_P) return;
    const {periodSeconds, phaseSeconds} = detection.fold;
    const [from, until] = strokeOf(seconds, early, periodSeconds, phaseSeconds);
    let missed = 0;
    for (let i = early; i < length; i++) {
      const offset = offsetOf(seconds[i]!, periodSeconds, phaseSeconds);
      if (offset < from || offset > until) missed++;
    }
    const calls = length - early;
    this.own.set(f, {missed, calls});
    this.missed += missed;
    this.calls += calls;
  }

  /** The share of the calls of function `f` that a schedule is expected to miss, once all are judged. */
  missShare(f: number): number {
    const pool = (this.missed + PRIOR_MISSES) / (this.calls + PRIOR_CALLS);
    const {missed, calls} = this.own.get(f) ?? {missed: 0, calls: 0};
    return (missed + POOL_CALLS * pool) / (calls + POOL_CALLS);
  }
}
