import {DrawnCalls} from './drawn-calls.ts';
import {RecordedCalls} from './recorded-calls.ts';
import type {FeedSetup, WindowCalls} from './window-calls.ts';

/** The calls of a cell, before their first window. */
export function callsOfCell(setup: FeedSetup): WindowCalls {
  const {arrivals} = setup.workload;
  return arrivals.kind === 'minute' ? new DrawnCalls(setup, arrivals) : new RecordedCalls(setup, arrivals);
}
