import {isBlank, parseNumber, parseScaled} from '../../files/cells.ts';
import type {Content} from '../../files/content.ts';
import {microsAt} from '../../files/plain-numbers.ts';
import type {RowProblem, TakePlainRow, TakeRow} from '../../files/rows.ts';
import {EventBuilder} from '../../workload/build/event-builder.ts';
import {isClockUs} from '../../workload/limits.ts';
import {callCounts} from '../collect/calls.ts';
import {
  columnsAt,
  type ReaderOptions,
  type TraceFormat,
  type TraceReader,
  type TraceResult,
  unusedNote,
} from '../format.ts';
import {ByteKeys} from './byte-keys.ts';
import {CallLine} from './call-line.ts';

const COLUMNS = ['app', 'func', 'end_timestamp', 'duration'] as const;
const SECONDS_TO_US = 6;

type Columns = Readonly<Record<(typeof COLUMNS)[number], number>>;

/**
 * Azure Functions 2021: a row a call, `app,func,end_timestamp,duration` in seconds. Rows are in no order of their end,
 * `func` is unique within its app only, and cold starts are not in `duration`. Zhang et al., SOSP 2021.
 */
export const azure2021: TraceFormat = {
  name: 'azure-2021',
  summary: 'Azure Functions 2021: a row a call, app,func,end_timestamp,duration in seconds',
  owner: 'research: AzurePublicDataset, In-Vitro, dslab',
  obtain: 'AzureFunctionsInvocationTrace2021 of github.com/Azure/AzurePublicDataset',
  reads: 'calls by their end and duration; a memory column in MB where there is one',
  auto: true,
  settings: [],
  reader: (options) => new Azure2021Reader(options),
};

class Azure2021Reader implements TraceReader {
  private readonly builder = new EventBuilder({duration: true, cold: false, order: false});
  private readonly options: ReaderOptions;
  private readonly notes: string[] = [];

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit({header, kind}: Content): string | undefined {
    if (kind === 'json') return 'is JSON; an azure-2021 file is CSV';
    const {missing} = columnsAt(header, COLUMNS);
    return missing && `has no column '${missing}'; an azure-2021 file has ${COLUMNS.join(', ')}`;
  }

  async read(content: Content): Promise<void> {
    const rows = content.rows(this.options.tally);
    const {at} = columnsAt(rows.header, COLUMNS);
    const memoryAt = rows.header.findIndex((name) => /^memory/i.test(name));
    if (this.notes.length === 0) this.notes.push(...unusedNote(rows.header, isKnown));
    const known = new ByteKeys(crypto.getRandomValues(new Int32Array(1))[0]!);
    // Lines of just these columns in this order, as the trace has them, are read in one pass.
    const usual = rows.header.length === COLUMNS.length && COLUMNS.every((name, k) => at[name] === k);
    const line = usual ? new CallLine(known) : undefined;
    // Memory is a matter of the rows themselves.
    if (memoryAt >= 0) await rows.each(this.taker(at, memoryAt));
    else await rows.each(this.taker(at, memoryAt), this.plainTaker(at, known, line), line);
  }

  finish(): TraceResult {
    const draft = this.builder.finishDraft({
      source: azure2021.name,
      // "two weeks starting on 2021-01-31" (AzureFunctionsInvocationTrace2021.md); the time of day is not said.
      startTime: '',
      licence: 'CC-BY 4.0, Microsoft, Azure/AzurePublicDataset (AzureFunctionsInvocationTrace2021)',
      clampedDurations: 0,
    });
    return {draft, notes: this.notes, calls: callCounts(this.builder)};
  }

  private taker(at: Columns, memoryAt: number): TakeRow {
    const {functions} = this.builder;
    return (cells) => {
      const app = cells[at.app]!;
      const name = cells[at.func]!;
      if (name.trim() === '') return {column: 'func', value: name, rule: 'the name of a function'};
      const endUs = parseScaled(cells[at.end_timestamp]!, SECONDS_TO_US);
      const durationUs = parseScaled(cells[at.duration]!, SECONDS_TO_US);
      if (Number.isNaN(endUs)) return notSeconds('end_timestamp', cells[at.end_timestamp]!);
      if (Number.isNaN(durationUs) && !isBlank(cells[at.duration]!)) return notSeconds('duration', cells[at.duration]!);
      if (!isClockUs(startOf(endUs, durationUs))) return notSeconds('end_timestamp', cells[at.end_timestamp]!);
      const f = functions.idOf('', app, name);
      if (memoryAt >= 0) functions.raiseMemory(f, parseNumber(cells[memoryAt]!));
      this.add(f, endUs, durationUs);
      return undefined;
    };
  }

  /** Rows of functions that rows before had; the first of each comes as text, and so does one with anything wrong. */
  private plainTaker(at: Columns, known: ByteKeys, line: CallLine | undefined): TakePlainRow {
    const {functions} = this.builder;
    return (row) => {
      if (line !== undefined && row.tailRead) {
        return this.add(line.f, line.endUs, line.durationUs);
      }
      const f = functions.find('', row.text(at.app), row.text(at.func));
      if (f < 0) return false;
      const {view, bounds} = row;
      const [endA, endB] = [bounds[at.app + 1]! - 1, bounds[at.func + 1]! - 1];
      if (known.find(view, bounds[at.app]!, endA, bounds[at.func]!, endB) < 0) known.put(row, at.app, at.func, f);
      const endUs = microsAt(row, at.end_timestamp);
      const durationUs = microsAt(row, at.duration);
      if (Number.isNaN(endUs) || Number.isNaN(durationUs)) return false;
      return this.add(f, endUs, durationUs);
    };
  }

  private add(f: number, endUs: number, durationUs: number): boolean {
    return this.builder.add(f, startOf(endUs, durationUs), durationUs, 0);
  }
}

function isKnown(name: string): boolean {
  return (COLUMNS as readonly string[]).includes(name) || /^memory/i.test(name);
}

/** A call whose duration is unknown counts from its end. */
function startOf(endUs: number, durationUs: number): number {
  return durationUs > 0 ? endUs - durationUs : endUs;
}

function notSeconds(column: string, value: string): RowProblem {
  return {column, value, rule: `a number of seconds within ${column === 'duration' ? 285 : 142} years`};
}
