import {QuantileSketch} from '../../base/sketch.ts';
import {unservedNames} from '../../scheduler/core/call-outcomes.ts';
import type {Workload} from '../../workload/workload.ts';
import type {CellOutcome} from '../ledger.ts';
import {type ReplayOptions, withinSpan} from '../options.ts';
import {callsWithin} from './all-calls.ts';

/** So many calls may start later than `limitUs`, or never. Plain data: it crosses thread borders. */
export interface LateLimit {
  readonly limitUs: number;
  readonly calls: number;
}

/** How many calls may be late where `share` of all are to start within `limitUs`. */
export function lateLimit(workload: Workload, options: ReplayOptions, share: number, limitUs: number): LateLimit {
  const {fromUs, untilUs} = withinSpan(options, workload.meta.spanUs);
  const all = callsWithin(workload, fromUs, untilUs).most.reduce((sum, its) => sum + its, 0);
  return {limitUs, calls: all - Math.max(1, Math.ceil(share * all))};
}

/** Calls of a cell that surely started later than `limitUs`, or never did. */
export function lateCalls({counts, startDelay}: Pick<CellOutcome, 'counts' | 'startDelay'>, limitUs: number): number {
  const late = QuantileSketch.from(startDelay).above(limitUs);
  return unservedNames.reduce((sum, name) => sum + counts[name], late);
}
