import {describe, expect, test} from 'vitest';
import {US_PER_SECOND} from '../../../src/base/units.ts';
import {Durations} from '../../../src/demand/durations/durations.ts';
import {functionKeys} from '../../../src/fleet/function-keys.ts';
import {CallFeed} from '../../../src/replay/calls/call-feed.ts';
import {cellWorkload, sharedWorkload} from '../../../src/replay/calls/cell-workload.ts';
import type {SpreadName} from '../../../src/replay/calls/spread.ts';
import {addBursts, type Burst} from '../../../src/workload/burst/add-bursts.ts';
import {type ShapeName, shareUpTo} from '../../../src/workload/burst/shapes.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

interface Given {
  spread?: SpreadName;
  fromUs?: number;
  untilUs?: number;
  parts?: number;
  part?: number;
  shared?: boolean;
}

/** Times of the calls of each function, as they are fed. */
function timesOf(workload: Workload, given: Given = {}): number[][] {
  const {spread = 'uniform', fromUs = 0, untilUs = workload.meta.spanUs, parts = 1, part = 0} = given;
  const rows = Int32Array.from({length: workload.functions}, (_, row) => row);
  const columns = given.shared ? sharedWorkload(cellWorkload(workload)) : cellWorkload(workload);
  const feed = new CallFeed({
    workload: columns,
    rows,
    part: new Int32Array(rows.length).fill(part),
    parts: new Int32Array(rows.length).fill(parts),
    key: functionKeys(workload),
    durations: new Durations(columns, rows, US_PER_SECOND),
    spread,
    cold: undefined,
    seed: 1,
    spanUs: columns.spanUs,
    fromUs,
    untilUs,
  });
  const times: number[][] = Array.from(rows, () => []);
  while (feed.next()) {
    const {length, timeUs, fn} = feed.batch;
    for (let k = 0; k < length; k++) times[fn[k]!]!.push(timeUs[k]!);
  }
  return times;
}

const plain = minuteWorkload(
  [
    {function: 'a', minute: 0, count: 40},
    {function: 'a', minute: 1, count: 300},
    {function: 'b', minute: 1, count: 9},
    {function: 'b', minute: 3, count: 2},
  ],
  [0, 5],
);
/** From half of the first minute to a quarter of the third: 90 s. */
const given = (shape: ShapeName, calls: number): Burst => ({
  atUs: 45e6,
  forUs: 90e6,
  shape,
  calls,
  weight: Float64Array.of(2, 1),
});
const sorted = (times: number[]) => [...times].sort((a, b) => a - b);

describe.each(['uniform', 'even', 'exponential'] as const)('bursts in counts spread %s', (spread) => {
  test.each(['flat', 'ramp', 'triangle', 'decay'] as const)(
    '%s: the calls of the trace come when they did, those added by their shape and only in its time',
    (shape) => {
      const burst = given(shape, 30_000);
      const own = timesOf(plain, {spread});
      const all = timesOf(addBursts(plain, [burst], 1), {spread});
      const added: number[] = [];
      for (const [fn, times] of all.entries()) {
        const left = new Map<number, number>();
        for (const us of own[fn]!) left.set(us, (left.get(us) ?? 0) + 1);
        for (const us of times) {
          const n = left.get(us) ?? 0;
          if (n > 0) left.set(us, n - 1);
          else added.push(us);
        }
        expect([...left.values()].every((n) => n === 0)).toBe(true);
      }
      expect(added.length).toBe(30_000);
      const [first, last] = [Math.min(...added), Math.max(...added)];
      expect(first).toBeGreaterThanOrEqual(burst.atUs);
      expect(last).toBeLessThan(burst.atUs + burst.forUs);
      const distance = sorted(added).reduce(
        (most, us, k) => Math.max(most, Math.abs((k + 0.5) / added.length - shareUpTo(burst, us))),
        0,
      );
      expect(distance).toBeLessThan(1.95 / Math.sqrt(added.length));
    },
  );

  test('what is replayed in pieces, in parts or from shared memory has the same calls', () => {
    // Many enough that minutes are made in windows.
    const workload = addBursts(plain, [given('ramp', 400_000), given('flat', 50)], 1);
    const whole = timesOf(workload, {spread}).map(sorted);
    expect(timesOf(workload, {spread, shared: true}).map(sorted)).toEqual(whole);
    expect(timesOf(workload, {spread, fromUs: 77e6}).map(sorted)).toEqual(whole);
    const until = 61_234_567;
    expect(timesOf(workload, {spread, untilUs: until}).map(sorted)).toEqual(
      whole.map((times) => times.filter((us) => us < until)),
    );
    const parts = [0, 1, 2].map((part) => timesOf(workload, {spread, parts: 3, part}));
    expect(whole.map((_, fn) => sorted(parts.flatMap((times) => times[fn]!)))).toEqual(whole);
  });
});
