import {formatCount, formatTimeUs, US_PER_SECOND} from '../base/units.ts';
import {type Threads, threadsFor} from '../replay/threads.ts';

/** Beyond so many calls a run says first how long it will take. */
const MANY_CALLS = 1e8;
/** What a thread serves of them in a second, or more. */
const CALLS_PER_SECOND = 5e6;

/**
 * What serving that many calls, all policies' together, will cost about; undefined: a moment. `what` begins the
 * sentence: `3 policies over 740,000,000 calls`.
 */
export function longRunText(what: string, calls: number, threads: Threads): string | undefined {
  if (calls < MANY_CALLS) return undefined;
  const many = threadsFor(threads, calls);
  const us = (calls / CALLS_PER_SECOND / many) * US_PER_SECOND;
  const on = many > 1 ? ` on ${formatCount(many)} threads` : '';
  return `${what}: about ${formatTimeUs(us)}${on}, at 5 million calls a second and thread`;
}

/** How often a plan replays the calls that it tries things on, about. */
const TRIALS = 12;

/** What a plan will cost that measures so many calls, and tries things on so many of them; undefined: a moment. */
export function longPlanText(measured: number, tried: number): string | undefined {
  const replayed = tried > 0 ? ` and ${formatCount(tried)} replayed a dozen times` : '';
  return longRunText(`${formatCount(measured)} calls are measured${replayed}`, measured + TRIALS * tried, 1);
}
