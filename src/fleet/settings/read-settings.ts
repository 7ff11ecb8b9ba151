import {inputError} from '../../base/errors.ts';
import {readWhole} from '../../workload/file/file.ts';
import type {Workload} from '../../workload/workload.ts';
import {type FunctionSettings, settingColumns} from './columns.ts';
import {settingsOf} from './settings-of.ts';
import {SettingsTable} from './settings-table.ts';

/** Reads tables of settings, CSV or JSON, for a workload; `note` is told of rows that are for nobody. Exit 3 names what is wrong. */
export async function readFunctionSettings(
  paths: readonly string[],
  workload: Workload,
  note: (line: string) => void,
): Promise<FunctionSettings> {
  const tables: SettingsTable[] = [];
  for (const path of paths) tables.push(await readSettings(path));
  return settingsOf(tables, workload, note);
}

/** Reads one of them, or what stands in its place: the JSON itself. */
export async function readSettings(path: string): Promise<SettingsTable> {
  if (/^[[{]/.test(path)) return settingsOfJson('functions', parsed('functions', path));
  if (path.toLowerCase().endsWith('.json')) {
    return settingsOfJson(path, parsed(path, Buffer.from(await readWhole(path)).toString('utf8')));
  }
  // A reader of CSV loads only where there is CSV.
  const {readTable} = await import('../../files/read-table.ts');
  return readTable(path, (place, header) => new SettingsTable(place, header));
}

/** The rows of `{"functions": [{"function": "a", "ttl": "10m"}, ...]}`, or of the list alone. */
export function settingsOfJson(place: string, json: unknown): SettingsTable {
  const rows = Array.isArray(json) ? json : (json as {functions?: unknown} | null)?.functions;
  if (!Array.isArray(rows)) throw inputError(place, 'must hold a list of functions, or {"functions": [...]}');
  const table = new SettingsTable(place, settingColumns);
  for (const [k, row] of rows.entries()) {
    const problem = isPlain(row)
      ? takeObject(table, row)
      : {column: 'it', value: JSON.stringify(row), rule: 'an object'};
    if (problem)
      throw inputError(`${place}: functions[${k}]`, `${problem.column} is '${problem.value}', must be ${problem.rule}`);
  }
  return table;
}

function parsed(place: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw inputError(place, `is not JSON: ${(error as Error).message}`);
  }
}

function takeObject(table: SettingsTable, row: Readonly<Record<string, unknown>>) {
  const unknown = Object.keys(row).find((key) => !settingColumns.includes(key));
  if (unknown !== undefined) return {column: 'the key', value: unknown, rule: `one of ${settingColumns.join(', ')}`};
  const cells: string[] = [];
  for (const key of settingColumns) {
    const value = row[key] ?? '';
    if (typeof value === 'object')
      return {column: key, value: JSON.stringify(value), rule: 'text, a number, true or false'};
    cells.push(value === true ? 'yes' : value === false ? 'no' : String(value));
  }
  return table.take(cells);
}

function isPlain(row: unknown): row is Record<string, unknown> {
  return typeof row === 'object' && row !== null && !Array.isArray(row);
}
