import {describe, expect, test} from 'vitest';
import type {LevelSeries} from '../../src/forecast/level-series.ts';
import {ReactionShares} from '../../src/forecast/reaction-shares.ts';
import {levelSeriesOf} from '../helpers/levels.ts';
import {noClock} from '../helpers/series.ts';

const MINUTE = 60_000_000;
const MINUTES = 12;

/** Two calls that overlap in each of the first `minutes` minutes; every rise is told to lose and to bring so much. */
function pairs(minutes: number, lost: number, nextAhead: number): LevelSeries {
  const arrivalUs = Float64Array.from(
    {length: 2 * minutes},
    (_, i) => (Math.floor(i / 2) + 0.25 + (i % 2) / 8) * MINUTE,
  );
  const calls = {
    start: Float64Array.of(0, 2 * minutes),
    arrivalUs,
    durationUs: new Float64Array(2 * minutes).fill(MINUTE / 4),
  };
  const observer = {rise: () => {}, lost, nextAhead};
  return levelSeriesOf(calls, {spanUs: MINUTES * MINUTE, shiftUs: new Float64Array(1), clock: noClock, observer});
}

const nothingRuns = new Int32Array(MINUTES);

describe('shares of a start and of a minute that are at stake', () => {
  test('begin with a tenth of a start and nothing of a minute, and follow what was seen before each minute', () => {
    const shares = new ReactionShares(pairs(3, 1, 0.5));
    shares.begin();
    shares.open();
    expect(shares.lostShare(1, 1, 0, nothingRuns)).toBeCloseTo(0.1, 6);
    expect(shares.aheadShare(1, 0)).toBe(0);
    // (1 + 40 x 0.1) / (1 + 40), and 0.5 / (1 + 5).
    expect(shares.lostShare(1, 1, 1, nothingRuns)).toBeCloseTo(5 / 41, 6);
    expect(shares.aheadShare(1, 1)).toBeCloseTo(0.5 / 6, 9);
    const [sum, count] = [1 + 0.99 + 0.9801, 1 + 0.99 + 0.9801];
    expect(shares.lostShare(1, 1, 9, nothingRuns)).toBeCloseTo((sum + 4) / (count + 40), 6);
    expect(shares.aheadShare(1, 9)).toBeCloseTo((0.5 * count) / (count + 5), 9);
  });

  test('a level leans on what was known of the one below in the same minute', () => {
    const shares = new ReactionShares(pairs(3, 1, 0));
    shares.begin();
    shares.open();
    const below = shares.lostShare(1, 1, 5, nothingRuns);
    shares.open();
    // Nothing is learnt of the next class where all of it comes first: it is expected to lose what this one is.
    expect(shares.lostShare(0, 0, 5, new Int32Array(MINUTES).fill(9))).toBeCloseTo(below, 6);
  });

  test('nothing is learnt from a level that is the first beyond what runs', () => {
    const shares = new ReactionShares(pairs(3, 1, 0));
    shares.begin();
    shares.open();
    expect(shares.lostShare(1, 1, 9, new Int32Array(MINUTES).fill(1))).toBeCloseTo(0.1, 6);
  });

  test('where nothing is started within minutes all is at stake', () => {
    const {reactions: _, ...levels} = pairs(3, 0, 1);
    const shares = new ReactionShares({...levels, reactions: undefined});
    shares.begin();
    shares.open();
    expect(shares.lostShare(1, 1, 9, nothingRuns)).toBe(1);
    expect(shares.aheadShare(1, 9)).toBe(0);
  });
});
