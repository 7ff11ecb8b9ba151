import {
  type Batch,
  batchType,
  Column,
  type DataType,
  dictionary,
  Endianness,
  field,
  fixedSizeList,
  float64,
  int32,
  int64,
  list,
  Table,
  tableToIPC,
  uint32,
  utf8,
  Version,
} from '@uwdata/flechette';
import {usageError} from '../base/errors.ts';
import {metadataOf} from './arrow-schema.ts';
import {textColumn} from './columns.ts';
import type {OutputSink} from './output.ts';
import type {LabelColumn, ListColumn, TextColumn, Workload} from './workload.ts';

type Numbers = Uint32Array | Int32Array | Float64Array;

/** Functions [from, to) of a workload, the rows of one record batch. */
interface Rows {
  from: number;
  to: number;
}

/**
 * Arrow's list offsets have 32 bits and the library's buffers end at 2 GiB; half a gigabyte of list elements a batch
 * keeps clear of both.
 */
const BATCH_ELEMENTS = 2 ** 26;
const BATCH_ROWS = 2 ** 20;
const BUFFER_ELEMENTS = 2 ** 28 - 1;

/**
 * Writes the workload as one Arrow IPC file (README, "Workload files"). Buffers go to the sink as they lie in
 * memory; a list column is packed only where its rows are not consecutive.
 */
export function encodeWorkload(workload: Workload, sink: OutputSink, batchElements = BATCH_ELEMENTS): void {
  const batches = [...batchesOf(workload, batchElements)];
  const columns = columnsOf(workload, batches);
  const schema = {
    version: Version.V5,
    endianness: Endianness.Little,
    fields: columns.map(([name, column]) => field(name, column.type)),
    metadata: metadataOf(workload),
  };
  const table = new Table(
    schema,
    columns.map(([, column]) => column),
  );
  const target = {
    write: (bytes: Uint8Array) => sink.write(bytes),
    pad: (count: number) => sink.write(new Uint8Array(count)),
    finish: () => null,
  };
  tableToIPC(table, {sink: target, format: 'file'});
}

function* batchesOf(workload: Workload, limit: number): Generator<Rows> {
  const {arrivals, functions} = workload;
  const {length} = arrivals.kind === 'minute' ? arrivals.minute : arrivals.arrivalUs;
  let [from, elements] = [0, 0];
  for (let f = 0; f < functions; f++) {
    if (length[f]! > BUFFER_ELEMENTS) {
      throw usageError(
        `function '${workload.name.at(f)}' has ${length[f]} calls, a function's list holds at most ${BUFFER_ELEMENTS}`,
        'give the trace as per-minute counts',
      );
    }
    if (f > from && (elements + length[f]! > limit || f - from >= BATCH_ROWS)) {
      yield {from, to: f};
      [from, elements] = [f, 0];
    }
    elements += length[f]!;
  }
  yield {from, to: functions};
}

function columnsOf(workload: Workload, batches: Rows[]): [string, Column<unknown>][] {
  const {duration, arrivals} = workload;
  const {levels} = duration;
  const plain = (values: Float64Array) => numberColumn(values, float64(), 1, batches);
  const columns: [string, Column<unknown>][] = [
    ['function', nameColumn(workload.name, batches)],
    ['app', dictionaryColumn(workload.app, batches)],
    ['owner', dictionaryColumn(workload.owner, batches)],
    ['trigger', dictionaryColumn(workload.trigger, batches)],
    ['memory_mib', plain(workload.memoryMib)],
    ['duration_mean_ms', plain(duration.meanMs)],
    ['duration_min_ms', plain(duration.minMs)],
    ['duration_max_ms', plain(duration.maxMs)],
  ];
  if (levels.length > 0) {
    const values = duration.percentileMs;
    columns.push(['duration_pct_ms', fixedListColumn(values, levels.length, batches)]);
  }
  if (arrivals.kind === 'minute') {
    const {minute, count} = arrivals;
    columns.push(['minute', listColumn(minute, uint32(), 1, batches)]);
    const countType = count.values instanceof Uint32Array ? uint32() : float64();
    columns.push(['count', listColumn<Numbers>(count, countType, 1, batches)]);
  } else {
    const {arrivalUs, durationUs, coldUs} = arrivals;
    columns.push(['arrival', listColumn(arrivalUs, int64(), 2, batches)]);
    if (durationUs) columns.push(['duration', listColumn(durationUs, int64(), 2, batches)]);
    if (coldUs) columns.push(['cold', listColumn(coldUs, int64(), 2, batches)]);
  }
  return columns;
}

const none = new Uint8Array(0);

/** A batch from buffers as they are; the library's constructors only keep references. */
function batch(type: DataType, length: number, parts: object): Batch<unknown> {
  const BatchClass = batchType(type, {}) as unknown as new (options: object) => Batch<unknown>;
  return new BatchClass({length, nullCount: 0, type, validity: none, ...parts});
}

function column(type: DataType, batches: Rows[], make: (rows: Rows, length: number) => Batch<unknown>) {
  return new Column<unknown>(
    batches.map((rows) => make(rows, rows.to - rows.from)),
    type,
  );
}

/** `width` array elements an Arrow value: 2 for int64 kept as pairs of words. */
function numberColumn(values: Numbers, type: DataType, width: number, batches: Rows[]) {
  return column(type, batches, ({from, to}, length) =>
    batch(type, length, {values: values.subarray(from * width, to * width)}),
  );
}

function fixedListColumn(values: Float64Array, stride: number, batches: Rows[]) {
  const item = float64();
  const type = fixedSizeList(item, stride);
  return column(type, batches, ({from, to}, length) => {
    const child = batch(item, length * stride, {values: values.subarray(from * stride, to * stride)});
    return batch(type, length, {children: [child]});
  });
}

function nameColumn(names: TextColumn, batches: Rows[]) {
  const type = utf8();
  return column(type, batches, ({from, to}, length) => {
    const zero = names.offsets[from]!;
    const offsets = names.offsets.slice(from, to + 1).map((offset) => offset - zero);
    return batch(type, length, {offsets, values: names.bytes.subarray(zero, names.offsets[to]!)});
  });
}

function dictionaryColumn(labels: LabelColumn, batches: Rows[]) {
  const text = utf8();
  const type = dictionary(text, int32());
  const {bytes, offsets} = textColumn(labels.values);
  const values = new Column([batch(text, labels.values.length, {offsets, values: bytes})], text);
  return column(type, batches, ({from, to}, length) => {
    const ids = batch(type, length, {values: labels.id.subarray(from, to)});
    (ids as unknown as {setDictionary(column: Column<unknown>): void}).setDictionary(values);
    return ids;
  });
}

function listColumn<T extends Numbers>(lists: ListColumn<T>, item: DataType, width: number, batches: Rows[]) {
  const type = list(item);
  return column(type, batches, ({from, to}, length) => {
    const offsets = new Int32Array(length + 1);
    for (let f = from; f < to; f++) offsets[f - from + 1] = offsets[f - from]! + lists.length[f]!;
    const values = packed(lists, from, to, offsets[length]!, width);
    return batch(type, length, {offsets, children: [batch(item, offsets[length]!, {values})]});
  });
}

/** The elements of rows [from, to) one after the other: a view where they lie so already, else a copy. */
function packed<T extends Numbers>(lists: ListColumn<T>, from: number, to: number, total: number, width: number): T {
  const {values, start, length} = lists;
  let consecutive = true;
  for (let f = from + 1; f < to && consecutive; f++) consecutive = start[f] === start[f - 1]! + length[f - 1]!;
  if (consecutive && from < to) return values.subarray(start[from]! * width, (start[from]! + total) * width) as T;
  const copy = new (values.constructor as new (length: number) => T)(total * width);
  let at = 0;
  for (let f = from; f < to; f++) {
    copy.set(values.subarray(start[f]! * width, (start[f]! + length[f]!) * width), at);
    at += length[f]! * width;
  }
  return copy;
}
