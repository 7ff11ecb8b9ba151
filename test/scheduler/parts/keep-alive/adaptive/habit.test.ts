import {describe, expect, test} from 'vitest';
import {Random} from '../../../../../src/base/random.ts';
import {US_PER_MINUTE, US_PER_SECOND} from '../../../../../src/base/units.ts';
import {GAP_BINS, gapEdgeUs} from '../../../../../src/demand/gaps/gap-bins.ts';
import {priorHazard, type Regularity} from '../../../../../src/scheduler/parts/keep-alive/adaptive/gap-prior.ts';
import {Habit, PlanBench} from '../../../../../src/scheduler/parts/keep-alive/adaptive/habit.ts';

/** C/c at $20 and at $1 an hour of waiting for 500 ms. */
const dearUs = 400 * US_PER_MINUTE;
const cheapUs = 20 * US_PER_MINUTE;
const bootUs = 0.5 * US_PER_SECOND;

function habitOf(gapsMinutes: readonly number[], aboveFirst = false): Habit {
  const habit = new Habit(aboveFirst);
  for (const minutes of gapsMinutes) {
    habit.began(US_PER_SECOND);
    habit.ended(US_PER_SECOND, minutes * US_PER_MINUTE);
  }
  return habit;
}

function planOf(habit: Habit, breakEvenUs: number) {
  habit.solve(breakEvenUs, bootUs, new PlanBench());
  return habit.plan;
}

const every = (minutes: number, times: number, jitter = 0.4): number[] => {
  const random = new Random(1);
  return Array.from({length: times}, () => minutes + jitter * (2 * random.next() - 1));
};

describe('gaps of the prior', () => {
  function survival(regularity: Regularity, meanUs: number): (us: number) => number {
    const hazard = new Float64Array(GAP_BINS);
    priorHazard(regularity, meanUs, false, hazard);
    return (us) => {
      let alive = 1;
      for (let k = 0; k < GAP_BINS && gapEdgeUs(k + 1) <= us; k++) alive *= 1 - hazard[k]!;
      return alive;
    };
  }

  test('are the same in units of the mean gap', () => {
    const [slow, fast] = [64, 8].map((minutes) => new Float64Array(GAP_BINS).fill(minutes));
    priorHazard('mixed', 64 * US_PER_MINUTE, false, slow!);
    priorHazard('mixed', 8 * US_PER_MINUTE, false, fast!);
    // Eight times the mean is three octaves of eight bins.
    for (let k = 20; k < 120; k++) expect(slow![k + 24]).toBeCloseTo(fast![k]!, 12);
  });

  test('end near the mean for a clock, anywhere for an irregular function', () => {
    const hour = 60 * US_PER_MINUTE;
    const clock = survival('clock', hour);
    expect(clock(hour / 2)).toBeGreaterThan(0.95);
    expect(clock(2 * hour)).toBeLessThan(0.02);
    const irregular = survival('irregular', hour);
    expect(irregular(hour / 2)).toBeLessThan(0.6);
    expect(irregular(2 * hour)).toBeGreaterThan(0.02);
  });
});

describe('a habit', () => {
  test.each<[Regularity, number[]]>([
    ['unseen', []],
    ['once', [5]],
    ['irregular', [1, 30, 2, 90, 7, 3]],
    ['regular', [10, 10, 10.2, 9.9]],
    ['clock', every(10, 12)],
    // Too fast for a trace that has counts a minute.
    ['timer', every(1, 12, 0.2)],
  ])('is %s', (regularity, gaps) => {
    expect(habitOf(gaps).regularity).toBe(regularity);
  });

  test('of a clock lets the instance go and has it back in time, at any price of waiting', () => {
    for (const breakEvenUs of [dearUs, cheapUs]) {
      const plan = planOf(habitOf(every(60, 24)), breakEvenUs);
      const kept = plan.keepUntilUs(US_PER_SECOND);
      expect(kept).toBeLessThan(10 * US_PER_MINUTE);
      const opens = plan.nextOpenUs(kept) / US_PER_MINUTE;
      expect(opens).toBeGreaterThan(40);
      expect(opens).toBeLessThanOrEqual(59.6);
      expect(plan.keepUntilUs(opens * US_PER_MINUTE)).toBeGreaterThan(60.4 * US_PER_MINUTE);
    }
  });

  test('of a function called all the time keeps it for hours after', () => {
    const plan = planOf(habitOf(Array.from({length: 500}, (_, k) => 0.2 + (k % 7) / 10)), dearUs);
    expect(plan.keepUntilUs(US_PER_SECOND)).toBeGreaterThan(60 * US_PER_MINUTE);
  });

  test('of a burst that was never seen again gives its levels up, one that comes back is met', () => {
    const never = new Habit(true);
    for (let k = 0; k < 200; k++) never.began(US_PER_SECOND);
    const back = habitOf(every(5, 200, 4), true);
    const plan = planOf(never, cheapUs);
    const kept = plan.keepUntilUs(US_PER_SECOND);
    expect(kept).toBeLessThan(US_PER_MINUTE);
    expect(plan.nextOpenUs(kept)).toBe(Number.POSITIVE_INFINITY);
    expect(planOf(back, cheapUs).nextOpenUs(kept)).toBeLessThan(5 * US_PER_MINUTE);
  });

  test('is planned anew after every gap at first, then after a tenth more', () => {
    const habit = habitOf([5, 5, 5]);
    expect(habit.outdated).toBe(true);
    planOf(habit, dearUs);
    expect(habit.outdated).toBe(false);
    habit.ended(0, 5 * US_PER_MINUTE);
    expect(habit.outdated).toBe(true);
    for (let k = 0; k < 96; k++) habit.ended(0, 5 * US_PER_MINUTE);
    planOf(habit, dearUs);
    for (let k = 0; k < 10; k++) {
      habit.ended(0, 5 * US_PER_MINUTE);
      expect(habit.outdated).toBe(false);
    }
    for (let k = 0; k < 2; k++) habit.ended(0, 5 * US_PER_MINUTE);
    expect(habit.outdated).toBe(true);
  });

  test('of which nothing was seen has the plan of all such at the same prices', () => {
    const bench = new PlanBench();
    const [a, b, c] = [new Habit(false), new Habit(false), new Habit(false)];
    a.solve(dearUs, bootUs, bench);
    b.solve(dearUs, bootUs, bench);
    c.solve(cheapUs, bootUs, bench);
    expect(b.plan).toBe(a.plan);
    expect(c.plan.keepUntilUs(0)).toBeLessThan(a.plan.keepUntilUs(0));
  });
});
