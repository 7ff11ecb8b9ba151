import {US_PER_MINUTE, US_PER_MS} from '../base/units.ts';

/** Calls that a workload may hold in all, and any number of them: sums are exact up to there. */
export const MAX_CALLS = Number.MAX_SAFE_INTEGER;
/** The longest time that whole microseconds keep exactly, 285 years: of a call, and of a workload's span. */
export const MAX_LENGTH_MS = Number.MAX_SAFE_INTEGER / US_PER_MS;
/** Minutes are below this, so that the span in microseconds stays exact. */
export const MAX_MINUTES = Math.floor(Number.MAX_SAFE_INTEGER / US_PER_MINUTE);

/** Memory that an instance may have: MiB above 0 and below a petabyte. */
export function isMemoryMib(mib: number): boolean {
  return mib > 0 && mib < 1e9;
}

/**
 * A moment on a trace's own clock: whole microseconds within 142 years of its zero, so that no two are further apart
 * than a span may be.
 */
export function isClockUs(us: number): boolean {
  return Number.isInteger(us) && Math.abs(us) <= 2 ** 52 - 2 * US_PER_MINUTE;
}

/** What a row may count for in an average: a number of calls or samples. */
export function isWeight(weight: number): boolean {
  return weight > 0 && weight <= MAX_CALLS;
}
