import {describe, expect, test} from 'vitest';
import {simulate} from '../helpers/oracle.ts';
import {strictOrders} from '../helpers/oracle-queue.ts';
import {type Flavour, randomScenario} from '../helpers/oracle-scenarios.ts';
import {expectAgreement} from '../helpers/oracle-table.ts';

const scenarios = 150;
const preset: Flavour = {semantics: 'preset', starts: false, prewarm: false};
const everything: Flavour = {semantics: 'any', starts: true, prewarm: true};

describe('where functions have limits and teams quotas the core agrees with the naive oracle in every total', () => {
  test.each(strictOrders)(`on ${4 * scenarios} random workloads: %s`, (queue) => {
    expectAgreement({...preset, queue, limits: true}, 0, scenarios);
    expectAgreement({...everything, queue, limits: true}, 0, scenarios);
    expectAgreement({...preset, queue, quotas: true}, 0, scenarios);
    expectAgreement({...everything, queue, places: true, limits: true, quotas: true}, 0, scenarios);
  });

  test(`on ${2 * scenarios} random workloads with quotas: warm-first`, () => {
    expectAgreement({...preset, queue: 'warm-first', quotas: true}, 0, scenarios);
    expectAgreement({...everything, queue: 'warm-first', places: true, limits: true, quotas: true}, 0, scenarios);
  });

  test('quotas and limits change what happens', () => {
    const flavour: Flavour = {...preset, queue: 'fifo', quotas: true};
    let changed = 0;
    for (let seed = 0; seed < 300; seed++) {
      const scenario = randomScenario(seed, flavour);
      const [own, free] = [simulate(scenario), simulate({...scenario, quotas: undefined})];
      if (String(own.startDelaysUs) !== String(free.startDelaysUs)) changed++;
    }
    expect(changed).toBeGreaterThan(30);
  });
});
