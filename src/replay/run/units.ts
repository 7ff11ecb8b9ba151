import {withLists} from '../calls/cell-workload.ts';
import type {CellOutcome} from '../ledger.ts';
import {isBound} from '../policies/policy.ts';
import {policies as registry} from '../policies/registry.ts';
import type {ReplayPlan, TaskId, Tell} from './replay-plan.ts';
import {taskOf} from './replay-plan.ts';
import {runCell, runTogether} from './run-cell.ts';

/** What a thread takes at once: one policy over a cell, or several over the same one. */
export type Unit = readonly TaskId[];

/** Policies that are served together at most: each has its instances in memory, and in the caches. */
const MOST_TOGETHER = 4;
/** Units that each thread should have at least: whoever takes the last one is soon done. */
const UNITS_A_THREAD = 4;

/**
 * Tasks as units, each policy's in their order. Policies over the same cells share their calls where that leaves enough
 * for all threads; what comes of a task does not depend on who it is with.
 */
export function unitsOf({asked, cells, policies}: ReplayPlan, tasks: readonly TaskId[], threads: number): Unit[] {
  const alone = asked.calls || asked.timeline !== undefined;
  const most = alone ? 1 : Math.min(MOST_TOGETHER, Math.floor(tasks.length / (UNITS_A_THREAD * threads)));
  const bound = policies.map(({name}) => isBound(registry.named(name)));
  const groups: number[][] = [];
  for (const policy of policies.keys()) {
    const last = groups.findLast(([first]) => cells[first!] === cells[policy] && !bound[first!]);
    if (last === undefined || last.length >= most || bound[policy]) groups.push([policy]);
    else last.push(policy);
  }
  return groups.flatMap(([first, ...others]) =>
    tasks.filter(({policy}) => policy === first).map((task) => [task, ...others.map((policy) => ({...task, policy}))]),
  );
}

/** Replays a unit: steps as `runCell` has them, outcomes in the order of its tasks. A unit of several tells nothing. */
export function* runUnit(whole: ReplayPlan, unit: Unit, tell: Tell): Generator<number, CellOutcome[]> {
  const {policy, cell} = unit[0]!;
  const plan = {...whole, workload: withLists(whole.workload, whole.cells[policy]![cell]!.rows)};
  if (unit.length > 1) return yield* runTogether(unit.map((task) => taskOf(plan, task)));
  return [yield* runCell(taskOf(plan, unit[0]!), undefined, tell)];
}
