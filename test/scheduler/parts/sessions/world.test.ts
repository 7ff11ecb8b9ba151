import {describe, expect, test} from 'vitest';
import type {WorldTerms} from '../../../../src/fleet/sessions/session-terms.ts';
import {World} from '../../../../src/scheduler/parts/sessions/world.ts';

const pushed: WorldTerms = {
  ...{by: 'push', everyUs: 100_000, delayUs: 4_000, ttlUs: 0, readUs: 0},
  ...{deltaBytes: 1000, worldBytes: 100_000},
};
const pulled: WorldTerms = {...pushed, by: 'pull', ttlUs: 100_000, readUs: 500};

/** Reads by one instance, every 37 us for `seconds`. */
function readFor(world: World, seconds: number): number {
  let us = 0;
  for (let nowUs = 0; nowUs < seconds * 1e6; nowUs += 37) us += world.read(0, 7, nowUs);
  return us;
}

describe('what all sessions share', () => {
  test('pushed is never older than its way, and old for that share of the time: 10 updates a second of 4 ms', () => {
    const world = new World(pushed, 1);
    readFor(world, 100);
    const {staleness} = world;
    expect(staleness.max).toBeLessThan(4_000);
    // Mean over all reads: 10 x 4 ms x 2 ms a second. Updates that overlap count once, so at most that.
    const mean = staleness.sum / staleness.count;
    expect(mean).toBeLessThan(80);
    expect(mean).toBeGreaterThan(0.95 * 80 * (1 - 0.04));
    expect(world.updates(0, 100e6)).toBeGreaterThanOrEqual(999);
  });

  test('pulled is never older than its time to live, is read once in that, and takes a read each time', () => {
    const world = new World(pulled, 1);
    const us = readFor(world, 10);
    expect(world.fetches).toBe(100);
    expect(us).toBe(100 * 500);
    expect(world.staleness.max).toBeLessThanOrEqual(100_000);
    // One update a time to live, at random in it: half of it old on average after the update, so between 1/8 and 1/2 of it.
    const mean = world.staleness.sum / world.staleness.count;
    expect(mean).toBeGreaterThan(12_500);
    expect(mean).toBeLessThan(50_000);
  });

  test('the copy of another instance in the same row is another copy', () => {
    const world = new World(pulled, 1);
    expect([world.read(0, 7, 0), world.read(0, 7, 50_000), world.read(0, 8, 60_000)]).toEqual([500, 0, 500]);
  });
});
