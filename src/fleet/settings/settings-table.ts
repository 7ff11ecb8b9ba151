import {inputError} from '../../base/errors.ts';
import type {RowProblem} from '../../files/rows.ts';
import {orRefused, TableCells} from '../../files/table-cells.ts';
import {coldTimes} from '../cold-time/registry.ts';
import {
  type NumberColumnName,
  numberColumns,
  settingColumns,
  type TeamQuota,
  type TextColumnName,
  textColumns,
  whomColumns,
} from './columns.ts';

/** A row: whom it is for, '' meaning any, and what it says. */
export interface SettingRule {
  readonly fn: string;
  readonly app: string;
  readonly owner: string;
  readonly numbers: Partial<Record<NumberColumnName, number>>;
  readonly texts: Partial<Record<TextColumnName, string>>;
}

/** Takes the rows of `--functions` one by one. */
export class SettingsTable {
  readonly place: string;
  private readonly cells: TableCells;
  readonly rules: SettingRule[] = [];
  readonly quotas: TeamQuota[] = [];

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
    const numbers: SettingRule['numbers'] = {};
    for (const name of Object.keys(numberColumns) as NumberColumnName[]) {
      const text = cells.text(row, name);
      if (text === '') continue;
      const {read, rule} = numberColumns[name];
      const value = orRefused(() => read(text, name));
      if (value === undefined) return cells.problem(row, name, rule);
      numbers[name] = value;
    }
    const texts: SettingRule['texts'] = {};
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
    this.rules.push({fn: fn === '*' ? '' : fn!, app: app!, owner: owner!, numbers, texts});
    return undefined;
  }

  /** A row that names a team alone: its quota, in slots. */
  private takeTeam(
    row: readonly string[],
    team: string | undefined,
    numbers: SettingRule['numbers'],
  ): RowProblem | undefined {
    if (team === undefined) return this.cells.problem(row, 'function', "a function, '*', or blank beside a team");
    const {reserved = Number.NaN, max = Number.NaN} = numbers;
    this.quotas.push({team, reserved, max});
    return undefined;
  }
}
