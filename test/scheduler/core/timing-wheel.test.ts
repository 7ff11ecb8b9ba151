import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {Functions} from '../../../src/scheduler/core/functions.ts';
import {DOUBLES, FINISH_US, Instances, NONE} from '../../../src/scheduler/core/instances.ts';
import {EARLIEST_US, LIMIT_US, TimingWheel} from '../../../src/scheduler/core/timing-wheel.ts';

/** A wheel beside a plain list of what is in it, in the order in which it must come out. */
function wheelAndList() {
  const pool = new Instances();
  const wheel = new TimingWheel(pool, new Functions(new Float64Array(3)));
  const list: {readonly instance: number; readonly timeUs: number; readonly fn: number}[] = [];
  return {
    insert(timeUs: number, fn = 0): void {
      const instance = pool.create(fn, 0, 0, 0);
      pool.doubles[instance * DOUBLES + FINISH_US] = timeUs;
      wheel.insert(instance, fn);
      const goesBefore = list.findLastIndex(
        (other) => other.timeUs < timeUs || (other.timeUs === timeUs && other.fn <= fn),
      );
      list.splice(goesBefore + 1, 0, {instance, timeUs, fn});
    },
    /** Pops all that is due by `limitUs` from both, comparing one by one. */
    popUpTo(limitUs: number): number {
      let popped = 0;
      for (;;) {
        wheel.times[LIMIT_US] = limitUs;
        const at = wheel.pop();
        const instance = at === NONE ? NONE : wheel.runInstance[at]!;
        const first = list[0] !== undefined && list[0].timeUs <= limitUs ? list.shift() : undefined;
        if (instance !== (first?.instance ?? NONE))
          throw new Error(`${instance} came out instead of ${first?.instance}`);
        if (first === undefined) return popped;
        popped++;
      }
    },
    get earliestUs(): number {
      return wheel.times[EARLIEST_US]!;
    },
    get leastUs(): number {
      return list[0]?.timeUs ?? Number.POSITIVE_INFINITY;
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
  test.each(steps)(
    'gives back what it was given in order of time, then of functions, then of going in: %s',
    (_, stepUs) => {
      for (let seed = 0; seed < 40; seed++) {
        const random = new Random(seed);
        const both = wheelAndList();
        let nowUs = random.below(3) * stepUs;
        for (let turn = 0; turn < 60; turn++) {
          for (let k = random.below(4); k > 0; k--) {
            // Near and far at once; a third of them at the very same time.
            const reach = random.below(3) === 0 ? 0 : random.below(random.below(2) === 0 ? 3 : 2000);
            both.insert(nowUs + reach * stepUs + random.below(2), random.below(3));
          }
          expect(both.earliestUs).toBeLessThanOrEqual(both.leastUs);
          nowUs += random.below(random.below(2) === 0 ? 3 : 700) * stepUs;
          both.popUpTo(nowUs);
        }
        both.popUpTo(Number.MAX_SAFE_INTEGER);
        expect(both.leastUs).toBe(Number.POSITIVE_INFINITY);
      }
    },
  );

  test('sorts what is due in one millisecond, few or thousands', () => {
    for (const n of [2, 10, 40, 100, 300, 1000, 5000]) {
      for (let seed = 0; seed < 3; seed++) {
        const random = new Random(seed);
        const both = wheelAndList();
        const dueUs = [5000, 3_000_000, 4_000_000_000][seed]!;
        for (let k = 0; k < n; k++) both.insert(dueUs + random.below(1024) * (1 + random.below(2)));
        both.popUpTo(dueUs + 300);
        // Into the millisecond at hand as well, before and behind what is still in it.
        for (let k = 0; k < n / 4; k++) both.insert(dueUs + 300 + random.below(random.below(2) ? 30 : 900));
        both.popUpTo(dueUs + 301);
        expect(both.earliestUs).toBeLessThanOrEqual(both.leastUs);
        both.popUpTo(Number.MAX_SAFE_INTEGER);
        expect(both.leastUs).toBe(Number.POSITIVE_INFINITY);
      }
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
