import {inCurrency, inSpan, perSpan} from '../../base/money.ts';
import {type Printed, type ReportTable, tableText} from '../../base/report-table.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {lostCalls} from '../../replay/ledger.ts';
import type {RunReport} from '../../replay/report/replay-report.ts';
import {percent, runFields} from '../../replay/report/replay-text.ts';
import type {SessionReport} from '../../replay/report/sessions.ts';

/** One policy in one scenario. */
export interface ScenarioRow {
  readonly scenario: string;
  /** What is chosen of each list of the scenario's file. */
  readonly settings: Readonly<Record<string, string>>;
  readonly policy: string;
  readonly invocations: number;
  readonly coldShare: number | null;
  /** Start delay over all calls. */
  readonly p99StartMs: number | null;
  readonly p999StartMs: number | null;
  /** Calls that were never served. */
  readonly lostCalls: number;
  readonly peakSlots: number;
  readonly utilisation: number | null;
  readonly usdPerDay: number;
  /** All of it. */
  readonly run: RunReport;
}

/** What `coldfront replay` prints of several scenarios. */
export interface ScenariosReport {
  readonly schema: 'coldfront.scenarios/1';
  readonly workload: string;
  readonly scenarios: number;
  /** A row a scenario and policy, scenarios in the order of the files and their lists. */
  readonly rows: readonly ScenarioRow[];
}

export function scenarioRow(scenario: string, settings: ScenarioRow['settings'], run: RunReport): ScenarioRow {
  const {policy, invocations, coldShare, startDelayMs, peakSlots, utilisation, usdPerDay} = run;
  return {
    ...{scenario, settings, policy, invocations, coldShare},
    ...{p99StartMs: startDelayMs.p99, p999StartMs: startDelayMs.p999, lostCalls: lostCalls(run)},
    ...{peakSlots, utilisation, usdPerDay, run},
  };
}

/** The lists that scenarios choose from, in the order in which they first stand. */
function axesOf(rows: readonly ScenarioRow[]): string[] {
  return [...new Set(rows.flatMap(({settings}) => Object.keys(settings)))];
}

const ms = (value: number | null): string => (value === null ? '-' : formatTimeUs(value * US_PER_MS));

/** Every number of the run with its scenario and what is chosen of the lists, '' of one that it has not: `settings_slots`. */
function rowFields({scenario, settings, run}: ScenarioRow, axes: readonly string[]): object {
  const chosen = Object.fromEntries(axes.map((axis) => [axis, settings[axis] ?? '']));
  return {scenario, settings: chosen, ...runFields(run)};
}

/** What there is to say of sessions, where scenarios differ in how they are served. */
function sessionColumns(rows: readonly ScenarioRow[]): ReportTable<ScenarioRow>['columns'] {
  if (rows.every(({run}) => run.sessions === undefined)) return [];
  const column = (title: string, name: string, cell: (its: SessionReport) => string) => ({
    title,
    name: `sessions.${name}`,
    align: 'right' as const,
    cell: ({run}: ScenarioRow) => (run.sessions === undefined ? '-' : cell(run.sessions)),
  });
  const count = (value: number | null): string => (value === null ? '-' : formatCount(value));
  return [
    column('action p99', 'actionMs.p99', ({actionMs}) => ms(actionMs.p99)),
    column('budget', 'budgetMs', ({budgetMs}) => ms(budgetMs)),
    column('late', 'lateShare', ({lateShare}) => percent(lateShare)),
    column('moved', 'moved', ({moved}) => count(moved)),
    column('lost sessions', 'lostSessions', ({lostSessions}) => count(lostSessions)),
    column('actions', 'lostActions', ({lostActions}) => count(lostActions)),
    column('store ops', 'storeOperations.total', ({storeOperations}) => count(storeOperations.total)),
  ];
}

function rowsTable({rows}: ScenariosReport): ReportTable<ScenarioRow> {
  const axes = axesOf(rows);
  const named = new Set(rows.map(({scenario}) => scenario)).size > 1;
  const valued = rows.some(({run}) => run.valueKept !== undefined);
  const left = (title: string, name: string, cell: (row: ScenarioRow) => string) => ({
    ...{title, name, align: 'left' as const, cell},
  });
  const right = (title: string, name: string, cell: (row: ScenarioRow) => string, rank?: number) => ({
    ...{title, name, align: 'right' as const, cell},
    ...(rank !== undefined && {rank}),
  });
  const cheapest = rows
    .filter(({run}) => !run.relaxed)
    .reduce<ScenarioRow | undefined>(
      (best, row) => (best === undefined || row.usdPerDay < best.usdPerDay ? row : best),
      undefined,
    );
  return {
    name: 'rows',
    rows,
    fields: (row) => rowFields(row, axes),
    columns: [
      ...(named ? [left('scenario', 'scenario', ({scenario}) => scenario)] : []),
      ...axes.map((axis) => left(axis, `settings.${axis}`, ({settings}) => settings[axis] ?? '-')),
      left('policy', 'policy', ({policy, run}) => (run.relaxed ? `${policy} (relaxed)` : policy)),
      right('cold', 'coldShare', ({coldShare}) => percent(coldShare)),
      right('p99 delay', 'p99StartMs', ({p99StartMs}) => ms(p99StartMs)),
      right('p99.9', 'p999StartMs', ({p999StartMs}) => ms(p999StartMs), 2),
      right('lost', 'lostCalls', (row) => formatCount(row.lostCalls), 3),
      ...(valued ? [right('value kept', 'run.valueKept', ({run}) => formatCount(Math.round(run.valueKept ?? 0)))] : []),
      ...sessionColumns(rows),
      right('slots', 'peakSlots', ({peakSlots}) => formatCount(peakSlots), 4),
      right('busy', 'utilisation', ({utilisation}) => percent(utilisation), 5),
      right(perSpan(), 'usdPerDay', ({usdPerDay}) => amount(inCurrency(inSpan(usdPerDay)))),
    ],
    strong: (row) => row === cheapest,
  };
}

function scenariosText(report: ScenariosReport): string {
  const {workload, scenarios} = report;
  return `${workload} in ${formatCount(scenarios)} scenarios, a row each and a policy; p99: start delay over all calls that started.\n\n${tableText(rowsTable(report) as ReportTable)}`;
}

export const scenariosPrinted: Printed<ScenariosReport> = {
  text: scenariosText,
  tables: (report) => [rowsTable(report) as ReportTable],
};

function amount(value: number): string {
  return value >= 0.1 || value === 0 ? value.toFixed(2) : value.toPrecision(2);
}
