import {inputError} from '../../base/errors.ts';
import type {Workload} from '../../workload/workload.ts';
import type {FunctionSettings, GivenLabels, NumberColumnName, TextColumnName} from './columns.ts';
import type {SettingRule, SettingsTable} from './settings-table.ts';

/** What a table says, for `settingsOf`. */
export type SettingRules = Pick<SettingsTable, 'place' | 'rules' | 'quotas'>;

/**
 * What tables say of the functions of the workload; `note` is told of rows that are for nobody. Of the rows for a function
 * the most specific one wins, field by field: one that names it before one for its app, that before one for its owner, that
 * before one for all; of equals the later, and that of a later table.
 */
export function settingsOf(
  tables: readonly SettingRules[],
  workload: Workload,
  note: (line: string) => void,
): FunctionSettings {
  const order = tables
    .flatMap(({rules}) => rules)
    .map((rule, at) => ({rule, at}))
    .sort((a, b) => rank(a.rule) - rank(b.rule) || a.at - b.at);
  const made: Made = {numbers: {}, labels: {}};
  const matched = new Set<SettingRule>();
  const named = new Map<string, SettingRule[]>();
  for (const {rule} of order) if (rule.fn !== '') named.set(rule.fn, [...(named.get(rule.fn) ?? []), rule]);
  const general = order.map(({rule}) => rule).filter((rule) => rule.fn === '');
  for (let row = 0; row < workload.functions; row++) {
    const app = workload.app.values[workload.app.id[row]!]!;
    const owner = workload.owner.values[workload.owner.id[row]!]!;
    const own = named.size === 0 ? undefined : named.get(workload.name.at(row));
    for (const rules of own === undefined ? [general] : [general, own]) {
      for (const rule of rules) {
        if ((rule.app !== '' && rule.app !== app) || (rule.owner !== '' && rule.owner !== owner)) continue;
        matched.add(rule);
        apply(rule, row, workload.functions, made);
      }
    }
  }
  for (const table of tables) sayUnmatched(table, matched, note);
  for (const table of tables) sayUnknownTeams(table, teamsOf(workload, {...made, quotas: []}).values, note);
  const settings = {...made, quotas: tables.flatMap(({quotas}) => quotas)};
  const place = tables.map((table) => table.place).join(', ');
  checkBounds(place, workload, settings);
  checkWeights(place, workload, settings);
  return settings;
}

/** The table without what it says in those columns. */
export function withoutColumns(
  {place, rules, quotas}: SettingRules,
  columns: readonly NumberColumnName[],
): SettingRules {
  const left = rules.map((rule) => {
    const numbers = Object.entries(rule.numbers).filter(([name]) => !columns.includes(name as NumberColumnName));
    return {...rule, numbers: Object.fromEntries(numbers)};
  });
  return {place, rules: left, quotas};
}

function sayUnmatched({place, rules}: SettingRules, matched: ReadonlySet<SettingRule>, note: (line: string) => void) {
  const unmatched = rules
    .filter((rule) => !matched.has(rule) && rule.fn + rule.app + rule.owner !== '')
    .map(({fn, app, owner}) => [owner, app, fn || '*'].filter((part) => part !== '').join('/'));
  if (unmatched.length === 0) return;
  const some = unmatched
    .slice(0, 3)
    .map((name) => `'${name}'`)
    .join(', ');
  const more = unmatched.length > 3 ? ` and ${unmatched.length - 3} more` : '';
  note(
    `${place}: ${some}${more} ${unmatched.length === 1 ? 'is' : 'are'} no function of the workload, so what is said there holds for none`,
  );
}

function sayUnknownTeams({place, quotas}: SettingRules, teams: readonly string[], note: (line: string) => void): void {
  const known = new Set(teams);
  const unknown = quotas.filter(({team}) => !known.has(team)).map(({team}) => `'${team}'`);
  if (unknown.length > 0)
    note(`${place}: no function belongs to team ${unknown.slice(0, 3).join(', ')}: its quota holds for nobody`);
}

/** Minimum and maximum may come from different rows. */
function checkBounds(place: string, workload: Workload, {numbers: {min, max}}: FunctionSettings): void {
  const bad = min === undefined || max === undefined ? -1 : min.findIndex((least, row) => least > max[row]!);
  if (bad < 0) return;
  throw inputError(
    place,
    `function '${workload.name.at(bad)}' is to have at least ${min![bad]} and at most ${max![bad]} instances`,
  );
}

/** The weight is the team's. */
function checkWeights(place: string, workload: Workload, settings: FunctionSettings): void {
  const {weight} = settings.numbers;
  if (weight === undefined) return;
  const {id, values} = teamsOf(workload, settings);
  const known = new Map<number, number>();
  weight.forEach((value, row) => {
    const before = known.get(id[row]!);
    if (Number.isNaN(value)) return;
    if (before !== undefined && before !== value) {
      throw inputError(place, `team '${values[id[row]!]}' has weights ${before} and ${value}, a team has one`);
    }
    known.set(id[row]!, value);
  });
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
function rank({fn, app, owner}: SettingRule): number {
  return (fn === '' ? 0 : 4) + (app === '' ? 0 : 2) + (owner === '' ? 0 : 1);
}

function apply(rule: SettingRule, row: number, functions: number, {numbers, labels}: Made): void {
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
