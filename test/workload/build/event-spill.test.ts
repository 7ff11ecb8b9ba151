import {readdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {invocationsOfDraft, type WorkloadDraft} from '../../../src/workload/build/draft.ts';
import {EventBuilder} from '../../../src/workload/build/event-builder.ts';
import {TimeSorter} from '../../../src/workload/build/sort-by-time.ts';
import {decodeWorkload} from '../../../src/workload/file/arrow-decode.ts';
import {encodeWorkload} from '../../../src/workload/file/arrow-encode.ts';
import {contentOf, testMeta} from '../../helpers/workload.ts';

interface Call {
  f: number;
  at: number;
  duration: number;
  cold: number;
}

function build(calls: readonly Call[], has: {duration: boolean; cold: boolean}, rowsInMemory?: number): EventBuilder {
  const builder = new EventBuilder(has, rowsInMemory);
  for (const {f, at, duration, cold} of calls) {
    builder.add(builder.functions.idOf('o', 'a', `f${f}`), at, duration, cold);
  }
  return builder;
}

function written(draft: WorkloadDraft, batchElements?: number) {
  const pieces: Buffer[] = [];
  // A piece is valid until the next: copy.
  encodeWorkload(draft, {write: (piece) => pieces.push(Buffer.from(piece as Uint8Array))}, batchElements);
  draft.release();
  const file = Buffer.concat(pieces);
  return contentOf(decodeWorkload(file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer));
}

const call: fc.Arbitrary<Call> = fc.record({
  f: fc.nat(5),
  at: fc.integer({min: -1000, max: 2 ** 45}),
  duration: fc.nat(),
  cold: fc.nat(9),
});
const few: fc.Arbitrary<Call> = fc.record({f: fc.nat(2), at: fc.nat(4), duration: fc.nat(), cold: fc.nat(9)});

describe('calls beyond memory', () => {
  test.each([
    {duration: true, cold: true},
    {duration: true, cold: false},
    {duration: false, cold: true},
    {duration: false, cold: false},
  ])('are the workload that they are in memory, ties in the order they came: %o', (has) => {
    fc.assert(
      fc.property(fc.oneof(fc.array(call), fc.array(few)), fc.integer({min: 1, max: 9}), (calls, rowsInMemory) => {
        const expected = contentOf(build(calls, has).finish(testMeta));
        expect(contentOf(build(calls, has, rowsInMemory).finish(testMeta))).toEqual(expected);
        const draft = build(calls, has, rowsInMemory).finishDraft(testMeta);
        expect(invocationsOfDraft(draft)).toBe(calls.length);
        expect(written(draft, 3)).toEqual(expected);
      }),
      {numRuns: 60},
    );
  });

  test('are merged across windows, pieces and runs', () => {
    const random = new Random(3);
    const calls = Array.from({length: 300_000}, (_, i) => ({
      f: Math.floor(7 * random.next() ** 2),
      at: i * 10 - random.below(100_000),
      duration: random.below(1000),
      cold: 0,
    }));
    const has = {duration: true, cold: false};
    expect(written(build(calls, has, 40_000).finishDraft(testMeta))).toEqual(
      contentOf(build(calls, has).finish(testMeta)),
    );
  });

  test('leave no file behind, not even while they are used', () => {
    const own = (): string[] => readdirSync(tmpdir()).filter((name) => /^coldfront-\w{6}$/.test(name));
    const before = own();
    const draft = build([{f: 0, at: 1, duration: 1, cold: 0}], {duration: true, cold: false}, 1).finishDraft(testMeta);
    expect(own()).toEqual(before);
    draft.release();
  });
});

describe('sorting by time', () => {
  const sorted = (times: number[], from = 0, to = times.length) => {
    const keys = Float64Array.from(times);
    const order = Uint32Array.from(times, (_, i) => i);
    new TimeSorter().sort(keys, order, from, to);
    return {keys: [...keys], order: [...order]};
  };

  test('is a stable sort of any times, and touches none outside its range', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({min: -20, max: 20}), {maxLength: 200}),
        fc.nat(20),
        fc.nat(20),
        (times, a, b) => {
          const [from, to] = [Math.min(a, times.length), Math.max(Math.min(a, times.length), times.length - b)];
          const middle = times.map((_, i) => i).slice(from, to);
          middle.sort((i, j) => times[i]! - times[j]!);
          const order = [...times.keys()].map((i) => (i >= from && i < to ? middle[i - from]! : i));
          expect(sorted(times, from, to)).toEqual({keys: order.map((i) => times[i]), order});
        },
      ),
    );
  });

  test('of many times nearly in order is a sort', () => {
    const random = new Random(4);
    const times = Array.from({length: 20_000}, (_, i) => i + random.below(random.below(50) === 0 ? 5000 : 10));
    expect(sorted(times).keys).toEqual([...times].sort((a, b) => a - b));
  });
});
