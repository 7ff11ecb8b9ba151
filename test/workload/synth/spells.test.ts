import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {blockRatio, drawSpell, persistenceOf, spellMinutes} from '../../../src/workload/synth/spells.ts';

describe('spells of high and low rate', () => {
  test.each([
    ['levels that never stay: ten minutes are as dispersed as one', 0, 1],
    ['levels that always stay: ten times as dispersed', 1, 10],
    ['half of them stay: 1 + 2 (0.9/2 + 0.8/4 + ... + 0.1/512)', 0.5, 2.60039],
  ])('%s', (_, persistence, ratio) => {
    expect(blockRatio(persistence)).toBeCloseTo(ratio, 4);
  });

  test.each([0, 0.1, 0.5, 0.905])('a ratio leads back to the persistence %d', (persistence) => {
    expect(persistenceOf(blockRatio(persistence))).toBeCloseTo(persistence, 5);
  });

  test('ratios that no persistence has give the nearest one', () => {
    expect(persistenceOf(0.3)).toBeCloseTo(0, 5);
    expect(persistenceOf(12)).toBeCloseTo(0.95, 5);
  });

  test.each([0, 0.5, 0.905])('levels last as long as persistence %d says, at least a minute', (persistence) => {
    const random = new Random(1);
    const lengths = Array.from({length: 20_000}, () => drawSpell(spellMinutes(persistence), random));
    expect(Math.min(...lengths)).toBe(1);
    // Geometric: 1 / (1 - persistence).
    const mean = lengths.reduce((a, b) => a + b, 0) / lengths.length;
    expect(mean * (1 - persistence)).toBeCloseTo(1, 1);
  });
});
