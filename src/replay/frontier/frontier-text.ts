import {type TableColumn, textTable} from '../../base/table.ts';
import {csvLine} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import type {FrontierReport, FrontierRow} from './frontier-report.ts';

const columns: readonly (TableColumn & {readonly cell: (row: FrontierRow) => string})[] = [
  {title: 'policy', align: 'left', cell: (row) => row.policy},
  {title: '', align: 'left', cell: mark},
  {title: '$/day', align: 'right', cell: (row) => row.usdPerDay.toPrecision(4)},
  {title: 'p99 delay', align: 'right', cell: (row) => delay(row.p99StartDelayMs)},
  {title: 'cold', align: 'right', cell: (row) => percent(row.coldShare)},
  {title: 'p75 app', align: 'right', cell: (row) => percent(row.appColdShare.p75)},
  {title: 'idle GB-h', align: 'right', cell: (row) => (row.idleGbSeconds / 3600).toPrecision(3)},
  {title: 'idle / 10m', align: 'right', cell: (row) => row.idleVersusFixed10m?.toFixed(2) ?? '-'},
  {title: 'gap closed', align: 'right', cell: (row) => percent(row.gapClosed)},
];

const KEEP_IS_NO_BOUND = 'clairvoyant-keep may only keep or drop: policies that start instances early can cost less.';

/** The sweep for a terminal. */
export function frontierText(report: FrontierReport): string {
  const {workload, firstStarts, bestPublished, bound} = report;
  const head = `${formatCount(workload.functions)} functions, ${formatCount(workload.invocations)} invocations of ${workload.source}`;
  const table = textTable(
    columns,
    report.rows.map((row) => columns.map((column) => column.cell(row))),
  );
  const notes = [
    'p: on the Pareto front of dollars and p99 start delay; i: on that of idle memory and cold share; bound: knows the future.',
    ...(report.rows.some(({policy}) => policy === 'clairvoyant-keep') ? [KEEP_IS_NO_BOUND] : []),
    `gap closed: share of the dollars from ${bestPublished ?? 'the best published policy'} to ${bound ?? 'the bound'}.`,
    `${formatCount(firstStarts)} cold starts are a function's first call ever: no online policy escapes them.`,
  ];
  return `${head}\n\n${table}\n${notes.join('\n')}\n`;
}

/** One line a policy. */
export function frontierCsv({rows}: FrontierReport): string {
  const flat = rows.map(({functionColdShare, appColdShare, ...row}) => ({
    ...row,
    functionColdShareP75: functionColdShare.p75,
    functionColdShareMean: functionColdShare.mean,
    appColdShareP75: appColdShare.p75,
    appColdShareMean: appColdShare.mean,
  }));
  const header = Object.keys(flat[0] ?? {}) as (keyof (typeof flat)[number])[];
  const line = (row: (typeof flat)[number]) =>
    csvLine(
      header.map((name) =>
        typeof row[name] === 'boolean' ? String(row[name]) : (row[name] as string | number | null),
      ),
    );
  return csvLine(header) + flat.map(line).join('');
}

function mark(row: FrontierRow): string {
  if (row.kind === 'bound') return 'bound';
  return `${row.dominatedCostDelay ? '' : 'p'}${row.dominatedIdleCold ? '' : 'i'}` || 'dominated';
}

function delay(ms: number | null): string {
  return ms === null ? '-' : formatTimeUs(Math.round(ms) * US_PER_MS);
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`;
}
