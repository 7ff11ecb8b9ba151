import {type ReportColumn, type ReportTable, tableText} from '../../base/report-table.ts';
import {formatCount} from '../../base/units.ts';
import type {RunReport} from './replay-report.ts';
import type {TeamReport} from './teams.ts';

type TeamOfRun = TeamReport & {readonly policy: string};

const columns: readonly ReportColumn<TeamOfRun>[] = [
  {name: 'policy', title: 'policy', align: 'left', cell: ({policy}) => policy},
  {name: 'team', title: 'team', align: 'left', cell: ({team}) => team},
  {name: 'invocations', title: 'calls', align: 'right', cell: ({invocations}) => formatCount(invocations)},
  {name: 'startDelayMs.p99', title: 'p99 delay', align: 'right', cell: ({startDelayMs}) => ms(startDelayMs.p99)},
  {name: 'alone.startDelayMs.p99', title: 'alone', align: 'right', cell: ({alone}) => ms(alone?.startDelayMs.p99)},
];

function ms(value: number | null | undefined): string {
  return value == null ? '-' : `${Number(value.toPrecision(4))} ms`;
}

/** What teams wait, a row a policy and team. */
export function teamsTable(runs: readonly RunReport[]): ReportTable<TeamOfRun> {
  return {name: 'teams', rows: runs.flatMap(({policy, teams}) => teams.map((team) => ({policy, ...team}))), columns};
}

/** What teams wait together and by themselves; '' where nobody asked. */
export function teamsText(runs: readonly RunReport[]): string {
  const table = teamsTable(runs);
  const rows = table.rows.filter(({alone}) => alone !== undefined);
  return rows.length === 0 ? '' : `\n${tableText({...table, rows})}`;
}
