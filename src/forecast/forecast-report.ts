import {clockText} from '../base/clock-text.ts';
import {type Printed, type ReportColumn, type ReportTable, tableText} from '../base/report-table.ts';
import {styled} from '../base/terminal.ts';
import {printable} from '../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MINUTE} from '../base/units.ts';
import type {Workload} from '../workload/workload.ts';
import type {Forecast} from './forecast.ts';
import {activeColumn, callsColumn, meanColumn} from './forecast-file.ts';

/** What `coldfront forecast --json` prints: the whole in figures, and the functions likeliest to be called. */
export interface ForecastReport {
  readonly schema: 'coldfront.forecast/1';
  readonly model: string;
  readonly functions: number;
  /** The first minute ahead, in ms since time 0. */
  readonly fromMs: number;
  /** Time 0 as ISO 8601; '': the trace does not say. */
  readonly startTime: string;
  readonly out: string;
  readonly windows: readonly {
    readonly windowMs: number;
    /** Functions expected to be called at all: the sum of their chances. */
    readonly expectedActive: number;
    /** Sum over functions of the mean calls. */
    readonly meanCalls: number;
    /** Sum over functions of each quantile. */
    readonly calls: Readonly<Record<string, number>>;
  }[];
  readonly top: readonly {
    readonly function: string;
    readonly app: string;
    readonly owner: string;
    readonly windows: readonly {
      readonly windowMs: number;
      readonly active: number;
      readonly meanCalls: number;
      readonly calls: Readonly<Record<string, number>>;
    }[];
  }[];
}

const MS_PER_MINUTE = 60_000;

/** `top` functions are listed, by chance of a call in the shortest window, then by calls expected in the longest. */
export function forecastReport(workload: Workload, forecast: Forecast, top: number, out: string): ForecastReport {
  const {active, calls, functions, horizons, mean, quantiles} = forecast;
  const cellOf = (f: number, h: number) => f * horizons.length + h;
  const callsOf = (cell: number) =>
    Object.fromEntries(quantiles.map((level, q) => [String(level), calls[cell * quantiles.length + q]!]));
  const median = (f: number) => calls[cellOf(f, horizons.length - 1) * quantiles.length]!;
  const order = Array.from({length: functions}, (_, f) => f).sort(
    (a, b) => active[cellOf(b, 0)]! - active[cellOf(a, 0)]! || median(b) - median(a) || a - b,
  );
  const windows = horizons.map((minutes, h) => {
    let expectedActive = 0;
    let meanCalls = 0;
    const totals = new Float64Array(quantiles.length);
    for (let f = 0; f < functions; f++) {
      const cell = cellOf(f, h);
      expectedActive += active[cell]!;
      meanCalls += mean[cell]!;
      for (let q = 0; q < totals.length; q++) totals[q]! += calls[cell * totals.length + q]!;
    }
    const sums = Object.fromEntries(quantiles.map((level, q) => [String(level), totals[q]!]));
    return {windowMs: minutes * MS_PER_MINUTE, expectedActive, meanCalls, calls: sums};
  });
  return {
    schema: 'coldfront.forecast/1',
    model: forecast.model,
    functions,
    fromMs: forecast.minute * MS_PER_MINUTE,
    startTime: workload.meta.startTime,
    out,
    windows,
    top: order.slice(0, top).map((f) => ({
      function: workload.name.at(f),
      app: workload.app.values[workload.app.id[f]!]!,
      owner: workload.owner.values[workload.owner.id[f]!]!,
      windows: horizons.map((minutes, h) => ({
        windowMs: minutes * MS_PER_MINUTE,
        active: active[cellOf(f, h)]!,
        meanCalls: mean[cellOf(f, h)]!,
        calls: callsOf(cellOf(f, h)),
      })),
    })),
  };
}

type Window = ForecastReport['windows'][number];
type Listed = ForecastReport['top'][number];

const windowOf = (ms: number): string => formatTimeUs((ms / MS_PER_MINUTE) * US_PER_MINUTE);

/** Names of columns as the forecast file has them: `active_10m`, `q0.9_10m`. */
function filed<T>(windowMs: number, {active, mean, calls}: {active: T; mean: T; calls: Readonly<Record<string, T>>}) {
  const minutes = windowMs / MS_PER_MINUTE;
  const quantiles = Object.entries(calls).map(
    ([level, value]) => [callsColumn(Number(level), minutes), value] as const,
  );
  return Object.fromEntries([[activeColumn(minutes), active], [meanColumn(minutes), mean], ...quantiles]);
}

/** All functions together, a row a window. */
function windowsTable({windows}: ForecastReport): ReportTable<Window> {
  const right = (name: string, title: string, of: (window: Window) => number): ReportColumn<Window> => ({
    name,
    title,
    align: 'right',
    cell: (window) => formatCount(of(window)),
  });
  return {
    name: 'windows',
    rows: windows,
    columns: [
      {name: 'windowMs', title: 'next', align: 'right', cell: ({windowMs}) => windowOf(windowMs)},
      right('expectedActive', 'functions called', ({expectedActive}) => expectedActive),
      right('meanCalls', 'mean calls', ({meanCalls}) => meanCalls),
      ...Object.keys(windows[0]!.calls).map((level) =>
        right(`calls.${level}`, `sum of q${level}`, ({calls}) => calls[level]!),
      ),
    ],
  };
}

/** Functions, those likeliest to be called first; CSV has the columns of the forecast file. */
function functionsTable({windows, top}: ForecastReport, shown: number): ReportTable<Listed> {
  const [first, last] = [windows[0]!, windows.at(-1)!].map(({windowMs}) => windowMs / MS_PER_MINUTE);
  const chance = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const columns: ReportColumn<Listed>[] = [
    {name: 'function', title: 'function', align: 'left', cell: (one) => one.function},
    {
      name: activeColumn(first!),
      title: `call in ${windowOf(windows[0]!.windowMs)}`,
      align: 'right',
      cell: (one) => chance(one.windows[0]!.active),
    },
    {
      name: activeColumn(last!),
      title: `in ${windowOf(windows.at(-1)!.windowMs)}`,
      align: 'right',
      cell: (one) => chance(one.windows.at(-1)!.active),
    },
    ...Object.keys(windows[0]!.calls).map(
      (level): ReportColumn<Listed> => ({
        name: callsColumn(Number(level), last!),
        title: `q${level}`,
        align: 'right',
        cell: (one) => formatCount(one.windows.at(-1)!.calls[level]!),
      }),
    ),
  ];
  const fields = ({windows: its, ...names}: Listed) => ({
    ...names,
    ...Object.assign(
      {},
      ...its.map(({windowMs, active, meanCalls, calls}) => filed(windowMs, {active, mean: meanCalls, calls})),
    ),
  });
  return {name: 'functions', rows: top, shown, columns, fields};
}

/** As it is printed, with so many functions where people read. */
export function forecastPrinted(shown: number): Printed<ForecastReport> {
  return {
    text: (report) => forecastText(report, shown),
    tables: (report) => [functionsTable(report, shown), windowsTable(report)],
  };
}

/** The report for people: totals by window, then the functions likeliest to be called. */
function forecastText(report: ForecastReport, shown: number): string {
  const {startTime, fromMs, model} = report;
  const from = startTime === '' ? windowOf(fromMs) : clockText(startTime, fromMs, fromMs);
  const head = `${styled('strong', verdict(report))}\n${model}: ${formatCount(report.functions)} functions from ${from} on\n`;
  return [
    head,
    tableText(windowsTable(report)),
    ...(report.top.length > 0 ? [tableText(functionsTable(report, shown))] : []),
    ...(report.out ? [`forecast: ${report.out}\n`] : []),
    `Next: coldfront backtest W --model ${model} says how far to trust it; coldfront plan W --forecast F.arrow plans by it (--out F.arrow).\n`,
  ].join('\n');
}

/** What is to come, as one thing. */
function verdict({windows, functions, top}: ForecastReport): string {
  const {windowMs, expectedActive, meanCalls} = windows.at(-1)!;
  const [likeliest] = top;
  const surest = likeliest === undefined ? '' : `; surest is ${printable(likeliest.function)}`;
  return `Expect ${formatCount(Math.round(meanCalls))} calls of ${formatCount(Math.round(expectedActive))} of ${formatCount(functions)} functions in the next ${windowOf(windowMs)}${surest}.`;
}
