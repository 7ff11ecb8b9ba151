import {formatDollars, formatShare} from '../../base/format.ts';
import {printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import type {HistoryTrend} from '../../page/page-data.ts';
import type {Point, Trend} from '../history/history-report.ts';
import {runsOf, trendsOf} from '../history/trends.ts';
import {type HtmlColumn, html, htmlTable} from './html.ts';
import {chart, numbers, type Section} from './sections.ts';
import type {Sources} from './sources.ts';

/** What several reports say of the same runs; undefined: no two of them do. */
export function nightlyTrends({trends, nights}: Sources): readonly Trend[] | undefined {
  const all = trends ?? trendsOf(nights, runsOf(nights));
  const told = all.filter(({points}) => points.filter(({usdPerDay}) => usdPerDay !== null).length > 1);
  return told.length > 0 ? told : undefined;
}

/** One report after the other: what each run costs, how late it starts and how much of it is cold. */
export function historySection(trends: readonly Trend[]): Section {
  const [{points}] = trends as [Trend, ...Trend[]];
  const changes = trends.map(({run, change}) => {
    const parts = [
      ...part('dollars', change.usdPerDay),
      ...part('p99 start delay', change.p99StartMs),
      ...part('cold share', change.coldShare),
    ];
    return html`<li>${run}: ${parts.length === 0 ? 'nothing to compare' : parts.join(', ')}</li>`;
  });
  return {
    id: 'history',
    title: 'From report to report',
    body: html`<p class="soft">${formatCount(points.length)} reports, from ${points[0]!.report} to ${points.at(-1)!.report}.</p><ul>${changes}</ul>
<div class="pair">${chart('history-usd', 'Dollars a day, report by report.')}${chart('history-delay', 'Start delay that 99 % of calls keep, report by report.')}</div>
${chart('history-cold', 'Share of calls that were cold, report by report.')}${trends.map(({run, points: rows}) => numbers(run, htmlTable(run, columns, rows)))}`,
  };
}

function part(what: string, change: number | null): string[] {
  if (change === null) return [];
  return [`${what} ${change < 0 ? '-' : '+'}${formatShare(Math.abs(change))}`];
}

const or = (value: number | null, format: (value: number) => string): string => (value === null ? '–' : format(value));
const ms = (value: number): string => formatTimeUs(Math.round(value * US_PER_MS));

const columns: HtmlColumn<Point>[] = [
  {title: 'report', cell: ({report}) => report},
  {title: '$ a day', number: true, cell: ({usdPerDay}) => or(usdPerDay, formatDollars)},
  {title: 'p99 start delay', number: true, cell: ({p99StartMs}) => or(p99StartMs, ms)},
  {title: 'p99.9', number: true, cell: ({p999StartMs}) => or(p999StartMs, ms)},
  {title: 'cold share', number: true, cell: ({coldShare}) => or(coldShare, formatShare)},
  {title: 'lost calls', number: true, cell: ({lostShare}) => or(lostShare, formatShare)},
  {title: 'peak slots', number: true, cell: ({slots}) => or(slots, formatCount)},
];

/** What the pictures are drawn from. */
export function historyData(trends: readonly Trend[]): HistoryTrend[] {
  return trends.map(({run, points}) => ({
    run: printable(run),
    points: points.map(({report, usdPerDay, p99StartMs, coldShare}) => ({
      report: printable(report),
      usdPerDay,
      p99StartMs,
      coldShare,
    })),
  }));
}
