import {describe, expect, test} from 'vitest';
import {US_PER_HOUR} from '../../src/base/units.ts';
import {freeBounds, SlotLimits} from '../../src/plan/bounds/slot-limits.ts';
import {TeamTable} from '../../src/plan/bounds/team-table.ts';
import {UNBOUNDED_SLOTS} from '../../src/plan/curves/valuation.ts';
import {type BurstEvent, EventCalendar, windowsAround, withEvents} from '../../src/plan/demand/burst-events.ts';
import {curveCodes} from '../../src/plan/demand/demand.ts';
import {tileWindows} from '../../src/plan/demand/windows.ts';
import {FunctionNames} from '../../src/plan/file/function-names.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {minuteWorkload} from '../helpers/workload.ts';
import {demandOf} from './instances.ts';

const workload: Workload = minuteWorkload([
  {function: 'pay', app: 'shop', owner: 'acme', trigger: 'http', minute: 0, count: 1},
  {function: 'pay', app: 'bank', owner: 'acme', trigger: 'queue', minute: 0, count: 1},
  {function: 'mail', app: 'shop', owner: 'beta', trigger: 'queue', minute: 0, count: 1},
]);
const names = new FunctionNames(workload);

describe('limits of single functions', () => {
  function limits(header: string[], ...rows: string[][]) {
    const bounds = freeBounds(workload.functions);
    const table = new SlotLimits('limits.csv', header, names, bounds);
    const problems = rows.map((row) => table.take(row));
    return {problems, atLeast: [...bounds.atLeast], atMost: [...bounds.atMost]};
  }

  test('minimum, maximum and pin; a name alone means every function of that name', () => {
    const {problems, atLeast, atMost} = limits(
      ['function', 'app', 'min', 'max', 'pin'],
      ['pay', '', '1', '', ''],
      ['pay', 'bank', '', '4', ''],
      ['mail', '', '', '', '2'],
    );
    expect(problems).toEqual([undefined, undefined, undefined]);
    expect(atLeast).toEqual([1, 0, 2]);
    expect(atMost).toEqual([UNBOUNDED_SLOTS, 4, 2]);
  });

  test.each([
    {row: ['nobody', '', ''], problem: {column: 'function', value: 'nobody', rule: 'a function of the workload'}},
    {row: ['pay', '-1', ''], problem: {column: 'min', value: '-1', rule: 'a whole number of slots'}},
    {row: ['pay', '1.5', ''], problem: {column: 'min', value: '1.5', rule: 'a whole number of slots'}},
    {row: ['pay', '', 'x'], problem: {column: 'max', value: 'x', rule: 'a whole number of slots'}},
    {row: ['pay', '3', '2'], problem: {column: 'max', value: '2', rule: 'at least the minimum, 3'}},
  ])('refuses $row by column, value and rule', ({row, problem}) => {
    expect(limits(['function', 'min', 'max'], row).problems).toEqual([problem]);
  });

  test('a column that means nothing, or none for the function, is refused with those that do', () => {
    expect(() => limits(['function', 'minimum'])).toThrow(
      "limits.csv:1: has a column 'minimum' that means nothing here",
    );
    expect(() => limits(['min'])).toThrow("limits.csv:1: has no column 'function'");
  });
});

describe('teams', () => {
  function teams(...rows: string[][]) {
    const table = new TeamTable('teams.csv', ['owner', 'team', 'weight'], workload);
    const problems = rows.map((row) => table.take(row));
    const {names: teamNames, of, weights} = table.teams();
    return {problems, names: [...teamNames], of: [...of], weights: [...weights]};
  }

  test('owners are put together; whoever is not listed is a team of weight 1', () => {
    expect(teams(['acme', 'core', '3'])).toEqual({
      problems: [undefined],
      names: ['core', 'beta'],
      of: [0, 0, 1],
      weights: [3, 1],
    });
    expect(teams(['acme', 'all', '2'], ['beta', 'all', '']).of).toEqual([0, 0, 0]);
  });

  test('a weight of 0, or two weights for one team, are refused', () => {
    expect(teams(['acme', '', '0']).problems[0]).toMatchObject({column: 'weight', rule: 'a number above 0'});
    expect(teams(['acme', 't', '2'], ['beta', 't', '3']).problems[1]).toMatchObject({column: 'weight', value: '3'});
  });
});

describe('the events calendar', () => {
  const header = ['start', 'ramp', 'duration', 'p50', 'p90', 'class'];
  function calendar(given: Workload, ...rows: string[][]) {
    const table = new EventCalendar('events.csv', header, given);
    return {problems: rows.map((row) => table.take(row)), events: table.events};
  }
  const included = ({includes}: BurstEvent): number[] => [0, 1, 2].filter(includes);

  test('times, quantiles and whom an event concerns', () => {
    const {problems, events} = calendar(
      workload,
      ['18h', '10m', '1h', '4', '8', 'http'],
      ['0', '', '30m', '2', '', 'owner:acme'],
      ['1d', '', '5m', '3', '', 'function:mail'],
      ['1h', '', '5m', '3', '', '*'],
    );
    expect(problems.every((problem) => problem === undefined)).toBe(true);
    expect(events.map(included)).toEqual([[0], [0, 1], [2], [0, 1, 2]]);
    expect(events[0]).toMatchObject({startUs: 18 * US_PER_HOUR, rampUs: 600e6, durationUs: US_PER_HOUR, median: 4});
    // ln 2 / 1.2816: the ninth decile of a log-normal lies 1.2816 deviations out.
    expect(events[0]!.sigma).toBeCloseTo(Math.LN2 / 1.2815516, 4);
    expect(events[1]!.sigma).toBe(0);
  });

  test('a date counts from the time at which the workload began', () => {
    const dated = {...workload, meta: {...workload.meta, startTime: '2026-02-08T00:00:00Z'}};
    expect(calendar(dated, ['2026-02-08T23:30:00Z', '', '1m', '100', '', '']).events[0]!.startUs).toBe(
      23.5 * US_PER_HOUR,
    );
    expect(calendar(workload, ['2026-02-08T23:30:00Z', '', '1m', '100', '', '']).problems[0]).toMatchObject({
      column: 'start',
      rule: 'a time since time 0 with a unit',
    });
  });

  test.each([
    {row: ['18', '', '1h', '4', '', ''], column: 'start'},
    {row: ['1h', '5', '1h', '4', '', ''], column: 'ramp'},
    {row: ['1h', '', '0', '4', '', ''], column: 'duration'},
    {row: ['1h', '', '1h', '', '', ''], column: 'p50'},
    {row: ['1h', '', '1h', '4', '2', ''], column: 'p90'},
    {row: ['1h', '', '1h', '4', '', 'smtp'], column: 'class'},
    {row: ['1h', '', '1h', '-4', '', ''], column: 'p50'},
  ])('refuses $row by its $column', ({row, column}) => {
    expect(calendar(workload, row).problems[0]).toMatchObject({column});
  });

  test('windows are divided where an event begins and ends', () => {
    const {events} = calendar(workload, ['90m', '10m', '30m', '2', '', '']);
    const {startUs, endUs} = windowsAround(tileWindows(0, 3 * US_PER_HOUR, US_PER_HOUR), events);
    expect(Array.from(startUs, (us) => us / 60e6)).toEqual([0, 60, 90, 120, 130]);
    expect(Array.from(endUs, (us) => us / 60e6)).toEqual([60, 90, 120, 130, 180]);
  });

  test('an event raises the mean rate, and its uncertainty, of its functions in its windows alone', () => {
    const {events} = calendar(workload, ['1h', '', '1h', '4', '8', 'queue']);
    const demand = withEvents(
      demandOf({
        rates: [
          [1, 1, 1],
          [1, 1, 1],
          [1, 1, 1],
        ],
        hold: [1, 1, 1],
      }),
      events,
    );
    const sigma = Math.LN2 / 1.2815516;
    const mean = 4 * Math.exp((sigma * sigma) / 2);
    expect([...demand.ratePerSecond].map((rate) => Number(rate.toFixed(4)))).toEqual(
      [1, 1, 1, 1, mean, mean, 1, 1, 1].map((rate) => Number(rate.toFixed(4))),
    );
    expect(demand.rateVariation[4]).toBeCloseTo(Math.exp(sigma * sigma) - 1, 5);
    expect([...demand.curve]).toEqual(
      [0, 0, 0, 0, 2, 2, 0, 0, 0].map((code) => (code === 2 ? curveCodes['negative-binomial'] : curveCodes.erlang)),
    );
  });
});
