import {describe, expect, test} from 'vitest';
import {alarmsInFives, alarmsOf, judge, outliersOf, usualByMean, usualByMedian} from '../../src/base/outliers.ts';
import {rankedAbove} from '../../src/tradeoff/interference/ranked-above.ts';

const flags = (text: string) => Uint8Array.from(text, Number);
const text = (its: Uint8Array) => [...its].join('');

describe('what is usual', () => {
  test('by mean and standard deviation, minutes without a call left out', () => {
    // Mean 4, squares 4 + 0 + 4, s = 2.
    expect(usualByMean(Float64Array.of(2, Number.NaN, 4, 6))).toEqual({level: 4, spread: 2});
    // What does not vary is an outlier from 1 % of it on.
    expect(usualByMean(Float64Array.of(5, 5, 5))).toEqual({level: 5, spread: 0.05});
  });

  test('by median and median deviation, which a loud minute does not move', () => {
    const {level, spread} = usualByMedian(Float64Array.of(1, 2, 3, 4, 1000));
    expect(level).toBe(3);
    expect(spread).toBeCloseTo(1.4826, 12);
    expect(usualByMedian(Float64Array.of(1, 3)).level).toBe(2);
  });

  test('an outlier lies more than two deviations above it', () => {
    expect(text(outliersOf(Float64Array.of(8, 8.1, Number.NaN, -9), {level: 4, spread: 2}))).toBe('0100');
  });
});

describe('alarms', () => {
  test('are raised in a minute in which three of the last five were outliers', () => {
    expect(text(alarmsOf(flags('0110100001110')))).toBe('0000110000011');
  });

  test('five by five each five counts for itself', () => {
    expect(alarmsInFives(flags('01101' + '11000' + '00111' + '111'))).toBe(2);
  });
});

test('alarms are judged by the neighbour of their five minutes, spells by their first alarm', () => {
  //                   0         1
  //                   012345678901234567
  const truth = flags('000111100000001110');
  const alarm = flags('100001110000000000');
  // Minute 0 is wrong; 5, 6 and 7 are right, 7 by the minutes before it. The first spell is found when minute 5 is over.
  expect(judge(alarm, truth)).toEqual({alarms: 4, right: 3, spells: 2, found: 1, minutes: 3});
});

test('pairs ranked right, ties for half', () => {
  expect(rankedAbove([3, 1], [0, 1, 2])).toBe((3 + 1.5) / 6);
  expect(rankedAbove([], [1])).toBeNaN();
});
