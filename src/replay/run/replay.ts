import type {Workload} from '../../workload/workload.ts';
import {type CellOutcome, Ledger} from '../ledger.ts';
import type {Cut} from '../log/call-table.ts';
import {type ReplayOptions, sharesNothing} from '../options.ts';
import type {PolicyChoice} from '../policies/policy.ts';
import type {Threads} from '../threads.ts';
import {callsWithin, checkAllCalls, checkSums} from './all-calls.ts';
import {type LateLimit, lateCalls} from './late-limit.ts';
import {planReplay} from './plan-replay.ts';
import {PolicyResult} from './policy-result.ts';
import type {Asked, ReplayPlan, TaskId, Tell} from './replay-plan.ts';
import {taskOf} from './replay-plan.ts';
import {runCell} from './run-cell.ts';
import {inTurns, runTasks, runUnits, type TaskEars, tasksOf, threadsForTasks} from './run-tasks.ts';
import {unitsOf} from './units.ts';

/** What is asked of the cells besides outcomes, and who hears it. */
export interface Hearing {
  readonly asked: Asked;
  /** How each policy's fleet is cut; told before all rows. */
  begin(cuts: readonly Cut[]): void;
  /** Rows of a cell, in its order; cells in any. */
  take(policy: number, cell: number, what: keyof Asked, rows: Float64Array): void;
  /** Waited for between steps of a replay on one thread: somebody looks on, and may want it to pause. */
  pace?(): Promise<void>;
}

/** Outcomes that are there already: other machines have worked them out. */
export interface OutcomesAtHand {
  /** Told what is replayed before the first is asked for; throws if they are of something else. */
  begin(plan: ReplayPlan, workload: Workload): void;
  /** The outcome of a task; `heard` gets the rows that its cell told. */
  outcome(task: TaskId, heard: Tell): CellOutcome;
}

/**
 * Replays the workload under each policy and returns a ledger a policy, in their order. The result depends on the
 * workload, the policies and the options alone, never on the threads. `onProgress` is told how many calls were served
 * since it was last told. Outcomes that are `atHand` are not worked out anew.
 */
export async function replay(
  workload: Workload,
  policies: readonly PolicyChoice[],
  options: ReplayOptions,
  asked: Threads = 1,
  onProgress?: (calls: number) => void,
  hearing?: Hearing,
  atHand?: OutcomesAtHand,
): Promise<Ledger[]> {
  const plan = planReplay(workload, policies, options, hearing?.asked);
  hearing?.begin(plan.cells.map(({length}) => ({count: length, parts: options.cells === 1})));
  const results = plan.policies.map((_, policy) => new PolicyResult(plan, policy));
  const ears: TaskEars = {
    take: (task, outcome) => results[task.policy]!.take(task, outcome),
    told: ({policy, cell}, what, rows) => hearing?.take(policy, cell, what, rows),
    ...(hearing?.pace && {pace: () => hearing.pace!()}),
  };
  const tasks = tasksOf(plan, workload);
  const threads = threadsForTasks(asked, plan, workload, tasks);
  if (atHand === undefined)
    await runUnits(plan, unitsOf(plan, tasks, threads), threads, {...ears, progress: onProgress});
  else {
    atHand.begin(plan, workload);
    for (const task of tasks)
      ears.take(
        task,
        atHand.outcome(task, (what, rows) => ears.told!(task, what, rows)),
      );
  }
  const again = results.flatMap((result) => result.askAgain());
  if (again.length > 0) await runTasks(plan, again, threads, ears);
  return checked(
    workload,
    options,
    results.map((result) => result.ledger),
  );
}

/** The ledgers of a run, of which what must hold of every run does. */
function checked(workload: Workload, {fromUs, untilUs, servedBy}: ReplayOptions, ledgers: Ledger[]): Ledger[] {
  const all = callsWithin(workload, fromUs, untilUs, servedBy);
  for (const ledger of ledgers) {
    checkAllCalls(workload, all, ledger.functions.calls);
    checkSums(workload, ledger);
  }
  return ledgers;
}

/**
 * The same of one policy, for who asks only whether few enough calls are late: undefined where more are than `lateLimit`
 * has. Then the run is left as soon as that is certain, in a cell or after one.
 */
export async function replayUnlessLate(
  workload: Workload,
  policy: PolicyChoice,
  options: ReplayOptions,
  asked: Threads,
  lateLimit: LateLimit,
): Promise<Ledger | undefined> {
  const plan = {...planReplay(workload, [policy], options), lateLimit};
  const result = new PolicyResult(plan, 0);
  let late = 0;
  const isLate = (): boolean => late > lateLimit.calls;
  const ears: TaskEars = {
    take: (task, outcome) => {
      late += lateCalls(outcome, lateLimit.limitUs);
      if (!isLate()) result.take(task, outcome);
    },
    enough: isLate,
  };
  const tasks = tasksOf(plan, workload);
  const threads = threadsForTasks(asked, plan, workload, tasks);
  await runUnits(plan, unitsOf(plan, tasks, threads), threads, ears);
  if (isLate()) return undefined;
  const again = result.askAgain();
  if (again.length > 0) await runTasks(plan, again, threads, {take: (task, outcome) => result.take(task, outcome)});
  return checked(workload, options, [result.ledger])[0];
}

/**
 * The same told in stages, on this thread: what each policy did up to the first of `atUs`, from there to the second, and
 * so on to the end. Times are whole minutes, ascending, after `fromUs` and before `untilUs`. Nobody may wait for room as
 * a stage ends: a call that does is counted in none. Peaks are sums of the cells'. `fold` adds stages up: which of so many
 * sums each belongs to. [policy][stage or sum]
 */
export async function replayStages(
  workload: Workload,
  policies: readonly PolicyChoice[],
  options: ReplayOptions,
  atUs: readonly number[],
  onProgress?: (calls: number) => void,
  fold: {readonly sums: number; readonly of: (stage: number) => number} = {sums: atUs.length + 1, of: (stage) => stage},
): Promise<Ledger[][]> {
  const plan = {...planReplay(workload, policies, options), wholePeaks: false};
  const told: Ledger[][] = [];
  const all = callsWithin(workload, options.fromUs, options.untilUs, options.servedBy);
  const mayWait = !sharesNothing(options) || options.settings !== undefined;
  for (const [policy, {text}] of policies.entries()) {
    const ledgers = Array.from({length: fold.sums}, () => new Ledger(text, workload.functions));
    for (let cell = 0; cell < plan.cells[policy]!.length; cell++) {
      let stage = 0;
      const take = (outcome: CellOutcome): void => ledgers[fold.of(stage++)]!.add(outcome);
      take(await inTurns(runCell(taskOf(plan, {policy, cell}), {atUs, take}), onProgress));
    }
    const calls = new Float64Array(workload.functions);
    for (const {functions} of ledgers) for (let f = 0; f < calls.length; f++) calls[f]! += functions.calls[f]!;
    checkAllCalls(workload, all, calls, mayWait);
    told.push(ledgers);
  }
  return told;
}
