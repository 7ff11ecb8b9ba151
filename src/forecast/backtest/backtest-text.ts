import {aSpan, inCurrency, inSpan, money, perSpan} from '../../base/money.ts';
import {type TableColumn, textTable} from '../../base/table.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {priceNote} from '../../cost/sheets.ts';
import {baselines} from '../baselines/registry.ts';
import {type BacktestReport, isScored, type ModelReport} from './backtest-report.ts';

/** The report for a terminal: a row a model, then each rate segment, then what the figures mean. */
export function backtestText(report: BacktestReport): string {
  const {folds, models, quantiles, workload} = report;
  const head = `${formatCount(workload.functions)} functions, ${formatTimeUs(workload.spanMs * US_PER_MS)} of ${workload.source}; every ${formatTimeUs(report.windowMs * US_PER_MS)} from ${formatTimeUs(folds[0]!.fromMs * US_PER_MS)} on, in ${folds.length} folds\n`;
  const scored = models.filter(isScored);
  const columns = columnsFor(quantiles);
  const total = textTable(
    [...columns, right(perSpan()), right(perSpan('above oracle'))],
    models.map((model) =>
      isScored(model)
        ? [...columns.map(({cell}) => cell(model)), usd(model.usdPerDay), usd(model.regretUsdPerDay)]
        : [model.name, ...columns.slice(1).map(() => NONE), NONE, NONE],
    ),
  );
  const sections = [total];
  for (const [i, {name}] of scored[0]?.segments.entries() ?? []) {
    const rows = scored.map((model) => ({...model.segments[i]!, name: model.name}));
    if (rows[0]!.rows > 0) sections.push(section(`called ${name}`, columns, rows));
  }
  return `${[head, ...sections, ...importanceSections(report)].join('\n')}\n${notes(report).join('\n')}\n`;
}

/** What cannot be said. */
const NONE = 'n/a';

type Row = Omit<ModelReport['segments'][number], 'windowUsdPerDay'>;
type Column = TableColumn & {readonly cell: (row: Row) => string};

function right(title: string): TableColumn {
  return {title, align: 'right'};
}

function columnsFor(quantiles: readonly number[]): Column[] {
  const level = (q: number) => `${Number((100 * q).toPrecision(4))} %`;
  return [
    {title: 'model', align: 'left', cell: (row) => row.name},
    {...right('WQL'), cell: (row) => decimal(row.wql)},
    ...quantiles.map((q) => ({...right(`within ${level(q)}`), cell: (row: Row) => percent(row.coverage[String(q)]!)})),
    {...right('Brier'), cell: (row) => decimal(row.brier)},
  ];
}

function section(title: string, columns: readonly Column[], rows: readonly Row[]): string {
  const table = textTable(
    [...columns, right(perSpan('regret by window'))],
    rows.map((row) => [...columns.map((column) => column.cell(row)), usd(row.windowRegretUsdPerDay)]),
  );
  return `${title}, ${formatCount(rows[0]!.rows)} windows\n${table}`;
}

function importanceSections({importance = []}: BacktestReport): string[] {
  return importance.map(({name, signals}) => {
    const rows = signals.map((signal) => [signal.description, usd(signal.usdPerDay), percent(signal.shareOfRegret)]);
    const columns: TableColumn[] = [
      {title: `what ${name} goes by`, align: 'left'},
      {title: perSpan('worth'), align: 'right'},
      {title: 'of its regret', align: 'right'},
    ];
    return textTable(columns, rows);
  });
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
