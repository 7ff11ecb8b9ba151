import {describe, expect, test} from 'vitest';
import {mixKeys} from '../../../src/base/random.ts';
import {BATCH_ROWS, type Forecaster, forecastColumns} from '../../../src/forecast/forecaster.ts';
import {segmentNames} from '../../../src/forecast/segments.ts';
import {conformalOffsets} from '../../../src/forecast/training/conformal.ts';
import {seriesOf} from '../../helpers/series.ts';

const QUANTILE = 99;
const BUSY = segmentNames.indexOf('above 1/min');

/** Says the same of every minute: there will be calls, and each quantile of their number is 99. */
function constant(quantiles: readonly number[], active = 1): Forecaster {
  const shape = {horizons: [1], quantiles};
  const columns = forecastColumns(shape, BATCH_ROWS);
  columns.active.fill(active);
  columns.jittered.fill(QUANTILE);
  return {name: 'constant', ...shape, add: () => {}, flush: async () => columns};
}

/** A busy function of 10, 20, ..., 10 x `minutes` calls a minute in some order, after a first minute. */
function scale(minutes: number) {
  const counts = Array.from({length: minutes}, (_, k) => 10 * (k + 1));
  counts.sort((a, b) => mixKeys(a, 1) - mixKeys(b, 1));
  return seriesOf([[100, ...counts].map((count, minute) => [minute, count] as const)], minutes + 1);
}

/** The count that a level is moved to: the offset undone. */
async function countAt(level: number, minutes: number, active?: number): Promise<number> {
  const offsets = await conformalOffsets(scale(minutes), constant([level], active), 1, 3);
  expect(offsets).toHaveLength(segmentNames.length);
  const offset = offsets[BUSY]![0]![0]!;
  // Jitter adds less than one call, and offsets have four digits.
  return offset === 0 ? 0 : 10 * Math.floor((Math.exp(offset) * (1 + QUANTILE) - 0.5) / 10);
}

describe('conformal offsets', () => {
  test('move a quantile to the residual of rank ceil(level x (n + 1)) of n', async () => {
    // 0.9 x 1001 = 900.9: the 901st of 1,000 residuals, that of 9,010 calls.
    expect(await countAt(0.9, 1000)).toBe(9010);
    expect(await countAt(0.5, 1000)).toBe(5010);
    // 0.9 x 1009 = 908.1.
    expect(await countAt(0.9, 1008)).toBe(9090);
  });

  test('are the largest residual where the level would lie beyond it', async () => {
    expect(await countAt(0.9995, 1000)).toBe(10_000);
  });

  test('are 0 where fewer than a thousand residuals say too little, and for levels that "no call" fixes', async () => {
    expect(await countAt(0.9, 999)).toBe(0);
    expect(await countAt(0.875, 1000, 0.125)).toBe(0);
    expect(await countAt(0.875, 1000, 0.25)).toBe(8760);
  });
});
