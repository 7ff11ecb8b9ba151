import {aSpan, inCurrency, inSpan, money, perSpan} from '../../base/money.ts';
import {periodDays} from '../../base/period.ts';
import {type TableColumn, textTable} from '../../base/table.ts';
import {csvLine, printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {priceNote} from '../../cost/sheets.ts';
import type {Outcome, PlannedFunction, PlatformPlanReport, SizedLimits} from './report.ts';

/** Functions that people are shown. */
const SHOWN = 20;

const columnsOf = (): readonly (TableColumn & {readonly cell: (one: PlannedFunction) => string})[] => [
  {title: 'function', align: 'left', cell: (one) => printable(one.function)},
  {title: 'kept', align: 'right', cell: ({instances}) => formatCount(instances)},
  {title: `${perSpan()} now`, align: 'right', cell: ({usdPerMonthNow}) => usd(usdPerMonthNow)},
  {title: 'then', align: 'right', cell: ({usdPerMonthThen}) => usd(usdPerMonthThen)},
  {title: 'hours since time 0', align: 'left', cell: schedule},
];

/** A line a function with every number. */
export function platformPlanCsv({functions}: PlatformPlanReport): string {
  const header = ['function', 'instances', 'usd_per_month_now', 'usd_per_month_then', 'hours'];
  const lines = functions.map((one) =>
    csvLine([one.function, one.instances, one.usdPerMonthNow, one.usdPerMonthThen, schedule(one)]),
  );
  return csvLine(header) + lines.join('');
}

/** The settings for a terminal: what they cost and do beside today's, and which functions keep what. */
export function platformPlanText(report: PlatformPlanReport, top = SHOWN): string {
  const {now, best, functions, notes, prices} = report;
  const columns = columnsOf();
  const shown = functions.slice(0, top);
  const table =
    shown.length === 0
      ? ''
      : `\n${textTable(
          columns,
          shown.map((one) => columns.map((column) => column.cell(one))),
        )}`;
  const more =
    functions.length > top ? `and ${formatCount(functions.length - top)} more: --json, or export the plan.\n` : '';
  const note = priceNote(prices ?? undefined);
  const lines = [
    verdict(report),
    `now:  ${outcome(now)}`,
    `then: ${outcome(best)}`,
    ...(report.changed.length > 0 ? [`Change ${report.changed.join('; ')}.`] : []),
    ...(report.limits === null ? [] : [limits(report.limits)]),
  ];
  const assumed = notes.map((one) => `${report.platform}: ${one}.`);
  return `${lines.join('\n')}\n${table}${more}\n${[...assumed, ...(note === undefined ? [] : [note])].join('\n')}\n`;
}

function verdict({platform, now, best, savesUsdPerMonth, targetMs, met, changed, replays}: PlatformPlanReport): string {
  const goal = targetMs === null ? 'with the price of waiting' : `with 99 % of calls started within ${ms(targetMs)}`;
  const found = `the cheapest of ${replays} replays ${goal}`;
  if (!met)
    return `${platform}: nothing that was tried starts 99 % of calls within ${ms(targetMs)}; this comes nearest.`;
  if (changed.length === 0) return `${platform}: leave it as it is, ${usd(now.usdPerMonth)} ${aSpan()}: ${found}.`;
  const less = savesUsdPerMonth >= 0 ? `${usd(savesUsdPerMonth)} less` : `${usd(-savesUsdPerMonth)} more`;
  return `${platform}: ${usd(now.usdPerMonth)} ${aSpan()} now, ${usd(best.usdPerMonth)} then (${less}): ${found}.`;
}

function outcome({startDelayMs: {p99, p999}, coldShare, throttled, lost, peakInstances, kept, usdPerMonth}: Outcome) {
  const cold = coldShare === null ? '' : `, ${Number((100 * coldShare).toPrecision(3))} % cold`;
  const busy = kept?.utilisation == null ? '' : `, kept ones ${Math.round(100 * kept.utilisation)} % busy`;
  const spilled =
    kept === null || kept === undefined || kept.instances === 0
      ? ''
      : `, ${formatCount(kept.spillOver)} calls spill over`;
  const refused = throttled + lost > 0 ? `, ${formatCount(throttled)} throttled, ${formatCount(lost)} lost` : '';
  return `${usd(usdPerMonth)} ${aSpan()}, p99 delay ${ms(p99)}, p99.9 ${ms(p999)}${cold}, ${formatCount(peakInstances)} instances at most${busy}${spilled}${refused}`;
}

function limits({headroom, functions, least, most}: SizedLimits): string {
  const range = least === most ? formatCount(most) : `${formatCount(least)} to ${formatCount(most)}`;
  return `Limit each of ${formatCount(functions)} functions to the most instances that it had at a time and ${100 * headroom} % more (max): ${range}. No call waits for that.`;
}

function schedule({schedule: stretches}: PlannedFunction): string {
  if (stretches.length === 1) return 'throughout';
  return stretches.map(({fromHour, untilHour, count}) => `${fromHour}-${untilHour}: ${count}`).join(', ');
}

function ms(value: number | null): string {
  return value === null ? '-' : formatTimeUs(value * US_PER_MS);
}

function usd(usdPerMonth: number): string {
  const value = inCurrency(inSpan(usdPerMonth / periodDays.month));
  const amount =
    value >= 1000 ? formatCount(value) : value >= 1 || value === 0 ? value.toFixed(2) : value.toPrecision(3);
  return `${money.sign}${amount}`;
}
