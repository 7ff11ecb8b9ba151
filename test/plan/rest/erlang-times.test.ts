import {expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {Levels} from '../../../src/plan/curves/level-columns.ts';
import {fillLevels} from '../../../src/plan/curves/levels.ts';
import {ErlangTimes, type ErlangUnit, type SlotTerms} from '../../../src/plan/rest/erlang-times.ts';
import {keepAliveGridUs} from '../../../src/plan/rest/keep-alive-grid.ts';
import {stationaryDemand} from '../population.ts';

/** The best number of slots under a keep-alive, each tried by itself. */
function bestOf(unit: ErlangUnit, terms: SlotTerms, keepSeconds: number): number {
  const levels = new Levels();
  const {counted, emptySeconds} = unit;
  const demand = stationaryDemand(Float64Array.of(unit.ratePerSecond * 86_400), unit.holdSeconds);
  fillLevels(demand, 0, 0, terms.from, levels, {keepSeconds, idleFactor: 1, emptySeconds, counted});
  let best = Number.NEGATIVE_INFINITY;
  for (let n = terms.from; n <= Math.min(terms.until, levels.count); n++) {
    let net = n > 0 ? -terms.slotGain * unit.missedPerSecond : 0;
    for (let k = 0; k < levels.count; k++) {
      const [wakes, idle] = [levels.wakesPerSecond[k]!, levels.idleShare[k]!];
      net +=
        k < n
          ? terms.slotGain * wakes - terms.idleLoss * idle - terms.slotLoss
          : terms.slotGain * (wakes - levels.coldPerSecond[k]!) -
            (terms.idleLoss + terms.slotLoss) * levels.spillShare[k]!;
    }
    best = Math.max(best, net);
  }
  return best;
}

const random = new Random(7);
const cases = Array.from({length: 200}, (_, i) => {
  const gain = 10 ** (4 * random.next());
  const load = 10 ** (8 * random.next() - 6);
  const holdSeconds = 10 ** (3 * random.next() - 2);
  const ratePerSecond = load / holdSeconds;
  const from = i % 5 === 0 ? random.below(4) : 0;
  const unit: ErlangUnit = {
    ...{ratePerSecond, holdSeconds, counted: i % 3 > 0, emptySeconds: i % 4 === 0 ? 86_400 / 4 : 0},
    missedPerSecond: i % 7 === 0 ? 0.1 * ratePerSecond : 0,
  };
  const terms: SlotTerms = {
    ...{gain, slotGain: gain, idleLoss: random.next(), slotLoss: i % 2 ? random.next() : 0},
    ...{from, until: i % 6 === 0 ? from + random.below(4) : 1e9},
  };
  return {unit, terms, own: 5000 * random.next()};
});

test('all keep-alives in one pass come to what each does by itself', () => {
  const times = new ErlangTimes();
  for (const {unit, terms, own} of cases) {
    const net = new Float64Array(keepAliveGridUs.length + 2);
    times.add(unit, terms, own, 0, net);
    const all = [0, ...Array.from(keepAliveGridUs, (us) => us / 1e6), own];
    const scale = terms.slotGain * unit.ratePerSecond + terms.idleLoss + terms.slotLoss;
    all.forEach((seconds, j) => {
      const off = net[j]! - bestOf(unit, terms, seconds);
      expect(Math.abs(off) / Math.max(scale, Math.abs(net[j]!))).toBeLessThan(1e-9);
    });
    expect(times.tailPerSecond).toBe(0);
  }
});

test('what levels left out come to is within what is said of them', () => {
  const times = new ErlangTimes();
  let leftOut = 0;
  for (const {unit, terms, own} of cases) {
    const [few, all] = [0, 1].map(() => new Float64Array(keepAliveGridUs.length + 2)) as [Float64Array, Float64Array];
    times.add(unit, terms, own, 0, all);
    times.add(unit, terms, own, 1e-3, few);
    const {tailPerSecond} = times;
    if (tailPerSecond > 0) leftOut++;
    [0, ...Array.from(keepAliveGridUs, (us) => us / 1e6), own].forEach((seconds, j) => {
      const most = terms.slotGain * tailPerSecond;
      const least = -(terms.slotGain + (terms.idleLoss + terms.slotLoss) * seconds) * tailPerSecond;
      const rounding = 1e-12 * Math.abs(all[j]!);
      expect(all[j]! - few[j]!).toBeLessThanOrEqual(most + rounding);
      expect(all[j]! - few[j]!).toBeGreaterThanOrEqual(least - rounding);
    });
  }
  expect(leftOut).toBeGreaterThan(100);
});
