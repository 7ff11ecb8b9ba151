import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {expectationOf, type HistoryFacts} from '../../src/tasks/plan-expectation.ts';
import type {Stage} from '../../src/tasks/plan-stages.ts';

/** A tenth of a day that cost `warm` dollars, `cold` delays of a cent each, and `waits` dollars of other delay. */
function stage({warm = 0, cold = 0, waits = 0, calls = 1000, newFunctions = 0, execution = 0, days = 0.1}): Stage {
  const coldUsd = cold * 0.01;
  const delay = coldUsd + waits;
  const bill = {warm, execution, hosts: 0, delay, requests: 0, dropped: 0, total: warm + delay + execution};
  return {days, calls, cold, coldUsd, newFunctions, bill, idleInstances: 0, idleMib: 0, idleUsd: warm};
}

const day: HistoryFacts = {days: 1, knownHalf: 50, known: 50, concentration: 0, unlikeness: 0, coldStartUsd: 0.003};
/** The ninth decile of a Gamma distribution of that many and a half, less that many. */
const more = (late: number): number => {
  const shape = late + 0.5;
  return shape * (1 - 1 / (9 * shape) + 1.2815515655446004 / Math.sqrt(9 * shape)) ** 3 - late;
};
/** Of what functions cost, what is left on average over so many days if 8 % of them fall silent a day. */
const stay = (days: number): number => (1 - Math.exp(-0.08 * days)) / (0.08 * days);
const tenOf = (one: Parameters<typeof stage>[0]): Stage[] => Array.from({length: 10}, () => stage(one));

describe('what days to come should bring', () => {
  test('a history that is the same throughout goes on', () => {
    const {usdPerDay, bill, coldShare, callsPerDay} = expectationOf(tenOf({warm: 0.2, cold: 5}), day, 1);
    // 0.2 dollars warm and 0.05 of delay in each tenth of a day.
    expect(usdPerDay.value).toBeCloseTo(2.5 * stay(1), 12);
    expect(bill.warm / bill.total).toBeCloseTo(0.8, 12);
    const [low, high] = usdPerDay.interval80;
    expect(Math.log(low / usdPerDay.value)).toBeCloseTo(-0.09, 12);
    // Nobody new in the later half: a tenth of the chance lies beyond 1.32 functions, of 2.3 fiftieths of the cost each.
    expect(high - usdPerDay.value * Math.exp(0.09)).toBeCloseTo((2.3 * more(0) * 2.5) / 50, 12);
    expect(more(0)).toBeCloseTo(1.32, 2);
    expect(callsPerDay).toBeCloseTo(10_000, 9);
    expect(coldShare.value).toBeCloseTo(50 / 10_000, 12);
  });

  test('what waits for instances on the way leans on a tenth of all else, which is as much as thrice what it was', () => {
    const usdOf = (waits: number): number => expectationOf(tenOf({warm: 0.2, waits}), day, 1).usdPerDay.value;
    expect(usdOf(0)).toBeCloseTo(2 * stay(1), 12);
    expect(usdOf(0.001)).toBeCloseTo((2 + (0.01 + 0.03) / 2) * stay(1), 12);
    expect(usdOf(0.1)).toBeCloseTo((2 + (1 + 0.2) / 2) * stay(1), 12);
  });

  test('first calls are taken out and expected anew, as many as the growth so far lets expect', () => {
    // 64 functions known in half a day, 128 in a whole one: they grow with time, so 128 more in the next.
    const facts = {...day, knownHalf: 64, known: 128};
    const stages = tenOf({warm: 0.2}).map((_, k) =>
      stage({warm: 0.2, ...(k === 9 ? {cold: 64, newFunctions: 64} : {})}),
    );
    const power = Math.log2(128.5 / 64.5);
    const fresh = 128 * (2 ** power - 1);
    const {usdPerDay, coldPerDay} = expectationOf(stages, facts, 1);
    expect(usdPerDay.value).toBeCloseTo(2 * stay(1) + 0.01 * fresh, 9);
    expect(coldPerDay).toBeCloseTo(fresh, 9);
  });

  test('dollars are the mean, what is one and a half histories older weighing half; parts that differ widen the interval', () => {
    const rates = [1, 1, 1, 1, 1, 1, 1, 1, 1, 100];
    const stages = rates.map((usd) => stage({warm: usd / 20, days: 0.05}));
    const weights = rates.map((_, k) => 0.5 ** ((9.5 - k) / 10 / 1.5));
    const share = weights[9]! / weights.reduce((sum, weight) => sum + weight, 0);
    const {usdPerDay} = expectationOf(stages, {...day, days: 0.5}, 0.5);
    expect(usdPerDay.value).toBeCloseTo((1 - share + 100 * share) * stay(0.5), 9);
    // The mean is 10.9 a day; of ten logarithms one is that of 100, and nine that of 1, which is above a twentieth of the mean.
    const ripple = Math.log(100) * Math.sqrt(0.09);
    expect(Math.log(usdPerDay.value / usdPerDay.interval80[0])).toBeCloseTo(Math.hypot(0.09, 0.5 * ripple), 9);
  });

  test('functions that cost another thing in the later half widen the interval', () => {
    const {usdPerDay} = expectationOf(tenOf({warm: 1}), {...day, unlikeness: 0.4}, 1);
    expect(Math.log(usdPerDay.value / usdPerDay.interval80[0])).toBeCloseTo(Math.hypot(0.09, 0.75 * 0.4), 9);
  });

  test('policies learn: half the weight of cold starts lies in the last 0.35 of the history, one wild part is taken by its logarithm', () => {
    const parts = [2, 2, 2, 2, 2, 2, 2, 2, 2, 50];
    const weights = parts.map((_, k) => 0.5 ** ((9.5 - k) / 10 / 0.35));
    const share = weights[9]! / weights.reduce((sum, weight) => sum + weight, 0);
    const {coldPerDay} = expectationOf(
      parts.map((cold) => stage({warm: 1, cold, days: 0.05})),
      {...day, days: 0.5},
      0.5,
    );
    expect(coldPerDay).toBeCloseTo(20 * (2.3 ** (1 - share) * 50.3 ** share - 0.3), 9);
  });

  test('of whole days every hour weighs the same, and days by how long ago they are', () => {
    // A day of 1 dollar an afternoon and 4 a night, then one of 9 and 16.
    const stages = [1, 4, 9, 16].map((usd) => stage({warm: usd / 2, days: 0.5}));
    const older = 0.5 ** (1 / 2 / 1.5);
    const {usdPerDay} = expectationOf(stages, {...day, days: 2}, 2);
    expect(usdPerDay.value).toBeCloseTo(((older * (1 + 4) + 9 + 16) / (2 * older + 2)) * stay(2), 9);
  });

  test('execution is of the calls, so nothing is added to it', () => {
    const {bill} = expectationOf(tenOf({warm: 0.2, execution: 3}), day, 1);
    expect(bill.execution).toBeCloseTo(30, 12);
    expect(bill.warm).toBeCloseTo(2 * stay(1), 12);
    expect(bill.total).toBeCloseTo(30 + 2 * stay(1), 12);
  });

  test('the cost of one function alone is less certain, the more so the longer the time in which it may fall silent', () => {
    const lowest = (concentration: number, horizonDays: number): number => {
      const {usdPerDay} = expectationOf(tenOf({warm: 1}), {...day, concentration}, horizonDays);
      return Math.log(usdPerDay.value / usdPerDay.interval80[0]);
    };
    const silent = 1 - Math.exp(-0.08 * 2);
    expect(lowest(0.25, 2)).toBeCloseTo(Math.hypot(0.09, 1.2815515655446004 * Math.sqrt(0.25 * silent)), 9);
    expect(lowest(0.25, 2)).toBeLessThan(lowest(1, 2));
    expect(lowest(0.25, 2)).toBeLessThan(lowest(0.25, 5));
  });

  test('where functions are few, one more makes it dear, and those that came late say how many may', () => {
    const highest = (knownHalf: number, known: number, horizonDays: number): number => {
      const {usdPerDay} = expectationOf(tenOf({warm: 1}), {...day, knownHalf, known}, horizonDays);
      return usdPerDay.interval80[1] - usdPerDay.value * Math.exp(0.09);
    };
    // Ten dollars a day, of one function or of a hundred.
    expect(highest(1, 1, 1)).toBeCloseTo(2.3 * 10 * more(0), 9);
    expect(highest(100, 100, 1)).toBeCloseTo(2.3 * 0.1 * more(0), 9);
    expect(highest(90, 100, 3)).toBeCloseTo(2.3 * 2 * 0.1 * more(10), 9);
  });

  test('without a cold start so far up to half of one is expected at most, and its noise is added', () => {
    const {coldShare} = expectationOf(tenOf({warm: 1}), day, 1);
    expect(coldShare.value).toBe(0);
    // Not even by rounding, whatever the parts weigh.
    const short = expectationOf(tenOf({warm: 1, days: 0.07}), {...day, days: 0.7}, 1);
    expect(short.coldShare.value).toBe(0);
    expect(coldShare.interval80[0]).toBe(0);
    expect(coldShare.interval80[1]).toBeCloseTo((0.5 * Math.exp(Math.hypot(0.5, 1.6 / Math.sqrt(0.5)))) / 10_000, 9);
  });

  test('where nothing was called lately, who may come costs a first start at least', () => {
    const {usdPerDay} = expectationOf(tenOf({calls: 0, days: 0.05}), {...day, days: 0.5, knownHalf: 1, known: 1}, 0.25);
    expect(usdPerDay.value).toBe(0);
    expect(usdPerDay.interval80[1]).toBeCloseTo((more(0) * Math.log2(1.5) * 0.003) / 0.25, 9);
  });

  test('nothing happens where nothing did', () => {
    const {usdPerDay, coldShare, bill} = expectationOf(tenOf({calls: 0}), {...day, knownHalf: 0, known: 0}, 1);
    expect([usdPerDay.value, coldShare.value, bill.total]).toEqual([0, 0, 0]);
  });

  test('twice the dollars are twice the expectation, and the value lies in its interval', () => {
    const stages = fc.array(
      fc.record({
        warm: fc.double({min: 0, max: 10, noNaN: true}),
        cold: fc.integer({min: 0, max: 50}),
        newFunctions: fc.integer({min: 0, max: 5}),
      }),
      {minLength: 1, maxLength: 12},
    );
    fc.assert(
      fc.property(stages, fc.double({min: 0, max: 1, noNaN: true}), (parts, concentration) => {
        const given = parts.map((part) => stage(part));
        const dearer = given.map((one) => ({
          ...one,
          coldUsd: 2 * one.coldUsd,
          bill: Object.fromEntries(Object.entries(one.bill).map(([line, usd]) => [line, 2 * usd])) as Stage['bill'],
        }));
        const facts = {...day, concentration};
        const [once, twice] = [given, dearer].map((some) => expectationOf(some, facts, 2));
        expect(twice!.usdPerDay.value).toBeCloseTo(2 * once!.usdPerDay.value, 6);
        for (const {value, interval80} of [once!.usdPerDay, once!.coldShare]) {
          expect(interval80[0]).toBeLessThanOrEqual(value);
          expect(interval80[1]).toBeGreaterThanOrEqual(value);
        }
        const {total, ...lines} = once!.bill;
        expect(Object.values(lines).reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(total, 6);
      }),
    );
  });
});
