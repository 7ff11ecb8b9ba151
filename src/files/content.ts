import type {TraceBytes} from './bytes.ts';
import {isJson} from './bytes.ts';
import {csvHeader, firstCsvRows} from './csv-rows.ts';
import {firstJsonValues} from './json-values.ts';
import {firstLinesOf} from './lines.ts';
import type {ParquetTable} from './parquet-rows.ts';
import type {RowSource, RowTally} from './rows.ts';
import {scannedRows} from './scanned-rows.ts';

/** An opened file: what its beginning says, and ways to read it, of which one may be taken once. */
export class Content {
  /** What messages call it. */
  readonly file: string;
  readonly kind: 'json' | 'text' | 'parquet';
  /** Undefined for Parquet. */
  readonly bytes: TraceBytes | undefined;
  private readonly parquet: ParquetTable | undefined;
  private headerRead: readonly string[] | undefined;
  private rowsRead: readonly (readonly string[])[] | undefined;
  private samplesRead: readonly unknown[] | undefined;
  private linesRead: readonly string[] | undefined;

  constructor(source: TraceBytes | ParquetTable) {
    this.file = source.file;
    const isParquet = 'columns' in source;
    this.bytes = isParquet ? undefined : source;
    this.parquet = isParquet ? source : undefined;
    this.kind = isParquet ? 'parquet' : isJson(source.head) ? 'json' : 'text';
  }

  /** Names of the columns if it is a table; [] for JSON. */
  get header(): readonly string[] {
    this.headerRead ??= this.parquet?.columns ?? (this.kind === 'text' ? csvHeader(this.bytes!.head).names : []);
    return this.headerRead;
  }

  /** Numbers of the table may have a comma where others have a point. */
  get decimalComma(): boolean {
    return this.kind === 'text' && csvHeader(this.bytes!.head).delimiter === ';';
  }

  /** The first rows of a table, to look at. */
  get firstRows(): readonly (readonly string[])[] {
    const text = () => (this.kind === 'text' ? firstCsvRows(this.bytes!.head, csvHeader(this.bytes!.head)) : []);
    this.rowsRead ??= this.parquet?.firstRows ?? text();
    return this.rowsRead;
  }

  /** The first values of JSON, to look at; a value that is longer is there in part. */
  get samples(): readonly unknown[] {
    this.samplesRead ??= this.kind === 'json' ? firstJsonValues(this.bytes!.head) : [];
    return this.samplesRead;
  }

  /** The first lines of text, to look at. */
  get firstLines(): readonly string[] {
    this.linesRead ??= this.bytes === undefined ? [] : [...firstLinesOf(this.bytes.head)].slice(0, 1000);
    return this.linesRead;
  }

  /** As a table: CSV text, or Parquet, of which only the `needed` columns are unpacked. */
  rows(tally: RowTally, needed?: readonly string[]): RowSource {
    return this.parquet?.rows(tally, needed) ?? scannedRows(this.bytes!, tally);
  }

  async close(): Promise<void> {
    await this.bytes?.close();
    this.parquet?.close();
  }
}
