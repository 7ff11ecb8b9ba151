import type {Bill} from '../../cost/bill.ts';
import type {PriceOrigin, PriceSheet} from '../../cost/prices.ts';
import type {Fold, ModelScore} from './backtest.ts';
import type {SignalWorth} from './importance.ts';
import type {ScoreResult} from './score.ts';

/** Points by which the share of calls within a quantile may miss its level before a reader is warned. */
const COVERAGE_POINTS = 0.05;

/** What a replay in which nothing binds says of decisions by one forecaster, from the first fold to the last. */
export interface ReplayedDollars {
  readonly costUsdPerDay: Bill;
  readonly usdPerDay: number;
  readonly usdPerDayOfFold: readonly number[];
}

/** One forecaster, scored and replayed. */
export interface Contender {
  readonly score: ModelScore;
  /** Undefined: it does not forecast the next minute, by which the scheduler decides. */
  readonly dollars: ReplayedDollars | undefined;
}

/** A forecaster of `--model` that cannot be scored, and why. */
export interface Unscored {
  readonly name: string;
  readonly reason: string;
}

/** A score whose dollars are those of each window by itself: what it would cost if every window began anew. */
type WindowScore = Omit<ScoreResult, 'usdPerDay' | 'regretUsdPerDay' | 'costUsdPerDay'> & {
  readonly windowUsdPerDay: number;
  readonly windowRegretUsdPerDay: number;
};

export type ModelReport = WindowScore & {
  readonly name: string;
  readonly segments: readonly (WindowScore & {name: string})[];
  readonly reliability: ModelScore['reliability'];
  readonly folds: readonly {
    readonly wql: number;
    readonly brier: number;
    readonly usdPerDay: number | null;
    readonly windowUsdPerDay: number;
    readonly windowRegretUsdPerDay: number;
  }[];
  /** As a replay under `predictive` with this forecaster finds; null where it does not forecast the next minute. */
  readonly costUsdPerDay: Bill | null;
  readonly usdPerDay: number | null;
  /** Dollars above those of knowing every call (policy `clairvoyant`). */
  readonly regretUsdPerDay: number | null;
  /** Dollars a day below the reference's; negative where it is dearer. */
  readonly savesUsdPerDay: number | null;
  readonly worthShipping: boolean | null;
};

/** All that is said of a forecaster that cannot be scored. */
export interface UnscoredReport {
  readonly name: string;
  readonly reason: string;
  readonly rows: 0;
  readonly wql: null;
  readonly brier: null;
  readonly costUsdPerDay: null;
  readonly usdPerDay: null;
  readonly regretUsdPerDay: null;
  readonly savesUsdPerDay: null;
  readonly worthShipping: null;
}

/** What `coldfront backtest --json` prints. */
export interface BacktestReport {
  readonly schema: 'coldfront.backtest/1';
  readonly workload: {readonly functions: number; readonly spanMs: number; readonly source: string};
  readonly windowMs: number;
  readonly folds: readonly {readonly fromMs: number; readonly untilMs: number}[];
  readonly quantiles: readonly number[];
  /** What decisions were priced at; `coldUsd` is a cold start of the median function. */
  readonly prices: Omit<PriceSheet, 'origin'> & {readonly coldUsd: number};
  /** Where they come from; null: whoever made the sheet knows. */
  readonly priceSource: PriceOrigin | null;
  /** The rule to beat: the baseline that is cheapest in the replay. */
  readonly reference: {readonly name: string; readonly usdPerDay: number};
  readonly models: readonly (ModelReport | UnscoredReport)[];
  /** What to be careful about, a sentence each. */
  readonly warnings: readonly string[];
  readonly importance?: readonly {readonly name: string; readonly signals: readonly SignalWorth[]}[];
}

const MS_PER_MINUTE = 60_000;

/** What a report is made of, besides the forecasters. */
export interface BacktestHead
  extends Pick<BacktestReport, 'workload' | 'quantiles' | 'prices' | 'priceSource' | 'reference'> {
  readonly windowMinutes: number;
  readonly folds: readonly Fold[];
  /** What knowing every call would cost. */
  readonly oracleUsdPerDay: number;
}

export function backtestReport(
  head: BacktestHead,
  contenders: readonly (Contender | Unscored)[],
  importance: BacktestReport['importance'],
): BacktestReport {
  const {prices, priceSource, quantiles, reference, workload} = head;
  const models = contenders.map((one) => ('score' in one ? modelReport(one, head) : unscoredReport(one)));
  return {
    schema: 'coldfront.backtest/1',
    workload,
    windowMs: head.windowMinutes * MS_PER_MINUTE,
    folds: head.folds.map(({fromMinute, untilMinute}) => ({
      fromMs: fromMinute * MS_PER_MINUTE,
      untilMs: untilMinute * MS_PER_MINUTE,
    })),
    quantiles,
    prices,
    priceSource,
    reference,
    models,
    warnings: models.flatMap((model) => (isScored(model) ? coverageWarnings(model, quantiles) : [])),
    ...(importance ? {importance} : {}),
  };
}

export function isScored(model: ModelReport | UnscoredReport): model is ModelReport {
  return !('reason' in model);
}

function modelReport({score, dollars}: Contender, {reference, oracleUsdPerDay}: BacktestHead): ModelReport {
  const usdPerDay = dollars?.usdPerDay ?? null;
  return {
    name: score.name,
    ...windowScore(score),
    reliability: score.reliability,
    segments: score.segments.map(({name, ...segment}) => ({name, ...windowScore(segment)})),
    folds: score.folds.map(({wql, brier, usdPerDay: windowUsdPerDay, regretUsdPerDay}, k) => ({
      wql,
      brier,
      usdPerDay: dollars?.usdPerDayOfFold[k] ?? null,
      windowUsdPerDay,
      windowRegretUsdPerDay: regretUsdPerDay,
    })),
    costUsdPerDay: dollars?.costUsdPerDay ?? null,
    usdPerDay,
    regretUsdPerDay: usdPerDay === null ? null : usdPerDay - oracleUsdPerDay,
    savesUsdPerDay: usdPerDay === null ? null : reference.usdPerDay - usdPerDay,
    worthShipping: usdPerDay === null ? null : usdPerDay < reference.usdPerDay,
  };
}

function windowScore({rows, wql, pinball, coverage, brier, usdPerDay, regretUsdPerDay}: ScoreResult): WindowScore {
  return {
    rows,
    wql,
    pinball,
    coverage,
    brier,
    windowUsdPerDay: usdPerDay,
    windowRegretUsdPerDay: regretUsdPerDay,
  };
}

function unscoredReport({name, reason}: Unscored): UnscoredReport {
  return {
    name,
    reason,
    rows: 0,
    wql: null,
    brier: null,
    costUsdPerDay: null,
    usdPerDay: null,
    regretUsdPerDay: null,
    savesUsdPerDay: null,
    worthShipping: null,
  };
}

function coverageWarnings({name, coverage}: ModelReport, quantiles: readonly number[]): string[] {
  const off = quantiles.filter((level) => Math.abs(coverage[String(level)]! - level) > COVERAGE_POINTS);
  if (off.length === 0) return [];
  const shares = off.map((level) => `${points(coverage[String(level)]!)} within its ${points(level)} quantile`);
  return [`${name}: ${shares.join(', ')}: off by more than ${100 * COVERAGE_POINTS} points.`];
}

function points(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
