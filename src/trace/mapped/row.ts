import {isBlank, withPoint} from '../../files/cells.ts';
import type {ColumnValues, RowProblem} from '../../files/rows.ts';
import {isMemoryMib} from '../../workload/limits.ts';
import type {FieldMap, TraceField} from './field-map.ts';

/** Name of the only function of a trace whose rows name none. */
export const ONLY_FUNCTION = 'all';

const TEXTS: readonly TraceField[] = ['function', 'app', 'owner', 'trigger', 'session', 'room'];

/** The cell of a column of the row at hand. */
export type ReadCell = (cells: readonly string[]) => string;

/** Finds the mapped fields in the rows of one file. */
export class MappedRow {
  private readonly map: FieldMap;
  private readonly cellOf: ReadonlyMap<TraceField, ReadCell>;
  private readonly valueOf: ReadonlyMap<TraceField, ColumnValues>;
  private readonly decimalComma: boolean;

  /** `valuesOf` reads the columns of which the file has more than text. */
  constructor(
    map: FieldMap,
    readerOf: (column: string) => ReadCell | undefined,
    decimalComma: boolean,
    valuesOf: (column: string) => ColumnValues | undefined = () => undefined,
  ) {
    this.map = map;
    const values = [...map].flatMap(([field, {column}]) => {
      const read = isText(field) ? undefined : valuesOf(column);
      return read === undefined ? [] : [[field, read] as const];
    });
    this.valueOf = new Map(values);
    this.cellOf = new Map(
      [...map].map(([field, {column}]) => {
        const value = this.valueOf.get(field);
        return [field, value === undefined ? (readerOf(column) ?? (() => '')) : value.text];
      }),
    );
    this.decimalComma = decimalComma;
  }

  has(field: TraceField): boolean {
    return this.map.has(field);
  }

  /** The cell of a field, '' when it is not mapped. */
  text(cells: readonly string[], field: TraceField): string {
    return this.cellOf.get(field)?.(cells) ?? '';
  }

  /** Whether the field holds a list. */
  isList(cells: readonly string[], field: TraceField): boolean {
    const value = this.valueOf.get(field)?.value();
    return value === undefined || typeof value === 'string'
      ? this.text(cells, field).startsWith('[')
      : Array.isArray(value);
  }

  /** A cell of the field in its own unit (see `MappedField`); NaN when it is none. */
  convert(field: TraceField, cell: string): number {
    const value = this.map.get(field)!.convert(cell);
    return this.decimalComma && Number.isNaN(value) ? this.map.get(field)!.convert(withPoint(cell)) : value;
  }

  /** The field in its own unit; undefined when blank or not mapped, NaN when it makes no sense. */
  number(cells: readonly string[], field: TraceField): number | undefined {
    const read = this.valueOf.get(field);
    if (read !== undefined) {
      const value = read.value();
      if (value === undefined || value === null) return undefined;
      const number = this.map.get(field)!.ofValue(value);
      if (number !== undefined) return number;
    }
    const cell = this.text(cells, field);
    return isBlank(cell) ? undefined : this.convert(field, cell);
  }

  problem(cells: readonly string[], field: TraceField, rule: string): RowProblem {
    return {column: this.map.get(field)?.column ?? field, value: this.text(cells, field), rule};
  }

  /** Why the row names no function or a memory that is none. */
  whoProblem(cells: readonly string[]): RowProblem | undefined {
    if (this.map.has('function') && this.text(cells, 'function').trim() === '') {
      return this.problem(cells, 'function', 'the name of a function');
    }
    const mib = this.number(cells, 'memory');
    return mib === undefined || isMemoryMib(mib) ? undefined : this.problem(cells, 'memory', 'a size above 0');
  }

  /** Owner, app and function of a row. */
  who(cells: readonly string[]): [owner: string, app: string, name: string] {
    const name = this.map.has('function') ? this.text(cells, 'function') : ONLY_FUNCTION;
    return [known(this.text(cells, 'owner')), known(this.text(cells, 'app')), name];
  }

  /** The name of a session or a room, '' where the row names none. */
  whose(cells: readonly string[], field: 'session' | 'room'): string {
    return known(this.text(cells, field)).trim();
  }

  trigger(cells: readonly string[]): string {
    return known(this.text(cells, 'trigger'));
  }
}

/** Whether a field is a name. */
export function isText(field: TraceField): boolean {
  return TEXTS.includes(field);
}

/** A blank says that a name is unknown. */
function known(cell: string): string {
  return isBlank(cell) ? '' : cell;
}
