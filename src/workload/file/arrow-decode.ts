import {type Table, tableFromIPC} from '@uwdata/flechette';
import type {DurationColumns, EventArrivals, ListColumn, MinuteArrivals, Workload} from '../workload.ts';
import {arrowMessages} from './arrow-messages.ts';
import {parseMetadata} from './arrow-schema.ts';
import {checkWorkload} from './check-workload.ts';
import {NotAWorkload, TableReader} from './table-reader.ts';

/**
 * The workload in an Arrow IPC file. Lists stay where they are in `file`: their columns are views over all of it,
 * whatever the number of record batches. Names are decoded when asked. Throws NotAWorkload.
 */
export function decodeWorkload(file: ArrayBuffer): Workload {
  const messages = arrowMessages(file);
  if (typeof messages === 'string') throw new NotAWorkload(messages);
  const table = decodeTable(messages);
  const parsed = parseMetadata(table.schema.metadata ?? new Map());
  if (typeof parsed === 'string') throw new NotAWorkload(parsed);
  const {meta, levels} = parsed;
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
  };
  checkWorkload(workload);
  return workload;
}

function decodeTable(messages: Uint8Array[]): Table {
  try {
    return tableFromIPC(messages);
  } catch (error) {
    // The library throws plain errors of many kinds at bytes that make no sense.
    throw new NotAWorkload(`is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
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
  const sequence = optional('sequence');
  const times = {arrivalUs, durationUs: optional('duration'), coldUs: optional('cold')};
  return {kind: 'event', ...times, ...(sequence ? {sequence} : {})};
}

function sameLengths(nameA: string, a: ListColumn<unknown>, nameB: string, b: ListColumn<unknown>): void {
  const row = a.length.findIndex((length, f) => length !== b.length[f]);
  if (row < 0) return;
  throw new NotAWorkload(
    `is damaged: row ${row} has ${a.length[row]} of '${nameA}' but ${b.length[row]} of '${nameB}'`,
  );
}
