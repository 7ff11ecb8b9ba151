import {usageError} from '../../base/errors.ts';
import type {CellFunctions} from '../../fleet/cells.ts';
import {functionKeys} from '../../fleet/function-keys.ts';
import {teamsOf} from '../../fleet/settings/settings-of.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import {cellWorkload, sharedWorkload} from '../calls/cell-workload.ts';
import {refuseCrowdedMinutes} from '../calls/crowded-minutes.ts';
import {type CellOutcome, Ledger} from '../ledger.ts';
import type {Cut} from '../log/call-table.ts';
import {onClock, type ReplayOptions, sharesNothing} from '../options.ts';
import type {PolicyChoice} from '../policies/policy.ts';
import {builtWorker, runInThreads} from '../thread-pool.ts';
import {callsWithin, checkAllCalls, checkSums} from './all-calls.ts';
import {asynchronousRows} from './cell-limits.ts';
import {inOrder} from './in-order.ts';
import {cellsOfPolicies} from './parts.ts';
import {PolicyResult} from './policy-result.ts';
import {
  type Asked,
  type CellTold,
  type NumberedQuota,
  nothingAsked,
  type ReplayPlan,
  type Stages,
  type TaskId,
  type Tell,
  taskOf,
} from './replay-plan.ts';
import {runCell} from './run-cell.ts';

const worker = builtWorker('replay/run/replay-worker');

/** What is asked of the cells besides outcomes, and who hears it. */
export interface Hearing {
  readonly asked: Asked;
  /** How each policy's fleet is cut; told before all rows. */
  begin(cuts: readonly Cut[]): void;
  /** Rows of a cell, in its order; cells in any. */
  take(policy: number, cell: number, what: keyof Asked, rows: Float64Array): void;
}

/** Calls between two looks at the event loop: some milliseconds' work, so a terminal redraws and Ctrl-C is heard. */
const CALLS_PER_TURN = 200_000;

/**
 * Replays the workload under each policy and returns a ledger a policy, in their order. The result depends on the
 * workload, the policies and the options alone, never on `threads`. `onProgress` is told how many calls were served
 * since it was last told.
 */
export async function replay(
  workload: Workload,
  policies: readonly PolicyChoice[],
  options: ReplayOptions,
  threads = 1,
  onProgress?: (calls: number) => void,
  hearing?: Hearing,
): Promise<Ledger[]> {
  const plan = planReplay(workload, policies, options, hearing?.asked);
  hearing?.begin(plan.cells.map(({length}) => ({count: length, parts: options.cells === 1})));
  const results = plan.policies.map((_, policy) => new PolicyResult(plan, policy));
  const run = async (tasks: readonly TaskId[], progress: ((calls: number) => void) | undefined): Promise<void> => {
    const take = inOrder(tasks, (task: TaskId, outcome: CellOutcome): void =>
      results[task.policy]!.take(task, outcome),
    );
    const heard = (task: TaskId, {what, rows}: CellTold): void => hearing?.take(task.policy, task.cell, what, rows);
    if (Math.min(threads, tasks.length) > 1) {
      const workerData = {...plan, workload: sharedWorkload(plan.workload)};
      await runInThreads({worker, workerData, tasks, threads}, take, {progress, told: heard});
    } else {
      for (const task of tasks) {
        const tell: Tell = (what, rows) => heard(task, {what, rows});
        take(task, await runInTurns(plan, task, progress, undefined, tell));
      }
    }
  };
  const order = new Map(plan.cells.map((cells) => [cells, heaviestFirst(workload, cells)]));
  await run(
    plan.cells.flatMap((cells, policy) => order.get(cells)!.map((cell) => ({policy, cell}))),
    onProgress,
  );
  const again = results.flatMap((result) => result.askAgain());
  if (again.length > 0) await run(again, undefined);
  const ledgers = results.map((result) => result.ledger);
  const all = callsWithin(workload, options.fromUs, options.untilUs, options.servedBy);
  for (const ledger of ledgers) {
    checkAllCalls(workload, all, ledger.functions.calls);
    checkSums(workload, ledger);
  }
  return ledgers;
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
      take(await runInTurns(plan, {policy, cell}, onProgress, {atUs, take}));
    }
    const calls = new Float64Array(workload.functions);
    for (const {functions} of ledgers) for (let f = 0; f < calls.length; f++) calls[f]! += functions.calls[f]!;
    checkAllCalls(workload, all, calls, mayWait);
    told.push(ledgers);
  }
  return told;
}

function planReplay(
  workload: Workload,
  policies: readonly PolicyChoice[],
  options: ReplayOptions,
  asked = nothingAsked,
): ReplayPlan {
  const {fleet, cells} = options;
  const limited = fleet.slots !== Number.POSITIVE_INFINITY || fleet.memoryMib !== Number.POSITIVE_INFINITY;
  if (limited && fleet.count < cells) {
    throw usageError(
      `--cells is ${cells} but there are ${fleet.count} hosts, a cell needs at least one`,
      'use fewer cells or more hosts',
    );
  }
  if (cells > 1 && options.servedBy !== undefined) {
    throw usageError(
      `--cells is ${cells}, which deals functions to cells one by one, and here functions of an app share instances`,
      'leave out --cells',
    );
  }
  refuseCrowdedMinutes(workload, cells, options.untilUs);
  const key = functionKeys(workload);
  const teams = teamsOf(workload, options.settings);
  return {
    workload: cellWorkload(workload),
    cells: cellsOfPolicies(workload, key, policies, options),
    wholePeaks: !limited,
    key,
    team: teams.id,
    quotas: quotasOf(teams.values, options),
    asynchronous: asynchronousRows(workload, options),
    policies,
    options: onClock(options),
    asked,
  };
}

/** Teams that the workload does not have share nothing. */
function quotasOf(teams: readonly string[], {settings}: ReplayOptions): NumberedQuota[] {
  return (settings?.quotas ?? []).flatMap(({team, reserved, max}) => {
    const number = teams.indexOf(team);
    const none = {
      reserved: Number.isNaN(reserved) ? 0 : reserved,
      max: Number.isNaN(max) ? Number.POSITIVE_INFINITY : max,
    };
    return number < 0 ? [] : [{team: number, ...none}];
  });
}

/** Numbers of the cells, those with most calls first: a thread that takes the last one is soon done. */
function heaviestFirst(workload: Workload, cells: readonly CellFunctions[]): number[] {
  const calls = cells.map(({rows, parts}) =>
    rows.reduce((sum, row, k) => sum + invocationsOf(workload, row) / parts[k]!, 0),
  );
  return [...cells.keys()].sort((a, b) => calls[b]! - calls[a]!);
}

async function runInTurns(
  plan: ReplayPlan,
  task: TaskId,
  onProgress: ((calls: number) => void) | undefined,
  stages?: Stages,
  tell?: Tell,
): Promise<CellOutcome> {
  const steps = runCell(taskOf(plan, task), stages, tell);
  let calls = 0;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) {
      onProgress?.(calls);
      return step.value;
    }
    calls += step.value;
    if (calls >= CALLS_PER_TURN) {
      onProgress?.(calls);
      calls = 0;
      await new Promise(setImmediate);
    }
  }
}
