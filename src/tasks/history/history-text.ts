import {formatAmount, formatShare} from '../../base/format.ts';
import {inSpan, perSpan} from '../../base/money.ts';
import {type Printed, type ReportColumn, type ReportTable, tableText} from '../../base/report-table.ts';
import {sparkline} from '../../base/sparkline.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import type {HistoryReport, Point, Trend} from './history-report.ts';

type RunPoint = Point & {readonly run: string};

const columnsOf = (): readonly ReportColumn<RunPoint>[] => [
  {name: 'run', title: 'run', align: 'left', cell: ({run}) => run},
  {name: 'report', title: 'report', align: 'left', cell: ({report}) => report},
  {
    name: 'usdPerDay',
    title: perSpan(),
    align: 'right',
    cell: (at) => or(at.usdPerDay, (usd) => formatAmount(inSpan(usd))),
  },
  {name: 'p99StartMs', title: 'p99 delay', align: 'right', cell: (at) => or(at.p99StartMs, ms)},
  {name: 'p999StartMs', title: 'p99.9', align: 'right', cell: (at) => or(at.p999StartMs, ms)},
  {name: 'coldShare', title: 'cold', align: 'right', cell: (at) => or(at.coldShare, formatShare)},
  {name: 'lostShare', title: 'lost', align: 'right', cell: (at) => or(at.lostShare, formatShare)},
  {name: 'slots', title: 'slots', align: 'right', cell: (at) => or(at.slots, formatCount)},
];
/** A table a run: a row a report, and below what it comes to as a picture. */
export function historyText({reports, trends}: HistoryReport): string {
  const head = `${formatCount(reports.length)} reports, the first is ${reports[0]}, the last ${reports.at(-1)}\n`;
  return head + trends.map((trend) => `\n${trendText(trend)}`).join('');
}

function trendText({run, points, change}: Trend): string {
  const rows = points.map((point) => ({run, ...point}));
  const table = tableText({name: '', rows, columns: columnsOf().slice(1)});
  const line = (what: string, of: (point: Point) => number | null, by: number | null): string[] => {
    const values = points.map(of);
    if (values.every((value) => value === null)) return [];
    return [
      `${what} ${sparkline(
        values.map((value) => value ?? Number.NaN),
        values.length,
      )}${by === null ? '' : ` ${by < 0 ? '-' : '+'}${formatShare(Math.abs(by))}`}`,
    ];
  };
  const pictures = [
    ...line(perSpan().padEnd(9), ({usdPerDay}) => usdPerDay, change.usdPerDay),
    ...line('p99 delay', ({p99StartMs}) => p99StartMs, change.p99StartMs),
    ...line('cold     ', ({coldShare}) => coldShare, change.coldShare),
  ];
  return `${run}\n${table}${pictures.join('\n')}\n`;
}

function or(value: number | null, format: (value: number) => string): string {
  return value === null ? '-' : format(value);
}

function ms(value: number): string {
  return formatTimeUs(Math.round(value * US_PER_MS));
}

function pointsTable({trends}: HistoryReport): ReportTable<RunPoint> {
  return {
    name: 'points',
    rows: trends.flatMap(({run, points}) => points.map((at) => ({run, ...at}))),
    columns: columnsOf(),
  };
}

/** All runs in one table, where a table is asked for. */
export const historyPrinted: Printed<HistoryReport> = {
  text: historyText,
  tables: (report) => [pointsTable(report)],
};
