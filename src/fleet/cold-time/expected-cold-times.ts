import type {Choice} from '../../base/part.ts';
import {appsOf} from '../../workload/apps.ts';
import type {Workload} from '../../workload/workload.ts';
import {coldByFunction} from '../settings/cold-by-function.ts';
import type {FunctionSettings} from '../settings/columns.ts';
import {coldTimes} from './registry.ts';

/** How long new instances take, as the planner needs to know it. */
export interface ColdTimes {
  /** Mean cold time in microseconds. [function] */
  readonly meanUs: Float64Array;
  /** All functions have the same distribution: asking about one tells of all. */
  readonly alike: boolean;
  /** Share of function `f`'s cold starts that take longer than `us`. */
  shareAbove(f: number, us: number): number;
}

/**
 * The replay's cold-time model as the planner knows it, and those that are given for single functions: means and tails
 * instead of draws.
 */
export function expectedColdTimes(
  choice: Choice,
  workload: Workload,
  settings: FunctionSettings | undefined,
): ColdTimes {
  const rows = new Int32Array(workload.functions).map((_, f) => f);
  // Keys and seed are for draws, and nothing is drawn here.
  const {law: model} = coldByFunction(choice, settings, {
    columns: {...workload, appId: appsOf(workload).app},
    rows,
    key: new Int32Array(0),
    seed: 0,
  });
  const meanUs = new Float64Array(workload.functions).map((_, f) => model.meanUs(f));
  return {
    meanUs,
    alike: settings?.labels.cold === undefined && coldTimes.named(choice.name).alike,
    shareAbove: (f, us) => model.shareAbove(f, us),
  };
}
