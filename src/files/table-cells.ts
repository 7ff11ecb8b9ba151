import {inputError, UserError} from '../base/errors.ts';
import {parseNumber} from '../base/units.ts';
import type {RowProblem} from './rows.ts';

/** The columns of one of the planner's small tables (limits, teams, events), found by name. */
export class TableCells {
  private readonly at: ReadonlyMap<string, number>;

  /** `place` names the file. Columns may come in any order and case; one that nobody knows is refused. */
  constructor(place: string, header: readonly string[], known: readonly string[], required: readonly string[]) {
    const names = header.map((name) => name.trim().toLowerCase());
    const unknown = names.find((name) => !known.includes(name));
    const missing = required.find((name) => !names.includes(name));
    if (unknown !== undefined || missing !== undefined) {
      throw inputError(
        `${place}:1`,
        missing === undefined ? `has a column '${unknown}' that means nothing here` : `has no column '${missing}'`,
        `columns: ${known.map((name) => (required.includes(name) ? name : `[${name}]`)).join(', ')}`,
      );
    }
    this.at = new Map(names.map((name, i) => [name, i]));
  }

  /** The cell, trimmed; '' when the table lacks the column. */
  text(cells: readonly string[], column: string): string {
    const at = this.at.get(column);
    return at === undefined ? '' : cells[at]!.trim();
  }

  /** The cell as a number; undefined when blank, NaN when it is none. */
  number(cells: readonly string[], column: string): number | undefined {
    const text = this.text(cells, column);
    return text === '' ? undefined : parseNumber(text);
  }

  problem(cells: readonly string[], column: string, rule: string): RowProblem {
    return {column, value: this.text(cells, column), rule};
  }
}

/** What `parse` makes of a cell; undefined when it refuses it, so that the row can be named. */
export function orRefused<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
