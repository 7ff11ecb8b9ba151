import {
  type DataType,
  dictionary,
  Endianness,
  field,
  fixedSizeList,
  float64,
  int32,
  int64,
  list,
  uint32,
  utf8,
  Version,
} from '@uwdata/flechette';
import {encodeIPC} from '@uwdata/flechette/src/encode/encode-ipc.js';
import {usageError} from '../../base/errors.ts';
import type {OutputSink} from '../../files/output.ts';
import {type DraftList, draftOf, type WorkloadDraft} from '../build/draft.ts';
import {textColumn} from '../columns.ts';
import type {LabelColumn, TextColumn, Workload} from '../workload.ts';
import {ArrowMessage, type LateBytes} from './arrow-message.ts';
import {metadataOf} from './arrow-schema.ts';

/** Functions [from, to) of a workload, the rows of one record batch. */
interface Rows {
  from: number;
  to: number;
}

/** A column of the file: its type and how it lays rows down in a record batch. */
interface FileColumn {
  readonly name: string;
  readonly type: DataType;
  lay(message: ArrowMessage, rows: Rows): void;
  /** The labels of a dictionary column. */
  readonly labels?: readonly string[];
}

/**
 * Arrow's list offsets have 32 bits and the library's buffers end at 2 GiB; half a gigabyte of list elements a batch
 * keeps clear of both.
 */
const BATCH_ELEMENTS = 2 ** 26;
const BATCH_ROWS = 2 ** 20;
const BUFFER_ELEMENTS = 2 ** 28 - 1;

/**
 * Writes the workload as one Arrow IPC file (README, "Workload files"). Buffers go to the sink as they lie in memory,
 * or piece by piece as a draft hands them over.
 */
export function encodeWorkload(
  workload: Workload | WorkloadDraft,
  sink: OutputSink,
  batchElements = BATCH_ELEMENTS,
): void {
  const draft = 'lists' in workload ? workload : draftOf(workload);
  const batches = batchesOf(draft, batchElements);
  const columns = columnsOf(draft);
  const schema = {
    version: Version.V5,
    endianness: Endianness.Little,
    fields: columns.map(({name, type}) => field(name, type)),
    metadata: metadataOf(draft),
  };
  const target = {
    write: (buffer: Uint8Array | LateBytes) => {
      if (buffer instanceof Uint8Array) sink.write(buffer);
      else for (const piece of buffer.pieces()) sink.write(piece);
    },
    pad: (count: number) => sink.write(new Uint8Array(count)),
    finish: () => null,
  };
  const data = {schema, dictionaries: dictionariesOf(columns), records: recordsOf(columns, batches)};
  encodeIPC(data, {sink: target as Parameters<typeof encodeIPC>[1]['sink'], format: 'file'});
}

function* batchesOf({lists, functions, name}: WorkloadDraft, limit: number): Generator<Rows> {
  const {length} = lists[0]!;
  let [from, elements] = [0, 0];
  for (let f = 0; f < functions; f++) {
    if (length[f]! > BUFFER_ELEMENTS) {
      throw usageError(
        `function '${name.at(f)}' has ${length[f]} calls, a function's list holds at most ${BUFFER_ELEMENTS}`,
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

function* dictionariesOf(columns: readonly FileColumn[]) {
  const labelled = columns.filter(({labels}) => labels !== undefined);
  for (const [id, {labels}] of labelled.entries()) {
    const {bytes, offsets, length} = textColumn(labels!);
    const data = new ArrowMessage();
    data.column(length, offsets, bytes);
    yield {id, isDelta: false, data};
  }
}

function* recordsOf(columns: readonly FileColumn[], batches: Iterable<Rows>) {
  for (const rows of batches) {
    const message = new ArrowMessage();
    for (const column of columns) column.lay(message, rows);
    yield message;
  }
}

function columnsOf(workload: WorkloadDraft): FileColumn[] {
  const {duration, observed, lists} = workload;
  return [
    nameColumn('function', workload.name),
    labelColumn('app', workload.app, 0),
    labelColumn('owner', workload.owner, 1),
    labelColumn('trigger', workload.trigger, 2),
    numberColumn('memory_mib', workload.memoryMib),
    numberColumn('duration_mean_ms', duration.meanMs),
    numberColumn('duration_min_ms', duration.minMs),
    numberColumn('duration_max_ms', duration.maxMs),
    ...(duration.levels.length > 0
      ? [fixedListColumn('duration_pct_ms', duration.percentileMs, duration.levels.length)]
      : []),
    ...(observed === undefined
      ? []
      : [numberColumn('start_known', observed.known), numberColumn('cold_calls', observed.cold)]),
    ...lists.map(listColumn),
  ];
}

function numberColumn(name: string, values: Float64Array): FileColumn {
  return {
    name,
    type: float64(),
    lay(message, {from, to}) {
      message.column(to - from, values.subarray(from, to));
    },
  };
}

function fixedListColumn(name: string, values: Float64Array, stride: number): FileColumn {
  return {
    name,
    type: fixedSizeList(float64(), stride),
    lay(message, {from, to}) {
      message.column(to - from);
      message.column((to - from) * stride, values.subarray(from * stride, to * stride));
    },
  };
}

function nameColumn(name: string, texts: TextColumn): FileColumn {
  return {
    name,
    type: utf8(),
    lay(message, {from, to}) {
      const zero = texts.offsets[from]!;
      const offsets = texts.offsets.slice(from, to + 1).map((offset) => offset - zero);
      message.column(to - from, offsets, texts.bytes.subarray(zero, texts.offsets[to]!));
    },
  };
}

/** `id` is the dictionary's place among the dictionaries of the file. */
function labelColumn(name: string, labels: LabelColumn, id: number): FileColumn {
  return {
    name,
    type: dictionary(utf8(), int32(), false, id),
    labels: labels.values,
    lay(message, {from, to}) {
      message.column(to - from, labels.id.subarray(from, to));
    },
  };
}

const items = {uint32, float64, int64};
const itemBytes = {uint32: 4, float64: 8, int64: 8};

function listColumn({name, item, length, pieces}: DraftList): FileColumn {
  return {
    name,
    type: list(items[item]()),
    lay(message, {from, to}) {
      const offsets = new Int32Array(to - from + 1);
      for (let f = from; f < to; f++) offsets[f - from + 1] = offsets[f - from]! + length[f]!;
      const elements = offsets[to - from]!;
      message.column(to - from, offsets);
      message.column(elements, {byteLength: elements * itemBytes[item], pieces: () => pieces(from, to)});
    },
  };
}
