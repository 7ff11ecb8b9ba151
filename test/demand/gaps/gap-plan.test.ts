import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE, US_PER_SECOND} from '../../../src/base/units.ts';
import {GAP_BINS, gapBin, gapEdgeUs} from '../../../src/demand/gaps/gap-bins.ts';
import {GapPlan} from '../../../src/demand/gaps/gap-plan.ts';
import {randomShare} from '../../../src/scheduler/parts/keep-alive/ski-rental.ts';

/** C/c of METHODS E1.2: $0.00278 a cold start, $0.01 a slot-day. */
const breakEvenUs = 400 * US_PER_MINUTE;
const bootUs = 0.5 * US_PER_SECOND;

function hazards(survival: (us: number) => number): Float64Array {
  return Float64Array.from({length: GAP_BINS}, (_, k) => {
    const alive = survival(gapEdgeUs(k));
    return alive > 0 ? 1 - survival(gapEdgeUs(k + 1)) / alive : 0;
  });
}

function planFor(survival: (us: number) => number, boot = bootUs): GapPlan {
  const plan = new GapPlan();
  plan.solve(hazards(survival), breakEvenUs, boot);
  return plan;
}

describe('the warm set of METHODS E1.2', () => {
  test('gaps 80 % 1 min, 20 % 10 h (exponential): kept 8.5 min', () => {
    const plan = planFor((us) => 0.8 * Math.exp(-us / US_PER_MINUTE) + 0.2 * Math.exp(-us / (600 * US_PER_MINUTE)));
    const keptMinutes = plan.keepUntilUs(0) / US_PER_MINUTE;
    // To the width of a bin, an eighth of an octave.
    expect(keptMinutes).toBeGreaterThan(8.5 / 2 ** (1 / 8));
    expect(keptMinutes).toBeLessThan(8.5 * 2 ** (1 / 8));
    expect(plan.nextOpenUs(plan.keepUntilUs(0))).toBe(Number.POSITIVE_INFINITY);
  });

  test('a bin that costs as much as the cold start that it avoids is stayed in', () => {
    // All gaps end within the first second, after half of it on average.
    const sure = new Float64Array(GAP_BINS);
    sure[0] = 1;
    const plan = new GapPlan();
    const keepFor = (coldUs: number) => {
      plan.solve(sure, coldUs, bootUs);
      return plan.keepUntilUs(0);
    };
    expect([keepFor(499_999), keepFor(500_000)]).toEqual([0, US_PER_SECOND]);
  });

  test.each([
    ['more often than c/C: kept for good', 399, true],
    ['more rarely: let go at once', 401, false],
  ])('exponential gaps %s', (_, meanMinutes, kept) => {
    // Without the last bin, which the plan takes for a call that comes cold.
    const plan = planFor((us) => Math.exp(-us / (meanMinutes * US_PER_MINUTE)));
    expect(plan.keepUntilUs(0) > 60 * US_PER_MINUTE).toBe(kept);
  });

  test('a timer every 6 h is let go and started again for its bin alone', () => {
    const dueUs = 360 * US_PER_MINUTE;
    const plan = planFor((us) => (us <= dueUs ? 1 : 0));
    const bin = gapBin(dueUs);
    expect(plan.keepUntilUs(0)).toBe(0);
    expect(plan.nextOpenUs(0)).toBe(gapEdgeUs(bin));
    expect(plan.opens(gapEdgeUs(bin))).toBe(true);
    expect(plan.opens(gapEdgeUs(bin) - 1)).toBe(false);
  });

  test('one that cannot be started again is kept all the way, or not at all', () => {
    const timer = (minutes: number) => planFor((us) => (us <= minutes * US_PER_MINUTE ? 1 : 0), Infinity);
    expect(timer(300).keepUntilUs(0)).toBe(gapEdgeUs(gapBin(300 * US_PER_MINUTE) + 1));
    expect(timer(500).keepUntilUs(0)).toBe(0);
  });
});

describe('ski rental', () => {
  test('the random time costs e/(e-1) times the optimum in expectation, whatever the gap', () => {
    const draws = 20_000;
    for (const gap of [0.1, 0.5, 0.9, 1, 5]) {
      let cost = 0;
      for (let k = 0; k < draws; k++) {
        const keep = randomShare((k + 0.5) / draws);
        cost += gap < keep ? gap : keep + 1;
      }
      expect(cost / draws / Math.min(gap, 1)).toBeCloseTo(Math.E / (Math.E - 1), 2);
    }
  });
});
