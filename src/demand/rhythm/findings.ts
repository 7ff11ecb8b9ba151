import {US_PER_SECOND} from '../../base/units.ts';
import {MinuteCursor} from '../../workload/call-cursor.ts';
import {triggerKind, triggerOf} from '../../workload/trigger-kind.ts';
import type {Workload} from '../../workload/workload.ts';
import {CallTimes} from '../calls/call-times.ts';
import {type Detection, detectPeriod, TIMER_STRENGTH} from './detect.ts';
import {discoveryThreshold, FALSE_DISCOVERIES} from './false-discovery.ts';
import type {Fold} from './fold.ts';
import {RHYTHM_BINS, type Rhythm, strongestRhythm} from './rhythm.ts';

/** TIMER_STRENGTH of a declared timer with few calls, which chance alone would often bring into as good an order. */
const DECLARED_STRENGTH = 0.95;
/** Calls in so many minutes, and in that share of all, are steady: there is no gap to warm up in. */
const STEADY_MINUTES = 30;
const STEADY_SHARE = 0.95;
/** Active minutes (or calls) below which a series is too short to show a rhythm. */
const MIN_FOR_RHYTHM = 32;

/** Called by the clock; by the clock and otherwise too; in a rhythm such as a day's; nearly every minute; none of these. */
export type Kind = 'timer' | 'mixed' | 'rhythm' | 'steady' | 'random';

/** What a trace shows of a function's regularity. */
export interface Finding {
  readonly f: number;
  readonly kind: Kind;
  readonly fold: Fold | undefined;
  readonly rhythm: Rhythm | undefined;
  readonly p: number;
}

/** Of a function whose trigger says that a clock calls it: enough order to see when. It needs no test of whether. */
function strikes({fold, p}: Detection): boolean {
  return fold.strength >= DECLARED_STRENGTH || (p <= 0.05 && fold.strength >= TIMER_STRENGTH);
}

/** What every function of a trace shows, tested together so that false discoveries stay rare. */
export function findingsOf(workload: Workload): Finding[] {
  const n = workload.functions;
  const times = new CallTimes(workload);
  const minutes = new MinuteCursor(workload.arrivals);
  const resolution = times.resolutionSeconds;
  const binSeconds = workload.meta.spanUs / US_PER_SECOND / RHYTHM_BINS;
  const longEnough = binSeconds >= 2 * resolution;
  const detections: (Detection | undefined)[] = [];
  const rhythms: (Rhythm | undefined)[] = [];
  const steady: boolean[] = [];
  const p = new Float64Array(2 * n).fill(1);
  for (let f = 0; f < n; f++) {
    times.read(f);
    const detection = detectPeriod(times.seconds, times.length, resolution);
    const rhythm =
      times.length < MIN_FOR_RHYTHM || !longEnough ? undefined : strongestRhythm(binned(times, binSeconds, resolution));
    p[2 * f] = detection?.p ?? 1;
    p[2 * f + 1] = rhythm?.p ?? 1;
    detections.push(detection);
    rhythms.push(rhythm);
    steady.push(isSteady(times, minutes, f));
  }
  const believed = discoveryThreshold(p, FALSE_DISCOVERIES);
  return detections.map((detection, f) => {
    const rhythm = rhythms[f];
    const declared = triggerKind(triggerOf(workload, f)) === 'timer' && detection !== undefined && strikes(detection);
    const clocked = declared || (detection !== undefined && detection.p <= believed);
    if (clocked && detection.fold.strength >= TIMER_STRENGTH) {
      return {f, kind: 'timer', fold: detection.fold, rhythm: undefined, p: detection.p};
    }
    if (rhythm && rhythm.p <= believed) return {f, kind: 'rhythm', fold: undefined, rhythm, p: rhythm.p};
    if (clocked) return {f, kind: 'mixed', fold: detection.fold, rhythm: undefined, p: detection.p};
    return {
      f,
      kind: steady[f] ? 'steady' : 'random',
      fold: undefined,
      rhythm: undefined,
      p: Math.min(p[2 * f]!, p[2 * f + 1]!),
    };
  });
}

/** Called in nearly every minute from its first to its last, for half an hour at least. */
function isSteady(times: CallTimes, minutes: MinuteCursor, f: number): boolean {
  if (times.length < STEADY_MINUTES) return false;
  let active = 0;
  for (minutes.open(f); minutes.next(); ) active++;
  const all = Math.floor(times.seconds[times.length - 1]! / 60) - Math.floor(times.seconds[0]! / 60) + 1;
  return active >= STEADY_MINUTES && active >= STEADY_SHARE * all;
}

const bins = new Float64Array(RHYTHM_BINS);

/**
 * log(1 + calls) in equal parts of the span: a burst then weighs little more than a busy hour. A minute's calls are
 * spread over the parts that it touches: else parts of 11 and 12 minutes in turn would be a rhythm of their own.
 */
function binned(times: CallTimes, binSeconds: number, resolutionSeconds: number): Float64Array {
  bins.fill(0);
  for (let i = 0; i < times.length; i++) {
    const from = times.seconds[i]! / binSeconds;
    const until = from + resolutionSeconds / binSeconds;
    const bin = Math.min(RHYTHM_BINS - 1, Math.floor(from));
    // Parts are longer than a minute, so it touches two at most.
    const beyond = bin + 1 < RHYTHM_BINS && until > bin + 1 ? (until - bin - 1) / (until - from) : 0;
    bins[bin]! += times.count[i]! * (1 - beyond);
    if (beyond > 0) bins[bin + 1]! += times.count[i]! * beyond;
  }
  for (let i = 0; i < RHYTHM_BINS; i++) bins[i] = Math.log1p(bins[i]!);
  return bins;
}
