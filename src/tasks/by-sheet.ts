import {formatNumber, formatShare} from '../base/format.ts';
import {inCurrency, inSpan, perSpan} from '../base/money.ts';
import type {Printed, ReportTable} from '../base/report-table.ts';
import {centsOf} from '../base/rounded-together.ts';
import {type TableColumn, textTable} from '../base/table.ts';
import type {PriceOrigin} from '../cost/prices.ts';
import {type ReportFile, writeReport} from './report-file.ts';

/** What is held side by side: a policy, a plan, a size. */
interface SheetRow {
  readonly name: string;
  /** What was decided, where that may be another under other prices. */
  readonly decision?: string;
  readonly usdPerDay: number;
  readonly coldShare: number | null;
}

/** What a report comes to under one price sheet. */
interface SheetReport {
  readonly sheet: string;
  readonly prices: PriceOrigin | null;
  readonly rows: readonly SheetRow[];
}

type BySheet<R> = R & {readonly bySheet: readonly SheetReport[]};

/** What is asked of each sheet, in the order in which they were given, and what becomes of it. */
interface SheetsTask<R> {
  readonly runs: readonly (() => Promise<R>)[];
  readonly rowsOf: (report: R) => readonly SheetRow[];
  readonly text: (report: R) => string;
  /** Undefined: the caller prints it. */
  readonly file: ReportFile | undefined;
  readonly force: boolean;
}

/** Runs the same under each sheet, decisions made anew: the report under the first, and all of them side by side. */
export async function runBySheet<R extends {readonly prices?: PriceOrigin | null}>({
  runs,
  rowsOf,
  text,
  file,
  force,
}: SheetsTask<R>): Promise<BySheet<R>> {
  const reports: R[] = [];
  for (const run of runs) reports.push(await run());
  const bySheet = reports.map((report, k) => ({
    sheet: report.prices?.sheet ?? `sheet ${k + 1}`,
    prices: report.prices ?? null,
    rows: rowsOf(report),
  }));
  const report = {...reports[0]!, bySheet};
  if (file !== undefined) writeReport(file, force, report, sheetsPrinted(text));
  return report;
}

/** The report under the first sheet, and then a table of all. */
function sheetsText<R>(text: (report: R) => string, report: BySheet<R>): string {
  return `${text(report)}\n${sideBySide(report.bySheet)}`;
}

function sideBySide(sheets: readonly SheetReport[]): string {
  const [first, ...others] = sheets as [SheetReport, ...SheetReport[]];
  const names = [...new Set(sheets.flatMap(({rows}) => rows.map(({name}) => name)))];
  const decides = sheets.some(({rows}) => rows.some(({decision}) => decision !== undefined));
  const rowOf = ({rows}: SheetReport, name: string): SheetRow | undefined => rows.find((row) => row.name === name);
  const amounts = sheets.flatMap(({rows}) => rows.map(({usdPerDay}) => amountOf(usdPerDay)));
  const digits = Math.min(4, centsOf(Math.max(0, ...amounts)));
  const shown = (usdPerDay: number | undefined): string =>
    usdPerDay === undefined ? '-' : amountOf(usdPerDay).toFixed(digits);
  const right = (title: string): TableColumn => ({title, align: 'right'});
  const columns: TableColumn[] = [
    {title: 'under both sheets', align: 'left'},
    ...sheets.map(({sheet}) => right(perSpan(sheet))),
    ...others.map(({sheet}) => right(`${sheet} less ${first.sheet}`)),
    ...sheets.map(({sheet}) => right(`${sheet} cold`)),
    ...(decides ? sheets.map(({sheet}): TableColumn => ({title: `${sheet} says`, align: 'left'})) : []),
  ];
  const lines = names.map((name) => {
    const rows = sheets.map((sheet) => rowOf(sheet, name));
    const [own, ...theirs] = rows;
    const more = theirs.map((one) => (own && one ? one.usdPerDay - own.usdPerDay : undefined));
    const cold = rows.map((row) =>
      row?.coldShare == null ? '-' : `${Number((100 * row.coldShare).toPrecision(3))} %`,
    );
    const decisions = decides ? rows.map((row) => row?.decision ?? '-') : [];
    return [name, ...rows.map((row) => shown(row?.usdPerDay)), ...more.map(shown), ...cold, ...decisions];
  });
  return `${textTable(columns, lines)}${verdict(sheets)}`;
}

/** What is cheapest under each. */
function verdict(sheets: readonly SheetReport[]): string {
  if (sheets.every(({rows}) => rows.length < 2)) return '';
  const best = sheets.map(({sheet, rows}) => {
    const cheapest = rows.reduce((least, row) => (row.usdPerDay < least.usdPerDay ? row : least));
    return `${cheapest.name} under ${sheet}`;
  });
  return `Cheapest: ${best.join(', ')}.\n`;
}

function amountOf(usdPerDay: number): number {
  return inCurrency(inSpan(usdPerDay));
}

type RowOfSheet = SheetRow & {readonly sheet: string};

/** As it is printed; as a table a row a sheet and what is held side by side. */
export function sheetsPrinted<R>(text: (report: R) => string): Printed<BySheet<R>> {
  return {text: (report) => sheetsText(text, report), tables: ({bySheet}) => [sheetsTable(bySheet)]};
}

function sheetsTable(sheets: readonly SheetReport[]): ReportTable<RowOfSheet> {
  return {
    name: 'sheets',
    rows: sheets.flatMap(({sheet, rows}) => rows.map((row) => ({sheet, ...row}))),
    columns: [
      {name: 'sheet', title: 'sheet', align: 'left', cell: ({sheet}) => sheet},
      {name: 'name', title: 'name', align: 'left', cell: ({name}) => name},
      {name: 'decision', title: 'decision', align: 'left', cell: ({decision}) => decision ?? '-'},
      {
        name: 'usdPerDay',
        title: perSpan(),
        align: 'right',
        cell: ({usdPerDay}) => formatNumber(amountOf(usdPerDay)),
      },
      {
        name: 'coldShare',
        title: 'cold',
        align: 'right',
        cell: ({coldShare}) => (coldShare === null ? '-' : formatShare(coldShare)),
      },
    ],
    fields: ({sheet, name, decision, usdPerDay, coldShare}) => ({
      ...{sheet, name, decision: decision ?? null, usdPerDay, coldShare},
    }),
  };
}
