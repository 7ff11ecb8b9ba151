import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {KnownLevels} from '../../../src/plan/curves/known-levels.ts';
import {Levels} from '../../../src/plan/curves/level-columns.ts';
import {fillLevels} from '../../../src/plan/curves/levels.ts';
import {demandOf} from '../instances.ts';

function columnsOf({count, missedPerSecond, ...levels}: Levels) {
  const {wakesPerSecond, idleShare, coldPerSecond, spillShare} = levels;
  const own = [wakesPerSecond, idleShare, coldPerSecond, spillShare].map((column) => [...column.slice(0, count)]);
  return {count, missedPerSecond, own};
}

describe('known levels', () => {
  test('are those that are filled anew, whatever was asked for before', () => {
    const random = new Random(3);
    const rates = Array.from({length: 40}, () => 10 ** (6 * random.next() - 4));
    const demand = demandOf({rates: [rates], hold: rates.map(() => 0.1 + 5 * random.next())});
    const known = KnownLevels.of(demand)!;
    const [told, own] = [new Levels(), new Levels()];
    for (let k = 0; k < 2000; k++) {
      const unit = random.below(40);
      const atLeast = random.below(4) === 0 ? random.below(60) : 0;
      const rest = {keepSeconds: [0, 10, 600][random.below(3)]!, idleFactor: 1, emptySeconds: 3600, counted: true};
      known.fill(demand, unit, atLeast, told, rest);
      fillLevels(demand, unit, 0, atLeast, own, rest);
      expect(columnsOf(told)).toEqual(columnsOf(own));
    }
  });

  test('there are none where instances serve several calls', () => {
    const demand = demandOf({rates: [[1]], hold: [1]});
    expect(KnownLevels.of({...demand, places: Int32Array.of(2)})).toBeUndefined();
    expect(KnownLevels.of(demand)).toBeDefined();
  });
});
