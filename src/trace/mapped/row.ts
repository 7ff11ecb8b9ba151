import {isBlank, withPoint} from '../../files/cells.ts';
import type {RowProblem} from '../../files/rows.ts';
import type {FieldMap, TraceField} from './field-map.ts';

/** Name of the only function of a trace whose rows name none. */
const ONLY_FUNCTION = 'all';

/** The cell of a column of the row at hand. */
export type ReadCell = (cells: readonly string[]) => string;

/** Finds the mapped fields in the rows of one file. */
export class MappedRow {
  private readonly map: FieldMap;
  private readonly cellOf: ReadonlyMap<TraceField, ReadCell>;
  private readonly decimalComma: boolean;

  constructor(map: FieldMap, readerOf: (column: string) => ReadCell | undefined, decimalComma: boolean) {
    this.map = map;
    this.cellOf = new Map([...map].map(([field, {column}]) => [field, readerOf(column) ?? (() => '')]));
    this.decimalComma = decimalComma;
  }

  has(field: TraceField): boolean {
    return this.map.has(field);
  }

  /** The cell of a field, '' when it is not mapped. */
  text(cells: readonly string[], field: TraceField): string {
    return this.cellOf.get(field)?.(cells) ?? '';
  }

  /** A cell of the field in its own unit (see `MappedField`); NaN when it is none. */
  convert(field: TraceField, cell: string): number {
    const value = this.map.get(field)!.convert(cell);
    return this.decimalComma && Number.isNaN(value) ? this.map.get(field)!.convert(withPoint(cell)) : value;
  }

  /** The field in its own unit; undefined when blank or not mapped, NaN when it makes no sense. */
  number(cells: readonly string[], field: TraceField): number | undefined {
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
    return mib === undefined || (mib > 0 && mib < 1e9) ? undefined : this.problem(cells, 'memory', 'a size above 0');
  }

  /** Owner, app and function of a row. */
  who(cells: readonly string[]): [owner: string, app: string, name: string] {
    const name = this.map.has('function') ? this.text(cells, 'function') : ONLY_FUNCTION;
    return [known(this.text(cells, 'owner')), known(this.text(cells, 'app')), name];
  }

  trigger(cells: readonly string[]): string {
    return known(this.text(cells, 'trigger'));
  }
}

/** A blank says that a name is unknown. */
function known(cell: string): string {
  return isBlank(cell) ? '' : cell;
}
