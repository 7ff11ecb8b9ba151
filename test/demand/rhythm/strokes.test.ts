import {describe, expect, test} from 'vitest';
import {US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND} from '../../../src/base/units.ts';
import {strokesAtOnce} from '../../../src/demand/rhythm/strokes.ts';

function atOnce(timers: readonly (readonly [periodUs: number, phaseUs: number])[], stretchUs: number): number {
  const [period, phase] = [0, 1].map((k) => Float64Array.from(timers, (timer) => timer[k]!));
  return strokesAtOnce(period!, phase!, stretchUs);
}

describe('strokes of timers at once', () => {
  test('are counted in the busiest minute, each timer once however often it strikes', () => {
    const timers = [
      [300, 0],
      [600, 0],
      [3600, 60],
      [20, 5],
    ].map(([period, phase]) => [period! * US_PER_SECOND, phase! * US_PER_SECOND] as const);
    expect(atOnce(timers, US_PER_MINUTE)).toBe(3);
    expect(atOnce(timers, US_PER_SECOND)).toBe(2);
    expect(atOnce([], US_PER_MINUTE)).toBe(0);
  });

  test('of timers whose periods only meet beyond the longest are not at once', () => {
    // A week and a day less two hours: at noon of day six the one, two hours after it the other.
    const week: [number, number] = [7 * US_PER_DAY, 5.5 * US_PER_DAY];
    expect(atOnce([week, [22 * US_PER_HOUR, 0]], US_PER_HOUR)).toBe(2);
    expect(atOnce([week, [22 * US_PER_HOUR, US_PER_HOUR]], US_PER_HOUR)).toBe(1);
  });
});
