import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {Recurrence} from '../../src/plan/demand/recurrence.ts';

describe('what was seen few times', () => {
  test('of many rare things, those seen once come again as seldom as their true rates say', () => {
    // A million things, each struck at random with a rate of its own: most that were seen once were lucky.
    const random = new Random(13);
    const recurrence = new Recurrence();
    let once = 0;
    let again = 0;
    const poisson = (mean: number): number => {
      let count = 0;
      for (let left = mean - random.exponential(); left > 0; left -= random.exponential()) count++;
      return count;
    };
    for (let i = 0; i < 100_000; i++) {
      const rate = 10 ** (random.next() * 4 - 4);
      const [first, second, third] = [poisson(rate), poisson(rate), poisson(rate)];
      recurrence.add(first, second);
      if (first === 1) {
        once++;
        again += third;
      }
    }
    expect(recurrence.factor(1)).toBeLessThan(0.6);
    expect(recurrence.factor(1) / (again / once)).toBeCloseTo(1, 1);
  });

  test('what comes as often as before is not discounted, and nothing is raised', () => {
    const recurrence = new Recurrence();
    for (let i = 0; i < 1000; i++) recurrence.add(16, 40);
    expect(recurrence.factor(16)).toBe(1);
    expect(recurrence.factor(0)).toBe(1);
  });

  test('without evidence everything recurs in full', () => {
    expect(new Recurrence().factor(1)).toBe(1);
  });
});

describe('levels of one burst', () => {
  test('count as one, so that they do not speak for all functions', () => {
    const recurrence = new Recurrence();
    // A burst of a thousand levels that never came again, and ten functions whose one level always does.
    recurrence.addTogether(new Float64Array(1000).fill(1), new Float64Array(1000).fill(1), 0, 1000);
    for (let i = 0; i < 10; i++) recurrence.addTogether(Float64Array.of(1), Float64Array.of(2), 0, 1);
    // Ten of eleven came again, and five that are taken to have.
    expect(recurrence.factor(1)).toBeCloseTo(15 / 16, 12);
  });

  test('of different numbers count apart', () => {
    const recurrence = new Recurrence();
    recurrence.addTogether(Float64Array.of(0, 1, 8, 8), Float64Array.of(3, 1, 12, 8), 0, 4);
    expect(recurrence.factor(1)).toBeCloseTo(5 / 6, 12);
    expect(recurrence.factor(8)).toBeCloseTo((2 + 5) / (8 + 5), 12);
  });
});
