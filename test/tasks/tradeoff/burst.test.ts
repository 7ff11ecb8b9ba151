import {describe, expect, test} from 'vitest';
import {burstSimulation} from '../../../src/tasks/tradeoff/burst.ts';
import {SimulatedCore} from '../../../src/tasks/tradeoff/core.ts';
import {valuesOf} from '../../../src/tradeoff/answer-topic.ts';
import {burst} from '../../../src/tradeoff/burst/burst.ts';
import type {Compared} from '../../../src/tradeoff/compared.ts';

const play = async (texts: Record<string, string>, seed = 1, threads = 1) =>
  (await burstSimulation.run(valuesOf(burst, texts), new SimulatedCore(seed, threads))).rows;

/** A concert's tickets: 12 calls a second become 300 for half a minute, 2 s each, 50 warm instances. */
const tickets = {
  ...{normal: '12', peak: '300', duration: '30s', 'warm-capacity': '25', service: '2s', cold: '3s'},
  ...{'start-rates': '7,40', deadline: '20s', 'value-decay': '40s'},
};

/** Calls and seconds that the fluid may be ahead: half a call and half a service time of each instance started. */
function expectFluid(rows: readonly Compared[], halfCalls: number, halfSeconds: number): void {
  for (const {id, scenario, unit, law, replayed} of rows) {
    if (id === 'E3.2.onTimeDropExpired') continue;
    const ahead = unit === 'calls' ? halfCalls : unit === 's' ? halfSeconds : 0;
    const apart = Math.max(0, Math.abs(replayed! - law!) - 1.02 * ahead);
    expect(apart / law!, `${id} ${scenario ?? ''}: ${replayed}, law ${law}`).toBeLessThan(0.05);
  }
}

describe('tradeoff burst --simulate', async () => {
  const rows = await play(tickets);

  test('meets the fluid within 5 % beyond half a call and half a service time of each instance started', () => {
    expect(rows).toHaveLength(6 + 2 * 2 * 4);
    expectFluid(rows, (300 - 25) * 2 * 0.5, 1);
  });

  test('and on the numbers of the seed, in backlog, time to drain, longest wait and value kept', async () => {
    expectFluid(await play({'start-rates': '100,2500'}), 4500, 0.05);
  });

  test('dropping what is expired keeps the spike first: 25 x (30 + 20) / 9,000 of its calls are in time', () => {
    const {replayed, why} = rows.find(({id}) => id === 'E3.2.onTimeDropExpired')!;
    // Capacity comes in whole calls of 2 s: a call of each instance more or less.
    expect(Math.abs(replayed! - (25 * 50) / 9000)).toBeLessThan(50 / 9000);
    expect(why).toContain('= 13.9 %');
  });

  test('is the same for two threads, and other for another seed', async () => {
    expect(await play(tickets, 1, 2)).toEqual(rows);
    expect(await play(tickets, 2)).not.toEqual(rows);
  });

  test.each([
    [{peak: '9000'}, /--peak is 9000, must be above --warm-capacity 10000 with --simulate: else nobody waits/],
    [
      {'warm-capacity': '2', normal: '1', service: '1ms', 'per-user': '0s'},
      /would replay [\d,]+ calls to have one warm instance/,
    ],
  ])('%j is refused', async (texts, message) => {
    await expect(play(texts as Record<string, string>)).rejects.toThrow(message);
  });
});
