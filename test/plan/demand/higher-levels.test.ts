import {describe, expect, test} from 'vitest';
import {LevelMeter} from '../../../src/demand/levels/level-meter.ts';
import type {MeasuredLevels} from '../../../src/plan/demand/demand.ts';
import {HigherLevels} from '../../../src/plan/demand/higher-levels.ts';
import {GRID_TIMES, keepAliveGridUs} from '../../../src/plan/rest/keep-alive-grid.ts';

type Call = readonly [from: number, until: number];

/** Calls of one function over 240 seconds, under a keep-alive of ten. */
function metered(calls: readonly Call[]): LevelMeter {
  const meter = new LevelMeter(10, 120);
  for (const [from, until] of calls) meter.call(from, until);
  meter.finish(240);
  return meter;
}

function filled(functions: readonly (readonly Call[])[], keepAliveUs = 10e6): MeasuredLevels {
  const higher = new HigherLevels();
  let rows = 0;
  functions.forEach((calls, f) => {
    rows += higher.add(f, metered(calls), rows);
  });
  const column = (): Float64Array => new Float64Array(rows);
  const levels: MeasuredLevels = {
    start: new Float64Array(0),
    keepAliveSeconds: new Float64Array(0),
    ratePerSecond: new Float64Array(0),
    wakesPerSecond: column(),
    idleShare: column(),
    coldPerSecond: column(),
    spillShare: column(),
    coldOnGrid: new Float32Array(rows * GRID_TIMES),
    spillOnGrid: new Float32Array(rows * GRID_TIMES),
  };
  higher.fill(levels, 240, new Float64Array(functions.length).fill(keepAliveUs));
  return levels;
}

describe('levels above those that history reached', () => {
  const steady: Call[] = [
    [0, 1],
    [150, 151],
  ];
  /** Reaches a second level twice in the second half, cold both times. */
  const risen: Call[] = [
    [0, 1],
    [50, 51],
    [150, 160],
    [152, 153],
    [200, 210],
    [205, 206],
  ];
  const risenOnce: Call[] = [
    [0, 1],
    [150, 160],
    [151, 152],
  ];
  const newcomer: Call[] = risenOnce.slice(1);

  test('are reached no more where no function went beyond its first half', () => {
    expect([...filled([steady, steady]).coldPerSecond]).toEqual([0, 0]);
  });

  test('are reached as often again as the second half went above the first, shared as cold starts are', () => {
    const {coldPerSecond, wakesPerSecond} = filled([risen, steady, risenOnce, newcomer]);
    // Twice and once: three times. Cold starts 6, 2, 3 and 2, and one more each: 17.
    const expected = [7, 3, 4, 3].map((share) => (3 * share) / 17 / 240);
    coldPerSecond.forEach((cold, f) => {
      expect(cold).toBeCloseTo(expected[f]!, 12);
    });
    expect(wakesPerSecond).toEqual(coldPerSecond);
  });

  test('of a function that reached many there are half as many, each reached less the higher it lies', () => {
    const burst = Array.from({length: 4}, (_, k): Call => [150 + k, 160]);
    const {coldPerSecond} = filled([[[0, 1], ...burst], risenOnce]);
    // Four levels: two above, one twice as often as the other.
    expect(coldPerSecond.length).toBe(3);
    expect(coldPerSecond[0]! / coldPerSecond[1]!).toBeCloseTo(2, 12);
  });

  test('linger for the keep-alive after each start, whichever it is', () => {
    const {coldPerSecond, spillShare, coldOnGrid, spillOnGrid} = filled([risenOnce, risenOnce], 30e6);
    expect(spillShare[0]).toBeCloseTo(30 * coldPerSecond[0]!, 12);
    for (let k = 0; k < GRID_TIMES; k++) {
      expect(coldOnGrid[k]).toBeCloseTo(coldPerSecond[0]!, 6);
      expect(spillOnGrid[k]).toBeCloseTo(Math.min(1, (coldPerSecond[0]! * keepAliveGridUs[k]!) / 1e6), 4);
    }
    expect(filled([risenOnce, risenOnce], Number.POSITIVE_INFINITY).spillShare[0]).toBe(1);
  });
});
