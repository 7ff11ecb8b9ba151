import {inputError} from '../base/errors.ts';
import {printable} from '../base/text.ts';
import type {LineTail} from './line-tail.ts';
import type {PlainRow} from './plain-row.ts';

/** Why a row cannot be used: `column` is `value`, must be `rule`. */
export interface RowProblem {
  readonly column: string;
  readonly value: string;
  readonly rule: string;
}

/** What became of a row that holds nothing its reader looks for: neither used nor skipped. */
export const NO_CALL = 'no call';

/** Undefined: the row was used. Else why it cannot be used, or that it is none of those looked for. */
export type Taken = RowProblem | typeof NO_CALL | undefined;

/** Uses a row or says why not; then it must have used nothing of it. The cells are valid during the call. */
export type TakeRow = (cells: readonly string[]) => Taken;

/** Uses a plain row's bytes, or returns false, having used nothing: the same row then comes again as text. */
export type TakePlainRow = (row: PlainRow) => boolean;

/** A column of the row at hand. */
export interface ColumnValues {
  value(): unknown;
  /** The same as the cell of a table. */
  text(): string;
}

/**
 * The door between bytes and rows. A source knows its header and hands its rows over once; readers of formats see
 * nothing else of a file, so bytes may be parsed by csv-parse, as JSON or line by line.
 */
export interface RowSource {
  /** Name for messages. */
  readonly file: string;
  /** Names of the cells of a row, trimmed. */
  readonly header: readonly string[];
  /** Numbers may have a comma where others have a point. */
  readonly decimalComma: boolean;
  /**
   * Reads a column's values of the row at hand as the source has them, numbers, Instants, lists or nothing, where it has
   * more than text. The cells of the column are blank from then on. Undefined where there are only cells.
   */
  valuesOf?(column: string): ColumnValues | undefined;
  /**
   * Calls `take` for each row with as many cells as the header. A row is skipped, counted and named by its line when
   * `take` returns a problem. A source that knows plain rows may offer them to `takePlain` first, of which those have
   * `row.tailRead` set whose last columns `tail` has read.
   */
  each(take: TakeRow, takePlain?: TakePlainRow, tail?: LineTail): Promise<void>;
}

/** A row that was skipped, as reports name it. */
export interface SkippedRow {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** How many skipped rows are named; the rest is counted by rule. */
const NAMED_ROWS = 20;

/** Counts what the pieces of a file come to whose reader finds calls in them itself. */
export class RowMarks {
  /** Of the piece at hand. */
  line = 0;
  private readonly file: string;
  private readonly tally: RowTally;

  constructor(file: string, tally: RowTally) {
    this.file = file;
    this.tally = tally;
  }

  /** A call was used, or cannot be. */
  took(taken: Taken): void {
    if (taken === undefined) this.tally.read++;
    else if (taken !== NO_CALL) this.skip(taken);
  }

  skip(problem: RowProblem): void {
    this.tally.read++;
    this.tally.skip(this.file, this.line, problem);
  }
}

/** Rows read and skipped over all files of one ingest. With `strict` the first bad row ends it as bad input. */
export class RowTally {
  /** Rows that should hold a call, or counts, or what else their table is of; skipped ones included. */
  read = 0;
  skipped = 0;
  readonly first: SkippedRow[] = [];
  /** Skipped rows by rule, in order of first appearance. */
  readonly byRule = new Map<string, number>();
  private readonly strict: boolean;
  private readonly wayOut: readonly string[];

  /** `wayOut` is what one may do about a bad row. */
  constructor(strict: boolean, wayOut = ['without --strict such rows are skipped and counted']) {
    this.strict = strict;
    this.wayOut = wayOut;
  }

  skip(file: string, line: number, {column, value, rule}: RowProblem): void {
    const reason = `${column} is '${excerpt(value)}', must be ${rule}`;
    if (this.strict) throw inputError(`${file}:${line}`, reason, ...this.wayOut);
    this.skipped++;
    if (this.first.length < NAMED_ROWS) this.first.push({file, line, reason});
    const key = `${column.replace(/\d+/g, 'N')} must be ${rule}`;
    this.byRule.set(key, (this.byRule.get(key) ?? 0) + 1);
  }

  /** The same of `rows` rows that somebody else has counted; `problem` says what must be what. */
  skipMany(file: string, rows: number, problem: string): void {
    if (this.strict) throw inputError(file, `has ${rows} rows of which ${problem}`, ...this.wayOut);
    this.skipped += rows;
    const rule = Math.max(0, problem.lastIndexOf(' must be'));
    const key = problem.slice(0, rule).replace(/\d+/g, 'N') + problem.slice(rule);
    this.byRule.set(key, (this.byRule.get(key) ?? 0) + rows);
  }
}

/** Hands the rows of a file to `take`, counts them and skips those it has no use for; comment lines are no rows. */
export function rowCounter(
  file: string,
  header: readonly string[],
  tally: RowTally,
  take: TakeRow,
): (cells: readonly string[], line: number) => void {
  const rule = `${header.length}, as many as the header has`;
  return (cells, line) => {
    const fits = cells.length === header.length;
    if (!fits && cells[0]!.startsWith('#')) return;
    const taken = fits ? take(cells) : {column: 'the number of cells', value: String(cells.length), rule};
    if (taken === NO_CALL) return;
    tally.read++;
    if (taken !== undefined) tally.skip(file, line, taken);
  };
}

/** Text from a trace short enough and safe for a message. */
export function excerpt(text: string, length = 60): string {
  return printable(text.length > length ? `${text.slice(0, length)}...` : text);
}
