import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {valueDigest} from '../../../src/files/digest.ts';
import {invocationsOfDraft, loadDraft} from '../../../src/workload/build/draft.ts';
import {unknownDurations} from '../../../src/workload/build/function-table.ts';
import {MinuteBuilder} from '../../../src/workload/build/minute-builder.ts';
import {OrderedCounts, OutOfOrder} from '../../../src/workload/build/ordered-counts.ts';

const meta = {source: 'test', startTime: '', licence: '', clampedDurations: 0};

describe('counts that come in order', () => {
  test.each([
    ['small', 1000],
    ['beyond 32 bits', 2 ** 34],
  ])('make the workload that they make in any order, and lie in a file meanwhile: %s', (_, most) => {
    const random = new Random(most);
    const ordered = new OrderedCounts();
    const builder = new MinuteBuilder();
    let [calls, rows, taken] = [0, 0, 0];
    for (let f = 0; f < 300; f++) {
      for (const both of [ordered, builder]) both.functions.idOf('o', `a${f % 7}`, `f${f}`);
      // More than a block in all; some functions have no calls.
      const minutes = f % 11 === 0 ? 0 : f === 5 ? 90_000 : 1 + Math.floor(random.next() * 200);
      for (let minute = 1000 + f, k = 0; k < minutes; k++, minute += 1 + Math.floor(random.next() * 3)) {
        const count = 1 + Math.floor(random.next() * most);
        calls += count;
        taken += Number(ordered.add(f, minute, count)) + Number(builder.add(f, minute, count));
        rows++;
      }
    }
    expect(taken).toBe(2 * rows);
    const whole = builder.finish(meta, unknownDurations(300));
    const draft = ordered.finish(meta, unknownDurations(300));
    expect(invocationsOfDraft(draft)).toBe(calls);
    expect(invocationsOfDraft(draft, 5, 6)).toBe(invocationsOfDraft({...draft, functions: 300}, 5, 6));
    const {arrivals, ...columns} = loadDraft(draft);
    const {arrivals: others, ...rest} = whole;
    expect(columns).toEqual(rest);
    expect(valueDigest(arrivals)).toBe(valueDigest(others));
  });

  test('what is no count and no minute is refused as it is in any order; no calls are nothing', () => {
    const ordered = new OrderedCounts();
    ordered.functions.idOf('o', 'a', 'f');
    expect([ordered.add(0, 3, -1), ordered.add(0, 3, 0.5), ordered.add(0, -1, 1), ordered.add(0, 9, 0)]).toEqual([
      ...[false, false, false, true],
    ]);
    const draft = ordered.finish(meta, unknownDurations(1));
    expect(loadDraft(draft)).toMatchObject({functions: 1, meta: {originUs: 0, spanUs: 0}});
  });

  test.each([
    [
      'a function that was there before',
      [
        [0, 5],
        [1, 5],
        [0, 6],
      ],
    ],
    [
      'a minute that is not later',
      [
        [0, 5],
        [0, 5],
      ],
    ],
  ])('%s is out of order', (_, rows) => {
    const ordered = new OrderedCounts();
    expect(() => {
      for (const [f, minute] of rows) ordered.add(f!, minute!, 1);
    }).toThrow(OutOfOrder);
  });
});
