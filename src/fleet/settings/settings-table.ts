import {inputError} from '../../base/errors.ts';
import type {RowProblem} from '../../files/rows.ts';
import {orRefused, TableCells} from '../../files/table-cells.ts';
import type {Workload} from '../../workload/workload.ts';
import {coldTimes} from '../cold-time/registry.ts';
import {
  type FunctionSettings,
  type GivenLabels,
  type NumberColumnName,
  numberColumns,
  settingColumns,
  type TeamQuota,
  type TextColumnName,
  textColumns,
  whomColumns,
} from './columns.ts';

/** A row: whom it is for, '' meaning any, and what it says. */
interface Rule {
  readonly fn: string;
  readonly app: string;
  readonly owner: string;
  readonly numbers: Partial<Record<NumberColumnName, number>>;
  readonly texts: Partial<Record<TextColumnName, string>>;
  matched: boolean;
}

/**
 * Takes the rows of `--functions` one by one. Of the rows for a function the most specific one wins, field by field: one
 * that names it before one for its app, that before one for its owner, that before one for all; of equals the later.
 */
export class SettingsTable {
  private readonly place: string;
  private readonly cells: TableCells;
  private readonly rules: Rule[] = [];
  private readonly quotas: TeamQuota[] = [];

  constructor(place: string, header: readonly string[]) {
    this.place = place;
    this.cells = new TableCells(place, header, settingColumns, []);
    const names = header.map((name) => name.trim().toLowerCase());
    if (!names.some((name) => [...whomColumns, 'team'].includes(name))) {
      throw inputError(`${place}:1`, "has no column 'function'", `columns: ${settingColumns.join(', ')}`);
    }
  }

  /** Takes a row, or says what is wrong with it. */
  take(row: readonly string[]): RowProblem | undefined {
    const {cells} = this;
    const [fn, app, owner] = whomColumns.map((column) => cells.text(row, column));
    const numbers: Rule['numbers'] = {};
    for (const name of Object.keys(numberColumns) as NumberColumnName[]) {
      const text = cells.text(row, name);
      if (text === '') continue;
      const {read, rule} = numberColumns[name];
      const value = orRefused(() => read(text, name));
      if (value === undefined) return cells.problem(row, name, rule);
      numbers[name] = value;
    }
    const texts: Rule['texts'] = {};
    for (const name of Object.keys(textColumns) as TextColumnName[]) {
      const text = cells.text(row, name);
      if (text === '') continue;
      if (name === 'cold' && orRefused(() => coldTimes.parse(text)) === undefined) {
        return cells.problem(row, name, `a cold time: ${coldTimes.signatures().join(', ')}`);
      }
      texts[name] = text;
    }
    if ((numbers.min ?? 0) > (numbers.max ?? Number.POSITIVE_INFINITY)) {
      return cells.problem(row, 'max', `at least the minimum, ${numbers.min}`);
    }
    if (fn === '' && app === '' && owner === '') return this.takeTeam(row, texts.team, numbers);
    this.rules.push({
      fn: fn === '*' ? '' : fn!,
      app: app!,
      owner: owner!,
      numbers,
      texts,
      matched: fn === '*' && app === '' && owner === '',
    });
    return undefined;
  }

  /** A row that names a team alone: its quota, in slots. */
  private takeTeam(row: readonly string[], team: string | undefined, numbers: Rule['numbers']): RowProblem | undefined {
    if (team === undefined) return this.cells.problem(row, 'function', "a function, '*', or blank beside a team");
    const {reserved = Number.NaN, max = Number.NaN} = numbers;
    this.quotas.push({team, reserved, max});
    return undefined;
  }

  /** What the rows say of the functions of the workload; `note` is told of those that are for nobody. */
  settings(workload: Workload, note: (line: string) => void): FunctionSettings {
    const order = this.rules.map((rule, at) => ({rule, at})).sort((a, b) => rank(a.rule) - rank(b.rule) || a.at - b.at);
    const made: Made = {numbers: {}, labels: {}};
    const named = new Map<string, Rule[]>();
    for (const {rule} of order) if (rule.fn !== '') named.set(rule.fn, [...(named.get(rule.fn) ?? []), rule]);
    const general = order.map(({rule}) => rule).filter((rule) => rule.fn === '');
    for (let row = 0; row < workload.functions; row++) {
      const app = workload.app.values[workload.app.id[row]!]!;
      const owner = workload.owner.values[workload.owner.id[row]!]!;
      const own = named.size === 0 ? undefined : named.get(workload.name.at(row));
      for (const rules of own === undefined ? [general] : [general, own]) {
        for (const rule of rules) {
          if ((rule.app !== '' && rule.app !== app) || (rule.owner !== '' && rule.owner !== owner)) continue;
          rule.matched = true;
          apply(rule, row, workload.functions, made);
        }
      }
    }
    this.sayUnmatched(note);
    const settings = {...made, quotas: this.quotas};
    this.checkBounds(workload, settings);
    this.checkWeights(workload, settings);
    return settings;
  }

  private sayUnmatched(note: (line: string) => void): void {
    const unmatched = this.rules
      .filter(({matched}) => !matched)
      .map(({fn, app, owner}) => [owner, app, fn || '*'].filter((part) => part !== '').join('/'));
    if (unmatched.length === 0) return;
    const some = unmatched
      .slice(0, 3)
      .map((name) => `'${name}'`)
      .join(', ');
    const more = unmatched.length > 3 ? ` and ${unmatched.length - 3} more` : '';
    note(
      `${this.place}: ${some}${more} ${unmatched.length === 1 ? 'is' : 'are'} no function of the workload, so what is said there holds for none`,
    );
  }

  /** Minimum and maximum may come from different rows. */
  private checkBounds(workload: Workload, {numbers: {min, max}}: FunctionSettings): void {
    const bad = min === undefined || max === undefined ? -1 : min.findIndex((least, row) => least > max[row]!);
    if (bad < 0) return;
    throw inputError(
      this.place,
      `function '${workload.name.at(bad)}' is to have at least ${min![bad]} and at most ${max![bad]} instances`,
    );
  }

  /** The weight is the team's. */
  private checkWeights(workload: Workload, settings: FunctionSettings): void {
    const {weight} = settings.numbers;
    if (weight === undefined) return;
    const {id, values} = teamsOf(workload, settings);
    const known = new Map<number, number>();
    weight.forEach((value, row) => {
      const before = known.get(id[row]!);
      if (Number.isNaN(value)) return;
      if (before !== undefined && before !== value) {
        throw inputError(this.place, `team '${values[id[row]!]}' has weights ${before} and ${value}, a team has one`);
      }
      known.set(id[row]!, value);
    });
  }
}

/** The team of every function: the one that is given, or its owner. */
export function teamsOf(
  {owner}: Pick<Workload, 'owner'>,
  settings: FunctionSettings | undefined,
): {readonly id: Int32Array; readonly values: readonly string[]} {
  const team = settings?.labels.team;
  if (team === undefined) return owner;
  const values: string[] = [];
  const ids = new Map<string, number>();
  const id = Int32Array.from(owner.id, (own, row) => {
    const name = team.id[row]! < 0 ? owner.values[own]! : team.values[team.id[row]!]!;
    const known = ids.get(name);
    if (known !== undefined) return known;
    ids.set(name, values.length);
    return values.push(name) - 1;
  });
  return {id, values};
}

interface Made {
  readonly numbers: Partial<Record<NumberColumnName, Float64Array>>;
  readonly labels: Partial<Record<TextColumnName, GivenLabels & {readonly values: string[]}>>;
}

/** How specific a row is: function, then app, then owner. */
function rank({fn, app, owner}: Rule): number {
  return (fn === '' ? 0 : 4) + (app === '' ? 0 : 2) + (owner === '' ? 0 : 1);
}

function apply(rule: Rule, row: number, functions: number, {numbers, labels}: Made): void {
  for (const [name, value] of Object.entries(rule.numbers) as [NumberColumnName, number][]) {
    numbers[name] ??= new Float64Array(functions).fill(Number.NaN);
    numbers[name][row] = value;
  }
  for (const [name, text] of Object.entries(rule.texts) as [TextColumnName, string][]) {
    labels[name] ??= {id: new Int32Array(functions).fill(-1), values: []};
    const {id, values} = labels[name];
    const at = values.indexOf(text);
    id[row] = at >= 0 ? at : values.push(text) - 1;
  }
}
