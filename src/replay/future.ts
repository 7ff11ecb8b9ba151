import type {Future} from '../scheduler/keep-alive/keep-alive.ts';
import {CallFeed} from './call-feed.ts';
import type {FeedSetup} from './window-calls.ts';

/** The calls that a feed of this setup makes, by function: two passes over the same draws, 16 bytes a call. */
export function futureOf(setup: FeedSetup): Future {
  const functions = setup.rows.length;
  const start = new Float64Array(functions + 1);
  for (const feed = new CallFeed(setup); feed.next(); ) {
    const {length, fn} = feed.batch;
    for (let k = 0; k < length; k++) start[fn[k]! + 1]! += 1;
  }
  for (let fn = 0; fn < functions; fn++) start[fn + 1]! += start[fn]!;
  const calls = start[functions]!;
  const arrivalUs = new Float64Array(calls);
  const durationUs = new Float64Array(calls);
  const next = start.slice();
  for (const feed = new CallFeed(setup); feed.next(); ) {
    const {length, fn, timeUs, durationUs: its} = feed.batch;
    for (let k = 0; k < length; k++) {
      const at = next[fn[k]!]!++;
      arrivalUs[at] = timeUs[k]!;
      durationUs[at] = its[k]!;
    }
  }
  return {start, arrivalUs, durationUs};
}
