import {availableParallelism} from 'node:os';
import {expect, test} from 'vitest';
import {threadsFor} from '../../src/replay/threads.ts';

test('a number of threads that is asked for is used, however little there is to do', () => {
  expect(threadsFor(7, 0)).toBe(7);
  expect(threadsFor(1, Number.POSITIVE_INFINITY)).toBe(1);
});

test('by itself a run starts threads where its calls take longer than that does', () => {
  expect(threadsFor('auto', 499_999)).toBe(1);
  expect(threadsFor('auto', 500_000)).toBe(availableParallelism());
});
