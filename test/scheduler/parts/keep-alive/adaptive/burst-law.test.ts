import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE, US_PER_SECOND} from '../../../../../src/base/units.ts';
import {BurstLaws} from '../../../../../src/scheduler/parts/keep-alive/adaptive/burst-law.ts';

const dearUs = 400 * US_PER_MINUTE;
const bootUs = 0.5 * US_PER_SECOND;

/** After `steps` to level 4, of which every `each`-th went on to the next level after `seconds`. */
function lawsAfter(steps: number, each: number, seconds: number): BurstLaws {
  const laws = new BurstLaws();
  for (let k = 0; k < steps; k++) {
    laws.count(true, 4, 1);
    if (k % each === 0) laws.ended(true, 4, 1, seconds * US_PER_SECOND);
  }
  return laws;
}

describe('how long an instance for the level above pays', () => {
  test('not at all for bursts that never go on', () => {
    expect(lawsAfter(10_000, Number.POSITIVE_INFINITY, 1).holdUs(true, 4, 0, dearUs, bootUs)).toBeLessThan(
      US_PER_SECOND * 60,
    );
  });

  test('a step that does not reach so far tells the opposite', () => {
    const [near, far] = [new BurstLaws(), new BurstLaws()];
    for (let k = 0; k < 300; k++) {
      for (const [laws, height] of [
        [near, 1],
        [far, 8],
      ] as const) {
        laws.count(true, 4, 1);
        laws.ended(true, 4, height, 100 * US_PER_SECOND);
      }
    }
    expect(near.holdUs(true, 4, 0, dearUs, bootUs)).toBe(far.holdUs(true, 4, 0, dearUs, bootUs));
    expect(near.holdUs(true, 4, 3, dearUs, bootUs)).toBeLessThan(20 * US_PER_SECOND);
    expect(far.holdUs(true, 4, 3, dearUs, bootUs)).toBeGreaterThanOrEqual(100 * US_PER_SECOND);
  });

  test('a step taken back was never there', () => {
    const laws = lawsAfter(200, 1, 100);
    const before = laws.holdUs(true, 4, 0, dearUs, bootUs);
    for (let k = 0; k < 1000; k++) {
      laws.count(true, 4, 1);
      laws.count(true, 4, -1);
    }
    expect(laws.holdUs(true, 4, 0, dearUs / 2, bootUs)).toBe(
      lawsAfter(200, 1, 100).holdUs(true, 4, 0, dearUs / 2, bootUs),
    );
    expect(laws.holdUs(true, 4, 0, dearUs, bootUs)).toBe(before);
  });

  test('as long as they take to go on', () => {
    const holdUs = lawsAfter(300, 2, 100).holdUs(true, 4, 0, dearUs, bootUs);
    expect(holdUs).toBeGreaterThanOrEqual(100 * US_PER_SECOND);
    expect(holdUs).toBeLessThan(20 * US_PER_MINUTE);
  });

  test('never longer than a cold start is worth, and shorter where waiting is cheap', () => {
    const laws = lawsAfter(300, 1, 1000);
    const dear = laws.holdUs(true, 4, 0, dearUs, bootUs);
    const cheap = laws.holdUs(true, 4, 0, dearUs / 200, bootUs);
    expect(dear).toBeLessThanOrEqual(dearUs * 2 ** (1 / 8));
    expect(cheap).toBeLessThan(dear);
    // A cold start worth nothing is not worth an instance.
    expect(laws.holdUs(true, 4, 0, 0, bootUs)).toBe(0);
  });

  test('what is learnt at a level, a distance and of first times stays there', () => {
    const laws = lawsAfter(300, 1, 100);
    const fresh = new BurstLaws();
    const others: [boolean, number, number][] = [
      [false, 4, 0],
      [true, 1, 0],
    ];
    for (const [first, level, step] of others) {
      expect(laws.holdUs(first, level, step, dearUs, bootUs)).toBe(fresh.holdUs(first, level, step, dearUs, bootUs));
    }
  });

  test('distances reach to three times the level', () => {
    const laws = new BurstLaws();
    expect([1, 2, 3, 4, 7, 8].map((level) => laws.steps(level))).toEqual([2, 3, 3, 4, 4, 5]);
    expect(laws.steps(1e6)).toBe(11);
  });
});
