import {inCurrency, inSpan, money, perSpan} from '../../base/money.ts';
import {periodDays} from '../../base/period.ts';
import {type TableColumn, textTable} from '../../base/table.ts';
import {csvLine} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {priceNote} from '../../cost/sheets.ts';
import type {PlatformRow, PlatformsReport} from './report.ts';

type Column = TableColumn & {readonly cell: (row: PlatformRow, mark: string) => string};

const columnsOf = (): readonly Column[] => [
  {
    title: 'platform',
    align: 'left',
    cell: (row, mark) => (row.settings === 'default' ? `${row.platform} ${mark}` : ''),
  },
  {title: 'settings', align: 'left', cell: settings},
  {title: perSpan(), align: 'right', cell: (row) => usd(row.usdPerMonth)},
  {title: 'p50 delay', align: 'right', cell: (row) => ms(row.startDelayMs.p50)},
  {title: 'p99', align: 'right', cell: (row) => ms(row.startDelayMs.p99)},
  {title: 'p99.9', align: 'right', cell: (row) => ms(row.startDelayMs.p999)},
  {title: 'cold', align: 'right', cell: (row) => percent(row.coldShare)},
  {title: 'instances', align: 'right', cell: (row) => formatCount(row.peakInstances)},
  {title: 'throttled', align: 'right', cell: (row) => formatCount(row.throttled)},
  {title: 'lost', align: 'right', cell: (row) => formatCount(row.lost)},
];

/** The table for a terminal, two rows a platform, and what its numbers assume. */
export function platformsText(report: PlatformsReport): string {
  const {workload, rows, platforms} = report;
  const head = `${formatCount(workload.functions)} functions, ${formatCount(workload.invocations)} invocations, ${formatTimeUs(workload.spanMs * US_PER_MS)} of ${workload.source}\n\n`;
  const columns = columnsOf();
  const table = textTable(
    columns,
    rows.map((row, k) => columns.map((column) => column.cell(row, markOf(k)))),
  );
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

/** One line a row with every number. */
export function platformsCsv({rows}: PlatformsReport): string {
  const header = [
    ...['platform', 'settings', 'changed', 'policy', 'usd_per_month', 'p50_delay_ms', 'p99_delay_ms', 'p999_delay_ms'],
    ...['cold_share', 'peak_instances', 'throttled', 'lost'],
  ];
  const lines = rows.map(({startDelayMs: {p50, p99, p999}, ...row}) =>
    csvLine([
      ...[row.platform, row.settings, row.changed.join(' '), row.policy, row.usdPerMonth, p50, p99, p999],
      ...[row.coldShare, row.peakInstances, row.throttled, row.lost],
    ]),
  );
  return csvLine(header) + lines.join('');
}

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
