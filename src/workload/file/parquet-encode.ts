import type {OutputSink} from '../../files/output.ts';
import {
  type ColumnValues,
  type ListValues,
  ParquetTableWriter,
  type TableColumnKind,
} from '../../files/parquet-writer.ts';
import type {DraftList, WorkloadDraft} from '../build/draft.ts';
import type {LabelColumn} from '../workload.ts';
import {metadataOf} from './arrow-schema.ts';

/** Functions and elements of a group of rows: what is in memory at a time, as numbers of their own. */
const GROUP_ROWS = 1 << 16;
const GROUP_ELEMENTS = 1 << 19;

/** A column of the file and its values of functions [from, to). */
interface FileColumn extends TableColumnKind {
  values(from: number, to: number): ColumnValues | ListValues;
}

/**
 * Writes the workload as one Parquet file, for tools that read no Arrow: the same columns, names and metadata, lists as
 * lists. What is unknown is null.
 */
export function encodeParquetWorkload(draft: WorkloadDraft, sink: OutputSink): void {
  const columns = columnsOf(draft);
  const writer = new ParquetTableWriter(columns, sink, metadataOf(draft));
  for (const {from, to} of groupsOf(draft)) writer.write(columns.map((column) => column.values(from, to)));
  writer.finish();
}

function* groupsOf({functions, lists}: WorkloadDraft): Generator<{from: number; to: number}> {
  const {length} = lists[0]!;
  let [from, elements] = [0, 0];
  for (let f = 0; f < functions; f++) {
    if (f > from && (elements + length[f]! > GROUP_ELEMENTS || f - from >= GROUP_ROWS)) {
      yield {from, to: f};
      [from, elements] = [f, 0];
    }
    elements += length[f]!;
  }
  yield {from, to: functions};
}

function columnsOf(draft: WorkloadDraft): FileColumn[] {
  const {name, app, owner, trigger, memoryMib, duration, observed, lists} = draft;
  const {levels, percentileMs} = duration;
  const rows = (from: number, to: number): number[] => Array.from({length: to - from}, (_, k) => from + k);
  const label = (of: string, {id, values}: LabelColumn): FileColumn => ({
    name: of,
    kind: 'text',
    values: (from, to) => rows(from, to).map((f) => values[id[f]!]!),
  });
  const number = (of: string, column: Float64Array): FileColumn => ({
    name: of,
    kind: 'double',
    optional: true,
    values: (from, to) => rows(from, to).map((f) => (Number.isNaN(column[f]!) ? null : column[f]!)),
  });
  const percentiles: FileColumn = {
    name: 'duration_pct_ms',
    kind: 'double',
    list: true,
    values: (from, to) =>
      rows(from, to).map((f) => Array.from(percentileMs.subarray(f * levels.length, (f + 1) * levels.length))),
  };
  return [
    {name: 'function', kind: 'text', values: (from, to) => rows(from, to).map((f) => name.at(f))},
    label('app', app),
    label('owner', owner),
    label('trigger', trigger),
    number('memory_mib', memoryMib),
    number('duration_mean_ms', duration.meanMs),
    number('duration_min_ms', duration.minMs),
    number('duration_max_ms', duration.maxMs),
    ...(levels.length > 0 ? [percentiles] : []),
    ...(observed === undefined ? [] : [number('start_known', observed.known), number('cold_calls', observed.cold)]),
    ...lists.map(listColumn),
  ];
}

const kinds = {uint32: 'uint32', float64: 'double', int64: 'int64'} as const;
const itemBytes = {uint32: 4, float64: 8, int64: 8};

function listColumn({name, item, length, pieces}: DraftList): FileColumn {
  return {
    name,
    kind: kinds[item],
    list: true,
    values(from, to) {
      const elements = length.subarray(from, to).reduce((sum, one) => sum + one, 0);
      const bytes = new Uint8Array(elements * itemBytes[item]);
      let filled = 0;
      for (const piece of pieces(from, to)) {
        bytes.set(piece, filled);
        filled += piece.length;
      }
      const {buffer} = bytes;
      const all = {
        uint32: () => new Uint32Array(buffer),
        float64: () => new Float64Array(buffer),
        int64: () => new BigInt64Array(buffer),
      }[item]();
      let at = 0;
      return Array.from(length.subarray(from, to), (own) => {
        const begin = at;
        at += own;
        return Array.from<number | bigint>(all.subarray(begin, at) as Iterable<number | bigint>);
      });
    },
  };
}
