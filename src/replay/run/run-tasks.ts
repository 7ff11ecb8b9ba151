import type {CellFunctions} from '../../fleet/cells.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import {sharedWorkload} from '../calls/cell-workload.ts';
import type {CellOutcome} from '../ledger.ts';
import {builtWorker, runInThreads} from '../thread-pool.ts';
import {inOrder} from './in-order.ts';
import {
  type Asked,
  type CellTold,
  type ReplayPlan,
  type Stages,
  type TaskId,
  type Tell,
  taskOf,
} from './replay-plan.ts';
import {runCell} from './run-cell.ts';

const worker = builtWorker('replay/run/replay-worker');

/** Calls between two looks at the event loop: some milliseconds' work, so a terminal redraws and Ctrl-C is heard. */
const CALLS_PER_TURN = 200_000;

/** Who hears what becomes of tasks. */
export interface TaskEars {
  /** Outcomes, in the order of the tasks. */
  take(task: TaskId, outcome: CellOutcome): void;
  /** Rows of a cell, in its order; cells in any. */
  told?(task: TaskId, what: keyof Asked, rows: Float64Array): void;
  /** How many calls were served since it was last told. */
  readonly progress?: ((calls: number) => void) | undefined;
  /** Waited for between steps on one thread: somebody looks on, and may want a pause. */
  pace?(): Promise<void>;
}

/** Runs tasks of a plan on so many threads. */
export async function runTasks(
  plan: ReplayPlan,
  tasks: readonly TaskId[],
  threads: number,
  {take, told, progress, pace}: TaskEars,
): Promise<void> {
  const inTurn = inOrder(tasks, take);
  if (Math.min(threads, tasks.length) > 1) {
    const workerData = {...plan, workload: sharedWorkload(plan.workload)};
    const heard = (task: TaskId, {what, rows}: CellTold): void => told?.(task, what, rows);
    await runInThreads({worker, workerData, tasks, threads}, inTurn, {progress, told: heard});
    return;
  }
  for (const task of tasks) {
    const tell: Tell = (what, rows) => told?.(task, what, rows);
    inTurn(task, await runInTurns(plan, task, progress, undefined, tell, pace));
  }
}

/** All tasks of a plan, each policy's cells with the most calls first: a thread that takes the last one is soon done. */
export function tasksOf(plan: ReplayPlan, workload: Workload): TaskId[] {
  const order = new Map(plan.cells.map((cells) => [cells, heaviestFirst(workload, cells)]));
  return plan.cells.flatMap((cells, policy) => order.get(cells)!.map((cell) => ({policy, cell})));
}

function heaviestFirst(workload: Workload, cells: readonly CellFunctions[]): number[] {
  const calls = cells.map(({rows, parts}) =>
    rows.reduce((sum, row, k) => sum + invocationsOf(workload, row) / parts[k]!, 0),
  );
  return [...cells.keys()].sort((a, b) => calls[b]! - calls[a]!);
}

/** Runs a task on this thread. */
export async function runInTurns(
  plan: ReplayPlan,
  task: TaskId,
  onProgress: ((calls: number) => void) | undefined,
  stages?: Stages,
  tell?: Tell,
  pace?: () => Promise<void>,
): Promise<CellOutcome> {
  const steps = runCell(taskOf(plan, task), stages, tell);
  let calls = 0;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) {
      onProgress?.(calls);
      return step.value;
    }
    calls += step.value;
    if (pace !== undefined) await pace();
    if (calls >= CALLS_PER_TURN) {
      onProgress?.(calls);
      calls = 0;
      await new Promise(setImmediate);
    }
  }
}
