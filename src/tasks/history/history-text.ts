import {formatAmount, formatShare} from '../../base/format.ts';
import {inSpan, perSpan} from '../../base/money.ts';
import {sparkline} from '../../base/sparkline.ts';
import {textTable} from '../../base/table.ts';
import {csvLine} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import type {HistoryReport, Point, Trend} from './history-report.ts';

const columnsOf = () => [
  {title: 'report', align: 'left' as const},
  ...[perSpan(), 'p99 delay', 'p99.9', 'cold', 'lost', 'slots'].map((title) => ({title, align: 'right' as const})),
];

/** A table a run: a row a report, and below what it comes to as a picture. */
export function historyText({reports, trends}: HistoryReport): string {
  const head = `${formatCount(reports.length)} reports, the first is ${reports[0]}, the last ${reports.at(-1)}\n`;
  return head + trends.map((trend) => `\n${trendText(trend)}`).join('');
}

function trendText({run, points, change}: Trend): string {
  const table = textTable(columnsOf(), points.map(cells));
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

function cells({report, usdPerDay, p99StartMs, p999StartMs, coldShare, lostShare, slots}: Point): string[] {
  const or = (value: number | null, format: (value: number) => string): string =>
    value === null ? '-' : format(value);
  const ms = (value: number): string => formatTimeUs(Math.round(value * US_PER_MS));
  return [
    report,
    or(usdPerDay, (usd) => formatAmount(inSpan(usd))),
    or(p99StartMs, ms),
    or(p999StartMs, ms),
    or(coldShare, formatShare),
    or(lostShare, formatShare),
    or(slots, formatCount),
  ];
}

/** One line a run and report. */
export function historyCsv({trends}: HistoryReport): string {
  const names = ['report', 'usdPerDay', 'p99StartMs', 'p999StartMs', 'coldShare', 'lostShare', 'slots'] as const;
  const header = ['run', 'report', 'usd_per_day', 'p99_start_ms', 'p999_start_ms', 'cold_share', 'lost_share', 'slots'];
  const lines = trends.flatMap(({run, points}) =>
    points.map((point) => csvLine([run, ...names.map((name) => point[name])])),
  );
  return csvLine(header) + lines.join('');
}
