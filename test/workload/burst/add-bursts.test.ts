import {describe, expect, test} from 'vitest';
import {addBursts, type Burst} from '../../../src/workload/burst/add-bursts.ts';
import {deal} from '../../../src/workload/burst/deal.ts';
import {type ShapeName, shapes, shareUpTo} from '../../../src/workload/burst/shapes.ts';
import {invocationsOf, invocationsTotal, type Workload} from '../../../src/workload/workload.ts';
import {type EventRow, eventsOf, eventWorkload, minutesOf, minuteWorkload} from '../../helpers/workload.ts';

const burst = (given: Partial<Burst>): Burst => ({
  atUs: 60e6,
  forUs: 60e6,
  shape: 'flat',
  calls: 1000,
  weight: Float64Array.of(1, 1),
  ...given,
});
const counts = ({arrivals}: Workload, f: number) => {
  if (arrivals.kind !== 'minute') throw new Error('is not counted');
  return minutesOf(arrivals, f);
};
const events = ({arrivals}: Workload, f: number) => {
  if (arrivals.kind !== 'event') throw new Error('is counted');
  return eventsOf(arrivals, f);
};

describe('shapes', () => {
  test.each(Object.keys(shapes) as ShapeName[])(
    '%s: all calls come in its time, and one function undoes the other',
    (name) => {
      const {upTo, at, mass} = shapes[name];
      expect([upTo(0), upTo(1)]).toEqual([0, expect.closeTo(1, 12)]);
      for (const time of [0.01, 0.2, 0.5, 0.77, 0.99]) expect(at(upTo(time))).toBeCloseTo(time, 9);
      // The rate, in units of the highest one, is the slope times the mass: nowhere above 1.
      let highest = 0;
      for (let k = 0; k < 1000; k++) highest = Math.max(highest, (upTo((k + 1) / 1000) - upTo(k / 1000)) * 1000 * mass);
      expect(highest).toBeLessThan(1 + 1e-9);
      expect(highest).toBeGreaterThan(0.99);
    },
  );
});

describe('dealing', () => {
  const upTo = (leaf: number) => leaf ** 2;

  test('all are dealt, in proportion to weight, and a part is dealt as in the whole', () => {
    const sums = new Float64Array(64);
    for (let key = 0; key < 400; key++) {
      const whole = new Float64Array(64);
      deal(1000, {upTo, low: 0, high: 64, key}, (leaf, n) => {
        whole[leaf] = n;
        sums[leaf]! += n;
      });
      expect(whole.reduce((a, b) => a + b)).toBe(1000);
      const some: [number, number][] = [];
      deal(1000, {upTo, low: 0, high: 64, from: 20, until: 31, key}, (leaf, n) => some.push([leaf, n]));
      expect(some.filter(([leaf]) => leaf >= 20 && leaf < 31)).toEqual(
        [...whole.entries()].filter(([leaf, n]) => leaf >= 20 && leaf < 31 && n > 0),
      );
    }
    for (const [leaf, sum] of sums.entries()) {
      const mean = (400_000 * (2 * leaf + 1)) / 64 ** 2;
      expect(Math.abs(sum - mean)).toBeLessThan(5 * Math.sqrt(mean));
    }
  });
});

describe('counted calls', () => {
  const workload = minuteWorkload(
    [
      {function: 'a', minute: 0, count: 5},
      {function: 'a', minute: 2, count: 7},
      {function: 'b', minute: 1, count: 3},
    ],
    [0, 4],
  );

  test('a burst is counted with the minutes that it has calls in, and no call of the trace is lost', () => {
    const more = addBursts(workload, [burst({weight: Float64Array.of(1, 0)})], 1);
    expect(counts(more, 0)).toEqual([
      [0, 5],
      [1, 1000],
      [2, 7],
    ]);
    expect(counts(more, 1)).toEqual([[1, 3]]);
    expect(more.meta.burstCalls).toBe(1000);
  });

  test('several bursts, across minutes: all calls are there, in proportion to weight and to time', () => {
    const two = [
      burst({calls: 40_000, atUs: 90e6, forUs: 60e6, weight: Float64Array.of(3, 1)}),
      burst({calls: 500, atUs: 0, forUs: 240e6}),
    ];
    const more = addBursts(workload, two, 7);
    expect(invocationsTotal(more)).toBe(15 + 40_500);
    expect(Math.abs(invocationsOf(more, 0) - 12 - 30_250)).toBeLessThan(5 * Math.sqrt(40_000 * 0.25 * 0.75));
    const [, first, second] = counts(more, 0).map(([, count]) => count);
    expect(Math.abs(first! - 15_000 - 60)).toBeLessThan(600);
    expect(Math.abs(second! - 15_000 - 60)).toBeLessThan(600);
    // The same seed gives the same, another does not.
    expect(counts(addBursts(workload, two, 7), 0)).toEqual(counts(more, 0));
    expect(counts(addBursts(workload, two, 8), 0)).not.toEqual(counts(more, 0));
  });

  test('what is added to an element is found by its list', () => {
    const {arrivals} = addBursts(workload, [burst({}), burst({calls: 10})], 1);
    if (arrivals.kind !== 'minute') throw new Error('is not counted');
    const {part, calls, next} = arrivals.added!;
    const added = (f: number) =>
      Array.from({length: part.length[f]!}, (_, i) => {
        let sum = 0;
        for (let at = part.values[part.start[f]! + i]!; at !== 0; at = next[at]!) sum += calls[at]!;
        return sum;
      });
    expect(added(0).reduce((a, b) => a + b) + added(1).reduce((a, b) => a + b)).toBe(1010);
    expect(added(0)[0]).toBe(0);
  });
});

describe('single calls', () => {
  const rows: EventRow[] = Array.from({length: 50}, (_, k) => ({
    function: k % 5 ? 'a' : 'b',
    at: k * 4e6,
    duration: 1e6 + k,
  }));
  const workload = eventWorkload(rows);

  test.each(['flat', 'ramp', 'triangle', 'decay'] as const)(
    '%s: the trace stays, what is added comes by its shape',
    (shape) => {
      const one = burst({shape, calls: 20_000});
      const more = addBursts(workload, [one], 3);
      let added: number[] = [];
      for (const f of [0, 1]) {
        const own = new Set(events(workload, f).map(String));
        const all = events(more, f);
        expect(all.filter((call) => own.has(String(call))).length).toBe(own.size);
        const times = all.map(([at]) => at!);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        const durations = new Set(events(workload, f).map(([, us]) => us));
        expect(all.every(([, us]) => durations.has(us))).toBe(true);
        added = added.concat(all.filter((call) => !own.has(String(call))).map(([at]) => at!));
      }
      expect(added.length).toBe(20_000);
      expect(Math.min(...added)).toBeGreaterThanOrEqual(one.atUs);
      expect(Math.max(...added)).toBeLessThan(one.atUs + one.forUs);
      // Kolmogorov: the largest distance from the law is below 1.95 / sqrt(n) in 999 of 1000 cases.
      const sorted = Float64Array.from(added).sort();
      const distance = sorted.reduce(
        (most, us, k) => Math.max(most, Math.abs((k + 0.5) / 20_000 - shareUpTo(one, us))),
        0,
      );
      expect(distance).toBeLessThan(1.95 / Math.sqrt(20_000));
    },
  );

  test('a function without calls of its own has calls whose duration is not known', () => {
    const none = addBursts(minuteless(), [burst({calls: 3, weight: Float64Array.of(0, 1)})], 1);
    expect(events(none, 1).map(([, us]) => us)).toEqual([-1, -1, -1]);
  });

  /** Function b is there, and never called. */
  function minuteless(): Workload {
    const {arrivals} = workload;
    if (arrivals.kind !== 'event') throw new Error('is counted');
    const silent = <T extends {readonly length: Float64Array}>(list: T): T => ({
      ...list,
      length: Float64Array.of(list.length[0]!, 0),
    });
    return {
      ...workload,
      arrivals: {...arrivals, arrivalUs: silent(arrivals.arrivalUs), durationUs: silent(arrivals.durationUs!)},
    };
  }
});
