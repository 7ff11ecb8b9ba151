import {usageError} from '../../base/errors.ts';
import {formatTimeUs, US_PER_DAY, US_PER_MINUTE} from '../../base/units.ts';
import type {PlanWindows} from './demand.ts';

/** More windows than this are a slip of the unit, not a plan. */
const MAX_WINDOWS = 20_000;

/**
 * Windows of `windowUs` one after the other over [fromUs, untilUs); the last one may be shorter. `windowUs` Infinity
 * makes one window of it all. Whole minutes, the grid of traces and of schedulers' cron lines.
 */
export function tileWindows(fromUs: number, untilUs: number, windowUs: number): PlanWindows {
  const length = Math.min(windowUs, untilUs - fromUs);
  checkWindow(windowUs, length, untilUs - fromUs);
  const count = Math.ceil((untilUs - fromUs) / length);
  const startUs = Float64Array.from({length: count}, (_, w) => fromUs + w * length);
  const endUs = startUs.map((start) => Math.min(start + length, untilUs));
  return {startUs, endUs, repeatUs: 0};
}

/** Windows over one day or week that begin anew each time, counted from time 0. */
export function repeatingWindows(repeatUs: number, windowUs: number): PlanWindows {
  return {...tileWindows(0, repeatUs, windowUs), repeatUs};
}

function checkWindow(windowUs: number, length: number, spanUs: number): void {
  if (!(spanUs > 0)) throw usageError('there is nothing to plan for: the time after --train-until is empty');
  const isWhole = windowUs === Number.POSITIVE_INFINITY || windowUs % US_PER_MINUTE === 0;
  if (!(windowUs > 0) || !isWhole) {
    throw usageError(`--window is ${formatTimeUs(windowUs)}, must be whole minutes`, 'such as --window 5m or 1h');
  }
  if (spanUs / length > MAX_WINDOWS) {
    throw usageError(
      `--window is ${formatTimeUs(windowUs)}: that makes ${Math.ceil(spanUs / length)} windows, at most ${MAX_WINDOWS}`,
      'plan for a shorter time, or in longer windows',
    );
  }
}

/** Which of the windows each minute from time 0 lies in, -1 for none. [minute] */
export function windowOfMinutes({startUs, endUs, repeatUs}: PlanWindows, minutes: number): Int32Array {
  const of = new Int32Array(minutes).fill(-1);
  const turn = repeatUs === 0 ? Number.POSITIVE_INFINITY : repeatUs / US_PER_MINUTE;
  for (let w = 0; w < startUs.length; w++) {
    const from = Math.round(startUs[w]! / US_PER_MINUTE);
    const until = Math.ceil(endUs[w]! / US_PER_MINUTE);
    for (let base = 0; base + from < minutes; base += turn) of.fill(w, base + from, Math.min(minutes, base + until));
  }
  return of;
}

/** The profile that a history of this length supports: a week seen twice, else a day seen twice, else none. */
export function supportedProfileUs(historyUs: number): number {
  if (historyUs >= 14 * US_PER_DAY) return 7 * US_PER_DAY;
  return historyUs >= 2 * US_PER_DAY ? US_PER_DAY : 0;
}
