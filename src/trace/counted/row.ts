import type {RowProblem} from '../../files/rows.ts';
import {MAX_CALLS} from '../../workload/limits.ts';
import type {Clock} from '../collect/dated.ts';
import type {CountColumn} from '../sql/columns.ts';

/** The row at hand of a table of counts. */
export interface CountedRow {
  /** '' where there is none. */
  text(column: CountColumn): string;
  /** NaN where there is none. */
  number(column: CountColumn): number;
}

/** What a table says of the log that it counts. */
export interface CountedSource {
  readonly rowsAre: 'calls' | 'counts' | 'counts of minutes';
  readonly clock: Clock;
  /** How the log was read: `lambda-json`. */
  readonly name: string;
}

/** Owner, app and function. */
export function whoOf(row: CountedRow): [owner: string, app: string, name: string] {
  return [row.text('owner'), row.text('app'), row.text('function')];
}

/** Columns that count, and what each is a part of. */
const parts: readonly (readonly [CountColumn, of: CountColumn | undefined])[] = [
  ['log_rows', undefined],
  ['calls', undefined],
  ['clamped', undefined],
  ['timed', 'calls'],
  ['start_known', 'calls'],
  ['cold', 'start_known'],
];
const LENGTHS: readonly CountColumn[] = ['duration_sum_us', 'duration_min_us', 'duration_max_us', 'cold_sum_us'];

/** What of a row cannot be; undefined if all of it can. */
export function problemOf(row: CountedRow): RowProblem | undefined {
  for (const [column, of] of parts) {
    const count = row.number(column);
    const most = of === undefined ? MAX_CALLS : row.number(of);
    if (!(Number.isInteger(count) && count >= 0 && count <= most)) {
      const rule = of === undefined ? 'a whole number from 0 to 2^53' : `a whole number from 0 to ${of}`;
      return {column, value: row.text(column) || String(count), rule};
    }
  }
  const wrong = LENGTHS.find((column) => row.number(column) < 0 || row.number(column) === Number.POSITIVE_INFINITY);
  if (wrong !== undefined) return {column: wrong, value: String(row.number(wrong)), rule: 'a length of time'};
  const [timed, sum] = [row.number('timed'), row.number('duration_sum_us')];
  const [least, most] = [row.number('duration_min_us'), row.number('duration_max_us')];
  // A sum may be rounded where it is beyond 2^53.
  const isWithin = timed === 0 || (sum >= least * timed * (1 - 1e-9) && sum <= most * timed * (1 + 1e-9));
  if (!isWithin)
    return {column: 'duration_sum_us', value: String(sum), rule: 'between the least and the most of all calls'};
  return row.text('function').trim() === ''
    ? {column: 'function', value: '', rule: 'the name of a function'}
    : undefined;
}
