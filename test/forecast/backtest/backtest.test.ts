import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import type {PriceSheet} from '../../../src/cost/prices.ts';
import {priceSheets} from '../../../src/cost/sheets.ts';
import {type BacktestTask, backtest, rollingFolds} from '../../../src/forecast/backtest/backtest.ts';
import {BaselineForecaster} from '../../../src/forecast/baselines/baseline-forecaster.ts';
import {CountDistribution} from '../../../src/forecast/baselines/distribution.ts';
import {BATCH_ROWS, type ForecastColumns, type Forecaster, forecastColumns} from '../../../src/forecast/forecaster.ts';
import type {CallHistory} from '../../../src/forecast/history.ts';
import {walkForward} from '../../../src/forecast/walk-forward.ts';
import {type Calls, population, seriesOf, timer} from '../../helpers/series.ts';

const LEVELS = [0.5, 0.9, 0.975];
const WARM = 0.01 / 1440;
/** Half a second of a user's time, and of a slot. */
const COLD = (0.5 * 20) / 3600 + (0.5 / 60) * WARM;
const seed = priceSheets.seed!.sheet;

function taskOf(
  rows: readonly Calls[],
  span: number,
  folds = rollingFolds(span / 4, span, 3, 1),
  prices: PriceSheet = seed,
): BacktestTask {
  return {
    series: seriesOf(rows, span),
    costs: {
      prices,
      coldUs: 500_000,
      memoryMib: new Float64Array(rows.length).fill(512),
      holdMinutes: new Float64Array(rows.length).fill(1 / 60),
    },
    windowMinutes: 1,
    folds,
    quantiles: LEVELS,
  };
}

/** Forecasts by a rule of the test's own. */
class Rule implements Forecaster {
  readonly name = 'rule';
  readonly horizons = [1];
  readonly quantiles = LEVELS;
  private readonly columns: ForecastColumns = forecastColumns(this, BATCH_ROWS);
  private readonly cell = new CountDistribution(LEVELS);
  private readonly rule: (history: CallHistory, cell: CountDistribution) => void;
  private rows = 0;

  constructor(rule: (history: CallHistory, cell: CountDistribution) => void) {
    this.rule = rule;
  }

  add(history: CallHistory): void {
    this.rule(history, this.cell);
    this.columns.active[this.rows] = this.cell.active;
    this.columns.jittered.set(this.cell.jittered, LEVELS.length * this.rows++);
  }

  async flush(): Promise<ForecastColumns> {
    this.rows = 0;
    return this.columns;
  }
}

describe('folds', () => {
  test('three equal stretches of whole windows that end with the span', () => {
    expect(rollingFolds(100, 480, 3, 10)).toEqual([
      {fromMinute: 100, untilMinute: 230},
      {fromMinute: 230, untilMinute: 350},
      {fromMinute: 350, untilMinute: 480},
    ]);
    expect(rollingFolds(475, 480, 3, 2)).toEqual([
      {fromMinute: 476, untilMinute: 478},
      {fromMinute: 478, untilMinute: 480},
    ]);
    expect(rollingFolds(479, 480, 3, 2)).toEqual([]);
  });
});

describe('the walk forward', () => {
  test('visits every minute after the first call once, in order, across batches', async () => {
    const rows = population(1, 30, 900);
    const seen: string[] = [];
    const forecaster = new Rule((_, cell) => cell.certain(0));
    await walkForward(seriesOf(rows, 900), forecaster, {from: 200, until: 900, every: 3}, (_, batch) => {
      for (let i = 0; i < batch.count; i++) seen.push(`${batch.seriesOf[i]}:${batch.minuteOf[i]}`);
    });
    const wanted = rows.flatMap((calls, f) => {
      const first = calls[0]?.[0] ?? Number.POSITIVE_INFINITY;
      return Array.from({length: 234}, (_, k) => 200 + 3 * k)
        .filter((minute) => minute > first)
        .map((minute) => `${f}:${minute}`);
    });
    expect(seen).toEqual(wanted);
    expect(seen.length).toBeGreaterThan(1000);
  });

  test('what is no news stands as it was forecast last, from a first minute on, across batches', async () => {
    const rows = population(1, 30, 900);
    const minutes: string[] = [];
    let forecasts = 0;
    const forecaster = new Rule((_, cell) => cell.certain(0));
    const range = {from: 0, until: 900, every: 1, isNews: ({now}: {now: number}) => now % 7 === 0};
    await walkForward(seriesOf(rows, 900), forecaster, range, (_, batch) => {
      for (let i = 0; i < batch.count; i++) {
        forecasts++;
        for (let t = batch.minuteOf[i]!; t < batch.untilOf[i]!; t++) minutes.push(`${batch.seriesOf[i]}:${t}`);
      }
    });
    const firsts = rows.map((calls) => calls[0]?.[0] ?? 900);
    expect(minutes).toEqual(
      firsts.flatMap((first, f) => Array.from({length: Math.max(0, 899 - first)}, (_, k) => `${f}:${first + 1 + k}`)),
    );
    const sevenths = (first: number): number =>
      Array.from({length: 899 - first}, (_, k) => first + 1 + k).filter((t) => t === first + 1 || t % 7 === 0).length;
    expect(forecasts).toBe(firsts.reduce((sum, first) => sum + (first < 899 ? sevenths(first) : 0), 0));
    expect(forecasts).toBeGreaterThan(1000);
  });
});

describe('the backtest', () => {
  test('an oracle has no regret, no error, and pays for idle time only', async () => {
    const rows = population(2, 24, 600);
    const truth = rows.map((calls) => new Map(calls));
    let row = -1;
    let last = Number.POSITIVE_INFINITY;
    const oracle = new Rule((history, cell) => {
      // Rows come function by function, minutes ascending; those never called before the end are left out.
      if (history.now < last)
        do row++;
        while (![...(truth[row]?.keys() ?? [])].some((minute) => minute < 599));
      last = history.now;
      cell.certain(truth[row]!.get(history.now) ?? 0);
    });
    const score = await backtest(taskOf(rows, 600, rollingFolds(150, 600, 1, 1)), oracle);
    expect([score.regretUsdPerDay, score.wql, score.brier]).toEqual([0, 0, 0]);
    const active = rows.flatMap((calls) => calls.filter(([minute]) => minute >= 150 && minute > calls[0]![0]));
    const idle = active.reduce(
      (sum, [, count]) => sum + Math.max(0, Math.max(1, Math.ceil(count / 60)) - count / 60),
      0,
    );
    expect(score.usdPerDay).toBeCloseTo((idle * WARM * 1440) / 450, 10);
  });

  test('never and always cost what a count on paper says', async () => {
    // A call every 30 minutes over 240: in [60, 240) six calls; one slot, one second each.
    const task = taskOf([timer(30, 240)], 240, rollingFolds(60, 240, 1, 1));
    const never = await backtest(task, new BaselineForecaster('never', [1], LEVELS));
    const always = await backtest(task, new BaselineForecaster('always', [1], LEVELS));
    const idleInCalls = 6 * (1 - 1 / 60) * WARM;
    const perDay = 1440 / 180;
    expect(never.usdPerDay).toBeCloseTo((6 * COLD + idleInCalls) * perDay, 10);
    expect(never.regretUsdPerDay).toBeCloseTo(6 * COLD * perDay, 10);
    expect(always.usdPerDay).toBeCloseTo((174 * WARM + idleInCalls) * perDay, 10);
    expect(never.rows).toBe(180);
    expect(never.brier).toBeCloseTo(6 / 180, 10);
    expect(always.brier).toBeCloseTo(174 / 180, 10);
    // Six calls of 180 windows, median 0: pinball .5 each.
    expect(never.pinball['0.5']).toBeCloseTo((6 * 0.5) / 180, 10);
    expect(never.wql).toBeCloseTo((2 * (0.5 + 0.9 + 0.975)) / 3, 10);
  });

  test('the bill has all lines, those that no forecast changes too', async () => {
    const task = taskOf([timer(30, 240)], 240, rollingFolds(60, 240, 1, 1), {
      ...priceSheets.memory!.sheet,
      executionUsdPerGbSecond: 1.66667e-5,
      usdPerMillionRequests: 0.2,
    });
    const {costUsdPerDay, regretUsdPerDay, usdPerDay} = await backtest(
      task,
      new BaselineForecaster('never', [1], LEVELS),
    );
    // Half a GB: six calls of a second, each in a minute of its own, after a start of half a second.
    const perDay = 8;
    expect(costUsdPerDay.warm).toBeCloseTo(6 * 0.5 * (59 + 0.5) * 4.1667e-6 * perDay, 12);
    expect(costUsdPerDay.execution).toBeCloseTo(6 * 0.5 * 1.66667e-5 * perDay, 12);
    expect(costUsdPerDay.delay).toBeCloseTo(6 * (0.5 / 3600) * 20 * perDay, 12);
    expect(costUsdPerDay.requests).toBeCloseTo(6 * 0.2e-6 * perDay, 15);
    expect(costUsdPerDay.dropped).toBe(0);
    const {total, ...lines} = costUsdPerDay;
    expect(total).toBeCloseTo(
      Object.values(lines).reduce((a, b) => a + b),
      12,
    );
    expect(usdPerDay).toBe(total);
    expect(regretUsdPerDay).toBeCloseTo(6 * ((0.5 / 3600) * 20 + 0.5 * 0.5 * 4.1667e-6) * perDay, 12);
    // What "always" regrets are the 174 minutes without a call.
    const always = await backtest(task, new BaselineForecaster('always', [1], LEVELS));
    expect(always.regretUsdPerDay).toBeCloseTo(174 * 60 * 0.5 * 4.1667e-6 * perDay, 12);
    expect(always.usdPerDay - always.regretUsdPerDay).toBeCloseTo(costUsdPerDay.total - regretUsdPerDay, 12);
  });

  test('a calibrated forecaster meets its levels although most minutes are empty', async () => {
    const random = new Random(11);
    const rates = Array.from({length: 60}, () => 0.02 * 300 ** random.next());
    const draw = (mean: number) => {
      let n = 0;
      for (let p = random.next(), limit = Math.exp(-mean); p > limit; p *= random.next()) n++;
      return n;
    };
    const rows = rates.map((rate) => {
      const calls: [number, number][] = [[0, 1]];
      for (let t = 1; t < 1500; t++) {
        const n = draw(rate);
        if (n > 0) calls.push([t, n]);
      }
      return calls;
    });
    const series = taskOf(rows, 1500).series;
    let f = -1;
    let last = Number.POSITIVE_INFINITY;
    const honest = new Rule((history, cell) => {
      if (history.now < last) f++;
      last = history.now;
      cell.poisson(rates[f]!);
    });
    const folds = [{fromMinute: 1, untilMinute: 1500}];
    const score = await backtest({...taskOf(rows, 1500), series, folds}, honest);
    expect(score.rows).toBe(60 * 1499);
    for (const level of LEVELS) expect(score.coverage[String(level)]).toBeCloseTo(level, 2);
    for (const bin of score.reliability) expect(Math.abs(bin.observed - bin.predicted)).toBeLessThan(0.02);
  });

  test('segments and folds add up to the whole', async () => {
    const task = taskOf(population(5, 40, 800), 800);
    const score = await backtest(task, new BaselineForecaster('iat-histogram', [1], LEVELS));
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    expect(sum(score.segments.map((segment) => segment.rows))).toBe(score.rows);
    expect(sum(score.segments.map((segment) => segment.usdPerDay))).toBeCloseTo(score.usdPerDay, 8);
    const lengths = task.folds.map(({fromMinute, untilMinute}) => untilMinute - fromMinute);
    const weighted = score.folds.map((fold, i) => fold.usdPerDay * lengths[i]!);
    expect(sum(weighted) / sum(lengths)).toBeCloseTo(score.usdPerDay, 8);
    expect(sum(score.reliability.map((bin) => bin.rows))).toBe(score.rows);
  });

  test('no model costs less than the oracle, at any price', async () => {
    for (const delayUsdPerHour of [20, 1, 0.1]) {
      const priced = taskOf(population(7, 30, 500), 500, undefined, {...seed, delayUsdPerHour});
      for (const name of ['rolling-mean', 'croston', 'fourier', 'always', 'never', 'recent']) {
        const score = await backtest(priced, new BaselineForecaster(name, [1], LEVELS));
        expect(score.regretUsdPerDay).toBeGreaterThanOrEqual(0);
      }
    }
  });
});
