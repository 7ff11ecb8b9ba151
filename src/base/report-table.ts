import {usageError} from './errors.ts';
import {nearest} from './nearest.ts';
import {type TableColumn, textTable} from './table.ts';
import {type CsvCell, csvLine} from './text.ts';
import {formatCount} from './units.ts';

/** What people see of a row. */
export interface ReportColumn<Row> extends TableColumn {
  /** Where JSON has it in a row, dots between names: `startDelayMs.p99`. Left out: a mark or a picture, of which JSON has none. */
  readonly name?: string;
  cell(row: Row): string;
}

/** A table of a report: the rows as JSON has them, and how people read them. */
export interface ReportTable<Row extends object = object> {
  /** What `--table` calls it. */
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly ReportColumn<Row>[];
  /** Fields of a row of CSV, where they are not those of JSON: nested ones are joined, lists of objects left out. */
  fields?(row: Row): object;
  /** How many rows people see, or which, unless they say so themselves. */
  readonly shown?: number | readonly Row[];
  /** Rows that stand out. */
  strong?(row: Row): boolean;
}

/** How a report is printed: as text, of which its tables are parts. The first table is what it is about. */
export interface Printed<Report> {
  text(report: Report): string;
  tables(report: Report): readonly ReportTable[];
}

/** What somebody wants of the tables of a report. */
export interface TableView {
  /** One table as CSV, instead of the text. */
  readonly csv: boolean;
  /** This table alone; undefined: the text, in which the others hold for the first. */
  readonly table?: string | undefined;
  /** Names of columns, `:desc` behind those that fall: `coldShare:desc,policy`. */
  readonly sort?: string | undefined;
  /** Most rows. */
  readonly top?: number | undefined;
  /** Names of columns: `policy,usdPerDay`. */
  readonly columns?: string | undefined;
}

/** As the command has been asked: set once, before anything is printed. */
export const tableView = {
  asked: {csv: false} as TableView,
  /** Name of the table that is meant, while the text is made. */
  chosen: undefined as string | undefined,
  /** Whether that table has been a part of the text. */
  drawn: false,
};

/** The report as it is to be printed. A table or column that there is not: a usage error. */
export function printed<Report>(report: Report, {text, tables}: Printed<Report>): string {
  const {csv, table, sort, top, columns} = tableView.asked;
  const shaped = [sort, top, columns].some((one) => one !== undefined);
  if (!csv && table === undefined && !shaped) return text(report);
  const all = tables(report);
  const chosen = table === undefined ? all[0] : all.find(({name}) => name === table);
  if (chosen === undefined)
    throw unknownName(
      '--table',
      table ?? '',
      'table',
      all.map(({name}) => name),
    );
  Object.assign(tableView, {chosen: chosen.name, drawn: false});
  if (csv) return csvTable(chosen);
  const whole = table === undefined ? text(report) : '';
  return tableView.drawn ? whole : tableText(chosen);
}

/** A table within the text of a report, as it was asked for if it is the one that was meant. */
export function tableText(table: ReportTable): string {
  const {name, columns, rows, shown = rows} = table;
  const asked = name === tableView.chosen ? tableView.asked : undefined;
  if (asked !== undefined) tableView.drawn = true;
  const fields = asked?.columns === undefined ? undefined : picked(table, asked.columns);
  const kept = fields === undefined ? columns : fields.map((field) => shownColumn(table, field));
  const ordered = asked?.sort === undefined ? rows : sorted(table, asked.sort);
  const most = asked?.top ?? (typeof shown === 'number' ? shown : rows.length);
  const own = typeof shown !== 'number' && asked?.sort === undefined && asked?.top === undefined;
  const seen = own ? shown : ordered.slice(0, most);
  const lines = textTable(
    kept,
    seen.map((row) => kept.map((column) => column.cell(row))),
    (k) => table.strong?.(seen[k]!) ?? false,
  );
  const left = own || asked?.top !== undefined ? 0 : rows.length - seen.length;
  return left > 0 ? `${lines}... and ${formatCount(left)} more (--top, --csv)\n` : lines;
}

/** The table as CSV: a line with the names of all its fields, then a line a row, in the order and choice asked for. */
export function csvTable(table: ReportTable): string {
  const {sort, top, columns} = tableView.asked;
  const ordered = sort === undefined ? table.rows : sorted(table, sort);
  const fields = columns === undefined ? fieldsOf(table) : picked(table, columns);
  const named = fields.filter((field) => field !== undefined);
  const lines = ordered.slice(0, top).map((row) => {
    const flat = flatRow(table, row);
    return csvLine(named.map((name) => flat.get(name)));
  });
  return csvLine(named) + lines.join('');
}

/** As CSV writes a name of JSON: `startDelayMs.p99` is `start_delay_ms_p99`; numbers keep their points, `calls.0.9` is `calls_0.9`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/\.(?!\d)|(?<!\d)\./g, '_');
}

function flatRow(table: ReportTable, row: object): Map<string, CsvCell> {
  const flat = new Map<string, CsvCell>();
  const add = (value: unknown, name: string): void => {
    if (Array.isArray(value)) {
      // What is itself a table has no room in a cell.
      if (value.every((one) => typeof one !== 'object')) flat.set(snakeCase(name), value.join(' '));
    } else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) add(inner, name === '' ? key : `${name}.${key}`);
    } else flat.set(snakeCase(name), typeof value === 'boolean' ? String(value) : (value as CsvCell));
  };
  add(table.fields?.(row) ?? row, '');
  return flat;
}

/** Names of the fields that any row has; of a table without rows those that people see. */
function fieldsOf(table: ReportTable): string[] {
  const names = new Set<string>();
  for (const row of table.rows) for (const name of flatRow(table, row).keys()) names.add(name);
  if (table.rows.length > 0) return [...names];
  return table.columns.flatMap(({name}) => (name === undefined ? [] : [snakeCase(name)]));
}

/** The fields of that names: as CSV or JSON writes them, or as people see them. */
function picked(table: ReportTable, text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  return names.map((name) => fieldNamed(table, name, '--columns'));
}

function fieldNamed(table: ReportTable, name: string, flag: string): string {
  const fields = fieldsOf(table);
  const seen = table.columns.find(({title}) => title !== '' && title === name)?.name ?? name;
  const field = [name, snakeCase(seen)].find((one) => fields.includes(one));
  if (field === undefined) throw unknownName(flag, name, `column of ${table.name}`, fields);
  return field;
}

/** As people see that field: formatted, if they see it at all. */
function shownColumn(table: ReportTable, field: string): ReportColumn<object> {
  const known = table.columns.find(({name}) => name !== undefined && snakeCase(name) === field);
  if (known !== undefined) return known;
  const value = (row: object): CsvCell => flatRow(table, row).get(field);
  const isNumber = table.rows.some((row) => typeof value(row) === 'number');
  return {title: field, align: isNumber ? 'right' : 'left', cell: (row) => String(value(row) ?? '-')};
}

/** Rows by the values of those columns; those without one come last, equals stay as they were. */
function sorted<Row extends object>(table: ReportTable<Row>, text: string): Row[] {
  const keys = text.split(',').map((key) => {
    const [, name = '', way] = /^(.*?)(?::(asc|desc))?$/.exec(key.trim())!;
    return {field: fieldNamed(table, name, '--sort'), sign: way === 'desc' ? -1 : 1};
  });
  const valued = table.rows.map((row) => {
    const flat = flatRow(table, row);
    return {row, values: keys.map(({field}) => flat.get(field))};
  });
  valued.sort((a, b) => {
    for (const [k, {sign}] of keys.entries()) {
      const order = compared(a.values[k], b.values[k], sign);
      if (order !== 0) return order;
    }
    return 0;
  });
  return valued.map(({row}) => row);
}

function compared(a: CsvCell, b: CsvCell, sign: number): number {
  const [none, other] = [a, b].map((value) => value === null || value === undefined || Number.isNaN(value));
  if (none || other) return Number(none) - Number(other);
  if (a === b) return 0;
  return a! < b! ? -sign : sign;
}

/** Characters of names that a message has room for. */
const LISTED = 100;

function unknownName(flag: string, name: string, what: string, names: readonly string[]): Error {
  const near = nearest(snakeCase(name), names);
  const some = names.filter((_, k) => names.slice(0, k + 1).join(', ').length <= LISTED);
  const more = some.length < names.length ? ', ... (--csv names all)' : '';
  return usageError(
    `${flag}: there is no ${what} '${name}'`,
    near === undefined ? `there are ${some.join(', ')}${more}` : `did you mean ${near}?`,
  );
}
