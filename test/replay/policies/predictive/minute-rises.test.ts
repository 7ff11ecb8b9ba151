import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {MinuteRises} from '../../../../src/replay/policies/predictive/minute-rises.ts';

/** What is assumed of the number of rises in an active minute before any was seen, and how fast the seen is forgotten. */
const PRIOR = [0, 0.6, 0.25, 0.1, 0.05, 0.03, 0.02, 0.02, 0.05];
const FADE = 0.97;
const COLD_US = 500_000;

const rises = () => new MinuteRises(2);

/** `fn` 0 rises to `level` so often in `minute`. */
function rise(to: MinuteRises, level: number, minute: number, times = 1, nowUs = 0): boolean[] {
  return Array.from({length: times}, () => to.rise(0, level, minute, nowUs, COLD_US));
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 0; i < k; i++) ways = (ways * (n - i)) / (i + 1);
  return ways;
}

/**
 * The gain of keeping an instance till the minute's end, the naive way: Bayes' rule for how many rises the minute has
 * in all, given `seen` of them in the share `elapsed`; the chance of another; and the idle time till it, summed over
 * slices of the rest of the minute.
 */
function naiveGain(weights: readonly number[], seen: number, elapsed: number, threshold: number): number {
  const likelihood = weights.map((w, n) =>
    n < Math.max(1, seen) ? 0 : w * choose(n, seen) * elapsed ** seen * (1 - elapsed) ** (n - seen),
  );
  const total = likelihood.reduce((a, b) => a + b, 0);
  const posterior = likelihood.map((l) => l / total);
  const none = posterior[seen] ?? 0;
  const slices = 2000;
  let idle = 0;
  for (let k = 0; k < slices; k++) {
    const share = (k + 0.5) / slices;
    const noneYet = posterior.reduce((sum, p, n) => sum + p * (1 - share) ** Math.max(0, n - seen), 0);
    idle += (noneYet * (1 - elapsed)) / slices;
  }
  return 1 - none - threshold * idle;
}

describe('rises within a minute', () => {
  test('the first of a minute is told from the others', () => {
    const r = rises();
    expect(rise(r, 1, 7, 3)).toEqual([true, false, false]);
    expect(rise(r, 1, 8)).toEqual([true]);
    expect(rise(r, 2, 8)).toEqual([true]);
  });

  test('an instance is kept when another call is worth more than the idle time till it', () => {
    const r = rises();
    rise(r, 1, 3);
    // After a fifth of the minute with one rise, 0.916 : 0.6 speak for another one; they come with 0.61 of the rest idle.
    expect(r.worthKeeping(0, 1, 3, 0.2, 1.2)).toBe(true);
    expect(r.worthKeeping(0, 1, 3, 0.2, 1.3)).toBe(false);
    // When always three came and two have come, the third is certain.
    for (let minute = 4; minute < 200; minute++) rise(r, 1, minute, 3);
    rise(r, 1, 200, 2);
    expect(r.worthKeeping(0, 1, 200, 0.9, 9)).toBe(true);
    rise(r, 1, 200);
    expect(r.worthKeeping(0, 1, 200, 0.9, 9)).toBe(false);
  });

  test('is what Bayes and a sum over the rest of the minute say', () => {
    const minutes = fc.array(fc.integer({min: 1, max: 9}), {maxLength: 20});
    const state = fc.record({
      seen: fc.integer({min: 0, max: 6}),
      elapsed: fc.double({min: 0.02, max: 0.98, noNaN: true}),
      threshold: fc.double({min: 0.01, max: 10, noNaN: true}),
    });
    fc.assert(
      fc.property(minutes, state, (counts, {seen, elapsed, threshold}) => {
        const r = rises();
        const weights = [...PRIOR];
        counts.forEach((count, minute) => {
          rise(r, 1, minute, count);
        });
        const closed = seen > 0 ? counts : counts.slice(0, -1);
        const seenSo = new Array<number>(9).fill(0);
        for (const count of closed) {
          for (let n = 1; n <= 8; n++) seenSo[n]! *= FADE;
          seenSo[Math.min(8, count)]! += 1;
        }
        seenSo.forEach((n, k) => {
          weights[k]! += n;
        });
        rise(r, 1, 100, seen);
        const gain = naiveGain(weights, seen, elapsed, threshold);
        fc.pre(Math.abs(gain) > 1e-3);
        expect(r.worthKeeping(0, 1, 100, elapsed, threshold)).toBe(gain > 0);
      }),
      {numRuns: 300},
    );
  });

  test('many rises speak by their rate', () => {
    const r = rises();
    rise(r, 1, 0, 12);
    expect(r.worthKeeping(0, 1, 0, 0.5, 23)).toBe(true);
    expect(r.worthKeeping(0, 1, 0, 0.5, 25)).toBe(false);
  });
});

describe('bursts', () => {
  test('before anything was seen, a fifth goes on from the first level and three tenths from others', () => {
    const r = rises();
    rise(r, 1, 0);
    expect(r.likelyLevel(0, 1, 0, 0.21)).toBe(1);
    expect(r.likelyLevel(0, 1, 0, 0.19)).toBe(2);
    // Level 3: 0.2 x 0.3, and 0.6 of a start is lost by waiting for level 2: 0.036; level 4: 0.00648.
    expect(r.likelyLevel(0, 1, 0, 0.037)).toBe(2);
    expect(r.likelyLevel(0, 1, 0, 0.035)).toBe(3);
    expect(r.likelyLevel(0, 1, 0, 0.0064)).toBe(4);
    rise(r, 2, 0);
    expect(r.likelyLevel(0, 2, 0, 0.29)).toBe(3);
  });

  test('where idle time costs nothing a first call still starts a handful only', () => {
    const r = rises();
    rise(r, 1, 0);
    // 0.2 x 0.18^(level - 2) falls below a millionth at level 10.
    expect(r.likelyLevel(0, 1, 0, 0)).toBe(9);
    expect(r.likelyLevel(0, 1, 0, Number.NaN)).toBe(1);
  });

  test('the share of earlier minutes that went on counts, the one at hand not', () => {
    const r = rises();
    for (let minute = 0; minute < 4; minute++) {
      rise(r, 1, minute);
      if (minute !== 2) rise(r, 2, minute, 1, 10 * COLD_US);
    }
    rise(r, 1, 4);
    // (3 + 0.2) / (4 + 1).
    expect(r.likelyLevel(0, 1, 4, 0.65)).toBe(1);
    expect(r.likelyLevel(0, 1, 4, 0.63)).toBe(2);
  });

  test('levels that follow each other slowly are started one by one, fast ones together', () => {
    const burst = (gapUs: number) => {
      const r = rises();
      for (let minute = 0; minute < 50; minute++) {
        for (let level = 1; level <= 6; level++) rise(r, level, minute, 1, minute * 6e7 + level * gapUs);
      }
      rise(r, 1, 50);
      return r.likelyLevel(0, 1, 50, 0.05);
    };
    expect(burst(2 * COLD_US)).toBe(2);
    expect(burst(COLD_US / 4)).toBe(6);
    // At 3/4 of a start a quarter of it is lost by each wait: levels 2, 3 and 4 are worth about 1, 1/4, 1/16.
    expect(burst((3 * COLD_US) / 4)).toBe(4);
  });
});
