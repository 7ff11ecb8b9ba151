import {clockText} from '../../base/clock-text.ts';
import {formatNumber, formatShare} from '../../base/format.ts';
import {sparkline} from '../../base/sparkline.ts';
import {textTable} from '../../base/table.ts';
import {terminal} from '../../base/terminal.ts';
import {printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {DEFAULT_DURATION_MS} from '../../forecast/backtest/costs.ts';
import {callClassRules} from '../../workload/call-class.ts';
import type {DescribeReport, FunctionReport} from './describe-report.ts';
import type {PartReport, Ranks} from './population.ts';

/** The report for a terminal. */
export function describeText(report: DescribeReport): string {
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
    distributions(report),
    classes(report),
    triggers(report),
    concentration(report),
    `Busiest functions\n${functionTable(report.busiest)}`,
    latencySensitive(report),
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

function distributions({functions, callsPerDay, iatCv, durationMs, memoryMib}: DescribeReport): string {
  const columns = ['p25', 'p50', 'p75', 'p90', 'p99', 'max'] as const;
  const row = (title: string, ranks: Ranks, format: (value: number | null) => string, unknown: number) => [
    title,
    ...columns.map((column) => format(ranks[column])),
    unknown === 0 ? '' : formatCount(unknown),
  ];
  return textTable(
    [
      {title: 'per function', align: 'left'},
      ...[...columns, 'unknown'].map((title) => ({title, align: 'right' as const})),
    ],
    [
      row('calls a day', callsPerDay, number, 0),
      row('CV of the time between calls', iatCv, number, functions - iatCv.functions),
      row('mean duration', durationMs.functionMean, ms, durationMs.unknown),
      row('memory, MiB', memoryMib, number, memoryMib.unknown),
    ],
  );
}

function classes({classes: parts, iatCv, atMost}: DescribeReport): string {
  const table = textTable(
    [{title: 'class', align: 'left'}, ...partColumns, {title: 'meaning', align: 'left'}],
    parts.map((part) => [part.class, ...partCells(part), callClassRules[part.class]]),
  );
  const seldom = atMost.map(({calls, functions, apps}) => `${calls} ${share(functions)} (${share(apps)})`).join(', ');
  return (
    `${table}Called at most: ${seldom} of the functions (apps). ` +
    `Gaps more varied than Poisson's: ${share(iatCv.above1)} of the functions with three calls or more.\n`
  );
}

function triggers({triggers: parts}: DescribeReport): string {
  if (parts.every(({trigger}) => trigger === '')) return '';
  return textTable(
    [{title: 'trigger', align: 'left'}, ...partColumns],
    parts.map((part) => [part.trigger || '(unknown)', ...partCells(part)]),
  );
}

function concentration({concentration: {top, needed}}: DescribeReport): string {
  const shares = top.map((one) => `${share(one.functionShare)} get ${share(one.invocationShare)}`).join(', ');
  const counts = needed.map((one) => `${share(one.invocationShare)} go to ${formatCount(one.functions)}`).join(', ');
  return `Concentration: of the functions the busiest ${shares} of the calls; of the calls ${counts} functions.\n`;
}

function latencySensitive({latencySensitive: part}: DescribeReport): string {
  const line =
    `Signs that somebody waits (a ranking by trigger, durations and regularity, no probability): ` +
    `${many(part.functions, 'function')} (${share(part.functionShare)}) with ${share(part.invocationShare)} of the calls; ` +
    'see `tradeoff interference --workload` for what isolating them is worth.\n';
  return part.top.length === 0 ? line : line + functionTable(part.top);
}

function functionTable(rows: readonly FunctionReport[]): string {
  return textTable(
    [
      {title: 'function', align: 'left'},
      {title: 'app', align: 'left', rank: 2},
      {title: 'trigger', align: 'left', rank: 3},
      {title: 'class', align: 'left', rank: 4},
      {title: 'calls/day', align: 'right'},
      {title: 'peak/min', align: 'right', rank: 5},
      {title: 'CV', align: 'right', rank: 6},
      {title: 'mean', align: 'right', rank: 7},
      {title: 'MiB', align: 'right', rank: 8},
      {title: 'signs', align: 'right', rank: 9},
    ],
    rows.map((row) => [
      row.function,
      row.app,
      row.trigger,
      row.class,
      number(row.callsPerDay),
      formatCount(row.peakPerMinute),
      number(row.iatCv),
      ms(row.durationMeanMs),
      number(row.memoryMib),
      row.sensitivity.toFixed(2),
    ]),
  );
}

const partColumns = [
  {title: 'functions', align: 'right'},
  {title: 'share', align: 'right'},
  {title: 'invocations', align: 'right'},
  {title: 'share', align: 'right'},
] as const;

function partCells({functions, functionShare, invocations, invocationShare}: PartReport): string[] {
  return [formatCount(functions), share(functionShare), formatCount(invocations), share(invocationShare)];
}

function many(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

function number(value: number | null): string {
  return value === null ? '-' : formatNumber(value);
}

function share(value: number | null): string {
  return value === null ? '-' : formatShare(value);
}

function ms(value: number | null): string {
  return value === null ? '-' : formatTimeUs(value * US_PER_MS);
}
