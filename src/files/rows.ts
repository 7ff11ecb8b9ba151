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

/** Uses a row or says why it cannot be used; then it must have used nothing of it. The cells are valid during the call. */
export type TakeRow = (cells: readonly string[]) => RowProblem | undefined;

/** Uses a plain row's bytes, or returns false, having used nothing: the same row then comes again as text. */
export type TakePlainRow = (row: PlainRow) => boolean;

/**
 * The door between bytes and rows. A source knows its header and hands its rows over once; readers of formats see
 * nothing else of a file, so bytes may be parsed by csv-parse, as JSON or line by line.
 */
export interface RowSource {
  /** Name for messages. */
  readonly file: string;
  /** Names of the cells of a row, trimmed. */
  readonly header: readonly string[];
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

/** Rows read and skipped over all files of one ingest. With `strict` the first bad row ends it as bad input. */
export class RowTally {
  read = 0;
  skipped = 0;
  readonly first: SkippedRow[] = [];
  /** Skipped rows by rule, in order of first appearance. */
  readonly byRule = new Map<string, number>();
  private readonly strict: boolean;

  constructor(strict: boolean) {
    this.strict = strict;
  }

  skip(file: string, line: number, {column, value, rule}: RowProblem): void {
    const reason = `${column} is '${excerpt(value)}', must be ${rule}`;
    if (this.strict) throw inputError(`${file}:${line}`, reason, 'without --strict such rows are skipped and counted');
    this.skipped++;
    if (this.first.length < NAMED_ROWS) this.first.push({file, line, reason});
    const key = `${column.replace(/\d+/g, 'N')} must be ${rule}`;
    this.byRule.set(key, (this.byRule.get(key) ?? 0) + 1);
  }
}

/** Hands the rows of a file to `take`, counts them and skips those it has no use for. */
export function rowCounter(
  file: string,
  header: readonly string[],
  tally: RowTally,
  take: TakeRow,
): (cells: readonly string[], line: number) => void {
  const rule = `${header.length}, as many as the header has`;
  return (cells, line) => {
    tally.read++;
    const fits = cells.length === header.length;
    const problem = fits ? take(cells) : {column: 'the number of cells', value: String(cells.length), rule};
    if (problem) tally.skip(file, line, problem);
  };
}

/** Text from a trace short enough and safe for a message. */
export function excerpt(text: string, length = 60): string {
  return printable(text.length > length ? `${text.slice(0, length)}...` : text);
}
