import {pipeline} from 'node:stream/promises';
import {CsvError, type Options, parse as parser} from 'csv-parse';
import {parse} from 'csv-parse/sync';
import {inputError} from '../base/errors.ts';
import {copiesOf, type TraceBytes} from './bytes.ts';
import {limitLines, MAX_LINE_BYTES} from './line-limit.ts';
import {firstLinesOf} from './lines.ts';
import {type RowSource, type RowTally, rowCounter} from './rows.ts';

/** Rows of a CSV file through csv-parse: quotes, CRLF, BOM, blank lines; comma, semicolon or tab, as the header has it. */
export function csvRows(bytes: TraceBytes, tally: RowTally): RowSource {
  const {file} = bytes;
  const {names, delimiter} = csvHeader(bytes.head);
  return {
    file,
    header: names,
    decimalComma: delimiter === ';',
    async each(take) {
      const onRow = rowCounter(file, names, tally, take);
      await parseCsv({file, delimiter, chunks: bytes.chunks, linesBefore: 0, lastRow: 0}, onRow);
    },
  };
}

/** A CSV file, or what is left of one behind some lines. */
export interface CsvText {
  readonly file: string;
  readonly delimiter: string;
  readonly chunks: AsyncIterable<Buffer>;
  /** Lines before the first chunk; 0 with the header still to come. */
  readonly linesBefore: number;
  /** The last of them that was a row, or the header; 0 with the header still to come. */
  readonly lastRow: number;
}

/** Parses by csv-parse and calls `onRow` for each row behind the header with the line it begins on. */
export async function parseCsv(text: CsvText, onRow: (cells: readonly string[], line: number) => void): Promise<void> {
  const {file, delimiter, linesBefore} = text;
  let {lastRow} = text;
  const onRecord = (cells: string[], info: {lines: number}): null => {
    const line = linesBefore + info.lines;
    if (lastRow === 0 && isPreamble(cells[0]!)) return null;
    if (lastRow > 0) onRow(cells, line - newlinesIn(cells));
    lastRow = line;
    // Nothing is kept: rows are taken as they are parsed.
    return null;
  };
  const options: Options = {...parseOptions(delimiter), bom: lastRow === 0, on_record: onRecord};
  try {
    await pipeline(copiesOf(limitLines(file, text.chunks, linesBefore + 1)), parser(options));
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(`${file}:${lastRow + 1}`, error);
    throw error;
  }
}

function parseOptions(delimiter: string): Options {
  return {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE_BYTES,
  };
}

/** csv-parse knows the line a row ends on; quoted cells may hold newlines. */
function newlinesIn(cells: readonly string[]): number {
  return cells.reduce((count, cell) => count + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
}

/** What separates cells, and the first line with the names of the columns. */
export interface CsvHeader {
  readonly names: string[];
  readonly delimiter: string;
}

/**
 * The names in the first line that is neither empty nor a comment (`#`) nor Excel's `sep=;`, and what separates them: of
 * comma, semicolon and tab the one that makes most cells, in the lines behind it too where the header alone cannot tell.
 * A line that is no row, with a quote left open, is one name that no format knows.
 */
export function csvHeader(head: Buffer): CsvHeader {
  const all = [...firstLinesOf(head)];
  const lines = all.filter((text) => !isPreamble(text)).slice(0, SAMPLE_LINES);
  const [line = ''] = lines;
  const separator = all.flatMap((text) => /^"?sep=(.)"?$/i.exec(text)?.[1] ?? [])[0];
  const delimiter = separator ?? delimiterOf(lines);
  return {names: cellsOf(line, delimiter), delimiter};
}

/** The cells of the first rows behind the header that the first bytes hold; the last of them may be cut. */
export function firstCsvRows(head: Buffer, {names, delimiter}: CsvHeader): string[][] {
  const rows: string[][] = [];
  const onRecord = (cells: string[]): null => {
    if (!isPreamble(cells[0]!)) rows.push(cells);
    return null;
  };
  const options = {...parseOptions(delimiter), bom: true, to: SAMPLE_LINES, on_record: onRecord};
  try {
    parse(head.toString('utf8'), options as Options);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  return rows.slice(1).filter((row) => row.length === names.length);
}

const SAMPLE_LINES = 20;

/** A line before the header that is no part of the table: a comment, or what tells Excel the delimiter. */
export function isPreamble(line: string): boolean {
  return line.startsWith('#') || /^"?sep=.?"?$/i.test(line);
}

function cellsOf(line: string, delimiter: string): string[] {
  try {
    const [cells] = parse(line, {delimiter, relax_quotes: true, record_delimiter: '\n'}) as string[][];
    return (cells ?? []).map((name) => name.trim());
  } catch (error) {
    if (error instanceof CsvError) return [line];
    throw error;
  }
}

const delimiters = [',', ';', '\t', '|'];

/** The one that makes most cells of the header; of several the one that makes as many of the rows. */
function delimiterOf([header = '', ...rows]: readonly string[]): string {
  const present = delimiters.filter((delimiter) => header.includes(delimiter));
  if (present.length < 2 && !header.includes('"')) return present[0] ?? delimiters[0]!;
  const cells = (line: string, delimiter: string) => cellsOf(line, delimiter).length;
  const agreeing = (delimiter: string) =>
    rows.filter((row) => cells(row, delimiter) === cells(header, delimiter)).length;
  const most = Math.max(...delimiters.map((delimiter) => cells(header, delimiter)));
  const best = delimiters.filter((delimiter) => cells(header, delimiter) === most);
  return best.reduce((chosen, next) => (agreeing(next) > agreeing(chosen) ? next : chosen));
}

function unreadable(place: string, error: CsvError) {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return inputError(place, 'a quote is opened and never closed');
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return inputError(place, `the row is longer than ${MAX_LINE_BYTES} bytes; is a quote never closed?`);
  }
  return inputError(place, error.message);
}
