import {describe, expect, test} from 'vitest';
import {parseInputs} from '../../src/tradeoff/input.ts';
import {stateInputs} from '../../src/tradeoff/state/inputs.ts';
import {bestPlacement, placements} from '../../src/tradeoff/state/placements.ts';
import {ask, numberOf} from './ask.ts';

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
    expect(room!.usdPerHour).toBeCloseTo(1.25 + store, 10);
  });

  test('cost players the time of state operations and of crashes', () => {
    expect(external!.latencyUsdPerHour).toBeCloseTo(10_000 * 5 * 0.0015 * 20, 9);
    expect(instance!.latencyUsdPerHour).toBeCloseTo(10_000 * 5 * 0.00015 * 20, 9);
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
    ).toEqual(['room-server']);
    // Few actions do not pay for a server; then latency is worth little and the store's loss-free way wins or ties.
    const quiet = ask('state', '--actions-per-second .001 --room-usd-per-hour 1');
    expect(quiet.verdict.code).not.toBe('room-server');
  });

  test('one that breaks the budget is out, however cheap', () => {
    const rows = table('--remote 60ms --sticky-hit 0 --room-usd-per-hour 1000');
    expect(rows.map((row) => row.withinBudget)).toEqual([false, false, true, true]);
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
