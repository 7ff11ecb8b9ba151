import {inputError} from '../base/errors.ts';
import {parseNumber} from '../base/units.ts';
import {isParquet, openParquet} from './parquet-rows.ts';
import {readTable} from './read-table.ts';
import {type RowProblem, RowTally} from './rows.ts';

/** Columns of a table of results, read by name; cells of numbers that are blank are NaN. */
export interface TableColumns {
  readonly rows: number;
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly numbers: Readonly<Record<string, Float64Array>>;
}

/** Names of the columns that are wanted; the first list must be there, what is missing of the last is left out. */
export interface WantedColumns {
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
  readonly optional: readonly string[];
}

/** The header of a CSV or Parquet table, `start` its first bytes. */
export async function headerOf(path: string, start: Buffer): Promise<readonly string[]> {
  if (isParquet(start)) {
    const table = await openParquet(path);
    table.close();
    return table.columns;
  }
  const {header} = await readTable(path, (_, header) => ({header, take: () => undefined}));
  return header;
}

/** Reads columns of a CSV or Parquet table; a cell that is no number ends it as bad input. */
export async function readColumns(path: string, start: Buffer, wanted: WantedColumns): Promise<TableColumns> {
  if (!isParquet(start))
    return (await readTable(path, (place, header) => new ColumnTaker(place, header, wanted))).done();
  const table = await openParquet(path);
  try {
    const taker = new ColumnTaker(path, table.columns, wanted);
    await table.rows(new RowTally(true, [])).each((row) => taker.take(row));
    return taker.done();
  } finally {
    table.close();
  }
}

interface Growing {
  readonly name: string;
  readonly at: number;
  values: Float64Array;
}

class ColumnTaker {
  private rows = 0;
  private readonly texts: {readonly name: string; readonly at: number; readonly values: string[]}[] = [];
  private readonly numbers: Growing[] = [];

  constructor(place: string, header: readonly string[], {texts, numbers, optional}: WantedColumns) {
    const missing = [...texts, ...numbers].find((name) => !header.includes(name));
    if (missing !== undefined) throw inputError(`${place}:1`, `has no column '${missing}'`);
    for (const name of texts) this.texts.push({name, at: header.indexOf(name), values: []});
    for (const name of [...numbers, ...optional.filter((one) => header.includes(one))]) {
      this.numbers.push({name, at: header.indexOf(name), values: new Float64Array(1024)});
    }
  }

  take(cells: readonly string[]): RowProblem | undefined {
    const row = this.rows;
    for (const column of this.numbers) {
      const text = cells[column.at]!;
      const value = text === '' ? Number.NaN : parseNumber(text);
      if (text !== '' && Number.isNaN(value)) return {column: column.name, value: text, rule: 'a number'};
      if (row === column.values.length) column.values = doubled(column.values);
      column.values[row] = value;
    }
    for (const {at, values} of this.texts) values.push(withoutGuard(cells[at]!));
    this.rows++;
    return undefined;
  }

  done(): TableColumns {
    const {rows} = this;
    return {
      rows,
      texts: Object.fromEntries(this.texts.map(({name, values}) => [name, values])),
      numbers: Object.fromEntries(this.numbers.map(({name, values}) => [name, values.subarray(0, rows)])),
    };
  }
}

function doubled(values: Float64Array): Float64Array {
  const more = new Float64Array(2 * values.length);
  more.set(values);
  return more;
}

/** Without the apostrophe that our CSV puts before what a spreadsheet would take for a formula. */
function withoutGuard(text: string): string {
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}
