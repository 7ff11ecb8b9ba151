import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {Functions} from '../../src/scheduler/functions.ts';
import {DOUBLES, Instances, NONE, TIME_US} from '../../src/scheduler/instances.ts';
import {EARLIEST_US, LIMIT_US, TimingWheel} from '../../src/scheduler/timing-wheel.ts';

/** A wheel beside a plain list of what is in it, in order of going in. */
function wheelAndList() {
  const pool = new Instances();
  const wheel = new TimingWheel(pool, new Functions(new Float64Array(1)));
  const list: {readonly instance: number; readonly timeUs: number}[] = [];
  return {
    insert(timeUs: number): void {
      const instance = pool.create(0, 0, 0, 0);
      pool.doubles[instance * DOUBLES + TIME_US] = timeUs;
      wheel.insert(instance, 0);
      list.push({instance, timeUs});
    },
    /** Pops all that is due by `limitUs` from both, comparing one by one. */
    popUpTo(limitUs: number): number {
      let popped = 0;
      for (;;) {
        wheel.times[LIMIT_US] = limitUs;
        const at = wheel.pop();
        const instance = at === NONE ? NONE : wheel.runInstance[at]!;
        const due = list.filter(({timeUs}) => timeUs <= limitUs);
        const first = due.find(({timeUs}) => timeUs === Math.min(...due.map((entry) => entry.timeUs)));
        expect(instance).toBe(first?.instance ?? NONE);
        if (first === undefined) return popped;
        list.splice(list.indexOf(first), 1);
        popped++;
      }
    },
    get earliestUs(): number {
      return wheel.times[EARLIEST_US]!;
    },
    get leastUs(): number {
      return Math.min(Number.POSITIVE_INFINITY, ...list.map(({timeUs}) => timeUs));
    },
  };
}

describe('the timing wheel', () => {
  test('is empty at first, whatever the limit', () => {
    const both = wheelAndList();
    expect(both.earliestUs).toBe(Number.POSITIVE_INFINITY);
    expect(both.popUpTo(Number.MAX_SAFE_INTEGER)).toBe(0);
  });

  const steps: [string, number][] = [
    ['microseconds', 1],
    ['tenths of milliseconds', 97],
    ['milliseconds', 1024],
    ['tenths of seconds', 100_003],
    ['seconds', 1_048_576],
    ['minutes', 60_000_000],
    ['hours, beyond its horizon', 3_600_000_000],
  ];
  test.each(steps)('gives back what it was given in order of time, then of going in: %s', (_, stepUs) => {
    for (let seed = 0; seed < 40; seed++) {
      const random = new Random(seed);
      const both = wheelAndList();
      let nowUs = random.below(3) * stepUs;
      for (let turn = 0; turn < 60; turn++) {
        for (let k = random.below(4); k > 0; k--) {
          // Near and far at once; a third of them at the very same time.
          const reach = random.below(3) === 0 ? 0 : random.below(random.below(2) === 0 ? 3 : 2000);
          both.insert(nowUs + reach * stepUs + random.below(2));
        }
        expect(both.earliestUs).toBeLessThanOrEqual(both.leastUs);
        nowUs += random.below(random.below(2) === 0 ? 3 : 700) * stepUs;
        both.popUpTo(nowUs);
      }
      both.popUpTo(Number.MAX_SAFE_INTEGER);
      expect(both.leastUs).toBe(Number.POSITIVE_INFINITY);
    }
  });

  test('what goes in at the time just popped comes out at that time', () => {
    const both = wheelAndList();
    both.insert(5_000_000);
    both.popUpTo(5_000_000);
    both.insert(5_000_000);
    both.insert(5_000_000);
    expect(both.popUpTo(5_000_000)).toBe(2);
  });
});
