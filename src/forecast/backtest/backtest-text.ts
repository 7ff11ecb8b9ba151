import {aSpan, inCurrency, inSpan, money, perSpan} from '../../base/money.ts';
import {type Printed, type ReportColumn, type ReportTable, tableText} from '../../base/report-table.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {priceNote} from '../../cost/sheets.ts';
import {baselines} from '../baselines/registry.ts';
import {type BacktestReport, isScored, type ModelReport} from './backtest-report.ts';

/** The report for a terminal: a row a model, then each rate segment, then what the figures mean. */
export function backtestText(report: BacktestReport): string {
  const {folds, models, quantiles, workload} = report;
  const head = `${formatCount(workload.functions)} functions, ${formatTimeUs(workload.spanMs * US_PER_MS)} of ${workload.source}; every ${formatTimeUs(report.windowMs * US_PER_MS)} from ${formatTimeUs(folds[0]!.fromMs * US_PER_MS)} on, in ${folds.length} folds\n`;
  const scored = models.filter(isScored);
  const total = tableText(modelsTable(report));
  const sections = [total];
  for (const [i, {name}] of scored[0]?.segments.entries() ?? []) {
    const rows = scored.map((model) => ({...model.segments[i]!, name: model.name}));
    if (rows[0]!.rows > 0) sections.push(section(`called ${name}`, quantiles, rows));
  }
  return `${[head, ...sections, ...importanceSections(report)].join('\n')}\n${notes(report).join('\n')}\n`;
}

/** What cannot be said. */
const NONE = 'n/a';

type Row = Omit<ModelReport['segments'][number], 'windowUsdPerDay'>;

function right<R>(name: string, title: string, cell: (row: R) => string): ReportColumn<R> {
  return {name, title, align: 'right', cell};
}

function columnsFor(quantiles: readonly number[]): ReportColumn<Row>[] {
  const level = (q: number) => `${Number((100 * q).toPrecision(4))} %`;
  return [
    {name: 'name', title: 'model', align: 'left', cell: (row) => row.name},
    right('wql', 'WQL', (row) => decimal(row.wql)),
    ...quantiles.map((q) =>
      right<Row>(`coverage.${q}`, `within ${level(q)}`, (row) => percent(row.coverage[String(q)]!)),
    ),
    right('brier', 'Brier', (row) => decimal(row.brier)),
  ];
}

type Model = BacktestReport['models'][number];

/** A row a model; of one that cannot be scored its name alone. */
function modelsTable({models, quantiles}: BacktestReport): ReportTable<Model> {
  const scored = (column: ReportColumn<ModelReport>): ReportColumn<Model> => ({
    ...column,
    cell: (model) => (isScored(model) ? column.cell(model) : column.name === 'name' ? model.name : NONE),
  });
  return {
    name: 'models',
    rows: models,
    columns: [
      ...columnsFor(quantiles),
      right<ModelReport>('usdPerDay', perSpan(), (model) => usd(model.usdPerDay)),
      right<ModelReport>('regretUsdPerDay', perSpan('above oracle'), (model) => usd(model.regretUsdPerDay)),
    ].map(scored),
  };
}

/** A row a model and a class of functions by how often they are called. */
function segmentsTable({models}: BacktestReport): ReportTable {
  const rows = models
    .filter(isScored)
    .flatMap(({name: model, segments}) => segments.map(({name: segment, ...its}) => ({model, segment, ...its})));
  const columns: ReportColumn<(typeof rows)[number]>[] = [
    {name: 'model', title: 'model', align: 'left', cell: (row) => row.model},
    {name: 'segment', title: 'called', align: 'left', cell: (row) => row.segment},
    right('rows', 'windows', (row) => formatCount(row.rows)),
    right('wql', 'WQL', (row) => decimal(row.wql)),
    right('brier', 'Brier', (row) => decimal(row.brier)),
    right('windowRegretUsdPerDay', perSpan('regret by window'), (row) => usd(row.windowRegretUsdPerDay)),
  ];
  return {name: 'segments', rows, columns};
}

type Signal = NonNullable<BacktestReport['importance']>[number]['signals'][number];

/** What each signal is worth to the models. */
function signalsTable({importance = []}: BacktestReport): ReportTable {
  const rows = importance.flatMap(({name: model, signals}) => signals.map((signal) => ({model, ...signal})));
  return {
    name: 'signals',
    rows,
    columns: [
      {name: 'model', title: 'model', align: 'left', cell: (row: (typeof rows)[number]) => row.model},
      ...signalColumns('signal'),
    ],
  };
}

export const backtestPrinted: Printed<BacktestReport> = {
  text: backtestText,
  tables: (report) => [modelsTable(report), segmentsTable(report), signalsTable(report)],
};

function section(title: string, quantiles: readonly number[], rows: readonly Row[]): string {
  const columns = [
    ...columnsFor(quantiles),
    right<Row>('windowRegretUsdPerDay', perSpan('regret by window'), (row) => usd(row.windowRegretUsdPerDay)),
  ];
  return `${title}, ${formatCount(rows[0]!.rows)} windows\n${tableText({name: '', rows, columns})}`;
}

function signalColumns(title: string): ReportColumn<Signal>[] {
  return [
    {name: 'description', title, align: 'left', cell: (signal) => signal.description},
    right('usdPerDay', perSpan('worth'), (signal) => usd(signal.usdPerDay)),
    right('shareOfRegret', 'of its regret', (signal) => percent(signal.shareOfRegret)),
  ];
}

function importanceSections({importance = []}: BacktestReport): string[] {
  return importance.map(({name, signals}) =>
    tableText({name: '', rows: signals, columns: signalColumns(`what ${name} goes by`)}),
  );
}

function notes(report: BacktestReport): string[] {
  const {models, reference, warnings} = report;
  const verdicts = models.filter(isScored).flatMap(({name, savesUsdPerDay: saves, worthShipping}) => {
    if (baselines.has(name)) return [];
    if (saves === null)
      return [`${name}: no forecast of the next minute, by which the scheduler decides, so no ${money.name}.`];
    const saved = `${usd(Math.abs(saves))} ${aSpan()} ${saves >= 0 ? 'below' : 'above'} ${reference.name}, the best baseline`;
    return [`${name}: ${worthShipping ? 'worth shipping' : 'not worth shipping'}, ${saved}.`];
  });
  const prices = priceNote(report.priceSource ?? undefined);
  return [
    ...verdicts,
    ...models.flatMap((model) => (isScored(model) ? [] : [`${model.name}: n/a, ${model.reason}.`])),
    ...warnings,
    'within: share of calls at or below the quantile, jittered so that a calibrated forecast meets its level.',
    `${perSpan()}: what replay --policy predictive with that forecaster finds; the oracle is clairvoyant, which knows every call.`,
    'regret by window: cost above knowing the count, if each window began anew. First calls ever are left out of it.',
    ...(prices === undefined ? [] : [prices]),
  ];
}

function decimal(value: number): string {
  // Without any call there is nothing to weigh the loss by.
  return Number.isFinite(value) ? value.toFixed(4) : '-';
}

function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)} %`;
}

function usd(value: number | null): string {
  return value === null ? NONE : `${money.sign}${inCurrency(inSpan(value)).toFixed(4)}`;
}
