import {describe, expect, test} from 'vitest';
import {SimulatedCore} from '../../../src/tasks/tradeoff/core.ts';
import {stateSimulation} from '../../../src/tasks/tradeoff/state.ts';
import {valuesOf} from '../../../src/tradeoff/answer-topic.ts';
import {state} from '../../../src/tradeoff/state/state.ts';

const simulate = (texts: Record<string, string>, seed = 1, threads = 1) =>
  stateSimulation.run(valuesOf(state, texts), new SimulatedCore(seed, threads));
const few = {players: '400', containers: '10', 'actions-per-second': '4', bound: '1.1'};
const {rows} = await simulate(few);
const row = (id: string, scenario?: string) => rows.find((one) => one.id === id && one.scenario === scenario)!;

describe('tradeoff state --simulate', () => {
  test('no container has more than ceil(1.1 x 40) players, and by hash alone the fullest has more than that', () => {
    expect(row('E5.2.loadCap')).toMatchObject({law: 44});
    expect(row('E5.2.loadCap').replayed!).toBeLessThanOrEqual(44);
    expect(row('E5.2.loadWithoutBound').replayed!).toBeGreaterThan(44);
  });

  test('a write 2 s after the first change loses (a D / (1 + a D)) (1 + a D / 2) actions, within sampling error', () => {
    const {replayed, within, why} = row('E5.2.actionsLostMean', 'sticky-cache');
    const exact = (8 / 9) * 5;
    expect(why).toContain('4.444');
    expect(Math.abs(replayed! - exact)).toBeLessThan(2 * within!);
  });

  test('what is read is never older than its way or its time to live', () => {
    for (const way of ['push', 'pull']) {
      const {law, replayed} = row('E5.3.stalenessMaxMs', way);
      expect(replayed!).toBeGreaterThan(0.8 * law!);
      expect(replayed!).toBeLessThanOrEqual(law!);
    }
  });

  test('is the same for two threads, and other for another seed', async () => {
    expect((await simulate(few, 1, 2)).rows).toEqual(rows);
    expect((await simulate(few, 2)).rows).not.toEqual(rows);
  });

  test.each([
    [{players: '1e6', containers: '10000'}, /--players is 1,000,000, must be at most 100,000/],
    [{'actions-per-second': '0'}, /nobody acts/],
  ])('%j is refused', async (texts, message) => {
    await expect(simulate(texts as Record<string, string>)).rejects.toThrow(message);
  });
});
