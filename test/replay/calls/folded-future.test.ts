import {expect, test} from 'vitest';
import {foldedFuture} from '../../../src/replay/calls/folded-future.ts';

/** Spells as [from, to], of calls of one function given the same way. */
function spells(calls: readonly (readonly [number, number])[], places: number): [number, number][] {
  const zeros = new Float64Array(calls.length);
  const future = {
    start: Float64Array.of(0, calls.length),
    arrivalUs: Float64Array.from(calls, ([from]) => from),
    durationUs: Float64Array.from(calls, ([from, to]) => to - from),
    coldUs: zeros,
    startUs: zeros,
  };
  const {start, arrivalUs, durationUs} = foldedFuture(future, Int32Array.of(places));
  expect([...start]).toEqual([0, arrivalUs.length]);
  return [...arrivalUs].map((us, k) => [us, us + durationUs[k]!]);
}

const calls = [
  [0, 10],
  [2, 20],
  [4, 6],
  [8, 12],
  [30, 30],
] as const;

test('with one place every call is a spell of some instance', () => {
  // Levels, not calls: what is in use at once is the same.
  expect(spells(calls, 1)).toEqual([
    [0, 20],
    [2, 12],
    [4, 6],
    [8, 10],
    [30, 30],
  ]);
});

test('with two places the third call at once begins a second spell', () => {
  expect(spells(calls, 2)).toEqual([
    [0, 20],
    [4, 6],
    [8, 10],
    [30, 30],
  ]);
});

test('without a limit there is one spell while anything runs, and one of no length for a call that takes none', () => {
  expect(spells(calls, 2 ** 31 - 1)).toEqual([
    [0, 20],
    [30, 30],
  ]);
});
