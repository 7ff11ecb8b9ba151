import {formatNumber, formatShare} from '../../base/format.ts';
import type {ReportColumn, ReportTable} from '../../base/report-table.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {callClassRules} from '../../workload/call-class.ts';
import type {DescribeReport, FunctionReport} from './describe-report.ts';
import type {PartReport, Ranks} from './population.ts';

const functionColumns: readonly ReportColumn<FunctionReport>[] = [
  {name: 'function', title: 'function', align: 'left', cell: (row) => row.function},
  {name: 'app', title: 'app', align: 'left', rank: 2, cell: (row) => row.app},
  {name: 'trigger', title: 'trigger', align: 'left', rank: 3, cell: (row) => row.trigger},
  {name: 'class', title: 'class', align: 'left', rank: 4, cell: (row) => row.class},
  {name: 'callsPerDay', title: 'calls/day', align: 'right', cell: (row) => number(row.callsPerDay)},
  {name: 'peakPerMinute', title: 'peak/min', align: 'right', rank: 5, cell: (row) => formatCount(row.peakPerMinute)},
  {name: 'iatCv', title: 'CV', align: 'right', rank: 6, cell: (row) => number(row.iatCv)},
  {name: 'durationMeanMs', title: 'mean', align: 'right', rank: 7, cell: (row) => ms(row.durationMeanMs)},
  {name: 'memoryMib', title: 'MiB', align: 'right', rank: 8, cell: (row) => number(row.memoryMib)},
  {name: 'sensitivity', title: 'signs', align: 'right', rank: 9, cell: (row) => row.sensitivity.toFixed(2)},
];

/** Functions, the busiest first; people see so many. */
export function functionsTable({busiest}: DescribeReport, shown: number): ReportTable<FunctionReport> {
  return {name: 'functions', rows: busiest, shown, columns: functionColumns};
}

/** Functions with signs that somebody waits, those with most first. */
export function sensitiveTable({latencySensitive}: DescribeReport, shown: number): ReportTable<FunctionReport> {
  return {name: 'sensitive', rows: latencySensitive.top, shown, columns: functionColumns};
}

type Class = DescribeReport['classes'][number];
type Trigger = DescribeReport['triggers'][number];

/** Parts of the functions by how they are called. */
export function classesTable({classes}: DescribeReport): ReportTable<Class> {
  return {
    name: 'classes',
    rows: classes,
    columns: [
      {name: 'class', title: 'class', align: 'left', cell: (part) => part.class},
      ...partColumns,
      {title: 'meaning', align: 'left', cell: (part) => callClassRules[part.class]},
    ],
  };
}

/** Parts of the functions by what calls them. */
export function triggersTable({triggers}: DescribeReport): ReportTable<Trigger> {
  return {
    name: 'triggers',
    rows: triggers,
    columns: [
      {name: 'trigger', title: 'trigger', align: 'left', cell: ({trigger}) => trigger || '(unknown)'},
      ...partColumns,
    ],
  };
}

const partColumns: readonly ReportColumn<PartReport>[] = [
  {name: 'functions', title: 'functions', align: 'right', cell: ({functions}) => formatCount(functions)},
  {name: 'functionShare', title: 'share', align: 'right', cell: ({functionShare}) => share(functionShare)},
  {name: 'invocations', title: 'invocations', align: 'right', cell: ({invocations}) => formatCount(invocations)},
  {name: 'invocationShare', title: 'share', align: 'right', cell: ({invocationShare}) => share(invocationShare)},
];

type Measure = Ranks & {readonly measure: string; readonly unknown: number};

const ranks = ['p25', 'p50', 'p75', 'p90', 'p99', 'max'] as const;

/** How functions differ: quantiles over them. */
export function measuresTable(report: DescribeReport): ReportTable<Measure> {
  const {functions, callsPerDay, iatCv, durationMs, memoryMib} = report;
  const of = (measure: string, its: Ranks, unknown: number): Measure => ({
    measure,
    ...{p25: its.p25, p50: its.p50, p75: its.p75, p90: its.p90, p99: its.p99, max: its.max},
    unknown,
  });
  const known: Readonly<Record<string, {title: string; format?: typeof ms}>> = {
    callsPerDay: {title: 'calls a day'},
    iatCv: {title: 'CV of the time between calls'},
    durationMeanMs: {title: 'mean duration', format: ms},
    memoryMib: {title: 'memory, MiB'},
  };
  return {
    name: 'measures',
    rows: [
      of('callsPerDay', callsPerDay, 0),
      of('iatCv', iatCv, functions - iatCv.functions),
      of('durationMeanMs', durationMs.functionMean, durationMs.unknown),
      of('memoryMib', memoryMib, memoryMib.unknown),
    ],
    columns: [
      {name: 'measure', title: 'per function', align: 'left', cell: ({measure}) => known[measure]!.title},
      ...ranks.map((rank) => ({
        name: rank,
        title: rank,
        align: 'right' as const,
        cell: (row: Measure) => (known[row.measure]!.format ?? number)(row[rank]),
      })),
      {
        name: 'unknown',
        title: 'unknown',
        align: 'right',
        cell: ({unknown}) => (unknown === 0 ? '' : formatCount(unknown)),
      },
    ],
  };
}

/** Calls from step to step. */
export function overTimeTable({
  overTime: {everyMs, calls},
}: DescribeReport): ReportTable<{startMs: number; calls: number}> {
  return {
    name: 'over-time',
    rows: calls.map((count, k) => ({startMs: k * everyMs, calls: count})),
    columns: [
      {name: 'startMs', title: 'from', align: 'right', cell: ({startMs}) => ms(startMs)},
      {name: 'calls', title: 'calls', align: 'right', cell: ({calls: count}) => formatCount(count)},
    ],
  };
}

interface Hour {
  readonly day: string;
  readonly hour: number;
  readonly calls: number | null;
}

/** Calls by day and hour. */
export function hoursTable({heat}: DescribeReport): ReportTable<Hour> {
  const rows = (heat.days?.rows ?? []).flatMap(({day, calls}) =>
    calls.map((count, hour) => ({day, hour, calls: count})),
  );
  return {
    name: 'hours',
    rows,
    columns: [
      {name: 'day', title: 'day', align: 'left', cell: ({day}) => day},
      {name: 'hour', title: 'hour', align: 'right', cell: ({hour}) => String(hour)},
      {name: 'calls', title: 'calls', align: 'right', cell: ({calls}) => number(calls)},
    ],
  };
}

interface FunctionStep {
  readonly function: string;
  readonly app: string;
  readonly owner: string;
  readonly startMs: number;
  readonly calls: number;
}

/** Calls of the busiest functions from step to step. */
export function functionsOverTimeTable({heat: {functions}}: DescribeReport): ReportTable<FunctionStep> {
  const {everyMs, rows} = functions;
  return {
    name: 'functions-over-time',
    rows: rows.flatMap(({calls, ...who}) => calls.map((count, k) => ({...who, startMs: k * everyMs, calls: count}))),
    columns: [
      {name: 'function', title: 'function', align: 'left', cell: (row) => row.function},
      {name: 'startMs', title: 'from', align: 'right', cell: ({startMs}) => ms(startMs)},
      {name: 'calls', title: 'calls', align: 'right', cell: ({calls}) => formatCount(calls)},
    ],
  };
}

/** `-`: unknown. */
export function number(value: number | null): string {
  return value === null ? '-' : formatNumber(value);
}

export function share(value: number | null): string {
  return value === null ? '-' : formatShare(value);
}

export function ms(value: number | null): string {
  return value === null ? '-' : formatTimeUs(value * US_PER_MS);
}
