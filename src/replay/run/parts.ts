import type {CellFunctions} from '../../fleet/cells.ts';
import {cellsOf} from '../../fleet/cells-of.ts';
import {cutFunctions} from '../../fleet/cut-functions.ts';
import {appsOf} from '../../workload/apps.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import {type ReplayOptions, sharesNothing} from '../options.ts';
import type {PolicyChoice} from '../policies/policy.ts';
import {policies as registry} from '../policies/registry.ts';

/** Functions that learn from each other at most, where a policy learns from several: as many as a small cell has. */
const GROUP = 1000;
/** Calls that are worth a part of their own, and parts that this makes at most. */
const PART_CALLS = 2 ** 22;
const MOST_PARTS = 64;

/**
 * The cells of each policy. A fleet without any limit shares nothing, so it is cut into parts for the threads, which
 * depend on the workload alone: policies that learn from all functions by groups of 1,000 functions or part of it, apps
 * whole, the others, by apps or functions, as finely as their calls are worth. With `--cells` it is cut as that says.
 */
export function cellsOfPolicies(
  workload: Workload,
  key: Int32Array,
  policies: readonly PolicyChoice[],
  options: ReplayOptions,
): readonly (readonly CellFunctions[])[] {
  const {cells, defaultDurationUs, settings} = options;
  if (cells > 1 || !sharesNothing(options)) {
    const dealt = cellsOf(workload, key, cells, defaultDurationUs, settings, options.sessions !== undefined);
    return policies.map(() => dealt);
  }
  const calls = Float64Array.from({length: workload.functions}, (_, row) => invocationsOf(workload, row));
  const groups = Math.ceil(workload.functions / GROUP);
  const worth = Math.ceil(calls.reduce((sum, its) => sum + its, 0) / PART_CALLS);
  const alone = Math.max(groups, Math.min(worth, MOST_PARTS, workload.functions));
  // A function without calls is no work, but it is looked at.
  const load = calls.map((its) => its + 1);
  const each = Int32Array.from({length: workload.functions}, (_, row) => row);
  const {app} = appsOf(workload);
  const cut = {
    function: cutFunctions(each, key, load, alone),
    app: cutFunctions(app, key, load, alone),
    cell: cutFunctions(app, key, load, groups),
  };
  // Containers are shared by the functions of an app.
  return policies.map(({name}) => (options.servedBy === undefined ? cut[registry.named(name).scope] : cut.cell));
}
