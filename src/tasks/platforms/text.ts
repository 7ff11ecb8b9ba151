import {inCurrency, inSpan, money, perSpan} from '../../base/money.ts';
import {periodDays} from '../../base/period.ts';
import {type Printed, type ReportColumn, type ReportTable, tableText, tableView} from '../../base/report-table.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {priceNote} from '../../cost/sheets.ts';
import type {PlatformRow, PlatformsReport} from './report.ts';

/** Two rows a platform; people find what is said of it below by its number. */
function platformsTable({rows}: PlatformsReport): ReportTable<PlatformRow> {
  // Where the two are no longer below each other each is named.
  const ordered = tableView.asked.sort !== undefined;
  const columns: ReportColumn<PlatformRow>[] = [
    {
      name: 'platform',
      title: 'platform',
      align: 'left',
      cell: (row) => (row.settings === 'default' || ordered ? `${row.platform} ${markOf(rows.indexOf(row))}` : ''),
    },
    {name: 'settings', title: 'settings', align: 'left', cell: settings},
    {name: 'usdPerMonth', title: perSpan(), align: 'right', cell: (row) => usd(row.usdPerMonth)},
    {name: 'startDelayMs.p50', title: 'p50 delay', align: 'right', cell: (row) => ms(row.startDelayMs.p50)},
    {name: 'startDelayMs.p99', title: 'p99', align: 'right', cell: (row) => ms(row.startDelayMs.p99)},
    {name: 'startDelayMs.p999', title: 'p99.9', align: 'right', cell: (row) => ms(row.startDelayMs.p999)},
    {name: 'coldShare', title: 'cold', align: 'right', cell: (row) => percent(row.coldShare)},
    {name: 'peakInstances', title: 'instances', align: 'right', cell: (row) => formatCount(row.peakInstances)},
    {name: 'throttled', title: 'throttled', align: 'right', cell: (row) => formatCount(row.throttled)},
    {name: 'lost', title: 'lost', align: 'right', cell: (row) => formatCount(row.lost)},
  ];
  return {name: 'platforms', rows, columns};
}

/** The table for a terminal, two rows a platform, and what its numbers assume. */
export function platformsText(report: PlatformsReport): string {
  const {workload, platforms} = report;
  const head = `${formatCount(workload.functions)} functions, ${formatCount(workload.invocations)} invocations, ${formatTimeUs(workload.spanMs * US_PER_MS)} of ${workload.source}\n\n`;
  const table = tableText(platformsTable(report));
  const notes = platforms.flatMap(({platform, targetMs, met, replays, notes: assumed, prices}, k) => {
    const target =
      targetMs === null ? 'cheapest with the price of waiting' : `cheapest with p99 within ${ms(targetMs)}`;
    const best = `best: ${target}${met ? '' : ', which nothing met'}, of ${replays} replays`;
    const note = priceNote(prices ?? undefined);
    return [`${markOf(2 * k)} ${platform}: ${[best, ...assumed].join('; ')}.${note === undefined ? '' : ` ${note}`}`];
  });
  const legend = [
    `${lengths[money.per]} of what was replayed. Delay: arrival to start, over all calls that started. instances: most at a time.`,
    'lost: found no room, gave up waiting or still waited.',
  ];
  return `${head}${table}\n${[...legend, ...notes].join('\n')}\n`;
}

export const platformsPrinted: Printed<PlatformsReport> = {
  text: platformsText,
  tables: (report) => [platformsTable(report)],
};

function settings({settings: which, changed}: PlatformRow): string {
  if (which === 'default') return 'as it comes';
  return changed.length === 0 ? 'best: the same' : `best: ${changed.join(', ')}`;
}

function markOf(row: number): string {
  return `[${Math.floor(row / 2) + 1}]`;
}

function ms(value: number | null): string {
  return value === null ? '-' : formatTimeUs(value * US_PER_MS);
}

function percent(share: number | null): string {
  return share === null ? '-' : `${Number((100 * share).toPrecision(2))} %`;
}

const lengths = {day: 'Costs are of a day', month: 'A month is 30 days', year: 'A year is 365 days'} as const;

function usd(usdPerMonth: number): string {
  const value = inCurrency(inSpan(usdPerMonth / periodDays.month));
  return value >= 1000 ? formatCount(value) : value >= 1 || value === 0 ? value.toFixed(2) : value.toPrecision(3);
}
