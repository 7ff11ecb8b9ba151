import {usageError} from '../base/errors.ts';
import type {PolicyChoice} from '../scheduler/keep-alive/registry.ts';
import type {Workload} from '../workload/workload.ts';
import {dealCells} from './cells.ts';
import {functionKeys} from './function-keys.ts';
import {type CellOutcome, Ledger} from './ledger.ts';
import type {ReplayOptions} from './options.ts';
import {type CellTask, runCell} from './run-cell.ts';

/** Calls between two looks at the event loop: some milliseconds' work, so a terminal redraws and Ctrl-C is heard. */
const CALLS_PER_TURN = 200_000;

/**
 * `onProgress` is told how many calls were served since it was last told. Replays the workload under each policy and returns a ledger a policy, in their order. The result depends on the
 * workload, the policies and the options alone.
 */
export async function replay(
  workload: Workload,
  policies: readonly PolicyChoice[],
  options: ReplayOptions,
  onProgress?: (calls: number) => void,
): Promise<Ledger[]> {
  const tasks = planTasks(workload, policies, options);
  const ledgers = policies.map((policy) => new Ledger(policy.text, workload.functions));
  for (const {ledger, task} of tasks) ledgers[ledger]!.add(await runInTurns(task, onProgress));
  return ledgers;
}

async function runInTurns(task: CellTask, onProgress: ((calls: number) => void) | undefined): Promise<CellOutcome> {
  const steps = runCell(task);
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

/** One task a policy and cell. */
function planTasks(
  workload: Workload,
  policies: readonly PolicyChoice[],
  options: ReplayOptions,
): {ledger: number; task: CellTask}[] {
  const {fleet, cells} = options;
  const limited = fleet.slots !== Number.POSITIVE_INFINITY || fleet.memoryMib !== Number.POSITIVE_INFINITY;
  if (limited && fleet.count < cells) {
    throw usageError(
      `--cells is ${cells} but there are ${fleet.count} hosts, a cell needs at least one`,
      'use fewer cells or more hosts',
    );
  }
  const key = functionKeys(workload);
  const team = workload.owner.id;
  const rowsOfCell = dealCells(key, cells);
  return policies.flatMap((policy, ledger) =>
    rowsOfCell.map((rows, cell) => ({ledger, task: {workload, cell, rows, key, team, policy, options}})),
  );
}
