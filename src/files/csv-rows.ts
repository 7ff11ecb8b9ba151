import {pipeline} from 'node:stream/promises';
import {CsvError, type Options, parse as parser} from 'csv-parse';
import {parse} from 'csv-parse/sync';
import {inputError} from '../base/errors.ts';
import {copiesOf, type TraceBytes} from './bytes.ts';
import {limitLines, MAX_LINE_BYTES} from './line-limit.ts';
import {type RowSource, type RowTally, rowCounter} from './rows.ts';

/** Rows of a CSV file through csv-parse: quotes, CRLF, BOM, blank lines; comma, semicolon or tab, as the header has it. */
export function csvRows(bytes: TraceBytes, tally: RowTally): RowSource {
  const {file} = bytes;
  const {names, delimiter} = csvHeader(bytes.head);
  return {
    file,
    header: names,
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
    if (lastRow > 0) onRow(cells, line - newlinesIn(cells));
    lastRow = line;
    // Nothing is kept: rows are taken as they are parsed.
    return null;
  };
  const options: Options = {
    bom: lastRow === 0,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE_BYTES,
    on_record: onRecord,
  };
  try {
    await pipeline(copiesOf(limitLines(file, text.chunks, linesBefore + 1)), parser(options));
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(`${file}:${lastRow + 1}`, error);
    throw error;
  }
}

/** csv-parse knows the line a row ends on; quoted cells may hold newlines. */
function newlinesIn(cells: readonly string[]): number {
  return cells.reduce((count, cell) => count + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
}

/**
 * The names in the first line that is not empty, and what separates them. A line that is no row, with a quote left
 * open, is one name that no format knows.
 */
export function csvHeader(head: Buffer): {names: string[]; delimiter: string} {
  const line = firstLine(head);
  const delimiter = delimiterOf(line);
  try {
    const [cells] = parse(line, {delimiter, relax_quotes: true}) as string[][];
    return {names: (cells ?? []).map((name) => name.trim()), delimiter};
  } catch (error) {
    if (error instanceof CsvError) return {names: [line], delimiter};
    throw error;
  }
}

/** The first line that is not empty, without the byte order mark. */
export function firstLine(head: Buffer): string {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  return text.split(/[\r\n]+/).find((line) => line !== '') ?? '';
}

function delimiterOf(line: string): string {
  const count = (text: string) => line.split(text).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

function unreadable(place: string, error: CsvError) {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return inputError(place, 'a quote is opened and never closed');
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return inputError(place, `the row is longer than ${MAX_LINE_BYTES} bytes; is a quote never closed?`);
  }
  return inputError(place, error.message);
}
