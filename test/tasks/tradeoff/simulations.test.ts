import {describe, expect, test} from 'vitest';
import {SimulatedCore, sampled} from '../../../src/tasks/tradeoff/core.ts';
import {type Simulation, simulated} from '../../../src/tasks/tradeoff/simulation.ts';
import {simulations} from '../../../src/tasks/tradeoff/simulations.ts';
import {valuesOf} from '../../../src/tradeoff/answer-topic.ts';
import {tradeoffText} from '../../../src/tradeoff/text.ts';
import type {Topic} from '../../../src/tradeoff/topic.ts';
import {topics} from '../../../src/tradeoff/topics.ts';
import {ask} from '../../tradeoff/ask.ts';

const names = Object.keys(simulations) as (keyof typeof simulations)[];

async function simulate(name: keyof typeof simulations, seed = 1, threads = 1) {
  const topic: Topic = await topics[name]();
  const simulation: Simulation = await simulations[name]();
  return simulated(simulation, valuesOf(topic, {}), new SimulatedCore(seed, threads));
}

describe.each(names)('%s --simulate', async (name) => {
  const found = await simulate(name);
  const {rows} = found;

  test('has replayed something, and names each pair of id and scenario once', () => {
    expect(found.runs).toBeGreaterThan(0);
    expect(found.calls).toBeGreaterThan(found.runs);
    const keys = rows.map(({id, scenario}) => `${id} ${scenario ?? ''}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('agrees with every law within its sampling error, or says why not', () => {
    for (const {id, scenario, law, replayed, within, why} of rows) {
      if (why !== undefined || law === null) continue;
      // Half of the 95 % interval, twice: some dozen rows are to hold at once.
      const error = 2 * (within ?? 0) + 1e-9 * Math.abs(law);
      expect(Math.abs(replayed! - law), `${id} ${scenario ?? ''}: ${replayed}, law ${law}`).toBeLessThanOrEqual(error);
    }
  });

  test('an answer of the topic has the same law there', () => {
    const {answers} = ask(name);
    for (const {id, scenario, law, unit} of rows) {
      const answer = answers.find((one) => one.id === id && one.scenario === scenario);
      if (answer !== undefined) expect({law, unit}).toEqual({law: answer.value, unit: answer.unit});
    }
    expect(rows.some(({id}) => answers.some((answer) => answer.id === id))).toBe(true);
  });

  test('the text has the laws beside what was replayed, and every reason', () => {
    const text = tradeoffText({...ask(name), simulation: found});
    const head = text.split('\n').find((line) => line.startsWith('simulated'));
    expect(head).toMatch(/ law +replayed +95 % +id$/);
    for (const {id, why} of rows) {
      expect(text).toContain(id);
      if (why !== undefined) expect(text.replace(/\n/g, ' ')).toContain(why);
    }
    expect(text).not.toMatch(/ \n|NaN|undefined/);
  });
});

describe('a mean over runs', () => {
  test('has the interval of Student, by hand', () => {
    // Mean 3, sum of squares 2, s = 1, s / sqrt(3) = 0.57735, t of 2 degrees = 4.30265.
    expect(sampled([2, 3, 4]).mean).toBe(3);
    expect(sampled([2, 3, 4]).within).toBeCloseTo(4.30265 / Math.sqrt(3), 4);
    expect(sampled([5]).within).toBeNaN();
  });
});
