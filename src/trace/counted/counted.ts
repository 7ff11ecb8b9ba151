import {inputError} from '../../base/errors.ts';
import type {Content} from '../../files/content.ts';
import {NO_CALL, type RowSource, type Taken} from '../../files/rows.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';
import {type CountColumn, countColumns} from '../sql/columns.ts';
import {CountedCalls} from './counted-calls.ts';
import {CountedRows} from './counted-rows.ts';
import {type CountedRow, type CountedSource, problemOf} from './row.ts';

/** What the queries of `ingest --print-sql` write: a log that was counted where it lies. */
export const minuteCounts: TraceFormat = {
  name: 'minute-counts',
  summary: 'a raw log counted by the minute, as the queries of ingest --print-sql write it',
  owner: 'data lakes whose logs are too large to be moved',
  obtain: 'coldfront ingest --print-sql athena --from table:calls --map function=fn,arrival=ts:ms,duration=ms:ms',
  reads: 'calls by minute; durations and cold times of each function in classes of 1.6 %',
  auto: true,
  settings: ['period'],
  reader: (options) => new CountedReader(options),
};

class CountedReader implements TraceReader {
  private readonly options: ReaderOptions;
  private source: CountedSource | undefined;
  private target: CountedCalls | CountedRows | undefined;

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit({header}: Content): string | undefined {
    const missing = countColumns.find((column) => !header.includes(column));
    return missing && `has no column '${missing}', which a table of counts has`;
  }

  async read(content: Content): Promise<void> {
    const {tally} = this.options;
    const rows = content.rows(tally, countColumns);
    const row = rowReader(rows);
    await rows.each((cells) => {
      row.cells = cells;
      return this.take(content.file, row);
    });
  }

  finish(): TraceResult {
    const target = this.target ?? new CountedRows(this.options.periodUs);
    return target.finish(this.source ?? {rowsAre: 'counts', clock: 'relative', name: minuteCounts.name});
  }

  /** Rows of the log are counted, not those of the table. */
  private take(file: string, row: CountedRow): Taken {
    const {tally} = this.options;
    const rows = row.number('log_rows');
    const isMinute = !Number.isNaN(row.number('minute'));
    const problem = row.text('problem');
    if (problem !== '') {
      // Rows that cannot be used stand in the table once for each kind of class.
      if (isMinute && rows >= 0) {
        tally.read += rows;
        tally.skipMany(file, rows, problem);
      }
      return NO_CALL;
    }
    const wrong = problemOf(row);
    if (wrong !== undefined) return wrong;
    const source = {rowsAre: row.text('rows_are'), clock: row.text('clock'), name: row.text('log')} as CountedSource;
    this.source ??= source;
    const known = this.source;
    if (source.rowsAre !== known.rowsAre || source.clock !== known.clock) {
      throw inputError(
        file,
        `counts ${source.rowsAre} of a ${source.clock} clock, others ${known.rowsAre} of a ${known.clock} one`,
      );
    }
    this.target ??=
      known.rowsAre === 'calls'
        ? new CountedCalls(this.options.inOrder ?? false)
        : new CountedRows(this.options.periodUs);
    if (!this.target.take(row)) return {column: 'minute', value: String(row.number('minute')), rule: MINUTE_RULE};
    if (isMinute) tally.read += rows;
    return NO_CALL;
  }
}

const MINUTE_RULE = `a whole number within 142 years, with calls from 0 to 2^53`;

/** Numbers of a file with types are not made text of. */
function rowReader(rows: RowSource): CountedRow & {cells: readonly string[]} {
  const texts: readonly CountColumn[] = ['rows_are', 'clock', 'log', 'owner', 'app', 'function', 'trigger', 'problem'];
  const at = new Map(countColumns.map((name) => [name, rows.header.indexOf(name)]));
  const values = new Map(
    countColumns.filter((name) => !texts.includes(name)).map((name) => [name, rows.valuesOf?.(name)]),
  );
  return {
    cells: [],
    text(name) {
      return this.cells[at.get(name)!]!;
    },
    number(name) {
      const value = values.get(name)?.value() ?? this.cells[at.get(name)!];
      return value === null || value === undefined || value === '' ? Number.NaN : Number(value);
    },
  };
}
