import {expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {QuantileSketch} from '../../../src/base/sketch.ts';
import {Delays} from '../../../src/scheduler/core/delays.ts';

/** Delays of three functions: one length, a few, and any; added to both. */
function drawn(seed: number, n: number): {delays: Delays; each: number[][]} {
  const random = new Random(seed);
  const delays = new Delays(3);
  const each: number[][] = [[], [], []];
  for (let k = 0; k < n; k++) {
    const fn = random.below(3);
    const us = [500_000, 1000 * (1 + random.below(4)), 1 + random.below(1e9)][fn]!;
    delays.add(fn, us);
    each[fn]!.push(us);
  }
  return {delays, each};
}

test('says of each function what a sketch of its delays says, whether they lie in few buckets or many', () => {
  // More than are kept back before they are handed over.
  const {delays, each} = drawn(3, 600_000);
  const shares = [0.1, 0.5, 0.9, 0.99, 0.999, 1];
  for (const [fn, us] of each.entries()) {
    const sketch = new QuantileSketch();
    for (const one of us) sketch.add(one);
    sketch.addZeros(1000);
    const started = us.length + 1000;
    expect(delays.quantilesUs(fn, started, shares)).toEqual(shares.map((share) => sketch.quantile(share)));
    expect(delays.sumUs(fn)).toBe(us.reduce((a, b) => a + b, 0));
  }
});

test('columns of several parts add up to the whole, rows by other numbers', () => {
  const parts = [drawn(1, 400), drawn(2, 400)];
  const whole = new Delays(5);
  for (const {delays} of parts) whole.addColumns(delays.columns(), Int32Array.of(4, 0, 2));
  for (const [fn, row] of [4, 0, 2].entries()) {
    const us = parts.flatMap(({each}) => each[fn]!);
    const sketch = new QuantileSketch();
    whole.addTo(sketch, row);
    expect([sketch.count, sketch.sum, sketch.max]).toEqual([us.length, us.reduce((a, b) => a + b, 0), Math.max(...us)]);
  }
  expect(whole.quantilesUs(1, 0, [0.5])).toEqual([Number.NaN]);
  expect(whole.quantilesUs(1, 7, [0.99])).toEqual([0]);
});
