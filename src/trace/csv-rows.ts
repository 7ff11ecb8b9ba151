import {pipeline} from 'node:stream/promises';
import {CsvError, type Options, parse as parser} from 'csv-parse';
import {parse} from 'csv-parse/sync';
import {inputError} from '../base/errors.ts';
import type {TraceBytes} from './bytes.ts';
import {limitLines, MAX_LINE_BYTES} from './line-limit.ts';
import type {RowProblem, RowSource, RowTally} from './rows.ts';

/** Rows of a CSV file through csv-parse: quotes, CRLF, BOM, blank lines; comma, semicolon or tab, as the header has it. */
export function csvRows(bytes: TraceBytes, tally: RowTally): RowSource {
  const {file} = bytes;
  const first = firstLine(bytes.head);
  const delimiter = delimiterOf(first);
  const options: Options = {
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE_BYTES,
  };
  const header = csvHeader(first);
  return {
    file,
    header,
    async each(take) {
      const rule = `${header.length}, as many as the header has`;
      let lastLine = 0;
      const onRecord = (cells: string[], {lines}: {lines: number}): null => {
        if (lastLine > 0) {
          tally.read++;
          const problem: RowProblem | undefined =
            cells.length === header.length
              ? take(cells)
              : {column: 'the number of cells', value: String(cells.length), rule};
          if (problem) tally.skip(file, lines - newlinesIn(cells), problem);
        }
        lastLine = lines;
        // Nothing is kept: rows are taken as they are parsed.
        return null;
      };
      try {
        await pipeline(limitLines(file, bytes.chunks), parser({...options, on_record: onRecord}));
      } catch (error) {
        if (error instanceof CsvError) throw unreadable(`${file}:${lastLine + 1}`, error);
        throw error;
      }
    },
  };
}

/** csv-parse knows the line a row ends on; quoted cells may hold newlines. */
function newlinesIn(cells: readonly string[]): number {
  return cells.reduce((count, cell) => count + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
}

/** The names in the first line; a line that is no row, with a quote left open, is one name that no format knows. */
function csvHeader(line: string): string[] {
  try {
    const [cells] = parse(line, {delimiter: delimiterOf(line), relax_quotes: true}) as string[][];
    return (cells ?? []).map((name) => name.trim());
  } catch (error) {
    if (error instanceof CsvError) return [line];
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
