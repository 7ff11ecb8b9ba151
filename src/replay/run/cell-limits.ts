import type {HostShape} from '../../fleet/host-shape.ts';
import {settingOf} from '../../fleet/settings/columns.ts';
import {placesOf} from '../../fleet/settings/places.ts';
import type {CellSetup} from '../../scheduler/core/cell-setup.ts';
import {shareOfSlots} from '../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import type {FunctionLimits, MinimumChanges} from '../../scheduler/parts/limits/function-limits.ts';
import type {TeamLimits} from '../../scheduler/parts/limits/team-quotas.ts';
import {triggerKind} from '../../workload/trigger-kind.ts';
import type {MinimumSchedule, ReplayOptions} from '../options.ts';
import {teamsOfCell} from './cell-queue.ts';
import {seatsOfTask} from './cell-sessions.ts';
import type {CellTask} from './replay-plan.ts';

const {POSITIVE_INFINITY} = Number;

/** What is limited by function in a cell. `shared`: the policy counts calls by instance, even where each serves one. */
export function limitsOfCell(
  task: CellTask,
  hosts: HostShape,
  shared: boolean,
): Pick<CellSetup, 'places' | 'limits' | 'retry'> {
  const {rows} = task.functions;
  const {concurrency, settings} = task.options;
  const places = placesOf(concurrency, settings, rows) ?? (shared ? new Int32Array(rows.length).fill(1) : undefined);
  return {places, limits: functionLimits(task, places, hosts), retry: retryOf(task)};
}

function functionLimits(task: CellTask, places: Int32Array | undefined, hosts: HostShape): FunctionLimits | undefined {
  const {rows, part, parts} = task.functions;
  const {settings, platform, cells, minimums, timeoutUs: limitUs} = task.options;
  const account = platform?.platform.accountCalls;
  if ([settings, account, minimums, limitUs].every((each) => each === undefined)) return undefined;
  // Of a function that is split over cells each part has its share.
  const share = (value: number, fn: number): number =>
    value === POSITIVE_INFINITY ? value : shareOfSlots(value, part[fn]!, parts[fn]!);
  const seats = seatsOfTask(task);
  const column = (name: 'min' | 'max' | 'reserved' | 'timeout'): Float64Array | undefined => {
    const otherwise = name === 'min' ? 0 : POSITIVE_INFINITY;
    const usual = name === 'timeout' ? (limitUs ?? otherwise) : otherwise;
    const values = Float64Array.from(rows, (row) => settingOf(settings, name, row, usual));
    if (values.every((value) => value === otherwise)) return undefined;
    if (name === 'timeout') return values;
    // A seat is for one instance, which is always there.
    return values.map((value, fn) => (seats?.[fn] === 1 ? 1 : share(value, fn)));
  };
  const [min, max, reserved, timeoutUs] = [column('min'), column('max'), column('reserved'), column('timeout')];
  const teams = teamLimits(task, hosts);
  const isLimited = min || max || reserved || timeoutUs || teams;
  if (!isLimited && account === undefined && minimums === undefined) return undefined;
  return {
    min: min && Int32Array.from(min),
    minChanges: minimums && changesOfCell(minimums, task),
    max,
    reserved,
    timeoutUs,
    teams,
    othersSlots: othersSlots(reserved, places, hosts),
    othersInUse: account === undefined ? undefined : othersInUse(Math.floor(account / cells), reserved, min),
  };
}

/** Of a function that is split over cells each part has its share. */
function changesOfCell({atUs, row, min}: MinimumSchedule, {functions: {rows, part, parts}}: CellTask): MinimumChanges {
  const fnsOf = new Map<number, number>();
  for (const [fn, its] of rows.entries()) fnsOf.set(its, fn);
  const here = [...row.keys()].filter((change) => fnsOf.has(row[change]!));
  const fn = Int32Array.from(here, (change) => fnsOf.get(row[change]!)!);
  return {
    atUs: Float64Array.from(here, (change) => atUs[change]!),
    fn,
    min: Int32Array.from(here, (change, at) => shareOfSlots(min[change]!, part[fn[at]!]!, parts[fn[at]!]!)),
  };
}

/** What teams may have in a cell: their share of what they may have in all. */
function teamLimits(task: CellTask, hosts: HostShape): TeamLimits | undefined {
  const {quotas, cell, options} = task;
  if (quotas.length === 0) return undefined;
  const {of, number} = teamsOfCell(task);
  const share = (slots: number): number =>
    slots === POSITIVE_INFINITY ? slots : shareOfSlots(slots, cell, options.cells);
  const column = (name: 'reserved' | 'max', otherwise: number): Float64Array =>
    Float64Array.from(number, (team) => share(quotas.findLast((quota) => quota.team === team)?.[name] ?? otherwise));
  return {
    team: of,
    reserved: column('reserved', 0),
    max: column('max', POSITIVE_INFINITY),
    slots: hosts.count * Math.floor(hosts.slots),
  };
}

/** What reservations leave of the slots; Infinity where nothing is reserved, or slots are not limited. */
function othersSlots(reserved: Float64Array | undefined, places: Int32Array | undefined, hosts: HostShape): number {
  if (reserved === undefined || hosts.slots === POSITIVE_INFINITY) return POSITIVE_INFINITY;
  let taken = 0;
  for (let fn = 0; fn < reserved.length; fn++) {
    if (reserved[fn]! < POSITIVE_INFINITY) taken += Math.ceil(reserved[fn]! / (places?.[fn] ?? 1));
  }
  return Math.max(0, hosts.count * Math.floor(hosts.slots) - taken);
}

/** What an account has for functions without a reservation, beyond what is kept for them; below 0: less than that. */
function othersInUse(account: number, reserved: Float64Array | undefined, min: Float64Array | undefined): number {
  let left = account;
  const functions = reserved?.length ?? min?.length ?? 0;
  for (let fn = 0; fn < functions; fn++) {
    const own = reserved?.[fn] ?? POSITIVE_INFINITY;
    left -= own < POSITIVE_INFINITY ? own : (min?.[fn] ?? 0);
  }
  return left;
}

function retryOf({options, functions: {rows}, asynchronous}: CellTask): CellSetup['retry'] {
  const {retry} = options;
  return retry && {...retry, async: Uint8Array.from(rows, (row) => asynchronous[row]!)};
}

/** 1: nobody waits for the answer, as is said of the function or as its trigger has it. [row] */
export function asynchronousRows(
  {trigger}: {readonly trigger: {readonly id: Int32Array; readonly values: readonly string[]}},
  {settings}: ReplayOptions,
): Uint8Array {
  const kinds = trigger.values.map((name) => {
    const kind = triggerKind(name);
    return kind === 'async' || kind === 'timer' ? 1 : 0;
  });
  return Uint8Array.from(trigger.id, (id, row) => settingOf(settings, 'async', row, kinds[id] ?? 0));
}
