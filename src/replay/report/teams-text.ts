import {type TableColumn, textTable} from '../../base/table.ts';
import {formatCount} from '../../base/units.ts';
import type {RunReport} from './replay-report.ts';

const columns: readonly TableColumn[] = [
  {title: 'policy', align: 'left'},
  {title: 'team', align: 'left'},
  {title: 'calls', align: 'right'},
  {title: 'p99 delay', align: 'right'},
  {title: 'alone', align: 'right'},
];

/** What teams wait together and by themselves, a row a policy and team; '' where nobody asked. */
export function teamsText(runs: readonly RunReport[]): string {
  const ms = (value: number | null | undefined): string => (value == null ? '-' : `${Number(value.toPrecision(4))} ms`);
  const rows = runs.flatMap(({policy, teams}) =>
    teams
      .filter(({alone}) => alone !== undefined)
      .map(({team, invocations, startDelayMs, alone}) => [
        policy,
        team,
        formatCount(invocations),
        ms(startDelayMs.p99),
        ms(alone!.startDelayMs.p99),
      ]),
  );
  return rows.length === 0 ? '' : `\n${textTable(columns, rows)}`;
}
