import {describe, expect, test} from 'vitest';
import {functionKeys} from '../../../src/fleet/function-keys.ts';
import {keptOf} from '../../../src/workload/scale/nested-thinning.ts';
import {scaleWorkload} from '../../../src/workload/scale/scale-workload.ts';
import {summariseCalls} from '../../../src/workload/summarise.ts';
import {invocationsTotal, type Workload} from '../../../src/workload/workload.ts';
import {contentOf, type EventRow, eventsOf, eventWorkload, minutesOf, minuteWorkload} from '../../helpers/workload.ts';

const scaled = (workload: Workload, factor: number | readonly number[], seed = 1) =>
  scaleWorkload(workload, {
    factor: Float64Array.from({length: workload.functions}, (_, f) =>
      typeof factor === 'number' ? factor : factor[f]!,
    ),
    key: functionKeys(workload),
    seed,
  });
const counts = (workload: Workload, f = 0) => {
  if (workload.arrivals.kind !== 'minute') throw new Error('is not counted');
  return minutesOf(workload.arrivals, f);
};
const events = (workload: Workload, f = 0) => {
  if (workload.arrivals.kind !== 'event') throw new Error('is counted');
  return eventsOf(workload.arrivals, f);
};

describe('how many of n calls are kept', () => {
  const chances = [0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999];

  test.each([1, 7, 17, 500, 5000, 1e6, 2 ** 40])(
    'of %d: never fewer with a larger chance, all or none at the ends',
    (n) => {
      for (let key = 0; key < 200; key++) {
        const kept = [0, ...chances, 1].map((chance) => keptOf(n, chance, key, 77));
        expect(kept).toEqual([...kept].sort((a, b) => a - b));
        expect([kept[0], kept.at(-1)]).toEqual([0, n]);
      }
    },
  );

  test.each([3, 40, 9000])('of %d: mean and variance are those of the binomial law', (n) => {
    for (const chance of chances) {
      const tries = 4000;
      const kept = Array.from({length: tries}, (_, key) => keptOf(n, chance, key, 5));
      const mean = kept.reduce((sum, k) => sum + k, 0) / tries;
      const variance = kept.reduce((sum, k) => sum + (k - n * chance) ** 2, 0) / tries;
      const expected = n * chance * (1 - chance);
      expect(Math.abs(mean - n * chance)).toBeLessThan(4 * Math.sqrt(expected / tries));
      // The variance of a squared deviation is at most (2 + 1 / variance) x variance^2.
      expect(Math.abs(variance / expected - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / expected) / tries));
    }
  });

  test('another key keeps others', () => {
    const kept = (key: number) => Array.from({length: 50}, (_, minute) => keptOf(20, 0.5, key, minute));
    expect(kept(1)).not.toEqual(kept(2));
  });
});

describe('counted calls', () => {
  const workload = minuteWorkload(
    [
      {function: 'a', minute: 0, count: 10},
      {function: 'a', minute: 3, count: 4000},
      {function: 'b', minute: 2, count: 1, owner: 'other', trigger: 'timer'},
    ],
    [0, 10],
  );

  test('factor 1 is the workload itself', () => expect(scaled(workload, 1)).toBe(workload));

  test('a whole factor multiplies every minute', () => {
    expect(counts(scaled(workload, 3))).toEqual([
      [0, 30],
      [3, 12000],
    ]);
  });

  test('in between, a thinned copy is added to whole ones', () => {
    const [[, first], [, second]] = counts(scaled(workload, 2.25)) as [[number, number], [number, number]];
    expect(first).toBeGreaterThanOrEqual(20);
    expect(first).toBeLessThanOrEqual(30);
    expect(Math.abs(second - 9000)).toBeLessThan(4 * Math.sqrt(4000 * 0.25 * 0.75));
  });

  test('what a smaller factor has a larger one has too, in every minute', () => {
    const factors = [0.1, 0.3, 0.5, 0.99, 1, 1.2, 1.7, 2, 2.6, 3];
    const at = (factor: number, minute: number) =>
      counts(scaled(workload, factor)).find(([m]) => m === minute)?.[1] ?? 0;
    for (const minute of [0, 3]) {
      const calls = factors.map((factor) => at(factor, minute));
      expect(calls).toEqual([...calls].sort((a, b) => a - b));
    }
  });

  test('all but the calls stays: rows, names, teams, triggers, span', () => {
    const [before, after] = [contentOf(workload), contentOf(scaled(workload, 0.01))];
    expect({...after, rows: after.rows.map((row) => ({...row, calls: []}))}).toEqual({
      ...before,
      rows: before.rows.map((row) => ({...row, calls: []})),
    });
  });

  test('each function has its own factor, 0 silences it', () => {
    const one = scaled(workload, [0, 5]);
    expect([counts(one, 0), counts(one, 1)]).toEqual([[], [[2, 5]]]);
  });

  test('the total is the factor times as many, within sampling error', () => {
    const many = minuteWorkload(
      Array.from({length: 3000}, (_, k) => ({function: `f${k % 30}`, minute: Math.floor(k / 30), count: 1 + (k % 7)})),
    );
    const total = invocationsTotal(many);
    for (const factor of [0.2, 0.65, 1.3, 4.5]) {
      const rest = factor - Math.floor(factor);
      const error = Math.sqrt(total * rest * (1 - rest));
      const mean = [1, 2, 3, 4].reduce((sum, seed) => sum + invocationsTotal(scaled(many, factor, seed)), 0) / 4;
      expect(Math.abs(mean - total * factor)).toBeLessThan(2 * error);
    }
  });

  test('a minute of more than 2^32 calls is exact; more than a workload holds is refused', () => {
    const hot = minuteWorkload([{function: 'a', minute: 0, count: 3e9}]);
    expect(counts(scaled(hot, 2))).toEqual([[0, 6e9]]);
    expect(() => scaled(hot, 1e7)).toThrow('more than a workload can hold');
  });
});

describe('single calls', () => {
  const second = 1e6;
  const rows = (name: string, times: readonly number[]): EventRow[] =>
    times.map((at, k) => ({function: name, at, duration: 1000 + k, cold: k === 0 ? 5000 : 0}));
  const clock = Array.from({length: 60}, (_, k) => k * 10 * second);
  const workload = eventWorkload([
    ...rows('clock', clock),
    ...rows(
      'burst',
      [5, 6, 7, 8].map((k) => k * 1000),
    ),
  ]);

  test('thinned ones are among those there, with what belongs to each', () => {
    const all = new Set(events(workload).map(String));
    const few = events(scaled(workload, 0.4)).map(String);
    const more = new Set(events(scaled(workload, 0.7)).map(String));
    expect(few.length).toBeGreaterThan(10);
    expect(few.length).toBeLessThan(40);
    expect(few.filter((call) => !more.has(call) || !all.has(call))).toEqual([]);
  });

  test('superposed ones contain those of every smaller factor, and are in order', () => {
    const has = (factor: number) => events(scaled(workload, factor)).map(String);
    const most = has(2.8);
    for (const factor of [0.4, 1, 1.5, 2.2]) {
      const left = [...most];
      for (const call of has(factor)) {
        const at = left.indexOf(call);
        expect(at, `${factor}: ${call}`).toBeGreaterThanOrEqual(0);
        left.splice(at, 1);
      }
    }
    const times = events(scaled(workload, 2.8)).map(([at]) => at!);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('a copy of clockwork is clockwork: two gaps take turns', () => {
    const times = events(scaled(workload, 2)).map(([at]) => at!);
    expect(times.length).toBe(120);
    const inside = times.slice(2, -2);
    const gaps = new Set(inside.slice(1).map((at, k) => at - inside[k]!));
    expect(gaps.size).toBe(2);
    expect([...gaps].reduce((sum, gap) => sum + gap, 0)).toBe(10 * second);
  });

  test('a burst stays a burst: its copies lie within a gap of it', () => {
    const f = 1;
    const times = events(scaled(workload, 5), f).map(([at]) => at!);
    expect(times.length).toBe(20);
    expect(Math.min(...times)).toBeGreaterThan(4000);
    expect(Math.max(...times)).toBeLessThan(9000);
  });

  test('nothing leaves the span, and the rest stays', () => {
    const edge = eventWorkload(rows('edge', [0, 1, 59_999_999]));
    for (let seed = 1; seed < 40; seed++) {
      const after = scaled(edge, 4, seed);
      const times = events(after).map(([at]) => at!);
      expect(times.length).toBe(12);
      expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...times)).toBeLessThan(edge.meta.spanUs);
      expect(after.meta).toEqual(edge.meta);
    }
  });

  test('a function called once has copies within a minute', () => {
    const once = eventWorkload(rows('once', [90 * second]));
    const times = events(scaled(once, 3)).map(([at]) => at!);
    const [[own]] = events(once) as [[number]];
    for (const at of times) expect(Math.abs(at - own)).toBeLessThan(60 * second);
    expect(new Set(times).size).toBe(3);
  });

  test('what varies how much goes on to: dispersion grows with copies of bursts, not of clocks', () => {
    const twice = summariseCalls(scaled(workload, 2));
    expect(twice.calls).toEqual(Float64Array.of(120, 8));
    expect(twice.dispersion[0]).toBeLessThan(0.1);
  });
});
