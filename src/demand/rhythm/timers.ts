import {US_PER_SECOND} from '../../base/units.ts';
import type {Workload} from '../../workload/workload.ts';
import {CallTimes} from '../calls/call-times.ts';
import {detectPeriod, TIMER_STRENGTH} from './detect.ts';
import {discoveryThreshold, FALSE_DISCOVERIES} from './false-discovery.ts';
import {HeldOut} from './held-out.ts';
import {isRegular, strokeOf} from './stroke.ts';

/** Functions whose calls come by the clock. Times in microseconds. [timer] */
export interface Timers {
  readonly function: Int32Array;
  readonly periodUs: Float64Array;
  /** When a stroke's calls begin and end, after each multiple of the period; the end may lie beyond the period. */
  readonly fromUs: Float64Array;
  readonly untilUs: Float64Array;
  /** The chance that a stroke comes at another time, or that this is no timer any more. */
  readonly missShare: Float64Array;
}

/** The functions of a history that are called by the clock, and when their strokes begin and end. */
export function timersOf(history: Workload): Timers {
  const times = new CallTimes(history);
  const resolution = times.resolutionSeconds;
  const found: {f: number; p: number; period: number; from: number; until: number; missShare: number}[] = [];
  const heldOut = new HeldOut(resolution);
  for (let f = 0; f < history.functions; f++) {
    times.read(f);
    if (times.length < 4) continue;
    heldOut.judge(f, times, history.meta.spanUs / US_PER_SECOND / 2);
    if (!isRegular(times.seconds, times.length, resolution)) continue;
    const detection = detectPeriod(times.seconds, times.length, resolution);
    if (!detection || detection.fold.strength < TIMER_STRENGTH) continue;
    const {periodSeconds, phaseSeconds, cycles} = detection.fold;
    const [from, until] = strokeOf(times.seconds, times.length, periodSeconds, phaseSeconds);
    found.push({
      f,
      p: Math.min(detection.p, closeness(cycles, until - from + resolution, periodSeconds, times.length)),
      period: periodSeconds,
      from: phaseSeconds + from,
      until: phaseSeconds + until + resolution,
      missShare: missShare(cycles, (until - from) / resolution),
    });
  }
  const believed = discoveryThreshold(
    Float64Array.from(found, ({p}) => p),
    FALSE_DISCOVERIES,
  );
  const timers = found.filter(({p}) => p <= believed);
  const us = (at: (one: (typeof found)[number]) => number): Float64Array =>
    Float64Array.from(timers, (one) => Math.round(at(one) * US_PER_SECOND));
  return {
    function: Int32Array.from(timers, ({f}) => f),
    periodUs: us(({period}) => period),
    fromUs: us(({from}) => from),
    untilUs: us(({until}) => until),
    missShare: Float64Array.from(timers, ({f, missShare}) => Math.max(missShare, heldOut.missShare(f))),
  };
}

/**
 * The chance of a stroke at another time after so many that came within `strays` resolutions of one another: misses are
 * counted as if a twentieth of one had been seen of a timer that keeps its minute, a clock, and up to a whole one of a
 * timer that strays by minutes and so may be something else.
 */
function missShare(strokes: number, strays: number): number {
  return Math.min(1, 0.05 + 0.25 * strays ** 2) / (strokes + 1);
}

/** Periods that are tried besides one from the data, which had a chance for every call. */
const PERIODS_TRIED = 30;

/**
 * The chance that `strokes` random times all fall within `width` of one another on the circle of a period, corrected
 * for the periods tried: it tells what is punctual from few strokes, where the mean direction cannot.
 */
function closeness(strokes: number, width: number, period: number, calls: number): number {
  return Math.min(1, (PERIODS_TRIED + calls) * strokes * (width / period) ** (strokes - 1));
}
