import {sortPairs} from '../../base/sort.ts';
import type {Future} from '../../scheduler/parts/keep-alive/keep-alive.ts';
import {callsOfCell} from './calls-of-cell.ts';
import type {FeedSetup, WindowCalls} from './window-calls.ts';

/** The calls of a cell, by function: two passes over the same draws, 16 or 24 bytes a call. */
export function futureOf(setup: FeedSetup): Future {
  const functions = setup.rows.length;
  const {servedBy} = setup;
  const of = (fn: number): number => (servedBy === undefined ? fn : servedBy[fn]!);
  const start = new Float64Array(functions + 1);
  forEachLoad(setup, (fn, calls) => {
    start[of(fn) + 1]! += calls;
  });
  for (let fn = 0; fn < functions; fn++) start[fn + 1]! += start[fn]!;
  const calls = start[functions]!;
  const arrivalUs = new Float64Array(calls);
  const durationUs = new Float64Array(calls);
  const coldUs = setup.cold ? new Float64Array(calls) : undefined;
  const next = start.slice();
  forEachLoad(setup, (fn, count, window) => {
    for (let row = 0; row < count; row++) {
      const at = next[of(fn)]!++;
      arrivalUs[at] = window.lowUs + window.arrivalUs[row]!;
      durationUs[at] = window.durationUs[row]!;
      if (coldUs !== undefined) coldUs[at] = window.coldUs![row]!;
    }
  });
  const future = {start, arrivalUs, durationUs, coldUs};
  return servedBy === undefined ? future : inOrder(future);
}

/** The calls of each function by time, where those of several stand one after the other. */
function inOrder({start, arrivalUs, durationUs, coldUs}: Future): Future {
  const order = Float64Array.from(arrivalUs, (_, call) => call);
  for (let fn = 0; fn + 1 < start.length; fn++) {
    order.subarray(start[fn]!, start[fn + 1]!).sort((a, b) => arrivalUs[a]! - arrivalUs[b]! || a - b);
  }
  const sorted = (column: Float64Array): Float64Array => order.map((call) => column[call]!);
  return {
    start,
    arrivalUs: sorted(arrivalUs),
    durationUs: sorted(durationUs),
    coldUs: coldUs && sorted(coldUs),
  };
}

/** Visits each function's calls of each window, the window's first rows. */
function forEachLoad(setup: FeedSetup, visit: (fn: number, calls: number, window: WindowCalls) => void): void {
  for (const window = callsOfCell(setup); window.next(); ) {
    for (let k = 0; k < window.functions; k++) {
      window.rows = 0;
      const calls = window.load(k);
      // Calls that bring more with them are in order already.
      sortPairs(window.arrivalUs, window.durationUs, calls, window.highUs - window.lowUs);
      visit(window.fn[k]!, calls, window);
    }
  }
}
