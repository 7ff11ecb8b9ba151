import {type Column, type Table, tableFromIPC} from '@uwdata/flechette';
import {inputError, UserError} from '../../base/errors.ts';
import {US_PER_MS} from '../../base/units.ts';
import {LabelTable} from '../../workload/columns.ts';
import {arrowMessages} from '../../workload/file/arrow-messages.ts';
import type {Workload} from '../../workload/workload.ts';
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
  /** Functions that the plan knows, with or without slots. */
  readonly functions: number;
  readonly name: readonly string[]; // [function]
  readonly app: readonly string[]; // [function]
  readonly owner: readonly string[]; // [function]
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
  const table = tableOf(file, place);
  const metadata = table.schema.metadata ?? new Map<string, string>();
  checkKind(metadata, place);
  const text = (name: string, fallback?: string): Labels => trusted(place, () => labels(table, name, place, fallback));
  const names = {name: text('function'), app: text('app', ''), owner: text('owner', '')};
  const {functionOf, functions, rowOf} = identify(names);
  const number = (name: string, fallback?: number): Float64Array =>
    trusted(place, () => numbers(table, name, place, fallback));
  const startMs = number('windowStartMs');
  const endMs = number('windowEndMs');
  const slots = number('slots');
  const repeatMs = number('repeatMs', 0);
  const leadMs = number('leadMs', 0);
  const reason = text('reason', '');
  const keepAliveMs = number('keepAliveMs', Number.NaN);
  const otherSpillUs = spillOf(metadata, place);
  checkRows({startMs, endMs, slots, repeatMs, leadMs}, place);
  const {order, start} = byFunction(functionOf, functions, startMs);
  const us = (ms: Float64Array): Float64Array => Float64Array.from(order, (row) => ms[row]! * US_PER_MS);
  const label = ({id, values}: Labels): string[] => Array.from(rowOf, (row) => values[id[row]!]!);
  return {
    metadata,
    rest: restOf(metadata, place),
    spillUs: keepAlives(keepAliveMs, functionOf, functions, otherSpillUs),
    otherSpillUs,
    functions,
    name: label(names.name),
    app: label(names.app),
    owner: label(names.owner),
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
  const byName = new Map<string, number[]>();
  plan.name.forEach((own, f) => {
    const same = byName.get(own);
    if (same) same.push(f);
    else byName.set(own, [f]);
  });
  return Int32Array.from({length: functions}, (_, row) => {
    const candidates = byName.get(name.at(row)) ?? [];
    const [ownApp, ownOwner] = [app.values[app.id[row]!]!, owner.values[owner.id[row]!]!];
    return candidates.find((f) => plan.app[f] === ownApp && plan.owner[f] === ownOwner) ?? -1;
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

/** When the last window ends, microseconds; Infinity where one comes again, 0 where none has slots. */
export function planEndUs({endUs, repeatUs, slots}: PlanFile): number {
  let last = 0;
  for (let row = 0; row < slots.length; row++) {
    if (slots[row]! > 0) last = Math.max(last, repeatUs[row]! > 0 ? Number.POSITIVE_INFINITY : endUs[row]!);
  }
  return last;
}

function tableOf(file: ArrayBuffer, place: string): Table {
  const messages = arrowMessages(file);
  if (typeof messages === 'string') throw notAPlan(place, messages);
  return trusted(place, () => tableFromIPC(messages, {useBigInt: true}));
}

/** What `decode` reads through the library, which throws plain errors of many kinds at bytes that make no sense. */
function trusted<T>(place: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw notAPlan(place, `is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
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

interface Labels {
  readonly id: Int32Array; // [row]
  readonly values: readonly string[];
}

function labels(table: Table, name: string, place: string, fallback: string | undefined): Labels {
  const column = table.getChild(name) as Column<unknown> | null;
  if (!column) {
    if (fallback === undefined) throw notAPlan(place, `has no column '${name}'`);
    return {id: new Int32Array(table.numRows), values: [fallback]};
  }
  const id = new Int32Array(table.numRows);
  const known = new LabelTable();
  let row = 0;
  for (const batch of column.data) {
    const {dictionary, values} = batch as unknown as {dictionary?: Column<unknown>; values: ArrayLike<number>};
    // A dictionary is looked up once; plain text row by row.
    const ids =
      dictionary && Int32Array.from(dictionary.toArray() as Iterable<string>, (text) => known.idOf(`${text}`));
    for (let i = 0; i < batch.length; i++, row++) {
      id[row] = ids ? (ids[values[i]!] ?? known.idOf('')) : known.idOf(`${batch.at(i) ?? ''}`);
    }
  }
  return {id, values: known.values};
}

function numbers(table: Table, name: string, place: string, fallback: number | undefined): Float64Array {
  const column = table.getChild(name) as Column<unknown> | null;
  const out = new Float64Array(table.numRows);
  if (!column) {
    if (fallback === undefined) throw notAPlan(place, `has no column '${name}'`);
    return out.fill(fallback);
  }
  let row = 0;
  for (const batch of column.data) {
    for (let i = 0; i < batch.length; i++) out[row++] = Number(batch.at(i) ?? Number.NaN);
  }
  return out;
}

interface RowNumbers {
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  readonly slots: Float64Array;
  readonly repeatMs: Float64Array;
  readonly leadMs: Float64Array;
}

function checkRows({startMs, endMs, slots, repeatMs, leadMs}: RowNumbers, place: string): void {
  for (let row = 0; row < slots.length; row++) {
    const refuse = (column: string, value: number, rule: string): never => {
      throw inputError(`${place}:row ${row}`, `${column} is ${value}, must be ${rule}`);
    };
    if (!Number.isSafeInteger(startMs[row]!)) refuse('windowStartMs', startMs[row]!, 'whole milliseconds');
    if (!(endMs[row]! > startMs[row]! && Number.isSafeInteger(endMs[row]!))) {
      refuse('windowEndMs', endMs[row]!, `whole milliseconds above windowStartMs ${startMs[row]}`);
    }
    if (!(Number.isInteger(slots[row]!) && slots[row]! >= 0 && slots[row]! <= 0x7fffffff)) {
      refuse('slots', slots[row]!, 'a whole number >= 0');
    }
    const turn = repeatMs[row]!;
    if (turn !== 0 && !(turn >= endMs[row]! - startMs[row]!)) {
      refuse('repeatMs', turn, '0 or at least as long as the window');
    }
    if (!(leadMs[row]! >= 0)) refuse('leadMs', leadMs[row]!, '>= 0');
  }
}

/** Numbers the distinct functions of the rows in order of appearance. */
function identify({name, app, owner}: Record<'name' | 'app' | 'owner', Labels>): {
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
