import {expect, test} from 'vitest';
import {longPlanText, longRunText} from '../../src/tasks/long-run.ts';

test('a run over 10^8 calls and more says first what it will take, a shorter one nothing', () => {
  expect(longRunText('99,999,999 calls are replayed', 99_999_999, 1)).toBeUndefined();
  expect(longRunText('600,000,000 calls are replayed under 2 policies', 1.2e9, 2)).toBe(
    '600,000,000 calls are replayed under 2 policies: about 2 min on 2 threads, at 5 million calls a second and thread',
  );
});

test('so does a plan, which replays what it tries things on a dozen times', () => {
  expect(longPlanText(1e6, 1e6)).toBeUndefined();
  expect(longPlanText(1e7, 1e7)).toBe(
    '10,000,000 calls are measured and 10,000,000 replayed a dozen times: about 26 s, at 5 million calls a second and thread',
  );
  expect(longPlanText(1e9, 0)).toMatch(/^1,000,000,000 calls are measured: about 3.33 min/);
});
