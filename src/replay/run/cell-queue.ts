import {meanDurationUs} from '../../demand/durations/mean-durations.ts';
import {type NumberColumnName, settingOf} from '../../fleet/settings/columns.ts';
import type {WorthOfCalls} from '../../scheduler/core/call-worth.ts';
import type {QueueSetup} from '../../scheduler/core/cell-setup.ts';
import {alike, type CallClasses} from '../../scheduler/parts/queue/call-classes.ts';
import {queues} from '../../scheduler/parts/queue/registry.ts';
import type {CellTask} from './replay-plan.ts';

/** How calls of the task's cell wait for room; undefined where each waits for itself by today's rule. */
export function queueOfCell(task: CellTask, memoryMib: Float64Array): QueueSetup | undefined {
  const {queue, coalesce = false} = task.options;
  const choice = queue ?? (task.quotas.length > 0 ? queues.parse('warm-first') : undefined);
  if (choice === undefined) return undefined;
  return {choice, coalesce, classes: classesOfCell(task, memoryMib)};
}

/**
 * What calls of the cell's functions are said to take on average, us; undefined where the trace tells of every call, so
 * that who decides would know only afterwards.
 */
export function knownDurationsOfCell(task: CellTask): Float64Array | undefined {
  return task.workload.arrivals.durationUs === undefined ? meanDurationsOfCell(task) : undefined;
}

/** What calls of the cell's functions take on average, us; where the trace does not tell, as the option says. */
export function meanDurationsOfCell({workload, functions, options}: CellTask): Float64Array {
  return Float64Array.from(functions.rows, (row) => {
    const us = meanDurationUs(workload, row);
    return Number.isNaN(us) ? options.defaultDurationUs : us;
  });
}

/** 1: calls of the function are expected to be long; undefined: nobody asks for it. [function] */
export function longCallsOfCell(task: CellTask): Uint8Array | undefined {
  const {longUs: fromUs} = task.options;
  return fromUs === undefined ? undefined : Uint8Array.from(meanDurationsOfCell(task), (us) => (us >= fromUs ? 1 : 0));
}

/** The teams of a cell by numbers of their own, and the number of each in the whole fleet. */
export interface CellTeams {
  readonly of: Int32Array; // [function]
  readonly number: Int32Array; // [team]
}

export function teamsOfCell({functions, team}: Pick<CellTask, 'functions' | 'team'>): CellTeams {
  const numbers = new Map<number, number>();
  const of = Int32Array.from(functions.rows, (row) => {
    const own = numbers.get(team[row]!) ?? numbers.size;
    numbers.set(team[row]!, own);
    return own;
  });
  return {of, number: Int32Array.from(numbers.keys())};
}

function classesOfCell(task: CellTask, memoryMib: Float64Array): CallClasses {
  const {functions, options} = task;
  const {of: local, number} = teamsOfCell(task);
  const usual = alike(memoryMib);
  const column = (name: NumberColumnName, otherwise: Float64Array): Float64Array =>
    otherwise.map((value, fn) => settingOf(options.settings, name, functions.rows[fn]!, value));
  const weight = new Float64Array(number.length).fill(1);
  for (const [fn, row] of functions.rows.entries()) {
    weight[local[fn]!] = settingOf(options.settings, 'weight', row, weight[local[fn]!]!);
  }
  return {
    ...usual,
    priority: column('priority', usual.priority),
    deadlineUs: column('deadline', usual.deadlineUs),
    value: column('value', usual.value),
    halfLifeUs: column('half_life', usual.halfLifeUs),
    team: local,
    weight,
    costUs: meanDurationsOfCell(task),
  };
}

/** Deadlines and fading values of the cell's calls; undefined: none has any. */
export function worthOfCell({functions, options: {settings}}: CellTask): WorthOfCalls | undefined {
  if (settings?.numbers.deadline === undefined && settings?.numbers.half_life === undefined) return undefined;
  const column = (name: NumberColumnName) =>
    Float64Array.from(functions.rows, (row) => settingOf(settings, name, row, Number.POSITIVE_INFINITY));
  return {deadlineUs: column('deadline'), halfLifeUs: column('half_life')};
}
