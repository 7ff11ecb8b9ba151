import {describe, expect, test} from 'vitest';
import {Lives} from '../../../src/replay/run/lives.ts';

type Life = readonly [fn: number, bornUs: number, goneUs: number];

function livesOf(lived: readonly Life[], fromUs: number, untilUs: number): Lives {
  const lives = new Lives(fromUs, untilUs, lived.length);
  for (const life of lived) lives.add(...life);
  return lives;
}

/** The most at a birth, or at the beginning, counted one by one. */
function naivePeak(lived: readonly Life[], fromUs: number, untilUs: number, weights: Float64Array): number {
  const births = [fromUs, ...lived.map(([, bornUs]) => bornUs)].filter((us) => us >= fromUs && us < untilUs);
  const at = (us: number) =>
    lived.reduce((sum, [fn, bornUs, goneUs]) => (bornUs <= us && us < goneUs ? sum + weights[fn]! : sum), 0);
  return Math.max(...births.map(at));
}

describe('Lives', () => {
  test('counts what lives at a time, whoever goes then making room first', () => {
    const lives = livesOf(
      [
        [0, 0, 10],
        [1, 5, 8],
        [0, 8, 20],
        [1, 10, 12],
      ],
      0,
      100,
    );
    expect(lives.peak()).toBe(2);
    // 0 and 1 in [5, 8), 0 twice in [8, 10), 0 and 1 in [10, 12).
    expect(lives.peak(Float64Array.of(100, 300))).toBe(400);
    expect(lives.peak(Float64Array.of(300, 100))).toBe(600);
  });

  test('leaves out what is over when the span begins, begins when it is over, or takes no time', () => {
    const lived: Life[] = [
      [0, 0, 10],
      [0, 50, 60],
      [0, 20, 20],
    ];
    expect(livesOf(lived, 10, 50).peak()).toBe(0);
    expect(livesOf(lived, 9, 50).peak()).toBe(1);
    expect(livesOf(lived, 10, 51).peak()).toBe(1);
    expect(livesOf([], 0, 10).peak(Float64Array.of(1))).toBe(0);
  });

  test.for([
    {seed: 1, lives: 1, most: 10, longest: 10},
    {seed: 2, lives: 40, most: 8, longest: 4},
    {seed: 3, lives: 300, most: 50, longest: 30},
    {seed: 4, lives: 300, most: 1e6, longest: 100},
    {seed: 5, lives: 500, most: 1e12, longest: 1e10},
    {seed: 6, lives: 500, most: 1e12, longest: 1e12},
  ])('has as many as counting one by one finds: $lives lives within $most us', ({seed, lives, most, longest}) => {
    let state = seed;
    const below = (n: number) => {
      state = (state * 48271) % 2147483647;
      return Math.floor((state / 2147483647) * n);
    };
    const weights = Float64Array.from({length: 7}, () => (1 + below(1e6)) / 1024);
    for (let round = 0; round < 20; round++) {
      const lived = Array.from({length: lives}, (): Life => {
        // Half of them in a burst.
        const bornUs = below(2) === 0 ? below(most) : Math.floor(most / 2) + below(most / 50);
        // Starts ahead of calls may begin between microseconds.
        return [below(7), bornUs - below(2) / 2, bornUs + below(longest)];
      });
      const fromUs = below(2) === 0 ? 0 : below(most);
      const untilUs = below(2) === 0 ? Number.POSITIVE_INFINITY : fromUs + below(most);
      const found = livesOf(lived, fromUs, untilUs);
      if (untilUs === fromUs) continue;
      expect(found.peak()).toBe(naivePeak(lived, fromUs, untilUs, new Float64Array(7).fill(1)));
      expect(found.peak(weights)).toBe(naivePeak(lived, fromUs, untilUs, weights));
    }
  });
});
