import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {UnitOutcome} from '../../../src/plan/outcome/outcome.ts';
import {RestInForce} from '../../../src/plan/rest/rest-in-force.ts';
import {demandOf} from '../instances.ts';
import {poissonCalls, simulatePool} from '../pool-simulation.ts';

/** Dollars of a cold start and of a second of idling, at the seed's prices. */
const COLD = (0.5 / 3600) * 20;
const IDLE = 0.01 / 86_400;
const SEEDS = 5;

describe('what one slot more is worth beyond the rest, where it avoids a thousand cold starts', () => {
  test.each([
    {rate: 0.05, hold: 1, kept: 0, keepAlive: 10},
    {rate: 0.05, hold: 30, kept: 1, keepAlive: 0},
    {rate: 0.05, hold: 30, kept: 0, keepAlive: 60},
    {rate: 1, hold: 1, kept: 2, keepAlive: 10},
    {rate: 1, hold: 1, kept: 3, keepAlive: 20},
    {rate: 2, hold: 2, kept: 6, keepAlive: 10},
    {rate: 2, hold: 2, kept: 5, keepAlive: 10},
    {rate: 5, hold: 0.2, kept: 2, keepAlive: 0},
    {rate: 0.5, hold: 1, kept: 1, keepAlive: 0},
    {rate: 1, hold: 1, kept: 1, keepAlive: 2, shape: 'constant' as const},
    {rate: 2, hold: 1, kept: 2, keepAlive: 0.5, shape: 'constant' as const},
    {rate: 2, hold: 1, kept: 2, keepAlive: 0, shape: 'constant' as const},
    {rate: 5, hold: 1, kept: 6, keepAlive: 2, shape: 'constant' as const},
    {rate: 1, hold: 5, kept: 6, keepAlive: 5, shape: 'constant' as const},
    {rate: 3, hold: 2, kept: 8, keepAlive: 4, shape: 'constant' as const},
  ])('rate $rate/s held $hold s, slot $kept + 1 before a keep-alive of $keepAlive s, $shape: within 5 %', (one) => {
    const {rate, hold, kept, keepAlive, shape = 'exponential'} = one;
    const demand = demandOf({rates: [[rate]], hold: [hold]});
    const times = {keepSeconds: Float64Array.of(keepAlive), idleFactor: undefined};
    const calls = {startSeconds: Float64Array.of(0), holdVariation: Float64Array.of(shape === 'constant' ? 0 : 1)};
    const unit = new UnitOutcome(
      demand,
      new RestInForce(demand, times, {fromEmpty: false, surprises: undefined, counted: true, calls}),
    );
    const costOf = (slots: number): number => {
      unit.expect(0, slots);
      return unit.coldPerSecond * COLD + (unit.keptIdle + unit.spillIdle) * IDLE;
    };
    const promised = costOf(kept) - costOf(kept + 1);
    const before = unit.coldPerSecond;
    const until = 120_000 / rate;
    let found = 0;
    let avoided = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const calls = poissonCalls(new Random(seed), rate, hold, until, shape);
      const [without, having] = [kept, kept + 1].map((slots) => simulatePool(calls, slots, keepAlive, until));
      avoided += without!.cold - having!.cold;
      found += (without!.cold - having!.cold) * COLD + (without!.idleSeconds - having!.idleSeconds) * IDLE;
    }
    expect(avoided / SEEDS).toBeGreaterThan(1000);
    expect(promised / (found / SEEDS / until), String(before)).toBeGreaterThan(0.95);
    expect(promised / (found / SEEDS / until)).toBeLessThan(1.05);
  });
});
