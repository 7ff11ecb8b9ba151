import {expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {LevelMeter} from '../../../src/demand/levels/level-meter.ts';
import {GRID_TIMES, GridGaps, keepAliveGridUs} from '../../../src/plan/rest/keep-alive-grid.ts';

const SPAN = 3 * 86_400;

test('one pass counts for every time of the grid what a meter set to that time counts', () => {
  const random = new Random(5);
  const gaps = new GridGaps();
  const meter = new LevelMeter(0, 0, gaps);
  const cold = new Float32Array(GRID_TIMES);
  const spill = new Float32Array(GRID_TIMES);
  // The second function has fewer levels: nothing of the first is left over.
  for (const hold of [4000, 20]) {
    const calls: [number, number][] = [];
    // Gaps from a second to days, whole seconds, so that some last exactly a time of the grid.
    for (let at = 100; at < SPAN; at += Math.floor(10 ** (5 * random.next()))) {
      calls.push([at, at + Math.floor(hold * random.next())], [at, at + 10]);
    }
    meter.reset();
    gaps.clear();
    for (const [at, until] of calls) meter.call(at, until);
    meter.finish(SPAN);
    for (let level = 0; level < meter.levels; level++) {
      gaps.read(level, meter.rises[level]!, cold, spill, 0, 1);
      keepAliveGridUs.forEach((us, j) => {
        const alone = new LevelMeter(us / 1e6, 0);
        for (const [at, until] of calls) alone.call(at, until);
        alone.finish(SPAN);
        expect(cold[j]).toBe(alone.coldRises[level]);
        expect(spill[j]).toBeCloseTo(alone.spillSeconds[level]!, 1);
      });
    }
    expect(meter.levels).toBeGreaterThan(1);
  }
});

test('a level that was reached once and never left has no gap: its rise is cold under every time', () => {
  const gaps = new GridGaps();
  const cold = new Float32Array(GRID_TIMES);
  const spill = new Float32Array(GRID_TIMES).fill(9);
  gaps.read(0, 1, cold, spill, 0, 2);
  expect([...new Set(cold)]).toEqual([0.5]);
  expect([...new Set(spill)]).toEqual([0]);
});
