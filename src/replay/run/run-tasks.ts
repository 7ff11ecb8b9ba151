import type {CellFunctions} from '../../fleet/cells.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import {sharedWorkload} from '../calls/cell-workload.ts';
import type {CellOutcome} from '../ledger.ts';
import {builtWorker, runInThreads} from '../thread-pool.ts';
import {type Threads, threadsFor} from '../threads.ts';
import {inOrder} from './in-order.ts';
import type {Asked, CellTold, ReplayPlan, TaskId, Tell} from './replay-plan.ts';
import {runUnit, type Unit} from './units.ts';

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
  /** Asked after each outcome: nobody wants the rest. */
  enough?(): boolean;
  /** Waited for between steps on one thread: somebody looks on, and may want a pause. */
  pace?(): Promise<void>;
}

/** Runs tasks of a plan on so many threads, each by itself. */
export function runTasks(plan: ReplayPlan, tasks: readonly TaskId[], threads: number, ears: TaskEars): Promise<void> {
  return runUnits(
    plan,
    tasks.map((task) => [task]),
    threads,
    ears,
  );
}

/** The same of tasks in units. */
export async function runUnits(
  plan: ReplayPlan,
  units: readonly Unit[],
  threads: number,
  {take, told, progress, enough, pace}: TaskEars,
): Promise<void> {
  const inTurn = inOrder(units, (unit, outcomes) => unit.forEach((task, k) => void take(task, outcomes[k]!)));
  if (Math.min(threads, units.length) > 1) {
    const workerData = {...plan, workload: sharedWorkload(plan.workload)};
    const heard = ([task]: Unit, {what, rows}: CellTold): void => told?.(task!, what, rows);
    await runInThreads({worker, workerData, tasks: units, threads}, inTurn, {progress, told: heard, enough});
    return;
  }
  for (const unit of units) {
    const tell: Tell = (what, rows) => told?.(unit[0]!, what, rows);
    inTurn(unit, await inTurns(runUnit(plan, unit, tell), progress, pace));
    if (enough?.()) return;
  }
}

/** All tasks of a plan, each policy's cells with the most calls first: a thread that takes the last one is soon done. */
export function tasksOf(plan: ReplayPlan, workload: Workload): TaskId[] {
  const order = new Map(plan.cells.map((cells) => [cells, heaviestFirst(workload, cells)]));
  return plan.cells.flatMap((cells, policy) => order.get(cells)!.map((cell) => ({policy, cell})));
}

/** On how many threads these tasks run: calls are counted as far as it takes to know, the heaviest cells' first. */
export function threadsForTasks(
  threads: Threads,
  plan: ReplayPlan,
  workload: Workload,
  tasks: readonly TaskId[],
): number {
  if (threads !== 'auto') return threads;
  let calls = 0;
  for (const task of tasks) {
    calls += callsOfTask(plan, workload, task);
    if (threadsFor(threads, calls) > 1) break;
  }
  return threadsFor(threads, calls);
}

/** Calls of a task's cell, as dealt. */
export function callsOfTask(plan: ReplayPlan, workload: Workload, {policy, cell}: TaskId): number {
  return callsOf(workload, plan.cells[policy]![cell]!);
}

function callsOf(workload: Workload, {rows, parts}: CellFunctions): number {
  return rows.reduce((sum, row, k) => sum + invocationsOf(workload, row) / parts[k]!, 0);
}

function heaviestFirst(workload: Workload, cells: readonly CellFunctions[]): number[] {
  const calls = cells.map((cell) => callsOf(workload, cell));
  return [...cells.keys()].sort((a, b) => calls[b]! - calls[a]!);
}

/** Goes through the steps on this thread, tells of their calls, and lets others have their turn in between. */
export async function inTurns<Outcome>(
  steps: Generator<number, Outcome>,
  onProgress: ((calls: number) => void) | undefined,
  pace?: () => Promise<void>,
): Promise<Outcome> {
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
