import type {MinuteSeries} from '../../demand/calls/minute-series.ts';
import type {ForecastColumns, Forecaster} from '../forecaster.ts';
import {countQuantile} from '../forecaster.ts';
import {CallHistory} from '../history.ts';
import {segmentOf} from '../segments.ts';
import {walkForward} from '../walk-forward.ts';
import type {FunctionCosts} from './costs.ts';
import {criticalFractile, quantileAt, slotsFor, windowUsd} from './decision.ts';
import {type ReliabilityBin, Score, type ScoreResult} from './score.ts';

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

/** Receives what each decision cost above an oracle's: series, segment, place of the price, dollars. */
export type DollarVisitor = (series: number, segment: number, price: number, regretUsd: number) => void;

/**
 * Forecasts every window of the folds from the past only, decides by the newsvendor's rule, and scores forecast and
 * decision. Windows up to a function's first call are left out: nobody can forecast it, and all models pay it alike.
 */
export async function backtest(task: BacktestTask, forecaster: Forecaster): Promise<ModelScore> {
  const [score] = await backtestAtPrices(task, forecaster, [task.costs.coldUsd]);
  return score!;
}

/** The same at several prices of a cold start, from one pass of forecasts: a score a price. */
export async function backtestAtPrices(
  task: BacktestTask,
  forecaster: Forecaster,
  coldUsd: readonly number[],
  onDollars?: DollarVisitor,
): Promise<ModelScore[]> {
  const {folds, quantiles, series, windowMinutes} = task;
  const newScores = () => coldUsd.map(() => new Score(quantiles, forecaster.quantiles));
  const judge = new Judge(task, forecaster, coldUsd, onDollars);
  const totals = newScores();
  const byFold: ModelScore['folds'][number][][] = coldUsd.map(() => []);
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
  private readonly coldUsd: readonly number[];
  private readonly onDollars: DollarVisitor | undefined;
  private loaded = -1;

  constructor(
    task: BacktestTask,
    {horizons}: Forecaster,
    coldUsd: readonly number[],
    onDollars: DollarVisitor | undefined,
  ) {
    this.task = task;
    this.truth = new CallHistory(task.series.span, task.series.clock);
    this.horizon = horizons.indexOf(task.windowMinutes);
    this.coldUsd = coldUsd;
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
    const {coldUsd, truth} = this;
    const {costs, series, windowMinutes} = this.task;
    if (this.loaded !== f) truth.load(series, (this.loaded = f));
    truth.seek(minute);
    const calls = truth.callsBetween(minute, minute + windowMinutes);
    const segment = segmentOf(truth);
    const cell = row * columns.horizons.length + this.horizon;
    const at = cell * columns.quantiles.length;
    const active = columns.active[cell]!;
    const warmUsd = costs.warmUsdPerMinute[f]! * windowMinutes;
    const hold = costs.holdMinutes[f]!;
    const needed = slotsFor(calls, hold, windowMinutes);
    const load = (calls * hold) / windowMinutes;
    for (let price = 0; price < coldUsd.length; price++) {
      const cold = coldUsd[price]!;
      const fractile = criticalFractile(warmUsd, cold);
      const expected = countQuantile(quantileAt(fractile, active, columns.quantiles, columns.jittered, at));
      const usd = windowUsd(slotsFor(expected, hold, windowMinutes), needed, load, warmUsd, cold);
      const oracleUsd = windowUsd(needed, needed, load, warmUsd, cold);
      totals[price]!.add(segment, calls, active, columns.jittered, at, usd, oracleUsd);
      ofFold[price]!.add(segment, calls, active, columns.jittered, at, usd, oracleUsd);
      this.onDollars?.(f, segment, price, usd - oracleUsd);
    }
  }
}
