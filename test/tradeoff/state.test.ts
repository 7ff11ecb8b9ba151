import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {parseInputs} from '../../src/tradeoff/input.ts';
import {stateInputs} from '../../src/tradeoff/state/inputs.ts';
import {bestPlacement, placements} from '../../src/tradeoff/state/placements.ts';
import {type EventRow, eventWorkload} from '../helpers/workload.ts';
import {ask, askTrace, numberOf} from './ask.ts';

function table(flags = '') {
  return ask('state', flags).tables.find((one) => one.id === 'placements')!.rows;
}

describe('the placements', () => {
  const values = parseInputs(stateInputs, {});
  const [external, sticky, instance, room] = placements(values);

  test('cost an hour what their parts cost, worked by hand', () => {
    // 50,000 actions/s at $0.2/M and 10 ms x 1/8 GB x $1.66667e-5.
    const functions = 50_000 * 3600 * (0.2e-6 + 0.01 * 0.125 * 1.66667e-5);
    const warm = 100 * 0.125 * 4.1667e-6 * 3600;
    const store = 0.1 * 0.02;
    expect(external!.usdPerHour).toBeCloseTo(functions + store, 10);
    expect(sticky!.usdPerHour).toBeCloseTo(functions + warm + store, 10);
    expect(instance!.usdPerHour).toBeCloseTo(functions + warm, 10);
    // 500 actions/s of 10 ms keep 20 quarter cores busy, and 34 of them at 60 %: $0.0125/h each, a hundred rooms.
    expect(room!.usdPerHour).toBeCloseTo(100 * 34 * 0.0125 + store, 10);
  });

  test('take as long as all their parts', () => {
    // Network 20 ms, gateway 5 ms, run time 10 ms, three operations of .5 ms or .05 ms; one in a thousand is cold.
    expect(external!.latencySeconds).toBeCloseTo(0.02 + 0.005 + 0.01 + 0.0015 + 0.001 * 0.5, 12);
    expect(external!.lateShare).toBe(0.001);
    expect(sticky!.latencySeconds).toBeCloseTo(0.035 + 3 * (0.99 * 0.05e-3 + 0.01 * 0.5e-3), 12);
    expect([sticky!.lateShare, instance!.lateShare]).toEqual([0, 0]);
    // A quarter core takes 40 ms for what a core does in 10.
    expect(room!.latencySeconds).toBeCloseTo(0.02 + 0.005 + 0.04 + 0.00015, 4);
  });

  test('cost players the time beyond the budget and of crashes', () => {
    // A cold action takes 536.5 ms, 436.5 beyond the budget; what stays within costs nobody anything.
    expect(external!.delayUsdPerHour).toBeCloseTo(10_000 * 5 * 0.001 * 0.4365 * 20, 9);
    expect([sticky!.delayUsdPerHour, instance!.delayUsdPerHour]).toEqual([0, 0]);
    // Once a month each container: 3.501 s of outage and a session's half to play again.
    expect(instance!.lossUsdPerHour).toBeCloseTo((10_000 * (3.501 + 900) * 20) / (30 * 86_400), 9);
    expect(instance!.actionsLost).toBe(4500);
    expect(sticky!.actionsLost).toBe(5);
    expect(external!.actionsLost).toBe(0);
  });

  test('the best is the cheapest within the budget', () => {
    expect(
      table()
        .filter((row) => row.best)
        .map((row) => row.placement),
    ).toEqual(['sticky-cache']);
    // Kept as busy as 63 % a server costs what its actions cost by use.
    const busy = numberOf(ask('state'), 'E5.4.breakEvenUtilisation')!;
    expect(busy).toBeCloseTo(0.0125 / 3600 / (0.2e-6 + 0.01 * 0.125 * 1.66667e-5) / 25, 9);
    expect(ask('state', '--room-utilisation .66').verdict.code).toBe('room-server');
    // Few actions do not pay for a server.
    const quiet = ask('state', '--actions-per-second .001 --room-usd-per-hour 1');
    expect(quiet.verdict.code).not.toBe('room-server');
  });

  test.each([
    // 5,000 actions of 10 s at once need 33,334 quarter cores a room, and take 40 s each.
    {flags: '--action 10s', code: 'none', servers: 33_334},
    {flags: '--containers 1', code: 'sticky-cache', servers: 3334},
    {flags: '--action 200ms --budget 1ms', code: 'none', servers: 667},
    // Half of all actions cold: whoever keeps no instance is out.
    {flags: '--cold 10s --cold-share .5 --sticky-hit 0 --room-usd-per-hour 1', code: 'sticky-cache', servers: 34},
  ])('$flags: $code, $servers servers a room', ({flags, code, servers}) => {
    const report = ask('state', flags);
    expect(report.verdict.code).toBe(code);
    expect(numberOf(report, 'E5.4.serversPerRoom')).toBe(servers);
  });

  test('a room of two servers queues as a simulation of it does', () => {
    // 25 actions/s of 40 ms on two quarter cores, half busy; the budget leaves 34.85 ms of waiting.
    const [, , , small] = placements(
      parseInputs(stateInputs, {containers: '1', players: '5', 'room-utilisation': '.5'}),
    );
    const random = new Random(11);
    const calls = 400_000;
    const free = [0, 0];
    let [late, beyond, waited] = [0, 0, 0];
    for (let i = 0, now = 0; i < calls; i++) {
      now += random.exponential() / 25;
      const first = free[0]! <= free[1]! ? 0 : 1;
      const wait = Math.max(0, free[first]! - now);
      free[first] = now + wait + 0.04 * random.exponential();
      waited += wait;
      const excess = 0.06515 + wait - 0.1;
      if (excess > 0) {
        late++;
        beyond += excess;
      }
    }
    expect(Math.abs(small!.lateShare / (late / calls) - 1)).toBeLessThan(0.03);
    expect(Math.abs(small!.delayUsdPerHour / ((25 * beyond * 20) / calls) - 1)).toBeLessThan(0.03);
    expect(small!.latencySeconds).toBeCloseTo(0.06515 + waited / calls, 3);
    expect(small!.withinBudget).toBe(false);
  });

  test('one that breaks the budget is out, however cheap', () => {
    const rows = table('--remote 60ms --sticky-hit 0 --room-usd-per-hour 1000');
    expect(rows.map((row) => row.withinBudget)).toEqual([false, false, true, true]);
    // A tenth of the actions may be late, and then a tenth of them may be cold.
    expect(table('--cold-share .1')[0]!.withinBudget).toBe(false);
    expect(table('--cold-share .1 --within .9')[0]!.withinBudget).toBe(true);
    expect(ask('state', '--remote 60ms --sticky-hit 0 --room-usd-per-hour 1000').verdict.code).toBe('instance-memory');
  });

  test('none is best when none keeps the budget', () => {
    const report = ask('state', '--local 50ms --remote 60ms');
    expect(report.verdict.code).toBe('none');
    expect(bestPlacement([])).toBeUndefined();
  });
});

describe('bounded loads', () => {
  test.each([
    {bound: 1.25, cap: 125},
    {bound: 1.1, cap: 110},
    {bound: 1, cap: 100},
    {bound: 1.001, cap: 101},
  ])('$bound times the mean of 100 is $cap players, rounded up', ({bound, cap}) => {
    expect(numberOf(ask('state', `--bound ${bound}`), 'E5.2.loadCap')).toBe(cap);
  });
});

describe('the shared world', () => {
  test.each([
    {flags: '', wins: 1},
    {flags: '--reads-per-second 50', wins: 0},
    // As many bytes each way: pushing does not win.
    {flags: '--delta 100KB --updates-per-second 100', wins: 0},
    {flags: '--delta 100KB --updates-per-second 99', wins: 1},
  ])('$flags: pushing wins $wins', ({flags, wins}) => {
    expect(numberOf(ask('state', flags), 'E5.3.pushWins')).toBe(wins);
  });

  test('without updates a pushed world is free', () => {
    expect(numberOf(ask('state', '--updates-per-second 0'), 'E5.3.pushBytesPerSecond')).toBe(0);
    expect(ask('state', '--updates-per-second 0').verdict.text).not.toMatch(/Infinity|NaN/);
  });

  test.each([
    [1, 0],
    [32, 1],
    [33, 2],
    [1024, 2],
    [1025, 3],
  ])('%i containers are %i hops away in a tree of 32', (containers, hops) => {
    expect(numberOf(ask('state', `--subscribers ${containers}`), 'E5.3.fanOutHops')).toBe(hops);
  });
});

test('a sheet whose warm slots cost by the slot prices idle sessions too', () => {
  // $0.01 a day: the 6.67 h of E1.2, and the half second in which the slot starts.
  expect(numberOf(ask('state', '--prices seed'), 'E5.2.idleTtlMinutes')).toBeCloseTo(400 + 0.5 / 60, 9);
});

describe('a trace', () => {
  /** A call of `ms` every `gapMs` for an hour, all of memory 128 MB. */
  const steady = (name: string, gapMs: number, ms: number): EventRow[] =>
    Array.from({length: 3_600_000 / gapMs}, (_, k) => ({function: name, at: k * gapMs * 1000, duration: ms * 1000}));

  test('has servers for what keeps them busy, worked by hand', async () => {
    // `busy` keeps 20 quarter cores busy: 34 servers of $0.30 a day. 500 calls/s of 10 ms cost $9.54 a day by use.
    const report = await askTrace(
      'state',
      '',
      eventWorkload([...steady('busy', 2, 10), ...steady('rare', 60_000, 10)]),
    );
    const byUse = 0.2e-6 + 0.01 * 0.125 * 1.66667e-5;
    const [busy, rare] = [500 * 86_400 * byUse, 1440 * byUse];
    expect(numberOf(report, 'E5.4.tracePayPerUseUsdPerDay')).toBeCloseTo(busy + rare, 9);
    expect(numberOf(report, 'E5.4.traceServersUsdPerDay')).toBeCloseTo(35 * 0.3, 9);
    expect([report.verdict.code, numberOf(report, 'E5.4.traceFunctionsServer')]).toEqual(['pay-per-use', 0]);
    // A cheaper server takes the busy one over, not the other.
    const cheap = await askTrace(
      'state',
      '--room-usd-per-hour .01',
      eventWorkload([...steady('busy', 2, 10), ...steady('rare', 60_000, 10)]),
    );
    expect([cheap.verdict.code, numberOf(cheap, 'E5.4.traceFunctionsServer')]).toEqual(['room-server', 1]);
    expect(numberOf(cheap, 'E5.4.traceBestUsdPerDay')).toBeCloseTo(34 * 0.24 + rare, 9);
    expect(cheap.tables.at(-1)!.rows[0]).toMatchObject({function: 'busy', servers: 34, peakPerSecond: 500});
  });

  test('without calls decides nothing', async () => {
    expect((await askTrace('state', '', eventWorkload([]))).verdict.code).toBe('unknown');
  });
});
