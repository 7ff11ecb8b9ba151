import {UserError} from '../base/errors.ts';
import {US_PER_MINUTE} from '../base/units.ts';
import {type Bill, billLines} from '../cost/bill.ts';
import type {PriceSheet} from '../cost/prices.ts';
import {coldTimes} from '../fleet/cold-time/registry.ts';
import type {Fold} from '../forecast/backtest/backtest.ts';
import type {ReplayedDollars} from '../forecast/backtest/backtest-report.ts';
import type {Forecaster} from '../forecast/forecaster.ts';
import {openForecaster} from '../forecast/open-forecaster.ts';
import {type ReplayOptions, usualOptions} from '../replay/options.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import {forecastTargetsOfEach} from '../replay/policies/predictive/forecast-targets.ts';
import {predictive} from '../replay/policies/predictive/predictive.ts';
import {replayReport} from '../replay/report/replay-report.ts';
import {replayStages} from '../replay/run/replay.ts';
import type {Workload} from '../workload/workload.ts';

export interface DollarTerms {
  readonly prices: PriceSheet;
  readonly coldUs: number;
  readonly defaultDurationUs: number;
  readonly defaultMemoryMib: number;
  readonly seed: number;
}

/** A replay of the folds in which nothing binds, as `coldfront replay` makes by default. */
export function replayOptions(terms: DollarTerms, folds: readonly Fold[]): ReplayOptions {
  const {prices, coldUs, defaultDurationUs, defaultMemoryMib, seed} = terms;
  return {
    ...usualOptions,
    fleet: {count: 1, slots: Number.POSITIVE_INFINITY, memoryMib: Number.POSITIVE_INFINITY},
    cells: 1,
    cold: coldTimes.parse(`fixed:${coldUs}us`),
    startsPerSecond: Number.POSITIVE_INFINITY,
    fromUs: folds[0]!.fromMinute * US_PER_MINUTE,
    untilUs: folds.at(-1)!.untilMinute * US_PER_MINUTE,
    prices,
    defaultDurationUs,
    defaultMemoryMib,
    seed,
  };
}

/**
 * The policy `predictive` by each of those forecasters, ready to replay; none for a forecaster that does not forecast the
 * next minute.
 */
export async function predictiveByEach(
  names: readonly string[],
  contract: string | undefined,
  workload: Workload,
  options: ReplayOptions,
): Promise<Map<string, PolicyChoice>> {
  const forecasters = new Map<string, Forecaster>();
  for (const name of names) {
    const forecaster = await openForecaster(name, {horizons: [1], quantiles: [], contract}).catch((error: unknown) => {
      if (error instanceof UserError) return undefined;
      throw error;
    });
    if (forecaster !== undefined) forecasters.set(name, forecaster);
  }
  const prepared = await forecastTargetsOfEach(workload, options, [...forecasters.values()]);
  return new Map(
    [...forecasters.keys()].map((name, k) => {
      const text = `${predictive.name}:model=${name}`;
      return [name, {text, name: predictive.name, values: {model: name}, prepared: prepared[k]}];
    }),
  );
}

const billNames = [...Object.keys(billLines), 'total'] as (keyof Bill)[];

/** What the scheduler core finds a policy to cost over the folds, a mean day. */
export async function replayedDollars(
  workload: Workload,
  policy: PolicyChoice,
  options: ReplayOptions,
  folds: readonly Fold[],
): Promise<ReplayedDollars> {
  const starts = folds.slice(1).map(({fromMinute}) => fromMinute * US_PER_MINUTE);
  const [ledgers] = await replayStages(workload, [policy], options, starts);
  const total = Object.fromEntries(billNames.map((part) => [part, 0])) as Record<keyof Bill, number>;
  const usdPerDayOfFold = ledgers!.map((ledger, k) => {
    const [fromUs, untilUs] = [starts[k - 1] ?? options.fromUs, starts[k] ?? options.untilUs];
    const [run] = replayReport(workload, [ledger], {...options, fromUs, untilUs}, 0).runs;
    for (const part of billNames) total[part] += run!.costUsd[part];
    return run!.usdPerDay;
  });
  const days = (options.untilUs - options.fromUs) / (1440 * US_PER_MINUTE);
  const costUsdPerDay = Object.fromEntries(billNames.map((part) => [part, total[part] / days])) as unknown as Bill;
  return {costUsdPerDay, usdPerDay: costUsdPerDay.total, usdPerDayOfFold};
}
