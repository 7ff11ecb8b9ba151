import {aSpan, inCurrency, inSpan, money, perSpan} from '../../base/money.ts';
import {periodDays} from '../../base/period.ts';
import {type Printed, type ReportColumn, type ReportTable, tableText} from '../../base/report-table.ts';
import {printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {priceNote} from '../../cost/sheets.ts';
import type {Outcome, PlannedFunction, PlatformPlanReport, SizedLimits} from './report.ts';

/** Functions that people are shown. */
const SHOWN = 20;

const columnsOf = (): readonly ReportColumn<PlannedFunction>[] => [
  {name: 'function', title: 'function', align: 'left', cell: (one) => printable(one.function)},
  {name: 'instances', title: 'kept', align: 'right', cell: ({instances}) => formatCount(instances)},
  {name: 'usdPerMonthNow', title: `${perSpan()} now`, align: 'right', cell: ({usdPerMonthNow}) => usd(usdPerMonthNow)},
  {name: 'usdPerMonthThen', title: 'then', align: 'right', cell: ({usdPerMonthThen}) => usd(usdPerMonthThen)},
  {name: 'schedule', title: 'hours since time 0', align: 'left', cell: schedule},
];

/** The settings for a terminal: what they cost and do beside today's, and which functions keep what. */
export function platformPlanText(report: PlatformPlanReport): string {
  const {now, best, functions, notes, prices} = report;
  const table = functions.length === 0 ? '' : `\n${tableText(functionsTable(report))}`;
  const note = priceNote(prices ?? undefined);
  const lines = [
    verdict(report),
    `now:  ${outcome(now)}`,
    `then: ${outcome(best)}`,
    ...(report.changed.length > 0 ? [`Change ${report.changed.join('; ')}.`] : []),
    ...(report.limits === null ? [] : [limits(report.limits)]),
  ];
  const assumed = notes.map((one) => `${report.platform}: ${one}.`);
  return `${lines.join('\n')}\n${table}\n${[...assumed, ...(note === undefined ? [] : [note])].join('\n')}\n`;
}

function functionsTable({functions}: PlatformPlanReport): ReportTable<PlannedFunction> {
  return {
    name: 'functions',
    rows: functions,
    columns: columnsOf(),
    shown: SHOWN,
    fields: (one) => ({...one, schedule: schedule(one)}),
  };
}

export const platformPlanPrinted: Printed<PlatformPlanReport> = {
  text: platformPlanText,
  tables: (report) => [functionsTable(report)],
};

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
