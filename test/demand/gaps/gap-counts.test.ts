import {expect, test} from 'vitest';
import {GAP_BINS, gapBin} from '../../../src/demand/gaps/gap-bins.ts';
import {blendHazard, GapCounts} from '../../../src/demand/gaps/gap-counts.ts';

const SECOND = 1e6;

test('the hazard of a bin is ends over those still at risk, drawn towards the prior by its weight', () => {
  const counts = new GapCounts();
  for (let k = 0; k < 10; k++) counts.enter(SECOND);
  for (let k = 0; k < 4; k++) counts.end(SECOND);
  for (let k = 0; k < 3; k++) counts.end(2 * SECOND);
  const hazard = new Float64Array(GAP_BINS);
  blendHazard(counts, 0, 1, hazard);
  // Four of ten end at once, so six are at risk at two seconds and three beyond; one more gap stands for the prior.
  expect(hazard[gapBin(SECOND)]).toBeCloseTo(4 / 11, 12);
  expect(hazard[gapBin(2 * SECOND)]).toBeCloseTo(3 / 7, 12);
  blendHazard(counts, 0.5, 2, hazard);
  expect(hazard[gapBin(2 * SECOND)]).toBeCloseTo((3 + 1) / (6 + 2), 12);
  expect(hazard[gapBin(4 * SECOND)]).toBeCloseTo(1 / (3 + 2), 12);
  expect(hazard[0]).toBe(0.5);
  expect(counts.seen).toBe(7);
});
