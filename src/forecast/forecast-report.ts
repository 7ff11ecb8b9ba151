import {type TableColumn, textTable} from '../base/table.ts';
import {formatCount, formatTimeUs, US_PER_MINUTE} from '../base/units.ts';
import type {Workload} from '../workload/workload.ts';
import type {Forecast} from './forecast.ts';

/** What `coldfront forecast --json` prints: the whole in figures, and the functions likeliest to be called. */
export interface ForecastReport {
  readonly schema: 'coldfront.forecast/1';
  readonly model: string;
  readonly functions: number;
  /** The first minute ahead, in ms since time 0. */
  readonly fromMs: number;
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

/** The report for people: totals by window, then the functions likeliest to be called. */
export function forecastText(report: ForecastReport): string {
  const levels = Object.keys(report.windows[0]!.calls);
  const right = (title: string): TableColumn => ({title, align: 'right'});
  const windowOf = (ms: number) => formatTimeUs((ms / MS_PER_MINUTE) * US_PER_MINUTE);
  const totals = textTable(
    [
      right('next'),
      right('functions called'),
      right('mean calls'),
      ...levels.map((level) => right(`sum of q${level}`)),
    ],
    report.windows.map(({calls, expectedActive, meanCalls, windowMs}) => [
      windowOf(windowMs),
      formatCount(expectedActive),
      formatCount(meanCalls),
      ...levels.map((level) => formatCount(calls[level]!)),
    ]),
  );
  const [first, last] = [report.windows[0]!, report.windows.at(-1)!];
  const likeliest = textTable(
    [
      {title: 'function', align: 'left'},
      right(`call in ${windowOf(first.windowMs)}`),
      right(`in ${windowOf(last.windowMs)}`),
      ...levels.map((level) => right(`q${level}`)),
    ],
    report.top.map(({function: name, windows}) => {
      const {active, calls} = windows.at(-1)!;
      const chance = (share: number) => `${(100 * share).toFixed(1)} %`;
      return [
        short(name),
        chance(windows[0]!.active),
        chance(active),
        ...levels.map((level) => formatCount(calls[level]!)),
      ];
    }),
  );
  const head = `${report.model}: ${formatCount(report.functions)} functions from ${windowOf(report.fromMs)} on\n`;
  return [
    head,
    totals,
    ...(report.top.length > 0 ? [likeliest] : []),
    ...(report.out ? [`forecast: ${report.out}\n`] : []),
  ].join('\n');
}

/** Long hashes are told apart by their beginnings. */
function short(name: string): string {
  return name.length > 40 ? `${name.slice(0, 37)}...` : name;
}
