import {describe, expect, test} from 'vitest';
import {Levels, noRest} from '../../../src/plan/curves/level-columns.ts';
import {fillLevels, fillPool} from '../../../src/plan/curves/levels.ts';
import {fillShared, sharedRises} from '../../../src/plan/curves/shared-levels.ts';
import {demandOf} from '../instances.ts';

/** P(N = n) of a Poisson number, n from 0 to 400. */
function poisson(load: number): number[] {
  const p = [Math.exp(-load)];
  for (let n = 1; n <= 400; n++) p.push((p[n - 1]! * load) / n);
  return p;
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, one) => total + one, 0);

describe('levels of instances with several places', () => {
  test('with one place they are those of a pool', () => {
    for (const [rate, hold] of [
      [0.2, 3],
      [4, 2.5],
      [30, 2],
    ] as const) {
      const [pool, shared] = [new Levels(), new Levels()];
      fillPool(rate, hold, 0, 0, pool);
      fillShared(rate, hold, 1, 0, 0, shared);
      // A pool's levels far below the load count as always busy.
      for (let k = 0; k < Math.min(pool.count, shared.count); k++) {
        expect(shared.wakesPerSecond[k]).toBeCloseTo(pool.wakesPerSecond[k]!, 9);
        expect(shared.idleShare[k]).toBeCloseTo(pool.idleShare[k]!, 9);
      }
    }
  });

  test.each([
    [2, 4, 3],
    [5, 8, 10],
    [3, 4, 80],
  ])('at %d calls a second of %d s, %d to an instance: as many are busy as have room for all', (rate, hold, places) => {
    const levels = new Levels();
    fillShared(rate, hold, places, 0, 0, levels);
    const p = poisson(rate * hold);
    const busy = sum(levels.idleShare.subarray(0, levels.count).map((idle) => 1 - idle));
    expect(busy).toBeCloseTo(sum(p.map((chance, n) => chance * Math.ceil(n / places))), 8);
    // Level 1 rises when nobody is there, level 2 when the first is full.
    expect(levels.wakesPerSecond[0]).toBeCloseTo(rate * p[0]!, 12);
    expect(levels.wakesPerSecond[1]).toBeCloseTo(rate * p[places]!, 12);
    expect(sharedRises(rate, hold, places)).toBeCloseTo(sum(levels.wakesPerSecond.subarray(0, levels.count)), 9);
  });

  test('without a limit one instance serves all, and forced slots beyond it idle', () => {
    const levels = new Levels();
    fillShared(3, 4, 2 ** 31 - 1, 0, 3, levels);
    expect([levels.count, ...levels.idleShare.subarray(1, 3)]).toEqual([3, 1, 1]);
    expect([...levels.wakesPerSecond.subarray(1, 3)]).toEqual([0, 0]);
  });

  test('what the rest does at levels that are hardly ever reached is a number', () => {
    const demand = {...demandOf({rates: [[2]], hold: [4]}), places: Int32Array.of(10)};
    const levels = new Levels();
    fillLevels(demand, 0, 0, 60, levels, {...noRest, keepSeconds: 300, counted: true});
    expect(levels.count).toBe(60);
    for (const column of [levels.coldPerSecond, levels.spillShare]) {
      expect([...column.subarray(0, 60)].every((value) => value >= 0 && value <= 2)).toBe(true);
    }
    expect(Math.max(levels.coldPerSecond[59]!, levels.spillShare[59]!)).toBeLessThan(1e-100);
  });

  test('calls that take no time fill no place', () => {
    const levels = new Levels();
    fillShared(3, 0, 5, 0, 2, levels);
    expect([...levels.wakesPerSecond.subarray(0, 2)]).toEqual([3, 0]);
    expect([...levels.idleShare.subarray(0, 2)]).toEqual([1, 1]);
  });
});
