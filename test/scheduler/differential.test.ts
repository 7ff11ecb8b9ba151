import {describe, expect, test} from 'vitest';
import {simulate} from '../helpers/oracle.ts';
import {oracleTotals, runCore} from '../helpers/oracle-core.ts';
import {crowdedScenario, flavours, randomScenario} from '../helpers/oracle-scenarios.ts';
import {exactPercentile} from '../helpers/oracle-statistics.ts';
import {expectAgreement} from '../helpers/oracle-table.ts';
import type {Outcome} from '../helpers/oracle-types.ts';

const scenarios = 500;

describe('the core agrees with the naive oracle in every total', () => {
  test.each(Object.entries(flavours))(`on ${scenarios} random workloads: %s`, (_, flavour) => {
    expectAgreement(flavour, 0, scenarios);
  });

  test('the random workloads are no easy ones: each outcome is common, alone and with others', () => {
    const outcomes = Array.from({length: scenarios}, (_, seed) =>
      simulate(randomScenario(seed, flavours['everything at once']!)),
    );
    const share = (holds: (outcome: Outcome) => boolean) => outcomes.filter(holds).length / scenarios;
    expect(share((o) => o.warm > 0 && o.cold > 0)).toBeGreaterThan(0.4);
    expect(share((o) => o.queued > 1)).toBeGreaterThan(0.1);
    expect(share((o) => o.queueWaitsUs.length > 0)).toBeGreaterThan(0.15);
    expect(share((o) => o.dropped > 0)).toBeGreaterThan(0.25);
    expect(share((o) => o.abandoned > 0)).toBeGreaterThan(0.07);
    expect(share((o) => o.stillQueued > 0)).toBeGreaterThan(0.03);
    expect(share((o) => o.evictions > 0)).toBeGreaterThan(0.08);
    expect(share((o) => o.expirations > 0)).toBeGreaterThan(0.4);
    expect(share((o) => o.prewarms > 0)).toBeGreaterThan(0.4);
    expect(share((o) => o.firstStarts > 0 && o.firstStarts < o.cold)).toBeGreaterThan(0.3);
    expect(share((o) => o.evictions > 0 && o.queued > 0 && o.abandoned > 0)).toBeGreaterThan(0.01);
  });
});

test.each(['idle-longest', 'gd'] as const)('core and oracle agree in a crowd, eviction by %s', (eviction) => {
  const scenario = crowdedScenario(1, eviction);
  const {totals} = runCore(scenario);
  expect(totals.peakSlots).toBeGreaterThan(1100);
  expect(Math.min(totals.queued, totals.abandoned, totals.evictions, totals.warm)).toBeGreaterThan(40);
  expect(totals).toEqual(oracleTotals(simulate(scenario)));
});

test('percentiles from the sketch are within 1 % of those of the sorted list', () => {
  const levels = [0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];
  for (let seed = 0; seed < 500; seed++) {
    const scenario = randomScenario(seed, flavours['limits on starts']!);
    const oracle = simulate(scenario);
    const core = runCore(scenario);
    const lists = {
      startDelay: oracle.startDelaysUs,
      coldTime: oracle.coldTimesUs,
      queueWait: oracle.queueWaitsUs,
    };
    for (const [name, values] of Object.entries(lists)) {
      const sketch = core[name as keyof typeof lists];
      for (const p of levels) {
        const exact = exactPercentile(values, p);
        const answer = sketch.quantile(p);
        if (values.length === 0) expect(answer).toBeNaN();
        else expect(Math.abs(answer - exact), `seed ${seed} ${name} p${p}`).toBeLessThanOrEqual(0.01 * exact);
      }
    }
  }
});
