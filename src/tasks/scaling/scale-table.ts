import {parseShare} from '../../base/units.ts';
import {readTable} from '../../files/read-table.ts';
import type {RowProblem} from '../../files/rows.ts';
import {TableCells} from '../../files/table-cells.ts';
import type {Workload} from '../../workload/workload.ts';

const whom = ['function', 'app', 'owner', 'team', 'trigger'] as const;
type Whom = (typeof whom)[number];

/** A row of `--scale-by`: those it names, and how much traffic they get. */
interface ScaleRule {
  readonly names: Readonly<Record<Whom, string>>;
  readonly scale: number;
}

/** What a function is called by, for rules. */
export type Labels = Pick<Workload, 'functions' | 'name' | 'app' | 'owner' | 'trigger'> & {
  readonly team: {readonly id: Int32Array; readonly values: readonly string[]};
};

/** The rows of a CSV of `function, app, owner, team, trigger` and `scale`. */
export async function readScaleTable(path: string): Promise<ScaleTable> {
  return readTable(path, (place, header) => new ScaleTable(place, header));
}

export class ScaleTable {
  readonly place: string;
  private readonly cells: TableCells;
  private readonly rules: ScaleRule[] = [];

  constructor(place: string, header: readonly string[]) {
    this.place = place;
    this.cells = new TableCells(place, header, [...whom, 'scale'], ['scale']);
  }

  take(row: readonly string[]): RowProblem | undefined {
    const text = this.cells.text(row, 'scale');
    const scale = parseShare(text);
    if (!(scale >= 0 && Number.isFinite(scale))) {
      return this.cells.problem(row, 'scale', 'a number of at least 0, such as 1.3 or 130%');
    }
    const names = Object.fromEntries(
      whom.map((column) => {
        const name = this.cells.text(row, column);
        return [column, name === '*' ? '' : name];
      }),
    ) as ScaleRule['names'];
    this.rules.push({names, scale});
    return undefined;
  }

  /**
   * The factor of each function: of the rows that name it the most specific one's, function before app before owner or team
   * before trigger, of equals the later one's; `otherwise` where none does. `note` is told of rows that are for nobody.
   */
  factors(labels: Labels, otherwise: number, note: (line: string) => void): Float64Array {
    const order = this.rules.map((rule, at) => ({rule, at})).sort((a, b) => rank(a.rule) - rank(b.rule) || a.at - b.at);
    const used = new Set<ScaleRule>();
    const byFunction = new Map<string, ScaleRule[]>();
    for (const {rule} of order) {
      const {function: fn} = rule.names;
      if (fn !== '') byFunction.set(fn, [...(byFunction.get(fn) ?? []), rule]);
    }
    const general = order.map(({rule}) => rule).filter(({names}) => names.function === '');
    const factor = new Float64Array(labels.functions).fill(otherwise);
    for (let row = 0; row < factor.length; row++) {
      const own = byFunction.size === 0 ? [] : (byFunction.get(labels.name.at(row)) ?? []);
      for (const rules of [general, own]) {
        for (const rule of rules) {
          if (!fits(rule, labels, row)) continue;
          used.add(rule);
          factor[row] = rule.scale;
        }
      }
    }
    const idle = this.rules
      .filter((rule) => !used.has(rule))
      .map(({names}) => whom.map((w) => names[w]).filter(Boolean));
    if (idle.length > 0) {
      const some = idle.slice(0, 3).map((names) => `'${names.join('/')}'`);
      const more = idle.length > 3 ? ` and ${idle.length - 3} more` : '';
      note(`${this.place}: ${some.join(', ')}${more} name${idle.length === 1 ? 's' : ''} nobody in the workload`);
    }
    return factor;
  }
}

function rank({names}: ScaleRule): number {
  const weights: Readonly<Record<Whom, number>> = {function: 8, app: 4, owner: 2, team: 2, trigger: 1};
  return whom.reduce((sum, column) => sum + (names[column] === '' ? 0 : weights[column]), 0);
}

function fits({names}: ScaleRule, labels: Labels, row: number): boolean {
  return (['app', 'owner', 'team', 'trigger'] as const).every((column) => {
    const {id, values} = labels[column];
    return names[column] === '' || values[id[row]!] === names[column];
  });
}
