import {describe, expect, test} from 'vitest';
import {US_PER_HOUR} from '../../src/base/units.ts';
import {settingsOf} from '../../src/fleet/settings/settings-of.ts';
import {SettingsTable} from '../../src/fleet/settings/settings-table.ts';
import {boundsOf} from '../../src/plan/bounds/slot-limits.ts';
import {teamsBy} from '../../src/plan/bounds/team-table.ts';
import {UNBOUNDED_SLOTS} from '../../src/plan/curves/valuation.ts';
import {type BurstEvent, EventCalendar, windowsAround, withEvents} from '../../src/plan/demand/burst-events.ts';
import {curveCodes} from '../../src/plan/demand/demand.ts';
import {tileWindows} from '../../src/plan/demand/windows.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {minuteWorkload} from '../helpers/workload.ts';
import {demandOf} from './instances.ts';

const workload: Workload = minuteWorkload([
  {function: 'pay', app: 'shop', owner: 'acme', trigger: 'http', minute: 0, count: 1},
  {function: 'pay', app: 'bank', owner: 'acme', trigger: 'queue', minute: 0, count: 1},
  {function: 'mail', app: 'shop', owner: 'beta', trigger: 'queue', minute: 0, count: 1},
]);

function settings(header: string[], ...rows: string[][]) {
  const table = new SettingsTable('t.csv', header);
  expect(rows.map((row) => table.take(row))).toEqual(rows.map(() => undefined));
  return settingsOf([table], workload, () => {});
}

describe('limits of single functions', () => {
  function limits(header: string[], places: number[] | undefined, ...rows: string[][]) {
    const said = settings(header, ...rows);
    const {atLeast, atMost} = boundsOf(workload.functions, said, places && Int32Array.from(places));
    return {atLeast: [...atLeast], atMost: [...atMost]};
  }

  test('minimum, maximum and pin; a name alone means every function of that name', () => {
    const {atLeast, atMost} = limits(
      ['function', 'app', 'min', 'max', 'pin'],
      undefined,
      ['pay', '', '1', '', ''],
      ['pay', 'bank', '', '4', ''],
      ['mail', '', '', '', '2'],
    );
    expect(atLeast).toEqual([1, 1, 2]);
    expect(atMost).toEqual([UNBOUNDED_SLOTS, 4, 2]);
  });

  test('calls in flight at most are so many instances with their places; a time of its own leaves the minimum', () => {
    const header = ['function', 'app', 'min', 'reserved', 'ttl'];
    const rows = [
      ['pay', 'shop', '', '25', ''],
      ['mail', '', '3', '', '5m'],
    ];
    expect(limits(header, [10, 1, 10], ...rows)).toEqual({atLeast: [0, 0, 3], atMost: [3, UNBOUNDED_SLOTS, 3]});
    expect(limits(header, undefined, ...rows).atMost).toEqual([25, UNBOUNDED_SLOTS, 3]);
  });
});

describe('teams', () => {
  function teams(...rows: string[][]) {
    const {names, of, weights} = teamsBy(workload, settings(['owner', 'team', 'weight'], ...rows));
    return {names: [...names], of: [...of], weights: [...weights]};
  }

  test('owners are put together; whoever is not listed is a team of weight 1', () => {
    expect(teams(['acme', 'core', '3'])).toEqual({names: ['core', 'beta'], of: [0, 0, 1], weights: [3, 1]});
    expect(teams(['acme', 'all', '2'], ['beta', 'all', '']).of).toEqual([0, 0, 0]);
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

  test('beside a rate quantiles are calls a second as it is, and p50 is refused', () => {
    const columns = ['start', 'duration', 'rate', 'p50', 'p90'];
    const table = new EventCalendar('events.csv', columns, workload);
    expect(table.take(['1h', '10m', '60', '', '80'])).toBeUndefined();
    expect(table.events[0]).toMatchObject({perSecond: 60, median: 1});
    expect(table.events[0]!.sigma).toBeCloseTo(Math.log(80 / 60) / 1.2815516, 4);
    expect(table.take(['1h', '10m', '60', '1', '80'])).toMatchObject({column: 'p50'});
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
