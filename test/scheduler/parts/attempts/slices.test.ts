import {describe, expect, test} from 'vitest';
import {lengthOfAll, lengthOfSlice, workOfSlice} from '../../../../src/scheduler/parts/attempts/slices.ts';

const rule = {everyUs: 30e6, saveUs: 100_000, restoreUs: 100_000, resumeUs: 500_000, yieldsAlways: false};

describe('slices of a call', () => {
  test('the first has nothing to restore, the last nothing to save', () => {
    expect(workOfSlice(rule, 300e6, false)).toBe(29_900_000);
    expect(workOfSlice(rule, 270_100_000, true)).toBe(29_300_000);
    expect(workOfSlice(rule, 6_400_000, true)).toBe(6_400_000);
    expect(lengthOfSlice(rule, 6_400_000, true)).toBe(7_000_000);
  });

  test('300 s of work are eleven slices and 307 s (METHODS E4.2)', () => {
    expect(lengthOfAll(rule, 300e6, false)).toBe(307e6);
  });

  test('what fits a slice exactly is one, and a microsecond more is two', () => {
    expect(lengthOfAll(rule, 30e6, false)).toBe(30e6);
    expect(lengthOfAll(rule, 30e6 + 1, false)).toBe(30e6 + 700_001);
  });

  test('the length of all is the sum of each, whatever the rule', () => {
    for (let seed = 0; seed < 2000; seed++) {
      const pick = (k: number, most: number) => (seed * (k + 7) * 2_654_435_761) % most;
      const [saveUs, restoreUs, resumeUs] = [pick(0, 4), pick(1, 4), pick(2, 4)];
      const one = {saveUs, restoreUs, resumeUs, everyUs: saveUs + restoreUs + resumeUs + 1 + pick(3, 9)};
      const its = {...one, yieldsAlways: false};
      let [left, saved, sum] = [pick(4, 60), seed % 2 === 0, 0];
      const all = lengthOfAll(its, left, saved);
      for (let last = false; !last; saved = true) {
        sum += lengthOfSlice(its, left, saved);
        last = workOfSlice(its, left, saved) === left;
        left -= workOfSlice(its, left, saved);
      }
      expect(all, `seed ${seed}`).toBe(sum);
    }
  });
});
