import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE, US_PER_SECOND} from '../../../src/base/units.ts';
import {BurstLaws} from '../../../src/scheduler/keep-alive/burst-law.ts';

const dearUs = 400 * US_PER_MINUTE;
const bootUs = 0.5 * US_PER_SECOND;

/** After `bursts` openings of `level`, of which every `each`-th went on to the next level within `seconds`. */
function lawsAfter(bursts: number, each: number, seconds: number): BurstLaws {
  const laws = new BurstLaws();
  for (let k = 0; k < bursts; k++) {
    laws.opened(true, 4);
    if (k % each === 0) laws.reached(true, 4, 0, seconds * US_PER_SECOND);
  }
  return laws;
}

describe('how long an instance for the level above pays', () => {
  test('not at all for bursts that never go on', () => {
    expect(lawsAfter(10_000, Number.POSITIVE_INFINITY, 1).holdUs(true, 4, 0, dearUs, bootUs)).toBeLessThan(
      US_PER_SECOND * 60,
    );
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
