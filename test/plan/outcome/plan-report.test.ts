import {describe, expect, test} from 'vitest';
import {sheetWith} from '../../../src/cost/prices.ts';
import type {ColdTimes} from '../../../src/fleet/cold-time/expected-cold-times.ts';
import {freeBounds} from '../../../src/plan/bounds/slot-limits.ts';
import type {Demand} from '../../../src/plan/demand/demand.ts';
import {planRows} from '../../../src/plan/file/plan-rows.ts';
import {makePlan, type PlanTerms} from '../../../src/plan/make-plan.ts';
import {planReport, type ReportInput} from '../../../src/plan/outcome/plan-report.ts';
import {type KeptRest, keptFor} from '../../../src/plan/rest/rest.ts';
import {minuteWorkload} from '../../helpers/workload.ts';
import {demandOf} from '../instances.ts';

const {POSITIVE_INFINITY} = Number;
const HOUR = 3600;
const HOUR_US = HOUR * 1e6;
const HOUR_MS = HOUR * 1e3;

/** Four functions of one team each but for b, which is a's. */
const workload = minuteWorkload(
  [...'abcd'].map((name) => ({function: name, owner: name === 'b' ? 'a' : name, minute: 0, count: 1})),
);

/** Calls of no length, so that one slot avoids all cold starts of its function: by hour of the plan, from hour 1 on. */
const demand: Demand = {
  ...demandOf({
    rates: [
      [6 / HOUR, 1 / 12 / HOUR, 0, 0],
      [12 / HOUR, 1 / 12 / HOUR, 24 / HOUR, 6 / HOUR],
    ],
    hold: [0, 0, 0, 0],
  }),
  windows: {
    startUs: Float64Array.of(HOUR_US, 2 * HOUR_US),
    endUs: Float64Array.of(2 * HOUR_US, 3 * HOUR_US),
    repeatUs: 0,
  },
};

/** Half a second; b takes two. */
const coldUs = Float64Array.of(500_000, 2_000_000, 500_000, 500_000);
const cold: ColdTimes = {meanUs: coldUs, alike: false, shareAbove: (f, us) => (us < coldUs[f]! ? 1 : 0)};

/** Ten cents a warm slot and day, a cent a second of waiting; at most two slots, two starts a second. */
const terms: PlanTerms = {
  objective: 'dollars',
  p99StartUs: Number.NaN,
  prices: sheetWith({warmUsdPerSlotDay: 0.1, delayUsdPerHour: 36}),
  cold,
  memoryMib: new Float64Array(4).fill(128),
  budgets: {slots: 2, memoryMib: POSITIVE_INFINITY, usdPerDay: POSITIVE_INFINITY},
  cells: undefined,
  bounds: freeBounds(4),
  teams: undefined,
  rest: {...keptFor(0, 4), otherKeepAliveUs: 7e6},
  baseline: keptFor(0, 4),
  closesGap: true,
  startsPerSecond: 2,
};

function reportOf(given: Partial<PlanTerms> = {}, of = demand, rest: Partial<ReportInput> = {}) {
  const plan = makePlan(of, {...terms, ...given});
  const note = {source: 'as told', historyMs: 1, withoutDuration: 0};
  const rows = planRows(plan, undefined, 10);
  return planReport({workload, plan, rows, note, schedule: undefined, explained: [], ...rest});
}

/** What half a day of a kept slot costs, and what a cold start of half a second does. */
const HALF_DAY = 0.05;
const COLD = 0.005 + (0.5 * 0.1) / 86_400;

describe('a plan of two hours under two slots, worked by hand', () => {
  const report = reportOf();

  test('a all the time and c in its hour; d pays too but finds no slot, b is called too rarely', () => {
    expect(report.perWindow).toEqual([
      {startMs: HOUR_MS, endMs: 2 * HOUR_MS, slots: 1, functionsWarm: 1, leadMs: 1000, dualPrice: 0},
      {
        startMs: 2 * HOUR_MS,
        endMs: 3 * HOUR_MS,
        slots: 2,
        functionsWarm: 2,
        leadMs: 1000,
        dualPrice: expect.closeTo(72 * COLD - HALF_DAY, 9),
      },
    ]);
    expect(report).toMatchObject({slots: 2, windows: 2, functions: 4, functionsWarm: 2, repeatMs: 0});
    expect(report.reasons).toEqual({
      'kept: saves more than it costs': 3,
      'refused: called too rarely to pay': 2,
      'refused: budget went to more valuable slots': 1,
      'refused: not called': 2,
    });
    expect(report.demand).toMatchObject({callsPerDay: 578, curves: {erlang: 6, poisson: 0}});
  });

  test('its value, the bound, and what one more slot would gain', () => {
    // An hour stands for half a day: 72 and 144 calls of a, 288 of c.
    expect(report.primal).toBeCloseTo((72 + 144 + 288) * COLD - 3 * HALF_DAY, 9);
    expect(report.gap.relative).toBeLessThan(1e-12);
    expect(report.dualPrice).toBeCloseTo(72 * COLD - HALF_DAY, 9);
    expect(report.constraints).toEqual([{name: 'slots', limit: 2, used: 2, groups: 2, binding: 1}]);
    const [best, ...rare] = report.refused;
    expect(best).toEqual({
      ...{function: 'd', shortName: 'd', app: 'app', owner: 'd', windowStartMs: 2 * HOUR_MS},
      usdPerDay: expect.closeTo(72 * COLD - HALF_DAY, 6),
      // In a day of such hours; the dollars are those of a mean day of the plan.
      coldStartsPerDay: expect.closeTo(144, 9),
      reason: 'refused: budget went to more valuable slots',
    });
    expect(rare.slice(0, 2).map((row) => [row.function, row.coldStartsPerDay])).toEqual([
      ['b', expect.closeTo(2, 9)],
      ['b', expect.closeTo(2, 9)],
    ]);
  });

  test('what to expect: 74 of 578 calls are cold, b by two seconds, and those two are the slowest of a hundredth', () => {
    const {expected, usdPerDay} = report;
    expect(expected).toMatchObject({
      coldStartsPerDay: expect.closeTo(74, 9),
      coldShare: expect.closeTo(74 / 578, 12),
      warmShare: expect.closeTo(504 / 578, 12),
      // A hundredth of all calls is 5.78, of the cold ones 0.74.
      startDelayP99Ms: 500,
      coldTimeP99Ms: 2000,
      slotSecondsPerDay: {
        kept: expect.closeTo(1.5 * 86_400, 6),
        spill: 0,
        starting: expect.closeTo(72 * 0.5 + 2 * 2, 9),
      },
      reservedUsdPerDay: expect.closeTo(0.15, 12),
      slotsHeld: 2,
    });
    const warm = 0.15 + (40 * 0.1) / 86_400;
    expect(expected.costUsdPerDay).toEqual({
      warm: expect.closeTo(warm, 9),
      delay: expect.closeTo(0.4, 9),
      execution: 0,
      requests: 0,
      dropped: 0,
      hosts: 0,
      total: expect.closeTo(warm + 0.4, 9),
    });
    expect(usdPerDay).toBe(expected.costUsdPerDay.total);
  });
});

describe('other plans for the same calls', () => {
  test('with room for all that pays, nothing binds', () => {
    const {constraints, dualPrice, reasons} = reportOf({budgets: {...terms.budgets, slots: 9}});
    expect(constraints).toEqual([{name: 'slots', limit: 9, used: 3, groups: 2, binding: 0}]);
    expect(dualPrice).toBe(0);
    expect(reasons).toMatchObject({'kept: saves more than it costs': 4, 'refused: called too rarely to pay': 2});
  });

  test('a budget of money has one price for all windows', () => {
    // Of $0.175 a day three half days of a slot take 0.15; half a slot for d is left.
    const {constraints, dualPrice, perWindow} = reportOf({
      budgets: {...terms.budgets, slots: POSITIVE_INFINITY, usdPerDay: 0.175},
    });
    expect(constraints).toEqual([{name: 'money', limit: 0.175, used: expect.closeTo(0.15, 12), groups: 1, binding: 1}]);
    expect(perWindow.map((window) => window.dualPrice)).toEqual([dualPrice, 0]);
    // A cold start a day avoided by a dollar for idle time: what d's slot saves for its cost.
    expect(dualPrice).toBeCloseTo((72 * COLD) / HALF_DAY - 1, 9);
  });

  test('slots held around strokes alone are charged for that time', () => {
    const {expected} = reportOf({}, {...demand, heldShare: Float64Array.of(0.25, 1, 1, 1)});
    expect(expected.slotSecondsPerDay.kept).toBeCloseTo((0.25 + 0.5) * 86_400, 6);
    expect(expected.reservedUsdPerDay).toBeCloseTo(0.075, 12);
  });

  test('timers: how many, how far ahead in whole milliseconds, and how many strike at once', () => {
    const us = Float64Array.of(0, 0);
    const timers = {function: Int32Array.of(1, 2), periodUs: us, fromUs: us, untilUs: us, missShare: us};
    const schedule = {timers, startUs: us, endUs: us, smearUs: us, leadUs: 1_500_400, atOnce: 2, atOnceSmeared: 1};
    expect(reportOf({}, demand, {schedule}).timers).toEqual({functions: 2, leadMs: 1501, atOnce: 2, atOnceSmeared: 1});
    expect(reportOf().timers).toBeNull();
  });

  test('explained: every window of the function, each slot with what it saves and costs', () => {
    const {explain} = reportOf({}, demand, {explained: [0]});
    expect(explain).toEqual([{function: 'a', keepAliveMs: 0, windows: [expect.anything(), expect.anything()]}]);
    const [first] = explain![0]!.windows;
    expect(first).toMatchObject({
      ...{startMs: HOUR_MS, endMs: 2 * HOUR_MS, curve: 'erlang', slots: 1, load: 0},
      callsPerDay: expect.closeTo(144, 9),
      expectedColdPerDay: expect.closeTo(0, 9),
    });
    // In a day of such hours the first slot avoids all 144 cold starts for ten cents.
    expect(first!.levels[0]).toEqual({
      ...{slot: 1, kept: true, idleShare: 1},
      coldStartsAvoidedPerDay: expect.closeTo(144, 9),
      savesUsdPerDay: expect.closeTo(144 * COLD, 9),
      costsUsdPerDay: expect.closeTo(2 * HALF_DAY, 12),
      marginalUsdPerDay: expect.closeTo(144 * COLD - 2 * HALF_DAY, 9),
    });
    expect(first!.levels.slice(1).map(({slot, kept}) => [slot, kept])).toEqual([
      [2, false],
      [3, false],
      [4, false],
    ]);
  });

  test('how long instances beyond the plan stay: least, median, most, and where the plan knows nothing', () => {
    const {spillMs} = reportOf({
      rest: {...(terms.rest as KeptRest), keepAliveUs: Float64Array.of(3e6, 1e6, 10e6, 2e6)},
    });
    expect(spillMs).toEqual({min: 1000, p50: 2000, max: 10_000, other: 7000});
  });

  test('teams: shares, what they want and use in the mean window, and how much of their calls is cold', () => {
    const teams = {count: 3, names: ['a', 'c', 'd'], of: Int32Array.of(0, 0, 1, 2), weights: Float64Array.of(2, 1, 1)};
    const {teams: rows} = reportOf({teams});
    // In the second hour two slots are wanted by three: a's weight gives it one, c and d are due half a slot each, and
    // the whole one goes to the first of equals. b's two calls are a's, of 218.
    expect(rows).toEqual([
      {team: 'a', weight: 2, share: 1, wanted: 1, used: 1, coldShare: expect.closeTo(2 / 218, 12)},
      {team: 'c', weight: 1, share: 0.5, wanted: 0.5, used: 0.5, coldShare: 0},
      {team: 'd', weight: 1, share: 0, wanted: 0.5, used: 0, coldShare: 1},
    ]);
  });
});
