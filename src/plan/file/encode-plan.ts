import {Column, type DataType, dictionary, float32, int32, int64, uint8, uint32, utf8} from '@uwdata/flechette';
import {US_PER_MS} from '../../base/units.ts';
import type {OutputSink} from '../../files/output.ts';
import {UNLIMITED_PLACES} from '../../fleet/settings/places.ts';
import {int64Words, LabelTable, textColumn} from '../../workload/columns.ts';
import {arrowBatch, writeArrowFile} from '../../workload/file/arrow-columns.ts';
import {setInt64, type Workload} from '../../workload/workload.ts';
import {reasons} from '../outcome/reasons.ts';
import type {PlanRows, RowBatch} from './plan-rows.ts';

export const PLAN_KIND = 'coldfront.plan';
/** Raised when an older coldfront could no longer follow what this one writes. */
export const PLAN_VERSION = 1;

/**
 * Writes a plan as one Arrow IPC file: `function, app, owner` (dictionaries), `windowStartMs, windowEndMs` since time
 * 0 of the workload (int64), `slots`, `repeatMs` (the window comes again after it; 0: once), `leadMs` (starts begin so
 * much before the window), `keepAliveMs` (instances of the function beyond its slots stay idle so long),
 * `concurrency` (calls that an instance serves at once, 0 without a limit; left out: 1), `maxInstances` (0 or left out: no
 * limit), `nextSlotUsdPerDay` and `reason`, and what platforms ask besides: `trigger` and `memoryMib` (NaN: unknown). `metadata` are strings about the whole.
 */
export function encodePlan(
  workload: Workload,
  {batches, spillUs, places, most}: PlanRows,
  metadata: ReadonlyMap<string, string>,
  sink: OutputSink,
): void {
  const given = batches.length > 0 ? batches : [emptyBatch];
  const names = labelled(workload);
  const at = (labels: Int32Array) => (batch: RowBatch) => batch.function.map((f) => labels[f]!);
  const columns: [string, Column<unknown>][] = [
    ['function', labelColumn(given, names.function.values, int32(), at(names.function.id))],
    ['app', labelColumn(given, workload.app.values, int32(), at(workload.app.id))],
    ['owner', labelColumn(given, workload.owner.values, int32(), at(workload.owner.id))],
    ['windowStartMs', column(given, int64(), (batch) => wholeMs(batch, batch.startUs, Math.floor))],
    ['windowEndMs', column(given, int64(), (batch) => wholeMs(batch, batch.endUs, Math.ceil))],
    ['slots', column(given, int32(), (batch) => batch.slots)],
    ['repeatMs', column(given, uint32(), (batch) => shortMs(batch, batch.repeatUs))],
    ['leadMs', column(given, uint32(), (batch) => shortMs(batch, batch.leadUs))],
    ...(spillUs ? [keepAlives(given, spillUs)] : []),
    ...(places ? [concurrencies(given, places)] : []),
    ...(most ? [maxima(given, most)] : []),
    ['nextSlotUsdPerDay', column(given, float32(), (batch) => batch.nextSlotUsdPerDay)],
    ['reason', labelColumn(given, reasons, uint8(), (batch) => batch.reason)],
    ['trigger', labelColumn(given, workload.trigger.values, int32(), at(workload.trigger.id))],
    [
      'memoryMib',
      column(given, float32(), (batch) => Float32Array.from(batch.function, (f) => workload.memoryMib[f]!)),
    ],
  ];
  writeArrowFile(columns, new Map([['kind', PLAN_KIND], ['version', String(PLAN_VERSION)], ...metadata]), sink);
}

const emptyBatch: RowBatch = {
  function: new Int32Array(0),
  slots: new Int32Array(0),
  reason: new Uint8Array(0),
  nextSlotUsdPerDay: new Float32Array(0),
  startUs: new Float64Array(1),
  endUs: new Float64Array(1),
  repeatUs: new Float64Array(1),
  leadUs: new Float64Array(1),
};

function keepAlives(given: readonly RowBatch[], spillUs: Float64Array): [string, Column<unknown>] {
  const ofRow = (batch: RowBatch) => Uint32Array.from(batch.function, (f) => Math.round(spillUs[f]! / US_PER_MS));
  return ['keepAliveMs', column(given, uint32(), ofRow)];
}

function concurrencies(given: readonly RowBatch[], places: Int32Array): [string, Column<unknown>] {
  const written = (f: number): number => (places[f] === UNLIMITED_PLACES ? 0 : places[f]!);
  return ['concurrency', column(given, uint32(), (batch) => Uint32Array.from(batch.function, written))];
}

function maxima(given: readonly RowBatch[], most: Float64Array): [string, Column<unknown>] {
  const written = (f: number): number => (most[f] === Number.POSITIVE_INFINITY ? 0 : most[f]!);
  return ['maxInstances', column(given, uint32(), (batch) => Uint32Array.from(batch.function, written))];
}

/** Function names as labels: tools refuse a dictionary that holds the same name twice. */
function labelled(workload: Workload): {function: {id: Int32Array; values: readonly string[]}} {
  const table = new LabelTable();
  const id = new Int32Array(workload.functions);
  for (let f = 0; f < id.length; f++) id[f] = table.idOf(workload.name.at(f));
  return {function: {id, values: table.values}};
}

function column(given: readonly RowBatch[], type: DataType, values: (batch: RowBatch) => ArrayBufferView) {
  return new Column<unknown>(
    given.map((batch) => arrowBatch(type, batch.function.length, {values: values(batch)})),
    type,
  );
}

function labelColumn(
  given: readonly RowBatch[],
  labels: readonly string[],
  ids: ReturnType<typeof int32> | ReturnType<typeof uint8>,
  values: (batch: RowBatch) => ArrayBufferView,
) {
  const text = utf8();
  const type = dictionary(text, ids);
  const {bytes, offsets} = textColumn(labels);
  const words = new Column([arrowBatch(text, labels.length, {offsets, values: bytes})], text);
  const made = column(given, type, values);
  for (const batch of made.data) {
    (batch as unknown as {setDictionary(column: Column<unknown>): void}).setDictionary(words);
  }
  return made;
}

/** Whole milliseconds as 64-bit integers, one a row. */
function wholeMs({function: rows}: RowBatch, us: Float64Array, round: (ms: number) => number): Int32Array {
  const words = int64Words(rows.length);
  for (let i = 0; i < rows.length; i++) setInt64(words, i, round(us[us.length === 1 ? 0 : i]! / US_PER_MS));
  return words;
}

/** Milliseconds below 49 days as 32-bit integers, rounded up. */
function shortMs({function: rows}: RowBatch, us: Float64Array): Uint32Array {
  if (us.length === 1) return new Uint32Array(rows.length).fill(Math.ceil(us[0]! / US_PER_MS));
  return Uint32Array.from(us, (value) => Math.ceil(value / US_PER_MS));
}
