import {type TableColumn, textTable} from '../../base/table.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {baselines} from '../baselines/registry.ts';
import {type BacktestReport, REFERENCE} from './backtest-report.ts';
import type {ScoreResult} from './score.ts';

/** The report for a terminal: a row a model, then each rate segment, then what the figures mean. */
export function backtestText(report: BacktestReport): string {
  const {folds, models, quantiles, workload} = report;
  const head = `${formatCount(workload.functions)} functions, ${formatTimeUs(workload.spanMs * US_PER_MS)} of ${workload.source}; every ${formatTimeUs(report.windowMs * US_PER_MS)} from ${formatTimeUs(folds[0]!.fromMs * US_PER_MS)} on, in ${folds.length} folds\n`;
  const columns = columnsFor(quantiles);
  const sections = [section('', columns, models)];
  for (const [i, {name}] of models[0]!.segments.entries()) {
    const rows = models.map((model) => ({...model.segments[i]!, name: model.name}));
    if (rows[0]!.rows > 0) sections.push(section(`called ${name}`, columns, rows));
  }
  return `${[head, ...sections, ...importanceSections(report)].join('\n')}\n${notes(report).join('\n')}\n`;
}

type Row = ScoreResult & {readonly name: string};
type Column = TableColumn & {readonly cell: (row: Row) => string};

function columnsFor(quantiles: readonly number[]): Column[] {
  const right = (title: string, cell: (row: Row) => string): Column => ({title, align: 'right', cell});
  const level = (q: number) => `${Number((100 * q).toPrecision(4))} %`;
  return [
    {title: 'model', align: 'left', cell: (row) => row.name},
    right('WQL', (row) => decimal(row.wql)),
    ...quantiles.map((q) => right(`within ${level(q)}`, (row) => percent(row.coverage[String(q)]!))),
    right('Brier', (row) => decimal(row.brier)),
    right('$/day', (row) => usd(row.usdPerDay)),
    right('regret $/day', (row) => usd(row.regretUsdPerDay)),
  ];
}

function section(title: string, columns: readonly Column[], rows: readonly Row[]): string {
  const table = textTable(
    columns,
    rows.map((row) => columns.map((column) => column.cell(row))),
  );
  return title === '' ? table : `${title}, ${formatCount(rows[0]!.rows)} windows\n${table}`;
}

function importanceSections({importance = []}: BacktestReport): string[] {
  return importance.map(({name, signals}) => {
    const rows = signals.map((signal) => [signal.description, usd(signal.usdPerDay), percent(signal.shareOfRegret)]);
    const columns: TableColumn[] = [
      {title: `what ${name} goes by`, align: 'left'},
      {title: 'worth $/day', align: 'right'},
      {title: 'of its regret', align: 'right'},
    ];
    return textTable(columns, rows);
  });
}

function notes(report: BacktestReport): string[] {
  const verdicts = report.models
    .filter((model) => !baselines.has(model.name))
    .map((model) => {
      const saved = `${usd(Math.abs(model.savesUsdPerDay))} a day ${model.savesUsdPerDay >= 0 ? 'below' : 'above'} ${REFERENCE}`;
      return `${model.name}: ${model.worthShipping ? 'worth shipping' : 'not worth shipping'}, ${saved}.`;
    });
  return [
    ...verdicts,
    'within: share of calls at or below the quantile, jittered so that a calibrated forecast meets its level.',
    'regret: dollars above an oracle that knows every count. First calls ever are left out: all models pay them alike.',
  ];
}

function decimal(value: number): string {
  // Without any call there is nothing to weigh the loss by.
  return Number.isFinite(value) ? value.toFixed(4) : '-';
}

function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)} %`;
}

function usd(value: number): string {
  return `$${value.toFixed(4)}`;
}
