import type {DurationColumns, EventArrivals, ListColumn, MinuteArrivals, Workload} from '../workload.ts';
import {parseMetadata} from './arrow-schema.ts';
import {openTable, RefusedFile} from './arrow-table.ts';
import {checkWorkload} from './check-workload.ts';
import {TableReader} from './table-reader.ts';

/**
 * The workload in an Arrow IPC file. Lists stay where they are in `file`: their columns are views over all of it,
 * whatever the number of record batches. Names are decoded when asked. Throws RefusedFile.
 */
export function decodeWorkload(file: ArrayBuffer): Workload {
  const table = openTable(file);
  const parsed = parseMetadata(table.schema.metadata ?? new Map());
  if (typeof parsed === 'string') throw new RefusedFile(parsed);
  const {meta, levels, coldClasses} = parsed;
  const reader = new TableReader(table, file, 'function');
  const workload = {
    meta,
    functions: reader.rows,
    name: reader.names,
    app: reader.labels('app'),
    owner: reader.labels('owner'),
    trigger: reader.labels('trigger'),
    memoryMib: reader.numbers('memory_mib'),
    duration: decodeDurations(reader, levels),
    arrivals: reader.has('minute') ? decodeMinutes(reader) : decodeEvents(reader),
    ...(reader.has('start_known')
      ? {observed: {known: reader.numbers('start_known'), cold: reader.numbers('cold_calls'), ...coldClasses}}
      : {}),
  };
  checkWorkload(workload);
  return workload;
}

function decodeDurations(reader: TableReader, levels: number[]): DurationColumns {
  return {
    meanMs: reader.numbers('duration_mean_ms'),
    minMs: reader.numbers('duration_min_ms'),
    maxMs: reader.numbers('duration_max_ms'),
    levels,
    percentileMs: levels.length === 0 ? new Float64Array(0) : reader.fixedLists('duration_pct_ms', levels.length),
  };
}

function decodeMinutes(reader: TableReader): MinuteArrivals {
  const minute = reader.lists('minute', [Uint32Array]);
  const count = reader.lists<Uint32Array | Float64Array>('count', [Uint32Array, Float64Array]);
  sameLengths('minute', minute, 'count', count);
  return {kind: 'minute', minute, count};
}

function decodeEvents(reader: TableReader): EventArrivals {
  const arrivalUs = reader.lists('arrival', [Int32Array]);
  const optional = (name: string) => {
    if (!reader.has(name)) return undefined;
    const lists = reader.lists(name, [Int32Array]);
    sameLengths('arrival', arrivalUs, name, lists);
    return lists;
  };
  const times = {arrivalUs, durationUs: optional('duration'), coldUs: optional('cold')};
  const [sequence, session, room] = (['sequence', 'session', 'room'] as const).map(optional);
  return {kind: 'event', ...times, ...(sequence && {sequence}), ...(session && {session}), ...(room && {room})};
}

function sameLengths(nameA: string, a: ListColumn<unknown>, nameB: string, b: ListColumn<unknown>): void {
  const row = a.length.findIndex((length, f) => length !== b.length[f]);
  if (row < 0) return;
  throw new RefusedFile(`is damaged: row ${row} has ${a.length[row]} of '${nameA}' but ${b.length[row]} of '${nameB}'`);
}
