import {inputError} from '../../base/errors.ts';
import {US_PER_MS} from '../../base/units.ts';
import {ArrowTable, RefusedFile} from '../../workload/file/arrow-table.ts';
import {MAX_LENGTH_MS} from '../../workload/limits.ts';
import type {LabelColumn, Workload} from '../../workload/workload.ts';
import {PLAN_KIND, PLAN_VERSION} from './encode-plan.ts';
import {type FollowedRestName, restOf} from './plan-rest.ts';

/** A plan as read from a file. Rows of a function are consecutive, in order of their start. Columns only. */
export interface PlanFile {
  readonly metadata: ReadonlyMap<string, string>;
  /** The policy that decides what is beyond the plan; undefined: the times below do. */
  readonly rest: FollowedRestName | undefined;
  /** Instances beyond the plan stay idle for so long, and those of functions that it does not know. */
  readonly spillUs: Float64Array; // [function]
  readonly otherSpillUs: number;
  /** Calls that an instance serves at once, as the plan was made; Infinity: as many as come. [function] */
  readonly concurrency: Float64Array;
  /** Instances at most; Infinity: the plan sets no limit. [function] */
  readonly most: Float64Array;
  /** Functions that the plan knows, with or without slots. */
  readonly functions: number;
  readonly name: readonly string[]; // [function]
  readonly app: readonly string[]; // [function]
  readonly owner: readonly string[]; // [function]
  /** What calls it, '' where nothing is said; and its memory, NaN where nothing is. */
  readonly trigger: readonly string[]; // [function]
  readonly memoryMib: Float64Array; // [function]
  /** Function f has rows `start[f] .. start[f + 1]`. [function + 1] */
  readonly start: Int32Array;
  /** From `startUs` (included) to `endUs` the function keeps `slots`. [row] */
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
  readonly slots: Int32Array;
  /** The window comes again after this time, for good; 0: it comes once. [row] */
  readonly repeatUs: Float64Array;
  /** Instances begin to start so much before the window. [row] */
  readonly leadUs: Float64Array;
  readonly reason: readonly string[]; // [row]
}

/**
 * Reads a plan from the bytes of its file; `place` names it in messages. A file that is no plan, cut, damaged or of a
 * newer version is bad input. Where windows of a function overlap, the largest number of slots holds.
 */
export function readPlan(file: ArrayBuffer, place: string): PlanFile {
  try {
    return planIn(new ArrowTable(file, 'function'), place);
  } catch (error) {
    if (error instanceof RefusedFile) throw notAPlan(place, error.message);
    throw error;
  }
}

function planIn(table: ArrowTable, place: string): PlanFile {
  const {metadata} = table;
  checkKind(metadata, place);
  const names = {name: table.texts('function'), app: table.texts('app', ''), owner: table.texts('owner', '')};
  const {functionOf, functions, rowOf} = identify(names);
  const startMs = table.numbers('windowStartMs');
  const endMs = table.numbers('windowEndMs');
  const slots = table.numbers('slots');
  const repeatMs = table.numbers('repeatMs', 0);
  const leadMs = table.numbers('leadMs', 0);
  const reason = table.texts('reason', '');
  const keepAliveMs = table.numbers('keepAliveMs', Number.NaN);
  const concurrency = table.numbers('concurrency', 1);
  const maxInstances = table.numbers('maxInstances', 0);
  const trigger = table.texts('trigger', '');
  const memoryMib = table.numbers('memoryMib', Number.NaN);
  const otherSpillUs = spillOf(metadata, place);
  checkRows({startMs, endMs, slots, repeatMs, leadMs, keepAliveMs, concurrency, maxInstances}, place);
  const {order, start} = byFunction(functionOf, functions, startMs);
  const us = (ms: Float64Array): Float64Array => Float64Array.from(order, (row) => ms[row]! * US_PER_MS);
  const label = ({id, values}: LabelColumn): string[] => Array.from(rowOf, (row) => values[id[row]!]!);
  return {
    metadata,
    rest: restOf(metadata, place),
    spillUs: keepAlives(keepAliveMs, functionOf, functions, otherSpillUs),
    otherSpillUs,
    concurrency: Float64Array.from(rowOf, (row) => concurrency[row]! || Number.POSITIVE_INFINITY),
    most: Float64Array.from(rowOf, (row) => maxInstances[row]! || Number.POSITIVE_INFINITY),
    functions,
    name: label(names.name),
    app: label(names.app),
    owner: label(names.owner),
    trigger: label(trigger),
    memoryMib: Float64Array.from(rowOf, (row) => memoryMib[row]!),
    start,
    startUs: us(startMs),
    endUs: us(endMs),
    slots: Int32Array.from(order, (row) => slots[row]!),
    repeatUs: us(repeatMs),
    leadUs: us(leadMs),
    reason: Array.from(order, (row) => reason.values[reason.id[row]!]!),
  };
}

/** The plan's function for each row of a workload, by owner, app and name; -1 where the plan does not know it. */
export function joinPlan(plan: PlanFile, {functions, name, app, owner}: Workload): Int32Array {
  const first = new Map<string, number>();
  // Most names are one function's; any number may be others' under another app.
  const namesakes = new Map<string, number>();
  const key = (...who: string[]): string => JSON.stringify(who);
  plan.name.forEach((own, f) => {
    if (first.has(own)) namesakes.set(key(own, plan.app[f]!, plan.owner[f]!), f);
    else first.set(own, f);
  });
  return Int32Array.from({length: functions}, (_, row) => {
    const own = name.at(row);
    const f = first.get(own);
    if (f === undefined) return -1;
    const [ownApp, ownOwner] = [app.values[app.id[row]!]!, owner.values[owner.id[row]!]!];
    if (plan.app[f] === ownApp && plan.owner[f] === ownOwner) return f;
    return namesakes.get(key(own, ownApp, ownOwner)) ?? -1;
  });
}

/** How long spill-over of functions stays of which no row says it. */
function spillOf(metadata: ReadonlyMap<string, string>, place: string): number {
  const us = Number(metadata.get('spill_us') ?? 60e6);
  if (!(us >= 0)) throw inputError(place, `spill_us is '${metadata.get('spill_us')}', must be microseconds >= 0`);
  return us;
}

/** How long each function's spill-over stays: the longest of its rows. */
function keepAlives(ms: Float64Array, functionOf: Int32Array, functions: number, otherUs: number): Float64Array {
  const us = new Float64Array(functions).fill(Number.NaN);
  for (let row = 0; row < ms.length; row++) {
    const f = functionOf[row]!;
    if (ms[row]! >= 0) us[f] = Math.max(Number.isNaN(us[f]!) ? 0 : us[f]!, ms[row]! * US_PER_MS);
  }
  return us.map((own) => (Number.isNaN(own) ? otherUs : own));
}

/** More than a plan gives to a function: starting so many takes a replay's memory and no end of time. */
const MOST_SLOTS = 2 ** 22;

/** When the last window ends, microseconds; Infinity where one comes again, 0 where none has slots. */
export function planEndUs({endUs, repeatUs, slots}: PlanFile): number {
  let last = 0;
  for (let row = 0; row < slots.length; row++) {
    if (slots[row]! > 0) last = Math.max(last, repeatUs[row]! > 0 ? Number.POSITIVE_INFINITY : endUs[row]!);
  }
  return last;
}

function checkKind(metadata: ReadonlyMap<string, string>, place: string): void {
  const kind = metadata.get('kind');
  // Tools that rewrite a plan may lose its metadata; the columns decide then.
  if (kind !== undefined && kind !== PLAN_KIND) throw notAPlan(place, `is a '${kind}' file, not a plan`);
  const version = Number(metadata.get('version') ?? PLAN_VERSION);
  if (version > PLAN_VERSION) {
    throw notAPlan(place, `is a plan of version ${version}; this coldfront reads up to version ${PLAN_VERSION}`);
  }
}

interface RowNumbers {
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  readonly slots: Float64Array;
  readonly repeatMs: Float64Array;
  readonly leadMs: Float64Array;
  readonly keepAliveMs: Float64Array;
  readonly concurrency: Float64Array;
  readonly maxInstances: Float64Array;
}

function checkRows(rows: RowNumbers, place: string): void {
  const {startMs, endMs, slots, repeatMs, leadMs, keepAliveMs} = rows;
  for (let row = 0; row < slots.length; row++) {
    const refuse = (column: string, value: number, rule: string): never => {
      throw inputError(`${place}:row ${row}`, `${column} is ${value}, must be ${rule}`);
    };
    if (!isTime(startMs[row]!)) refuse('windowStartMs', startMs[row]!, WHOLE);
    if (!(endMs[row]! > startMs[row]! && isTime(endMs[row]!))) {
      refuse('windowEndMs', endMs[row]!, `${WHOLE}, above windowStartMs ${startMs[row]}`);
    }
    if (!(Number.isInteger(slots[row]!) && slots[row]! >= 0 && slots[row]! <= MOST_SLOTS)) {
      refuse('slots', slots[row]!, 'a whole number from 0 to 4,194,304');
    }
    const turn = repeatMs[row]!;
    if (turn !== 0 && !(turn >= endMs[row]! - startMs[row]! && isTime(turn))) {
      refuse('repeatMs', turn, '0 or whole milliseconds, at least as many as the window has');
    }
    if (!(leadMs[row]! >= 0 && leadMs[row]! <= MAX_LENGTH_MS)) refuse('leadMs', leadMs[row]!, '0 to 285 years');
    const keep = keepAliveMs[row]!;
    if (keep < 0) refuse('keepAliveMs', keep, '>= 0');
    for (const name of ['concurrency', 'maxInstances'] as const) {
      const most = rows[name][row]!;
      if (!(Number.isInteger(most) && most >= 0)) refuse(name, most, 'a whole number, 0 for no limit');
    }
  }
}

const WHOLE = 'whole milliseconds within 285 years';

function isTime(ms: number): boolean {
  return Number.isInteger(ms) && Math.abs(ms) <= MAX_LENGTH_MS;
}

/** Numbers the distinct functions of the rows in order of appearance. */
function identify({name, app, owner}: Record<'name' | 'app' | 'owner', LabelColumn>): {
  functionOf: Int32Array;
  functions: number;
  rowOf: number[];
} {
  const functionOf = new Int32Array(name.id.length);
  const rowOf: number[] = [];
  const known = new Map<number, Map<number, number>>();
  for (let row = 0; row < functionOf.length; row++) {
    const place = owner.id[row]! * app.values.length + app.id[row]!;
    let ofPlace = known.get(place);
    if (!ofPlace) known.set(place, (ofPlace = new Map()));
    let f = ofPlace.get(name.id[row]!);
    if (f === undefined) {
      f = rowOf.push(row) - 1;
      ofPlace.set(name.id[row]!, f);
    }
    functionOf[row] = f;
  }
  return {functionOf, functions: rowOf.length, rowOf};
}

/** Rows in order of function and then of start. */
function byFunction(functionOf: Int32Array, functions: number, startMs: Float64Array) {
  const start = new Int32Array(functions + 1);
  for (const f of functionOf) start[f + 1]! += 1;
  for (let f = 0; f < functions; f++) start[f + 1]! += start[f]!;
  const order = new Int32Array(functionOf.length);
  const at = start.slice(0, functions);
  for (let row = 0; row < functionOf.length; row++) order[at[functionOf[row]!]!++] = row;
  for (let f = 0; f < functions; f++) {
    order.subarray(start[f]!, start[f + 1]!).sort((a, b) => startMs[a]! - startMs[b]! || a - b);
  }
  return {order, start};
}

function notAPlan(place: string, message: string) {
  return inputError(place, message, 'make a plan with: coldfront plan w.arrow --out p.arrow');
}
