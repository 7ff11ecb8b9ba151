import type {HostShape} from '../../fleet/host-shape.ts';
import {settingOf} from '../../fleet/settings/columns.ts';
import type {CellSetup} from '../../scheduler/core/cell-setup.ts';
import {UNLIMITED_PLACES} from '../../scheduler/core/sharing.ts';
import {shareOfSlots} from '../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import type {FunctionLimits} from '../../scheduler/parts/limits/function-limits.ts';
import {triggerKind} from '../../workload/trigger-kind.ts';
import type {ReplayOptions} from '../options.ts';
import type {CellTask} from './replay-plan.ts';

const {POSITIVE_INFINITY} = Number;

/** What is limited by function in a cell. `shared`: the policy counts calls by instance, even where each serves one. */
export function limitsOfCell(
  task: CellTask,
  hosts: HostShape,
  shared: boolean,
): Pick<CellSetup, 'places' | 'limits' | 'retry'> {
  const places = placesOf(task, shared);
  return {places, limits: functionLimits(task, places, hosts), retry: retryOf(task)};
}

/** Undefined: every instance serves one call at a time. */
function placesOf({options, functions: {rows}}: CellTask, shared: boolean): Int32Array | undefined {
  const {concurrency, settings} = options;
  const places = Int32Array.from(rows, (row) =>
    Math.min(settingOf(settings, 'concurrency', row, concurrency), UNLIMITED_PLACES),
  );
  return shared || places.some((n) => n !== 1) ? places : undefined;
}

function functionLimits(task: CellTask, places: Int32Array | undefined, hosts: HostShape): FunctionLimits | undefined {
  const {rows, part, parts} = task.functions;
  const {settings} = task.options;
  if (settings === undefined) return undefined;
  // Of a function that is split over cells each part has its share.
  const share = (value: number, fn: number): number =>
    value === POSITIVE_INFINITY ? value : shareOfSlots(value, part[fn]!, parts[fn]!);
  const column = (name: 'min' | 'max' | 'reserved' | 'timeout'): Float64Array | undefined => {
    const otherwise = name === 'min' ? 0 : POSITIVE_INFINITY;
    const values = Float64Array.from(rows, (row) => settingOf(settings, name, row, otherwise));
    if (values.every((value) => value === otherwise)) return undefined;
    return name === 'timeout' ? values : values.map(share);
  };
  const [min, max, reserved, timeoutUs] = [column('min'), column('max'), column('reserved'), column('timeout')];
  if (!min && !max && !reserved && !timeoutUs) return undefined;
  return {
    min: min && Int32Array.from(min),
    max,
    reserved,
    timeoutUs,
    othersSlots: othersSlots(reserved, places, hosts),
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
