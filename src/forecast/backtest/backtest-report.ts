import type {PriceSheet} from '../../cost/prices.ts';
import {rollingMean} from '../baselines/rolling.ts';
import type {Fold, ModelScore} from './backtest.ts';
import type {SignalWorth} from './importance.ts';

/** The rule that a model has to beat in dollars to be worth shipping (METHODS F). */
export const REFERENCE = rollingMean.name;

/** What `coldfront backtest --json` prints. */
export interface BacktestReport {
  readonly schema: 'coldfront.backtest/1';
  readonly workload: {readonly functions: number; readonly spanMs: number; readonly source: string};
  readonly windowMs: number;
  readonly folds: readonly {readonly fromMs: number; readonly untilMs: number}[];
  readonly quantiles: readonly number[];
  /** What decisions were priced at; `coldUsd` is a cold start of the median function. */
  readonly prices: PriceSheet & {readonly coldUsd: number};
  /** The rule to beat, scored alike. */
  readonly reference: {readonly name: string; readonly usdPerDay: number};
  readonly models: readonly (ModelScore & {
    /** Dollars a day below the reference's; negative where it is dearer. */
    readonly savesUsdPerDay: number;
    readonly worthShipping: boolean;
  })[];
  readonly importance?: readonly {readonly name: string; readonly signals: readonly SignalWorth[]}[];
}

const MS_PER_MINUTE = 60_000;

export function backtestReport(
  head: Pick<BacktestReport, 'workload' | 'quantiles' | 'prices'>,
  windowMinutes: number,
  folds: readonly Fold[],
  reference: ModelScore,
  models: readonly ModelScore[],
  importance: BacktestReport['importance'],
): BacktestReport {
  const {prices, quantiles, workload} = head;
  return {
    schema: 'coldfront.backtest/1',
    workload,
    windowMs: windowMinutes * MS_PER_MINUTE,
    folds: folds.map(({fromMinute, untilMinute}) => ({
      fromMs: fromMinute * MS_PER_MINUTE,
      untilMs: untilMinute * MS_PER_MINUTE,
    })),
    quantiles,
    prices,
    reference: {name: REFERENCE, usdPerDay: reference.usdPerDay},
    models: models.map((score) => ({
      ...score,
      savesUsdPerDay: reference.usdPerDay - score.usdPerDay,
      worthShipping: score.usdPerDay < reference.usdPerDay,
    })),
    ...(importance ? {importance} : {}),
  };
}
