import {describe, expect, test} from 'vitest';
import {Account} from '../../../src/scheduler/core/account.ts';
import {AT_HAND} from '../../../src/scheduler/core/at-hand.ts';
import {Cell} from '../../../src/scheduler/core/cell.ts';
import {Fleet} from '../../../src/scheduler/core/fleet.ts';
import {Functions} from '../../../src/scheduler/core/functions.ts';
import {DOUBLES, INTS, SINCE_US, STATE, State} from '../../../src/scheduler/core/instances.ts';
import {semanticsPresets} from '../../../src/scheduler/core/semantics.ts';
import {placements} from '../../../src/scheduler/parts/placement/registry.ts';

const {POSITIVE_INFINITY} = Number;
const accountOf = (...memoryMib: number[]) => new Account(new Functions(Float64Array.from(memoryMib)));

/** The totals of function `fn`. */
function of(account: Account, fn = 0) {
  const {calls, busyUs, idleUs, startingUs} = account.totals();
  return {calls: calls[fn], busyUs: busyUs[fn], idleUs: idleUs[fn], startingUs: startingUs[fn]};
}

describe('an account', () => {
  test('charges a state when it ends and no sooner, to the function whose instance was in it', () => {
    const account = accountOf(128, 256);
    account.called(1);
    account.began(1);
    expect(of(account, 1)).toEqual({calls: 1, busyUs: 0, idleUs: 0, startingUs: 0});
    // Starts from 100 to 107, serves to 130, is idle to 190, serves to 191 and is destroyed.
    account.leftStarting(1, 100, 107);
    account.leftBusy(1, 107, 130);
    account.leftIdle(1, 130, 190);
    account.called(1);
    account.leftBusy(1, 190, 191);
    account.ended(1);
    expect(of(account, 1)).toEqual({calls: 2, busyUs: 23 + 1, idleUs: 60, startingUs: 7});
    expect(of(account, 0)).toEqual({calls: 0, busyUs: 0, idleUs: 0, startingUs: 0});
  });

  test('leaves out what instances had behind them when the counted part began, once their states have ended', () => {
    const account = accountOf(128);
    account.called(0);
    account.leftIdle(0, 0, 40); // an instance that is no more
    // At 50 one is starting since 10, one busy since 45 and one idle since 30.
    account.beginCounting(() => {
      account.leftStarting(0, 10, 50);
      account.leftBusy(0, 45, 50);
      account.leftIdle(0, 30, 50);
    });
    account.leftStarting(0, 10, 53);
    account.leftBusy(0, 45, 58);
    account.leftIdle(0, 30, 51);
    account.leftIdle(0, 58, 59);
    account.called(0);
    expect(of(account)).toEqual({calls: 1, busyUs: 8, idleUs: 1 + 1, startingUs: 3});
    expect(account.callsEver(0)).toBe(2);
  });

  test('of a window’s sums is that of its events, whatever the windows', () => {
    const events = accountOf(128);
    events.called(0);
    events.leftStarting(0, 0, 30);
    events.leftBusy(0, 30, 130);
    events.leftIdle(0, 130, 250);
    const sums = accountOf(128);
    sums.addWindow(0, 1, 30, 70, 0); // [0, 100)
    sums.addWindow(0, 0, 0, 30, 70); // [100, 200)
    sums.addWindow(0, 0, 0, 0, 50); // [200, 300), destroyed at 250
    expect(sums.totals()).toEqual(events.totals());
  });

  test('takes back what it charged of an idle spell that goes on', () => {
    const account = accountOf(128);
    account.addWindow(0, 0, 0, 0, 40); // idle since 80, charged up to 120
    account.reopenIdle(0, 80, 120);
    expect(of(account).idleUs).toBe(0);
    account.leftIdle(0, 80, 150);
    expect(of(account).idleUs).toBe(70);
  });

  test('knows how many are alive, their memory, and both at most in the counted part', () => {
    const account = accountOf(100, 300);
    account.began(0);
    account.began(1);
    account.ended(1);
    account.began(0);
    expect(account.population()).toEqual({alive: 2, memoryMib: 200, peakSlots: 2, peakMemoryMib: 400});
    account.beginCounting(() => {});
    expect(account.population()).toEqual({alive: 2, memoryMib: 200, peakSlots: 2, peakMemoryMib: 200});
    account.ended(0);
    account.changed(3, 700);
    expect(account.population()).toEqual({alive: 4, memoryMib: 800, peakSlots: 2, peakMemoryMib: 200});
  });

  test('can be brought back to who was there before a trial', () => {
    const account = accountOf(100);
    account.began(0);
    const before = account.population();
    account.began(0);
    account.began(0);
    account.restore(before);
    expect(account.population()).toEqual({alive: 1, memoryMib: 100, peakSlots: 1, peakMemoryMib: 100});
  });
});

describe('an instance that is charged', () => {
  const unlimited = {count: 1, slots: POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY};
  const fleetOf = () =>
    new Fleet(
      {
        memoryMib: Float64Array.of(128),
        hosts: unlimited,
        placement: placements.parse('first-fit'),
        semantics: semanticsPresets.coldfront,
        seed: 1,
      },
      new Float64Array(AT_HAND),
    );

  test.each([
    // Created at 10, to be ready at 60.
    ['starting', 40, {startingUs: 30, busyUs: 0}],
    ['claimed', 40, {startingUs: 30, busyUs: 0}],
    ['claimed', 60, {startingUs: 50, busyUs: 0}],
    ['claimed', 75, {startingUs: 50, busyUs: 15}],
  ] as const)('%s has started and served for so long at %i', (state, atUs, charged) => {
    const fleet = fleetOf();
    const i = fleet.create(0, 0, 10, 60);
    fleet.pool.ints[i * INTS + STATE] = State[state];
    fleet.pool.doubles[i * DOUBLES + SINCE_US] = 60;
    fleet.charge(i, atUs);
    expect(of(fleet.account)).toEqual({calls: 0, idleUs: 0, ...charged});
  });

  test.each([
    ['busy', {busyUs: 25, idleUs: 0}],
    ['idle', {busyUs: 0, idleUs: 25}],
  ] as const)('%s has been so since that began', (state, charged) => {
    const fleet = fleetOf();
    const i = fleet.create(0, 0, 0, 0);
    fleet.pool.ints[i * INTS + STATE] = State[state];
    fleet.pool.doubles[i * DOUBLES + SINCE_US] = 50;
    fleet.charge(i, 75);
    expect(of(fleet.account)).toEqual({calls: 0, startingUs: 0, ...charged});
  });

  test('and handed over is charged, leaves its host, and is alive all the same', () => {
    const fleet = fleetOf();
    const i = fleet.create(0, 0, 0, 0);
    fleet.pool.doubles[i * DOUBLES + SINCE_US] = 20;
    fleet.goIdle(i, 0);
    fleet.handOver(i, 50);
    expect(of(fleet.account).idleUs).toBe(30);
    expect([fleet.account.alive, fleet.pool.alive, fleet.takeIdle(0)]).toEqual([1, 0, -1]);
  });
});

test('starts that would wait for centuries are charged for nothing', () => {
  const cell = new Cell({
    memoryMib: Float64Array.of(128),
    hosts: {count: 1, slots: POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY},
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => 333, meanUs: () => 333},
    maxWaitUs: POSITIVE_INFINITY,
    startsPerHost: POSITIVE_INFINITY,
    // One in 317 years: waits of 1e16 us add up to more than 2^53 at once.
    startsPerSecond: 1e-10,
    seed: 1,
  });
  cell.use({constantUs: 0, keepAliveUs: () => 0});
  const timeUs = Float64Array.of(0, 101, 203, 307, 401);
  const ones = Float64Array.of(1, 1, 1, 1, 1);
  cell.run({length: 5, timeUs, fn: new Int32Array(5), durationUs: ones, coldUs: undefined});
  cell.finish(1001);
  // The first starts at once and serves for 1 us; the other four wait for their turn, which is charged for nothing.
  expect(of(cell.account)).toEqual({calls: 5, busyUs: 1, idleUs: 0, startingUs: 333});
  // The first is over before the last arrives.
  expect(cell.account.peakSlots).toBe(4);
});
