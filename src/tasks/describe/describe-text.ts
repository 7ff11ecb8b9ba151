import {clockText} from '../../base/clock-text.ts';
import {type Printed, tableText} from '../../base/report-table.ts';
import {sparkline} from '../../base/sparkline.ts';
import {terminal} from '../../base/terminal.ts';
import {printable} from '../../base/text.ts';
import {formatCount} from '../../base/units.ts';
import {DEFAULT_DURATION_MS} from '../../forecast/backtest/costs.ts';
import type {DescribeReport} from './describe-report.ts';
import {
  classesTable,
  functionsOverTimeTable,
  functionsTable,
  hoursTable,
  measuresTable,
  ms,
  number,
  overTimeTable,
  sensitiveTable,
  share,
  triggersTable,
} from './describe-tables.ts';
import {heatText} from './heat-text.ts';

/** As it is printed, with so many functions in lists that people read. */
export function describePrinted(top: number): Printed<DescribeReport> {
  return {
    text: (report) => describeText(report, top),
    tables: (report) => [
      functionsTable(report, top),
      sensitiveTable(report, top),
      classesTable(report),
      triggersTable(report),
      measuresTable(report),
      overTimeTable(report),
      hoursTable(report),
      functionsOverTimeTable(report),
    ],
  };
}

/** The report for a terminal. */
export function describeText(report: DescribeReport, top = Number.POSITIVE_INFINITY): string {
  const {arrivals, source, startTime, licence, functions, apps, owners, invocations, spanMs} = report;
  const counted = arrivals === 'minute' ? 'calls counted per minute' : 'every call by itself';
  const head = [
    `${many(functions, 'function')} of ${many(apps, 'app')} and ${many(owners, 'owner')}, ` +
      `${many(invocations, 'invocation')} in ${ms(spanMs)}`,
    `source: ${source}${startTime && `, from ${startTime}`}, ${counted}`,
    ...(licence ? [`licence: ${licence}`] : []),
    rateLine(report),
    ...overTimeLine(report),
    ...observedLine(report),
  ];
  const sections = [
    head.map((line) => `${printable(line)}\n`).join(''),
    tableText(measuresTable(report)),
    classes(report),
    triggers(report),
    concentration(report),
    heatText(report),
    `Busiest functions\n${tableText(functionsTable(report, top))}`,
    latencySensitive(report, top),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function rateLine({rate, startTime, spanMs}: DescribeReport): string {
  const {perSecond, peakPerMinute, peakAtMs, peakToMean, busyInstances, withoutDuration} = rate;
  if (perSecond === null) return 'no calls';
  const peak =
    peakPerMinute === null
      ? ''
      : `; busiest minute ${formatCount(peakPerMinute)} calls, ${number(peakToMean)} x mean, at ${clockText(startTime, peakAtMs ?? 0, spanMs)}`;
  return `rate: ${number(perSecond)}/s on average${peak}; ${busyText(busyInstances, withoutDuration)}`;
}

/** Wider is no easier to read. */
const WIDEST = 72;

function overTimeLine({overTime: {everyMs, calls}, startTime, spanMs}: DescribeReport): string[] {
  if (calls.length < 2) return [];
  const head = 'calls: ';
  const width = Math.max(20, Math.min(WIDEST, terminal.width - head.length));
  const most = Math.max(...calls);
  const line = sparkline(calls, width);
  const until = clockText(startTime, spanMs, spanMs);
  return [
    `${head}${line}`,
    `       ${clockText(startTime, 0, spanMs)} to ${until}, up to ${formatCount(most)} in ${ms(everyMs)}`,
  ];
}

function busyText(instances: number | null, withoutDuration: number | null): string {
  if (instances === null) return 'instances busy: unknown, the trace has no durations';
  const assumed =
    withoutDuration === null || withoutDuration === 0
      ? ''
      : `, if the ${share(withoutDuration)} of the calls without a duration take ${ms(DEFAULT_DURATION_MS)}`;
  return `${number(instances)} instances busy on average${assumed}`;
}

function observedLine({observedCold: observed}: DescribeReport): string[] {
  if (observed === null) return [];
  const {p50, p99} = observed.coldTimeMs;
  const lengths = p50 === null ? '' : `; cold time p50 ${ms(p50)}, p99 ${ms(p99)}`;
  return [`observed: ${share(observed.share)} of ${many(observed.of, 'call')} cold, as the trace says${lengths}`];
}

function classes(report: DescribeReport): string {
  const {iatCv, atMost} = report;
  const seldom = atMost.map(({calls, functions, apps}) => `${calls} ${share(functions)} (${share(apps)})`).join(', ');
  return (
    `${tableText(classesTable(report))}Called at most: ${seldom} of the functions (apps). ` +
    `Gaps more varied than Poisson's: ${share(iatCv.above1)} of the functions with three calls or more.\n`
  );
}

function triggers(report: DescribeReport): string {
  return report.triggers.every(({trigger}) => trigger === '') ? '' : tableText(triggersTable(report));
}

function concentration({concentration: {top, needed}}: DescribeReport): string {
  const shares = top.map((one) => `${share(one.functionShare)} get ${share(one.invocationShare)}`).join(', ');
  const counts = needed.map((one) => `${share(one.invocationShare)} go to ${formatCount(one.functions)}`).join(', ');
  return `Concentration: of the functions the busiest ${shares} of the calls; of the calls ${counts} functions.\n`;
}

function latencySensitive(report: DescribeReport, top: number): string {
  const {latencySensitive: part} = report;
  const line =
    `Signs that somebody waits (a ranking by trigger, durations and regularity, no probability): ` +
    `${many(part.functions, 'function')} (${share(part.functionShare)}) with ${share(part.invocationShare)} of the calls; ` +
    'see `tradeoff interference --workload` for what isolating them is worth.\n';
  return part.top.length === 0 ? line : line + tableText(sensitiveTable(report, top));
}

function many(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
