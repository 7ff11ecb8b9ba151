import {SlotRates} from '../../cost/cold-start.ts';
import type {PriceSheet} from '../../cost/prices.ts';
import type {MinuteSeries} from '../../demand/calls/minute-series.ts';
import type {ForecastColumns, Forecaster} from '../forecaster.ts';
import {countQuantile} from '../forecaster.ts';
import {CallHistory} from '../history.ts';
import {segmentOf} from '../segments.ts';
import {walkForward} from '../walk-forward.ts';
import type {FunctionCosts} from './costs.ts';
import {coldStarts, criticalFractile, idleSlots, quantileAt, slotsFor, windowUsd} from './decision.ts';
import {Decision, type ReliabilityBin, Score, type ScoreResult} from './score.ts';

/** A stretch of the trace in which every window is forecast from what came before it. */
export interface Fold {
  readonly fromMinute: number;
  readonly untilMinute: number;
}

/** How one model did. */
export interface ModelScore extends ScoreResult {
  readonly name: string;
  readonly segments: readonly (ScoreResult & {name: string})[];
  readonly reliability: readonly ReliabilityBin[];
  /** The same by fold. */
  readonly folds: readonly Pick<ScoreResult, 'wql' | 'brier' | 'usdPerDay' | 'regretUsdPerDay'>[];
}

/** `count` stretches of equal length, whole windows each, that end with the span; fewer if it is too short. */
export function rollingFolds(from: number, span: number, count: number, windowMinutes: number): Fold[] {
  const windows = Math.floor((span - from) / windowMinutes);
  const folds = Math.max(0, Math.min(count, windows));
  const start = span - windows * windowMinutes;
  const edge = (fold: number) => start + Math.round((windows * fold) / folds) * windowMinutes;
  return Array.from({length: folds}, (_, fold) => ({fromMinute: edge(fold), untilMinute: edge(fold + 1)}));
}

/** What a backtest is about, the same for every model. */
export interface BacktestTask {
  readonly series: MinuteSeries;
  readonly costs: FunctionCosts;
  readonly windowMinutes: number;
  readonly folds: readonly Fold[];
  /** Levels that are scored; decisions use every level a model forecasts. */
  readonly quantiles: readonly number[];
}

/** Receives what each decision cost above an oracle's: series, segment, place of the sheet, dollars. */
export type DollarVisitor = (series: number, segment: number, price: number, regretUsd: number) => void;

/**
 * Forecasts every window of the folds from the past only, decides by the newsvendor's rule, and scores forecast and
 * decision. Windows up to a function's first call are left out: nobody can forecast it, and all models pay it alike.
 */
export async function backtest(task: BacktestTask, forecaster: Forecaster): Promise<ModelScore> {
  const [score] = await backtestAtPrices(task, forecaster, [task.costs.prices]);
  return score!;
}

/** The same under several price sheets, from one pass of forecasts: a score a sheet. */
export async function backtestAtPrices(
  task: BacktestTask,
  forecaster: Forecaster,
  sheets: readonly PriceSheet[],
  onDollars?: DollarVisitor,
): Promise<ModelScore[]> {
  const {costs, folds, quantiles, series, windowMinutes} = task;
  const {coldUs} = costs;
  const newScores = () =>
    sheets.map((prices) => new Score(quantiles, forecaster.quantiles, {prices, coldUs, windowMinutes}));
  const judge = new Judge(task, forecaster, sheets, onDollars);
  const totals = newScores();
  const byFold: ModelScore['folds'][number][][] = sheets.map(() => []);
  let minutes = 0;
  for (const {fromMinute, untilMinute} of folds) {
    const scores = newScores();
    const range = {from: fromMinute, until: untilMinute, every: windowMinutes};
    await walkForward(series, forecaster, range, (columns, rows) => {
      for (let row = 0; row < rows.count; row++) {
        judge.score(columns, row, rows.seriesOf[row]!, rows.minuteOf[row]!, totals, scores);
      }
    });
    minutes += untilMinute - fromMinute;
    scores.forEach((score, price) => {
      const {wql, brier, usdPerDay, regretUsdPerDay} = score.total(untilMinute - fromMinute);
      byFold[price]!.push({wql, brier, usdPerDay, regretUsdPerDay});
    });
  }
  return totals.map((total, price) => ({
    name: forecaster.name,
    ...total.total(minutes),
    segments: total.bySegment(minutes),
    reliability: total.reliability(),
    folds: byFold[price]!,
  }));
}

/** Holds single forecasts against the truth. */
class Judge {
  private readonly task: BacktestTask;
  private readonly truth: CallHistory;
  private readonly horizon: number;
  private readonly rates: readonly SlotRates[]; // [sheet]
  private readonly onDollars: DollarVisitor | undefined;
  private readonly decision = new Decision();
  /** Of the function that is loaded: a slot for a window, a cold start. */
  private readonly warmUsd: Float64Array; // [sheet]
  private readonly coldUsd: Float64Array; // [sheet]
  private loaded = -1;

  constructor(
    task: BacktestTask,
    {horizons}: Forecaster,
    sheets: readonly PriceSheet[],
    onDollars: DollarVisitor | undefined,
  ) {
    this.task = task;
    this.truth = new CallHistory(task.series.span, task.series.clock);
    this.horizon = horizons.indexOf(task.windowMinutes);
    this.rates = sheets.map((prices) => new SlotRates(prices));
    this.warmUsd = new Float64Array(sheets.length);
    this.coldUsd = new Float64Array(sheets.length);
    this.onDollars = onDollars;
  }

  /** Adds row `row` to the scores of each price, those of the whole and those of the fold. */
  score(
    columns: ForecastColumns,
    row: number,
    f: number,
    minute: number,
    totals: readonly Score[],
    ofFold: readonly Score[],
  ): void {
    const {decision, rates, truth} = this;
    const {costs, windowMinutes} = this.task;
    if (this.loaded !== f) this.load(f);
    truth.seek(minute);
    const calls = truth.callsBetween(minute, minute + windowMinutes);
    const segment = segmentOf(truth);
    const cell = row * columns.horizons.length + this.horizon;
    const at = cell * columns.quantiles.length;
    const active = columns.active[cell]!;
    const hold = costs.holdMinutes[f]!;
    const needed = slotsFor(calls, hold, windowMinutes);
    const load = (calls * hold) / windowMinutes;
    decision.memoryGb = costs.memoryMib[f]! / 1024;
    decision.busySlots = load;
    for (let price = 0; price < rates.length; price++) {
      const warmUsd = this.warmUsd[price]!;
      const coldUsd = this.coldUsd[price]!;
      const fractile = criticalFractile(warmUsd, coldUsd);
      const expected = countQuantile(quantileAt(fractile, active, columns.quantiles, columns.jittered, at));
      const warm = slotsFor(expected, hold, windowMinutes);
      decision.idleSlots = idleSlots(warm, needed, load);
      decision.coldStarts = coldStarts(warm, needed);
      decision.regretUsd =
        windowUsd(warm, needed, load, warmUsd, coldUsd) - windowUsd(needed, needed, load, warmUsd, coldUsd);
      totals[price]!.add(segment, calls, active, columns.jittered, at, decision);
      ofFold[price]!.add(segment, calls, active, columns.jittered, at, decision);
      this.onDollars?.(f, segment, price, decision.regretUsd);
    }
  }

  private load(f: number): void {
    const {costs, series, windowMinutes} = this.task;
    this.truth.load(series, (this.loaded = f));
    this.rates.forEach((rates, price) => {
      this.warmUsd[price] = 60 * windowMinutes * rates.warmUsdPerSecond(costs.memoryMib[f]!);
      this.coldUsd[price] = rates.coldStartUsd(costs.coldUs, costs.memoryMib[f]!);
    });
  }
}
