import {describe, expect, test} from 'vitest';
import {mix32} from '../../../../src/base/random.ts';
import {BoundedBins, binOf, capOf} from '../../../../src/scheduler/parts/sessions/bounded-hash.ts';

/** The most in one bin after `keys` keys of one seed. */
function mostInOne(keys: number, bins: number, bound: number, seed: number): number {
  const all = new BoundedBins(bins, bound);
  for (let key = 0; key < keys; key++) all.take(mix32(key + seed * keys));
  return all.mostInOne;
}

/** P(max <= m) of `keys` keys in `bins` bins, taken as independent: Binomial(keys, 1/bins) in each. */
function mostLaw(keys: number, bins: number): {mean: number; variance: number} {
  let [term, below, mean, square, before] = [(1 - 1 / bins) ** keys, 0, 0, 0, 0];
  for (let m = 0; m <= keys && before < 1 - 1e-12; m++) {
    below += term;
    term *= ((keys - m) / (m + 1)) * (1 / (bins - 1));
    const upTo = below ** bins;
    mean += m * (upTo - before);
    square += m * m * (upTo - before);
    before = upTo;
  }
  return {mean, variance: square - mean ** 2};
}

describe('consistent hashing', () => {
  test('spreads keys evenly: chi-squared of 100,000 keys over 100 bins is within four standard deviations', () => {
    const counts = new Float64Array(100);
    for (let key = 0; key < 100_000; key++) counts[binOf(mix32(key), 100)]! += 1;
    const chi = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(Math.abs(chi - 99)).toBeLessThan(4 * Math.sqrt(2 * 99));
  });

  test('moves the keys of the new bin and no others when there is one more', () => {
    let moved = 0;
    for (let key = 0; key < 10_000; key++) {
      const [before, after] = [binOf(mix32(key), 100), binOf(mix32(key), 101)];
      if (before === after) continue;
      expect(after).toBe(100);
      moved++;
    }
    expect(Math.abs(moved - 10_000 / 101)).toBeLessThan(4 * Math.sqrt(10_000 / 101));
  });
});

describe('bounded loads', () => {
  test('10,000 players on 100 containers have at most 125 with c = 1.25, whoever they are (METHODS E5.2)', () => {
    expect(capOf(1.25, 10_000, 100)).toBe(125);
    for (let seed = 0; seed < 20; seed++) expect(mostInOne(10_000, 100, 1.25, seed)).toBeLessThanOrEqual(125);
  });

  test('without a bound the fullest is as the law of the largest binomial says, within sampling error', () => {
    const runs = 200;
    const found = Array.from({length: runs}, (_, seed) => mostInOne(10_000, 100, Number.POSITIVE_INFINITY, seed));
    const mean = found.reduce((sum, most) => sum + most, 0) / runs;
    const law = mostLaw(10_000, 100);
    // METHODS: some 130, which is one container in twenty at its worst.
    expect(law.mean).toBeGreaterThan(124);
    expect(Math.abs(mean - law.mean)).toBeLessThan(4 * Math.sqrt(law.variance / runs));
  });

  test('a key whose bin is full goes on around the ring to the first with room', () => {
    const bins = new BoundedBins(3, 1);
    const hash = Array.from({length: 100}, (_, k) => mix32(k)).filter((one) => binOf(one, 3) === 2);
    expect([bins.take(hash[0]!), bins.take(hash[1]!), bins.take(hash[2]!)]).toEqual([2, 0, 1]);
    // Four on three: two in the fullest.
    expect(bins.take(hash[3]!)).toBe(2);
    bins.leave(0);
    expect(bins.take(hash[4]!)).toBe(0);
    expect([...bins.held]).toEqual([1, 1, 2]);
  });
});
