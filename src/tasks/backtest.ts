import {inputError, usageError} from '../base/errors.ts';
import {formatTimeUs, US_PER_MINUTE, US_PER_MS, writtenTimeUs} from '../base/units.ts';
import {SlotRates} from '../cost/cold-start.ts';
import type {PriceSheet} from '../cost/prices.ts';
import {minuteSeriesOf} from '../demand/calls/minute-series.ts';
import {memoryColumn} from '../fleet/memory.ts';
import {backtest, type Fold, rollingFolds, type BacktestTask as ScoredOver} from '../forecast/backtest/backtest.ts';
import {
  type BacktestReport,
  backtestReport,
  type Contender,
  type Unscored,
} from '../forecast/backtest/backtest-report.ts';
import {functionCosts} from '../forecast/backtest/costs.ts';
import {signalWorth} from '../forecast/backtest/importance.ts';
import {iatHistogram} from '../forecast/baselines/iat-histogram.ts';
import {sba, tsb} from '../forecast/baselines/intermittent.ts';
import {baselines} from '../forecast/baselines/registry.ts';
import {rollingMean} from '../forecast/baselines/rolling.ts';
import {modelPath, openForecaster} from '../forecast/open-forecaster.ts';
import {SHIPPED_MODEL} from '../forecast/shipped-model.ts';
import {policies} from '../replay/policies/registry.ts';
import {readWorkload} from '../workload/file/file.ts';
import type {Workload} from '../workload/workload.ts';
import {predictiveBy, replayedDollars, replayOptions} from './backtest-dollars.ts';
import type {Listener} from './listener.ts';

/** What is to be scored, over what, in which dollars. */
export interface BacktestTask {
  /** Models' files and names of baselines. */
  readonly models: readonly string[];
  /** Contract of a model that carries none; undefined: beside it. */
  readonly contract: string | undefined;
  readonly windowMinutes: number;
  readonly quantiles: readonly number[];
  readonly folds: number;
  /** Forecasts are scored from then on; undefined: a quarter of the span. */
  readonly fromUs: number | undefined;
  readonly prices: PriceSheet;
  readonly coldUs: number;
  readonly defaultDurationUs: number;
  readonly defaultMemoryMib: number;
  /** Whether each signal of a model is priced. */
  readonly importance: boolean;
  readonly seed: number;
}

/** What `coldfront backtest` was asked to do. */
export interface BacktestRequest extends BacktestTask {
  /** Workload file. */
  readonly path: string;
}

/** Reads a workload and scores forecasters on it. */
export async function runBacktest(request: BacktestRequest, listener: Listener): Promise<BacktestReport> {
  // A name that is none is found before the workload is read.
  for (const name of request.models) if (name !== AUTO) modelPath(name);
  return backtestWorkload(await readWorkload(request.path), request.path, request, listener);
}

/** Scores forecasters over the folds of a workload, which `place` names in messages. Reads only the models. */
export async function backtestWorkload(
  workload: Workload,
  place: string,
  task: BacktestTask,
  listener: Listener = {},
): Promise<BacktestReport> {
  const {coldUs, contract, prices, quantiles, windowMinutes} = task;
  const series = minuteSeriesOf(workload);
  const folds = foldsOf(task, series.span, place);
  const memoryMib = memoryColumn(workload, task.defaultMemoryMib);
  const costs = functionCosts(workload, {prices, coldUs, memoryMib}, task.defaultDurationUs / US_PER_MS);
  const over: ScoredOver = {series, costs, windowMinutes, folds, quantiles};
  const options = replayOptions(task, folds);
  const contend = async (name: string, within: readonly Fold[] = folds): Promise<Contender | Unscored> => {
    const reason = unscorable(name, within[0]!.fromMinute);
    if (reason !== undefined) return {name, reason};
    listener.status?.(`backtest ${name}`);
    const forecaster = await openForecaster(name, {horizons: [windowMinutes], quantiles, contract});
    const score = await backtest({...over, folds: within}, forecaster);
    listener.status?.(`replay ${name}`);
    const terms = within === folds ? options : replayOptions(task, within);
    const choice = await predictiveBy(name, contract, workload, terms);
    return {score: {...score, name}, dollars: choice && (await replayedDollars(workload, choice, terms, within))};
  };
  const models = [...task.models];
  if (models.includes(AUTO)) {
    const chosen = await chooseModel(contend, historyBefore(folds, windowMinutes, place), listener);
    models.splice(0, models.length, ...new Set(models.map((name) => (name === AUTO ? chosen : name))));
  }
  const contenders = new Map<string, Contender | Unscored>();
  for (const name of new Set([...models, ...rivals])) contenders.set(name, await contend(name));
  listener.status?.('replay clairvoyant');
  const oracle = await replayedDollars(workload, policies.parse('clairvoyant'), options, folds);
  const importance = [];
  for (const name of task.importance ? models : []) {
    const file = modelPath(name);
    if (file === undefined) continue;
    listener.status?.(`signals of ${name}`);
    importance.push({name, signals: await signalWorth(over, file, contract, task.seed)});
  }
  listener.status?.(undefined);
  const head = {
    workload: {functions: workload.functions, spanMs: workload.meta.spanUs / 1000, source: workload.meta.source},
    quantiles,
    prices: {...prices, coldUsd: new SlotRates(prices).coldStartUsd(coldUs, median(memoryMib))},
    reference: cheapestBaseline([...contenders.values()]),
    windowMinutes,
    folds,
    oracleUsdPerDay: oracle.usdPerDay,
  };
  const asked = models.map((name) => contenders.get(name)!);
  return backtestReport(head, asked, task.importance ? importance : undefined);
}

/** Stands for the forecaster that is cheapest on the workload's own history, before what is scored. */
const AUTO = 'auto';

/** The later half of what lies before the folds: a window at least. */
function historyBefore(folds: readonly Fold[], windowMinutes: number, place: string): Fold[] {
  const until = folds[0]!.fromMinute;
  const [fold] = rollingFolds(Math.ceil(until / 2), until, 1, windowMinutes);
  if (fold !== undefined) return [fold];
  throw inputError(
    place,
    `has ${until} minutes before the first window, too few to choose a model by`,
    'give a later --from',
  );
}

/** The cheapest of the shipped model and the baselines to beat over those minutes, in dollars that a replay finds. */
async function chooseModel(
  contend: (name: string, within: readonly Fold[]) => Promise<Contender | Unscored>,
  within: readonly Fold[],
  listener: Listener,
): Promise<string> {
  let best = {name: SHIPPED_MODEL, usdPerDay: Number.POSITIVE_INFINITY};
  for (const name of [SHIPPED_MODEL, ...rivals]) {
    const one = await contend(name, within);
    const usdPerDay = 'score' in one ? one.dollars?.usdPerDay : undefined;
    if (usdPerDay !== undefined && usdPerDay < best.usdPerDay) best = {name, usdPerDay};
  }
  const [from, until] = [within[0]!.fromMinute, within[0]!.untilMinute].map((minute) =>
    formatTimeUs(minute * US_PER_MINUTE),
  );
  listener.remark?.(
    `${AUTO} is ${best.name}: the cheapest from ${from} to ${until}, $${best.usdPerDay.toFixed(2)} a day`,
  );
  return best.name;
}

/** Baselines that a model has to beat, whether they are asked for or not: those that are cheapest most often. */
const rivals = [rollingMean, iatHistogram, sba, tsb].map(({name}) => name);

function cheapestBaseline(contenders: readonly (Contender | Unscored)[]): BacktestReport['reference'] {
  let best = {name: '', usdPerDay: Number.POSITIVE_INFINITY};
  for (const one of contenders) {
    if (!('score' in one) || one.dollars === undefined || !baselines.has(one.score.name)) continue;
    if (one.dollars.usdPerDay < best.usdPerDay) best = {name: one.score.name, usdPerDay: one.dollars.usdPerDay};
  }
  return best;
}

/** Why a forecaster has nothing to say of windows from that minute on; undefined: it has. */
function unscorable(name: string, fromMinute: number): string | undefined {
  const season = baselines.has(name) ? baselines.named(name).seasonMinutes : undefined;
  if (season === undefined || fromMinute >= season) return undefined;
  const seen = formatTimeUs(fromMinute * US_PER_MINUTE);
  return `it needs ${formatTimeUs(season * US_PER_MINUTE)} of history before the first window, there are ${seen}`;
}

/** Stretches of minutes that are scored apart; a window must be left at least. */
function foldsOf({folds: count, fromUs, windowMinutes}: BacktestTask, spanMinutes: number, place: string) {
  const fromMinute = fromUs === undefined ? spanMinutes / 4 : fromUs / US_PER_MINUTE;
  const folds = rollingFolds(Math.ceil(fromMinute), spanMinutes, count, windowMinutes);
  if (folds.length > 0) return folds;
  if (fromUs !== undefined) throw usageError(`--from is ${writtenTimeUs(fromUs)}, no whole window is left after it`);
  throw inputError(place, `has ${spanMinutes} minutes, too few for a window of ${windowMinutes}`);
}

function median(column: Float64Array): number {
  return column.toSorted()[column.length >> 1] ?? 0;
}
