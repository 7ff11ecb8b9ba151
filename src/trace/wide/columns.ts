import {isBlank, parseNumber, withPoint} from '../../files/cells.ts';
import type {Content} from '../../files/content.ts';
import {LocalDates} from '../collect/local-dates.ts';

const TIMES =
  /^(time|timestamp|date|datetime|date ?time|ts|time ?stamp|label|full label|bin\(.*\)|_time|period|@timestamp)( ?[[(].*[)\]])?$/i;
/** Columns of calls, not of counts: a table with one of them is no table of functions. */
const OF_CALLS =
  /^@?((billed|init)?duration|latency|elapsed|runtime|status(code)?|memory|memorysize|size|end|start|day|minute|hour|id|code|bytes|weight|error|errors)([ _]?(ms|us|ns|s|sec|seconds|mb|mib|gb))?$/i;
/** Names that a single column of counts may have. */
const COUNT = /^(value|counts?|calls|requests|invocations|count\(.*\))$/i;

export function isTimeName(name: string): boolean {
  return TIMES.test(name);
}

/** The column of times in a table whose other columns are numbers, by name and first rows; -1 if it is none. */
export function timeColumn(content: Content): number {
  const {header, firstRows} = content;
  const at = header.findIndex(isTimeName);
  if (at < 0) return -1;
  const rows = firstRows.filter((row) => !labelRow(row, header));
  const others = header.map((_, k) => k).filter((k) => k !== at && !isTimeName(header[k]!));
  if (rows.length === 0 || others.length === 0) return -1;
  const dates = datesOf(content, at);
  const areTimes = rows.every((row) => dates.isTime(row[at]!));
  const isCount = (cell: string): boolean => isBlank(cell) || countIn(cell, true) >= 0;
  const areCounts = rows.every((row) => others.every((k) => isCount(row[k]!)));
  const mayBeFunctions =
    isConsole(header) ||
    others.every((k) => !OF_CALLS.test(header[k]!) && (others.length === 1 || !COUNT.test(header[k]!)));
  return areTimes && areCounts && mayBeFunctions ? at : -1;
}

/** Reads the times of a column. */
export function datesOf({file, header, firstRows}: Content, at: number): LocalDates {
  const samples = firstRows.filter((row) => !labelRow(row, header)).map((row) => row[at]!);
  return new LocalDates(file, header[at]!, samples);
}

function isConsole(header: readonly string[]): boolean {
  return /^full label$/i.test(header[0] ?? '');
}

/** CloudWatch's console writes two rows of names: full labels, and labels. */
export function labelRow(cells: readonly string[], header: readonly string[]): boolean {
  return isConsole(header) && /^label$/i.test(cells[0] ?? '');
}

/** Grafana's columns of series that are not joined by time. */
export function longColumns(header: readonly string[]): {series: number; time: number; value: number} | undefined {
  const names = header.map((name) => name.toLowerCase());
  const [series, time, value] = [names.indexOf('series'), names.indexOf('time'), names.indexOf('value')];
  return header.length === 3 && series >= 0 && time >= 0 && value >= 0 ? {series, time, value} : undefined;
}

/** A number; where commas are points, or part thousands, with them. */
export function countIn(cell: string, decimalComma: boolean): number {
  const plain = parseNumber(cell);
  if (!Number.isNaN(plain)) return plain;
  if (/^\s*\d{1,3}(,\d{3})+(\.\d+)?\s*$/.test(cell)) return parseNumber(cell.replaceAll(',', ''));
  return decimalComma ? parseNumber(withPoint(cell)) : Number.NaN;
}
