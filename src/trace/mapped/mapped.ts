import {usageError} from '../../base/errors.ts';
import type {TraceBytes} from '../../files/bytes.ts';
import {ndjsonRows} from '../../files/ndjson-rows.ts';
import type {RowSource} from '../../files/rows.ts';
import {scannedRows} from '../../files/scanned-rows.ts';
import type {WorkloadDraft} from '../../workload/build/draft.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';
import {MappedCounts} from './counts.ts';
import {MappedEvents} from './events.ts';
import type {FieldMap} from './field-map.ts';

/** Any CSV file whose columns the user names with `--map`: a row a call, or a row a function and minute. */
export const csvFormat: TraceFormat = {
  name: 'csv',
  summary: 'any CSV file, its columns named with --map',
  auto: false,
  reader: (options) => new MappedReader('csv', options, (bytes) => scannedRows(bytes, options.tally)),
};

/** The same for newline-delimited JSON; a column is a key or a path of keys joined by dots. */
export const ndjsonFormat: TraceFormat = {
  name: 'ndjson',
  summary: 'any newline-delimited JSON, its keys named with --map',
  auto: false,
  reader: (options) =>
    new MappedReader('ndjson', options, (bytes, map) =>
      ndjsonRows(bytes, [...new Set([...map.values()].map(({column}) => column))], options.tally),
    ),
};

class MappedReader implements TraceReader {
  private readonly name: string;
  private readonly map: FieldMap;
  private readonly target: MappedCounts | MappedEvents;
  private readonly open: (bytes: TraceBytes, map: FieldMap) => RowSource;

  constructor(name: string, {map}: ReaderOptions, open: MappedReader['open']) {
    if (map === undefined) {
      throw usageError(`--format ${name} needs --map`, '--map function=fn,arrival=ts:ms,duration=dur:ms');
    }
    this.name = name;
    this.map = map;
    this.open = open;
    this.target = map.has('minute') ? new MappedCounts(map) : new MappedEvents(map);
  }

  rows(bytes: TraceBytes): RowSource {
    return this.open(bytes, this.map);
  }

  misfit(header: readonly string[]): string | undefined {
    const missing = [...this.map.values()].find(({column}) => !header.includes(column));
    return missing && `has no column '${missing.column}', which --map names; it has ${header.slice(0, 20).join(', ')}`;
  }

  async read(rows: RowSource): Promise<void> {
    await rows.each(this.target.taker(rows.header));
  }

  finish(): TraceResult {
    const draft = this.target.finish({
      source: this.name,
      startTime: '',
      licence: '',
      clampedDurations: this.target.clamped,
    });
    const absolute = ['arrival', 'end', 'minute'].some((field) => this.map.get(field as 'end')?.unit === 'iso');
    return {draft: absolute ? dated(draft) : draft, notes: []};
  }
}

/** With ISO times the trace's own clock is the calendar. */
function dated(draft: WorkloadDraft): WorkloadDraft {
  const startTime = new Date(draft.meta.originUs / 1000).toISOString();
  return {...draft, meta: {...draft.meta, startTime}};
}
