import {inputError, usageError} from '../base/errors.ts';
import {parseTimeUs, US_PER_MINUTE} from '../base/units.ts';
import type {PriceSheet} from '../cost/prices.ts';
import {minuteSeriesOf} from '../demand/calls/minute-series.ts';
import {type BacktestTask, backtest, rollingFolds} from '../forecast/backtest/backtest.ts';
import {type BacktestReport, backtestReport, REFERENCE} from '../forecast/backtest/backtest-report.ts';
import {functionCosts} from '../forecast/backtest/costs.ts';
import {signalWorth} from '../forecast/backtest/importance.ts';
import {modelPath, openForecaster} from '../forecast/open-forecaster.ts';
import {parseMinutes, parseQuantiles} from '../forecast/parse-windows.ts';
import {readWorkload} from '../workload/file/file.ts';

/** What `coldfront backtest` was asked to do. */
export interface BacktestRequest {
  readonly path: string;
  readonly models: readonly string[];
  readonly contract: string | undefined;
  readonly horizon: string;
  readonly quantiles: string;
  readonly folds: number;
  /** Time since time 0 from which forecasts are scored, or undefined for a quarter of the span. */
  readonly from: string | undefined;
  readonly prices: PriceSheet;
  readonly coldUs: number;
  readonly defaultDurationMs: number;
  readonly importance: boolean;
  readonly seed: number;
  readonly progress: ((line: string) => void) | undefined;
}

/** Reads, forecasts every model over the folds, scores. */
export async function runBacktest(request: BacktestRequest): Promise<BacktestReport> {
  const {contract, models, path, prices} = request;
  const windowMinutes = parseMinutes(request.horizon, '--horizon');
  const quantiles = parseQuantiles(request.quantiles, '--quantiles');
  for (const name of models) modelPath(name);
  const workload = await readWorkload(path);
  const series = minuteSeriesOf(workload);
  const fromMinute = request.from === undefined ? series.span / 4 : parseTimeUs(request.from, '--from') / US_PER_MINUTE;
  const folds = rollingFolds(Math.ceil(fromMinute), series.span, request.folds, windowMinutes);
  if (folds.length === 0) {
    if (request.from !== undefined) throw usageError(`--from is ${request.from}, no whole window is left after it`);
    throw inputError(path, `has ${series.span} minutes, too few for a window of ${windowMinutes}`);
  }
  const costs = functionCosts(workload, prices, request.coldUs, request.defaultDurationMs);
  const task: BacktestTask = {series, costs, windowMinutes, folds, quantiles};
  const scoreOf = async (name: string) => {
    request.progress?.(`backtest ${name}`);
    return backtest(task, await openForecaster(name, {horizons: [windowMinutes], quantiles, contract}));
  };
  const scores = [];
  for (const name of models) scores.push({...(await scoreOf(name)), name});
  const reference = scores.find(({name}) => name === REFERENCE) ?? (await scoreOf(REFERENCE));
  const importance = [];
  for (const name of request.importance ? models : []) {
    const file = modelPath(name);
    if (file === undefined) continue;
    request.progress?.(`signals of ${name}`);
    importance.push({name, signals: await signalWorth(task, file, contract, request.seed)});
  }
  const head = {
    workload: {functions: workload.functions, spanMs: workload.meta.spanUs / 1000, source: workload.meta.source},
    quantiles,
    prices: {
      warmUsdPerSlotDay: prices.warmUsdPerSlotDay,
      warmUsdPerGbSecond: prices.warmUsdPerGbSecond,
      delayUsdPerHour: prices.delayUsdPerHour,
      coldUsd: costs.coldUsd,
    },
  };
  return backtestReport(head, windowMinutes, folds, reference, scores, request.importance ? importance : undefined);
}
