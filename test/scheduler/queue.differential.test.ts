import {describe, expect, test} from 'vitest';
import {simulate} from '../helpers/oracle.ts';
import {strictOrders} from '../helpers/oracle-queue.ts';
import {type Flavour, randomScenario} from '../helpers/oracle-scenarios.ts';
import {expectAgreement} from '../helpers/oracle-table.ts';

const scenarios = 400;
const everything: Flavour = {semantics: 'any', starts: true, prewarm: true};

describe('in every strict order the core agrees with the naive oracle in every total', () => {
  test.each(strictOrders)(`on ${3 * scenarios} random workloads: %s`, (queue) => {
    expectAgreement({semantics: 'preset', starts: false, prewarm: false, queue}, 0, scenarios / 2);
    expectAgreement({...everything, queue}, 0, scenarios / 2);
    expectAgreement({...everything, queue, places: true}, 0, scenarios / 2);
    expectAgreement({...everything, queue, places: true, slices: true}, 0, scenarios / 2);
    const failing = {...everything, prewarm: false, queue, places: true, slices: true};
    expectAgreement({...failing, faults: true}, 0, scenarios / 2);
    expectAgreement({...failing, faults: 'keep', restarts: true}, 0, scenarios / 2);
  });

  test.each(strictOrders)('the workloads make calls wait, and the order of %s matters', (queue) => {
    const flavour = {...everything, queue};
    const outcomes = Array.from({length: 300}, (_, seed) => {
      const scenario = randomScenario(seed, flavour);
      const first = {...scenario, queue: {...scenario.queue!, order: {name: 'fifo'} as const}};
      return {own: simulate(scenario), first: simulate(first)};
    });
    const count = (holds: (one: (typeof outcomes)[number]) => boolean) => outcomes.filter(holds).length;
    expect(count(({own}) => own.queued > 2)).toBeGreaterThan(40);
    expect(count(({own}) => own.coalesced > 0)).toBeGreaterThan(5);
    if (queue === 'fifo') return;
    const differ = count(({own, first}) => String(own.queueWaitsUs) !== String(first.queueWaitsUs));
    expect(differ, queue).toBeGreaterThan(8);
  });
});
