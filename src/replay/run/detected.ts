import {
  addedJudged,
  alarmsOf,
  type Judged,
  judge,
  OUTLIERS,
  outliersOf,
  SAMPLES,
  type Usual,
  usualByMean,
  usualByMedian,
} from '../../base/outliers.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import type {DetectRule} from '../../fleet/contention/detect.ts';
import {
  CALLS,
  LOG_SUM,
  MINUTE,
  MINUTE_FIELDS,
  SERVICE_US,
  type SlowedMinutes,
  WORK_US,
} from '../../scheduler/parts/contention/slowed-minutes.ts';

const MINUTES_PER_DAY = 24 * 60;

/** What two rules found of what the replay slowed down. */
export interface DetectedColumns {
  /** Functions of which enough was learned to watch them at some time. */
  readonly watched: number;
  /** Spells too short for any rule that wants three outliers. */
  readonly shortSpells: number;
  readonly cpi: Judged;
  readonly robust: Judged;
  /** Time that calls would have taken alone, and took. [function] */
  readonly workUs: Float64Array;
  readonly serviceUs: Float64Array;
}

/** Minutes that are watched: from the second stretch on, within the counted part. */
interface Watch {
  readonly rule: DetectRule;
  /** Minutes of a stretch. */
  readonly stretch: number;
  readonly from: number;
  readonly until: number;
}

/** `fromUs` to `untilUs`: the counted part; the trace began at 0. */
export function detectedOf(
  slowed: SlowedMinutes,
  functions: number,
  rule: DetectRule,
  {fromUs, untilUs}: {readonly fromUs: number; readonly untilUs: number},
): DetectedColumns {
  const until = Math.ceil(untilUs / US_PER_MINUTE);
  const stretch = rule.learnMinutes ?? Math.min(MINUTES_PER_DAY, Math.max(1, Math.floor(until / 2)));
  const watch = {rule, stretch, from: Math.max(stretch, Math.ceil(fromUs / US_PER_MINUTE)), until};
  const found = {watched: 0, shortSpells: 0, cpi: none, robust: none};
  const [workUs, serviceUs] = [new Float64Array(functions), new Float64Array(functions)];
  for (let fn = 0; fn < functions; fn++) {
    const rows = slowed.of(fn);
    for (let at = 0; at < rows.length; at += MINUTE_FIELDS) {
      if (rows[at + MINUTE]! * US_PER_MINUTE < fromUs) continue;
      workUs[fn]! += rows[at + WORK_US]!;
      serviceUs[fn]! += rows[at + SERVICE_US]!;
    }
    if (rows.length === 0 || watch.from >= until) continue;
    const its = minutesOf(rows, until);
    const truth = truthOf(its.cpi, rule.slower);
    // A spell that goes on from before is one that is watched from its first watched minute on.
    const watchedTruth = truth.subarray(watch.from, until);
    found.shortSpells += shortSpells(watchedTruth);
    const [cpi, robust] = [alarmsWithin(its.cpi, usualByMean, watch), alarmsWithin(its.logs, usualByMedian, watch)];
    if (cpi.isWatched) found.watched++;
    found.cpi = addedJudged(found.cpi, judge(cpi.alarms, watchedTruth));
    found.robust = addedJudged(found.robust, judge(robust.alarms, watchedTruth));
  }
  return {...found, workUs, serviceUs};
}

const none: Judged = {alarms: 0, right: 0, spells: 0, found: 0, minutes: 0};

/** Time over time alone, and the mean logarithm of the time, by minute; NaN where no call ended. */
function minutesOf(rows: Float64Array, minutes: number): {cpi: Float64Array; logs: Float64Array} {
  const [cpi, logs] = [new Float64Array(minutes).fill(Number.NaN), new Float64Array(minutes).fill(Number.NaN)];
  for (let at = 0; at < rows.length; at += MINUTE_FIELDS) {
    const minute = rows[at + MINUTE]!;
    if (minute >= minutes) break;
    // Calls without work can be slowed down by nobody.
    if (rows[at + WORK_US]! > 0) cpi[minute] = rows[at + SERVICE_US]! / rows[at + WORK_US]!;
    logs[minute] = rows[at + LOG_SUM]! / rows[at + CALLS]!;
  }
  return {cpi, logs};
}

/** 1 in minutes that were slowed down; up to four minutes without a call between two such are of one spell. */
function truthOf(cpi: Float64Array, slower: number): Uint8Array {
  const truth = new Uint8Array(cpi.length);
  let last = Number.NEGATIVE_INFINITY;
  for (const [minute, one] of cpi.entries()) {
    if (Number.isNaN(one)) continue;
    if (one < 1 + slower) last = Number.NEGATIVE_INFINITY;
    else {
      truth.fill(1, minute - last < SAMPLES ? last + 1 : minute, minute + 1);
      last = minute;
    }
  }
  return truth;
}

function shortSpells(truth: Uint8Array): number {
  let [count, length] = [0, 0];
  for (let minute = 0; minute <= truth.length; minute++) {
    if (truth[minute] === 1) length++;
    else {
      if (length > 0 && length < OUTLIERS) count++;
      length = 0;
    }
  }
  return count;
}

/** Alarms in each watched minute; what is usual is learned from the stretch before, if that has minutes enough. */
function alarmsWithin(
  samples: Float64Array,
  usual: (samples: Float64Array) => Usual,
  {stretch, from, until}: Watch,
): {alarms: Uint8Array; isWatched: boolean} {
  const outliers = new Uint8Array(until);
  let isWatched = false;
  for (let begin = stretch; begin < until; begin += stretch) {
    const before = samples.subarray(begin - stretch, begin);
    if (before.reduce((known, one) => known + (Number.isNaN(one) ? 0 : 1), 0) < SAMPLES) continue;
    outliers.set(outliersOf(samples.subarray(begin, Math.min(until, begin + stretch)), usual(before)), begin);
    if (begin + stretch > from) isWatched = true;
  }
  return {alarms: alarmsOf(outliers).subarray(from), isWatched};
}
