import {isBlank} from '../../files/cells.ts';
import type {RowProblem} from '../../files/rows.ts';
import type {FunctionTable} from '../../workload/build/function-table.ts';
import type {FieldMap, TraceField} from './field-map.ts';

/** Name of the only function of a trace whose rows name none. */
const ONLY_FUNCTION = 'all';

/** Finds the mapped fields in the rows of one file. */
export class MappedRow {
  private readonly map: FieldMap;
  private readonly at: ReadonlyMap<TraceField, number>;

  constructor(map: FieldMap, header: readonly string[]) {
    this.map = map;
    this.at = new Map([...map].map(([field, {column}]) => [field, header.indexOf(column)]));
  }

  /** The cell of a field, '' when it is not mapped. */
  text(cells: readonly string[], field: TraceField): string {
    const at = this.at.get(field);
    return at === undefined ? '' : cells[at]!;
  }

  /** The field in its own unit (see `MappedField`); NaN when blank, not mapped or no number. */
  number(cells: readonly string[], field: TraceField): number {
    const at = this.at.get(field);
    return at === undefined ? Number.NaN : this.map.get(field)!.convert(cells[at]!);
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
    const known = !isBlank(this.text(cells, 'memory'));
    return known && !(mib > 0 && mib < 1e9) ? this.problem(cells, 'memory', 'a size above 0') : undefined;
  }

  /** Owner, app and function of a row. */
  who(cells: readonly string[]): [owner: string, app: string, name: string] {
    const name = this.map.has('function') ? this.text(cells, 'function') : ONLY_FUNCTION;
    return [this.text(cells, 'owner'), this.text(cells, 'app'), name];
  }

  /** The function of a row without `whoProblem`, with what the row says of it noted. */
  functionOf(cells: readonly string[], functions: FunctionTable): number {
    const f = functions.idOf(...this.who(cells));
    if (this.map.has('trigger')) functions.setTrigger(f, this.text(cells, 'trigger').trim());
    if (this.map.has('memory')) {
      const mib = this.number(cells, 'memory');
      if (mib > 0) functions.raiseMemory(f, mib);
    }
    return f;
  }
}
