import {inputError} from '../../base/errors.ts';
import {type DateOrder, guessTimeUs} from '../../files/times.ts';
import {utc} from '../../files/zones.ts';

const slashed = /^\s*(\d\d?)\/(\d\d?)\/\d{4}\b[^A-Za-z]*([A-Za-z][A-Za-z. ]*)?/;

/**
 * Times of a column that a program has written as its user's country does. Whether the month or the day comes first is
 * the same in all of them: a number above 12 tells, else the clock, for of those who put the month first nearly all
 * write AM and PM, in capitals. What contradicts that later is bad input: no date may be read wrong without a word.
 */
export class LocalDates {
  private readonly file: string;
  private readonly column: string;
  private readonly order: DateOrder;
  private example = '';
  private sure: boolean;

  /** `samples`: cells of the column, to look at. */
  constructor(file: string, column: string, samples: readonly string[]) {
    this.file = file;
    this.column = column;
    const told = samples.map(orderByNumbers).find(isTold) ?? samples.map(orderByClock).find(isTold);
    this.sure = told !== undefined;
    const isGuessed = told === undefined && samples.some((cell) => slashed.test(cell));
    this.order = told ?? (isGuessed ? 'day-first' : 'month-first');
  }

  /** Whether a cell is a time, in the order that was found. */
  isTime(cell: string): boolean {
    return !Number.isNaN(guessTimeUs(cell, utc, this.order));
  }

  /** Microseconds since 1970; NaN for what is no time. */
  timeUs(cell: string): number {
    const us = guessTimeUs(cell, utc, this.order);
    if (!cell.includes('/')) return us;
    if (Number.isNaN(us)) this.refuseOther(cell);
    else if (!this.sure && slashed.test(cell)) {
      this.example ||= cell.trim();
      this.sure = orderByNumbers(cell) === this.order;
    }
    return us;
  }

  /** What of it is a guess. */
  notes(): string[] {
    if (this.sure || this.example === '') return [];
    return [
      `times such as '${this.example}' are read ${wordsOf(this.order)}, as their clock suggests; if that is wrong, ` +
        '--format csv --map arrival=COLUMN:us-date or :eu-date says it',
    ];
  }

  private refuseOther(cell: string): void {
    const other = this.order === 'day-first' ? 'month-first' : 'day-first';
    if (Number.isNaN(guessTimeUs(cell, utc, other))) return;
    throw inputError(
      this.file,
      `${this.column} is '${cell}', which is a date ${wordsOf(other)}, but those before it were read ${wordsOf(this.order)}`,
      'say which they are: --format csv --map arrival=COLUMN:us-date, or :eu-date',
    );
  }
}

/** What the numbers of a date tell of the order; undefined for nothing. */
function orderByNumbers(cell: string): DateOrder | undefined {
  const [, first, second] = slashed.exec(cell) ?? [];
  if (Number(first) > 12) return 'day-first';
  return Number(second) > 12 ? 'month-first' : undefined;
}

/** The same of its clock. */
function orderByClock(cell: string): DateOrder | undefined {
  return /^[AP]M\b/.test(slashed.exec(cell)?.[3] ?? '') ? 'month-first' : undefined;
}

function isTold(order: DateOrder | undefined): boolean {
  return order !== undefined;
}

function wordsOf(order: DateOrder): string {
  return order === 'day-first' ? 'with the day first' : 'with the month first';
}
