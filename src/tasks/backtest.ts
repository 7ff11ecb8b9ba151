import {inputError, usageError} from '../base/errors.ts';
import {formatUsd} from '../base/format.ts';
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
  type ReplayedDollars,
  type Unscored,
} from '../forecast/backtest/backtest-report.ts';
import {functionCosts} from '../forecast/backtest/costs.ts';
import {signalWorth} from '../forecast/backtest/importance.ts';
import {iatHistogram} from '../forecast/baselines/iat-histogram.ts';
import {sba, tsb} from '../forecast/baselines/intermittent.ts';
import {baselines} from '../forecast/baselines/registry.ts';
import {ewma, rollingMean} from '../forecast/baselines/rolling.ts';
import {modelPath, openForecaster} from '../forecast/open-forecaster.ts';
import {shippedModels} from '../forecast/shipped-model.ts';
import {policies} from '../replay/policies/registry.ts';
import type {Workload} from '../workload/workload.ts';
import {predictiveByEach, replayedDollars, replayOptions} from './backtest-dollars.ts';
import type {Listener} from './listener.ts';
import {type DemandRequest, readDemand} from './scaling/read-demand.ts';

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
export interface BacktestRequest extends BacktestTask, DemandRequest {}

/** Reads a workload and scores forecasters on it. */
export async function runBacktest(request: BacktestRequest, listener: Listener): Promise<BacktestReport> {
  // A name that is none is found before the workload is read.
  for (const name of request.models) if (name !== AUTO) modelPath(name);
  return backtestWorkload(await readDemand(request, listener), request.path, request, listener);
}

/** Scores forecasters over the folds of a workload, which `place` names in messages. Reads only the models. */
export async function backtestWorkload(
  workload: Workload,
  place: string,
  task: BacktestTask,
  listener: Listener = {},
): Promise<BacktestReport> {
  const {coldUs, contract, prices, quantiles, windowMinutes} = task;
  const {origin = null, ...amounts} = prices;
  const series = minuteSeriesOf(workload);
  const folds = foldsOf(task, series.span, place);
  const memoryMib = memoryColumn(workload, task.defaultMemoryMib);
  const costs = functionCosts(workload, {prices, coldUs, memoryMib}, task.defaultDurationUs / US_PER_MS);
  const over: ScoredOver = {series, costs, windowMinutes, folds, quantiles};
  const models = [...task.models];
  if (models.includes(AUTO)) {
    const within = historyBefore(folds, windowMinutes, place);
    const dollars = await dollarsOf(candidates, workload, {...task, contract: undefined}, [within], listener);
    const chosen = cheapest(dollars, within, listener);
    models.splice(0, models.length, ...new Set(models.map((name) => (name === AUTO ? chosen : name))));
  }
  const contenders = new Map<string, Contender | Unscored>();
  for (const name of new Set([...models, ...rivals])) {
    const reason = unscorable(name, folds[0]!.fromMinute);
    if (reason !== undefined) {
      contenders.set(name, {name, reason});
      continue;
    }
    listener.status?.(`backtest ${name}`);
    const score = await backtest(over, await openForecaster(name, {horizons: [windowMinutes], quantiles, contract}));
    contenders.set(name, {score: {...score, name}, dollars: undefined});
  }
  const scored = [...contenders.values()].flatMap((one) => ('score' in one ? [one] : []));
  const names = scored.map(({score}) => score.name);
  const dollars = await dollarsOf(names, workload, task, folds, listener);
  for (const {score} of scored) contenders.set(score.name, {score, dollars: dollars.get(score.name)});
  listener.status?.('replay clairvoyant');
  const options = replayOptions(task, folds);
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
    priceSource: origin,
    prices: {...amounts, coldUsd: new SlotRates(prices).coldStartUsd(coldUs, median(memoryMib))},
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

/** What a replay of the policy `predictive` by each forecaster costs, of those that forecast the next minute. */
async function dollarsOf(
  names: readonly string[],
  workload: Workload,
  task: BacktestTask,
  folds: readonly Fold[],
  listener: Listener,
): Promise<Map<string, ReplayedDollars>> {
  const options = replayOptions(task, folds);
  listener.status?.('forecast every minute');
  const choices = await predictiveByEach(names, task.contract, workload, options);
  const dollars = new Map<string, ReplayedDollars>();
  for (const [name, choice] of choices) {
    listener.status?.(`replay ${name}`);
    dollars.set(name, await replayedDollars(workload, choice, options, folds));
  }
  return dollars;
}

/** The later half of what lies before the folds: a window at least. */
function historyBefore(folds: readonly Fold[], windowMinutes: number, place: string): Fold {
  const until = folds[0]!.fromMinute;
  const [fold] = rollingFolds(Math.ceil(until / 2), until, 1, windowMinutes);
  if (fold !== undefined) return fold;
  throw inputError(
    place,
    `has ${until} minutes before the first window, too few to choose a model by`,
    'give a later --from',
  );
}

/** The forecaster that a replay of those minutes finds cheapest, and says so. */
function cheapest(dollars: ReadonlyMap<string, ReplayedDollars>, {fromMinute, untilMinute}: Fold, listener: Listener) {
  const [best, ...others] = [...dollars].sort(([, a], [, b]) => a.usdPerDay - b.usdPerDay);
  const [name, {usdPerDay}] = best!;
  const [from, until] = [fromMinute, untilMinute].map((minute) => formatTimeUs(minute * US_PER_MINUTE));
  const second = others[0] === undefined ? '' : `, ${others[0][0]} ${formatUsd(others[0][1].usdPerDay)}`;
  listener.remark?.(
    `${AUTO} is ${name}: the cheapest from ${from} to ${until}, ${formatUsd(usdPerDay)} a day${second}`,
  );
  return name;
}

/** Baselines that a model has to beat, whether they are asked for or not: those that are cheapest most often. */
const rivals = [rollingMean, ewma, iatHistogram, sba, tsb].map(({name}) => name);

/** What `auto` chooses from. */
const candidates = [...shippedModels, ...rivals];

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
