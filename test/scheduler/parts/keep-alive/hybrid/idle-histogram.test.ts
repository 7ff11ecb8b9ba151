import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE} from '../../../../../src/base/units.ts';
import {forecastGap} from '../../../../../src/scheduler/parts/keep-alive/hybrid/forecast-gap.ts';
import {
  type HybridSettings,
  IdleHistogram,
} from '../../../../../src/scheduler/parts/keep-alive/hybrid/idle-histogram.ts';

const paper: HybridSettings = {bins: 240, head: 5, tail: 99, margin: 0.1, cv: 2, oob: 0.5};

function aliveAfter(gapMinutes: readonly number[], settings = paper) {
  const histogram = new IdleHistogram(settings);
  for (const minutes of gapMinutes) histogram.add(minutes * US_PER_MINUTE);
  const {fromUs, untilUs, branch} = histogram.alive;
  return {branch, from: fromUs / US_PER_MINUTE, until: untilUs / US_PER_MINUTE};
}

const repeat = (minutes: number, times: number): number[] => new Array<number>(times).fill(minutes);

describe('the hybrid histogram decides as Serverless in the Wild states', () => {
  test.each([
    ['nothing seen: the whole range, no unload', [], {branch: 'standard', from: 0, until: 240}],
    // Bin 30 holds all: head 30 down to 0.9 x 30, tail up to minute 31 and 1.1 x 31.
    ['a timer of 30 min: unloaded until 27 min', repeat(30.5, 20), {branch: 'histogram', from: 27, until: 34.1}],
    ['gaps below a minute: head 0, no unload', repeat(0.5, 20), {branch: 'histogram', from: 0, until: 1.1}],
    // 4 of 100 gaps lie below the 5th percentile, and one above the 99th.
    [
      'percentiles leave the outliers out',
      [...repeat(2.5, 4), ...repeat(10.5, 95), 100.5],
      {branch: 'histogram', from: 9, until: 12.1},
    ],
    [
      'the 5th of 100 gaps counts',
      [...repeat(2.5, 5), ...repeat(10.5, 95)],
      {branch: 'histogram', from: 1.8, until: 12.1},
    ],
    [
      'evenly spread gaps, CV of the bin counts 0: the whole range',
      Array.from({length: 240}, (_, k) => k + 0.5),
      {branch: 'standard', from: 0, until: 240},
    ],
    ['half of the gaps beyond the range: forecast', [10, 500], {branch: 'arima', from: 0.85 * 255, until: 1.15 * 255}],
    ['a daily timer: forecast', repeat(1440, 5), {branch: 'arima', from: 0.85 * 1440, until: 1.15 * 1440}],
  ] as const)('%s', (_, gaps, alive) => {
    const found = aliveAfter(gaps);
    expect(found.branch).toBe(alive.branch);
    expect(found.from).toBeCloseTo(alive.from, 6);
    expect(found.until).toBeCloseTo(alive.until, 6);
  });

  test('the CV is of the bin counts, not of the gaps: one full bin of 240 has sqrt(239)', () => {
    const histogram = new IdleHistogram(paper);
    for (let k = 0; k < 7; k++) histogram.add(3 * US_PER_MINUTE);
    expect(histogram.cv).toBeCloseTo(Math.sqrt(239), 9);
  });

  test('a bin is [k, k + 1) minutes and the last gap within the range is below it', () => {
    expect(aliveAfter(repeat(240, 4)).branch).toBe('arima');
    expect(aliveAfter(repeat(239.99, 4))).toMatchObject({branch: 'histogram', until: 264});
  });
});

describe('the forecast of the next gap', () => {
  test.each([
    ['one gap repeats', [500], 500],
    ['two gaps: their mean', [400, 600], 500],
    ['no variation', [300, 300, 300, 300], 300],
    // Alternating: phi is -1, held at -0.99.
    ['alternating gaps alternate', [100, 200, 100, 200, 100], 100 + 0.99 * 50 + 50],
  ])('%s', (_, gaps, next) => {
    expect(forecastGap(gaps)).toBeCloseTo(next, 0);
  });
});
