import {usageError} from '../../base/errors.ts';
import type {Content} from '../../files/content.ts';
import {eachJsonValue} from '../../files/json-values.ts';
import {cellReader, keysOf, lookUp, textOf} from '../../files/nested.ts';
import {type ColumnValues, NO_CALL, type Taken} from '../../files/rows.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';
import {MappedCounts} from './counts.ts';
import {MappedEvents} from './events.ts';
import type {FieldMap} from './field-map.ts';
import {isText, MappedRow, type ReadCell} from './row.ts';

const SETTINGS = ['map', 'where', 'dedupe', 'period', 'values'] as const;

/** Any table whose columns the user names with `--map`: a row a call, or a row a function and minute. */
export const csvFormat: TraceFormat = {
  name: 'csv',
  summary: 'any CSV file, its columns named with --map',
  owner: 'anybody',
  obtain: 'an export of whatever logs calls or counts them',
  reads: 'what --map names',
  auto: false,
  settings: SETTINGS,
  reader: (options) => new MappedReader('csv', options),
};

/** The same for JSON; a column is a key or a path of keys joined by dots. */
export const ndjsonFormat: TraceFormat = {
  name: 'ndjson',
  summary: 'any JSON, an object a line or one array, its keys named with --map',
  owner: 'anybody',
  obtain: 'an export of whatever logs calls or counts them',
  reads: 'what --map names; keys within keys are joined by dots',
  auto: false,
  settings: SETTINGS,
  reader: (options) => new MappedReader('ndjson', options),
};

/** The same for Parquet. */
export const parquetFormat: TraceFormat = {
  name: 'parquet',
  summary: 'any Parquet file, its columns named with --map; those of other formats are recognised without',
  owner: 'data lakes: AWS Athena, BigQuery, Snowflake, Spark, pandas',
  obtain: 'df.to_parquet("calls.parquet")',
  reads: 'what --map names; times, lists and structs too',
  auto: false,
  settings: SETTINGS,
  reader: (options) => new MappedReader('parquet', options),
};

export class MappedReader implements TraceReader {
  private readonly name: string;
  private readonly map: FieldMap;
  private readonly options: ReaderOptions;
  private readonly target: MappedCounts | MappedEvents;
  /** Texts of the column of which the first row alone is read; in many sets, for one holds 2^24 at most. */
  private readonly seen = new Map<number, Set<string>>();
  private repeated = 0;

  constructor(name: string, options: ReaderOptions) {
    const {map} = options;
    if (map === undefined) {
      throw usageError(`--format ${name} needs --map`, '--map function=fn,arrival=ts:ms,duration=dur:ms');
    }
    this.name = name;
    this.map = map;
    this.options = options;
    this.target = map.has('minute') ? new MappedCounts(map, options) : new MappedEvents(map);
  }

  misfit(content: Content): string | undefined {
    if (content.kind === 'json') {
      if (this.name === 'ndjson') return undefined;
      return `is JSON, not ${this.name === 'csv' ? 'CSV' : 'Parquet'}; read it with --format ndjson`;
    }
    if (this.name === 'ndjson') {
      return content.kind === 'parquet'
        ? 'is Parquet, not JSON; read it with --format parquet'
        : 'is no JSON: it begins with neither { nor [';
    }
    const {header} = content;
    const missing = this.columns().find((column) => cellReader(header, column) === undefined);
    return (
      missing &&
      `has no column '${missing}', which ${this.namerOf(missing)} names; it has ${header.slice(0, 20).join(', ')}`
    );
  }

  async read(content: Content): Promise<void> {
    if (content.kind === 'json') return this.readJson(content);
    const {header} = content;
    const needed = header.filter((name) => this.columns().some((column) => isOf(column, name)));
    const rows = content.rows(this.options.tally, needed);
    const texts = this.columns('texts');
    const valuesOf = (column: string): ColumnValues | undefined =>
      texts.some((text) => isOf(text, column)) ? undefined : rows.valuesOf?.(column);
    await rows.each(this.taker((column) => cellReader(header, column), rows.decimalComma, valuesOf));
  }

  finish(): TraceResult {
    const result = this.target.finish(this.name);
    const {repeated} = this;
    if (repeated === 0) return result;
    return {
      ...result,
      notes: [...result.notes, `rows whose '${this.options.dedupe}' was there before: ${repeated}; they are left out`],
    };
  }

  private async readJson(content: Content): Promise<void> {
    const columns = this.columns();
    const keys = columns.map(keysOf);
    const take = this.taker((column) => {
      const at = columns.indexOf(column);
      return (cells) => cells[at]!;
    }, false);
    await eachJsonValue(content.bytes!, [], this.options.tally, (value, _, marks) => {
      const isObject = typeof value === 'object' && value !== null;
      const problem = {column: 'the value', value: JSON.stringify(value), rule: 'a JSON object'};
      marks.took(isObject ? take(keys.map((path) => textOf(lookUp(value, path)))) : problem);
    });
  }

  /** What to do with each row: leave it out, or use it. */
  private taker(
    readerOf: (column: string) => ReadCell | undefined,
    decimalComma: boolean,
    valuesOf?: (column: string) => ColumnValues | undefined,
  ): (cells: readonly string[]) => Taken {
    const {where, dedupe} = this.options;
    const row = new MappedRow(this.map, readerOf, decimalComma, valuesOf);
    const take = this.target.taker(row);
    const wanted = where.map(({column, text}) => ({read: readerOf(column), text}));
    const key = dedupe === undefined ? undefined : readerOf(dedupe);
    return (cells) => {
      for (const {read, text} of wanted) if (read?.(cells).trim() !== text) return NO_CALL;
      const own = key?.(cells) ?? '';
      if (own !== '' && this.isRepeated(own)) return NO_CALL;
      const problem = take(cells);
      if (problem === undefined && own !== '') this.remember(own);
      return problem;
    };
  }

  private isRepeated(text: string): boolean {
    const is = this.seen.get(shardOf(text))?.has(text) ?? false;
    if (is) this.repeated++;
    return is;
  }

  private remember(text: string): void {
    const shard = shardOf(text);
    const known = this.seen.get(shard);
    if (known) known.add(text);
    else this.seen.set(shard, new Set([text]));
  }

  /** Columns that are needed, or those of them whose text is. */
  private columns(which: 'all' | 'texts' = 'all'): string[] {
    const {where, dedupe} = this.options;
    const fields = [...this.map].filter(([field]) => which === 'all' || isText(field));
    const mapped = fields.map(([, {column}]) => column);
    return [...new Set([...mapped, ...where.map(({column}) => column), ...(dedupe === undefined ? [] : [dedupe])])];
  }

  private namerOf(column: string): string {
    if ([...this.map.values()].some((field) => field.column === column)) return '--map';
    return column === this.options.dedupe ? '--dedupe' : '--where';
  }
}

/** Whether a column of --map is that column, or lies in the JSON of its cells. */
function isOf(column: string, name: string): boolean {
  const plain = column.replaceAll('\\.', '.');
  return plain === name || plain.startsWith(`${name}.`);
}

function shardOf(text: string): number {
  return (text.charCodeAt(text.length - 1) % 64) * 64 + (text.charCodeAt(text.length >> 1) % 64);
}
