import {usageError} from '../base/errors.ts';
import type {PolicyChoice} from '../scheduler/keep-alive/registry.ts';
import type {Workload} from '../workload/workload.ts';
import {dealCells} from './cells.ts';
import {functionKeys} from './function-keys.ts';
import {Ledger} from './ledger.ts';
import type {ReplayOptions} from './options.ts';
import {type CellTask, runCell} from './run-cell.ts';

/** Calls served so far by all policies together, of `total`. */
export type OnProgress = (done: number, total: number) => void;

/**
 * Replays the workload under each policy and returns a ledger a policy, in their order. The result depends on the
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
  for (const {ledger, task} of tasks) {
    ledgers[ledger]!.add(runCell(task, onProgress));
    // Lets a terminal redraw and Ctrl-C through between cells.
    await new Promise(setImmediate);
  }
  return ledgers;
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
