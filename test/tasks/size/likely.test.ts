import {describe, expect, test} from 'vitest';
import type {Scouted, Search} from '../../../src/tasks/size/find-size.ts';
import {finds} from '../../../src/tasks/size/finds.ts';
import {type KnownBefore, likelyReplays} from '../../../src/tasks/size/likely.ts';
import type {SeedOutcome} from '../../../src/tasks/size/measure.ts';

/** A search over a workload of so many calls, of which nothing is replayed: all that it looks at is how many there are. */
function searchOf(find: string, calls: number, seeds: readonly number[]): Search {
  const list = {values: Uint32Array.of(0), start: Float64Array.of(0), length: Float64Array.of(1)};
  const count = {...list, values: Float64Array.of(calls)};
  const workload = {functions: 1, arrivals: {kind: 'minute', minute: list, count}};
  const task = {find: finds.named(find), workload, given: {options: {cells: 1}}, seeds};
  return {task, most: undefined} as unknown as Search;
}

const nothing: KnownBefore['outcome'] = () => undefined;
const scoutedAt = (estimate: number, order: readonly number[] = []): Scouted => ({
  sample: {apps: 1, ofApps: 9, invocations: 1, estimate},
  order,
  enough: 0,
});

describe('replays that a search is likely to ask for', () => {
  test('of a grid: every value once, and for two shares all seeds of each', async () => {
    const search = searchOf('ttl', 10, [1, 2]);
    const before = {scouted: undefined, bracket: undefined, outcome: nothing};
    const {length} = finds.named('ttl').tries as readonly number[];
    expect(await likelyReplays(search, before, 1)).toHaveLength(length);
    expect(await likelyReplays(search, before, 0.5)).toHaveLength(2 * length);
  });

  test('between doublings: what missed and what met is known, all sizes in between and below are asked for', async () => {
    const met = new Map([
      [1, false],
      [2, false],
      [4, false],
      [8, true],
    ]);
    const outcome: KnownBefore['outcome'] = (value, seed) => {
      const its = met.get(value);
      if (its === undefined || seed !== 1) return undefined;
      const results = its ? [] : [{objective: 'p99-start-ms'}];
      return {measured: {usdPerDay: value}, met: its, results} as unknown as SeedOutcome;
    };
    const search = searchOf('slots', 10, [1]);
    const asked = await likelyReplays(search, {scouted: undefined, bracket: {missed: 4, met: 8}, outcome}, 0.25);
    // 3 missed by all guesses, 5 is asked for by all, 6 by three of four (and as the one above 5), 7 by half and above 6.
    expect(asked.map(({value}) => value).sort((a, b) => a - b)).toEqual([3, 5, 6, 7, 9]);
    const sure = await likelyReplays(search, {scouted: undefined, bracket: {missed: 4, met: 8}, outcome}, 1);
    expect(sure.map(({value}) => value).sort((a, b) => a - b)).toEqual([3, 5, 6]);
  });

  test('about an estimate: more of them the more shares there are, nearest first', async () => {
    const search = searchOf('hosts', 500e6, [1, 2, 3]);
    const before = {scouted: scoutedAt(1000), bracket: undefined, outcome: nothing};
    const values = async (least: number) => (await likelyReplays(search, before, least)).map(({value}) => value);
    expect(await values(1)).toEqual([1000]);
    expect((await values(1 / 3)).sort((a, b) => a - b)).toEqual([980, 1000, 1020]);
    const many = await values(1 / 64);
    expect(many.length).toBeGreaterThan(3);
    expect(many.length).toBeLessThanOrEqual(64);
  });

  test('of a scouted grid: in its order, each less likely than the one before', async () => {
    const search = searchOf('ttl', 500e6, [1]);
    const before = {scouted: scoutedAt(600_000, [600_000, 300_000, 60_000]), bracket: undefined, outcome: nothing};
    const values = async (least: number) => (await likelyReplays(search, before, least)).map(({value}) => value);
    expect(await values(1)).toEqual([600_000]);
    expect(await values(0.4)).toEqual([600_000, 300_000]);
    expect(await values(0.125)).toEqual([600_000, 300_000, 60_000]);
  });
});
