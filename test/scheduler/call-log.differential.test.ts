import {describe, expect, test} from 'vitest';
import {simulate} from '../helpers/oracle.ts';
import {runCore, runLogged} from '../helpers/oracle-core.ts';
import {strictOrders} from '../helpers/oracle-queue.ts';
import {type Flavour, flavours, randomScenario} from '../helpers/oracle-scenarios.ts';
import type {LoggedCall} from '../helpers/oracle-types.ts';

const scenarios = 150;

/** Calls that cannot be told apart may change places: rows are compared as a bag. */
function asBag(log: readonly LoggedCall[]): string[] {
  return log
    .map(({fn, arrivalUs, startUs, endUs, outcome, coldUs, host, attempts}) =>
      [fn, arrivalUs, startUs, endUs, outcome, coldUs, host, attempts].join(' '),
    )
    .sort();
}

function expectSameLog(flavour: Flavour): void {
  for (let seed = 0; seed < scenarios; seed++) {
    const scenario = randomScenario(seed, flavour);
    const {log, totals} = runLogged(scenario);
    expect(asBag(log), `seed ${seed}`).toEqual(asBag(simulate(scenario).log));
    expect(totals, `seed ${seed}`).toEqual(runCore(scenario).totals);
    const inOrder = log.every(({fateUs, fn}, k) => {
      const before = log[k - 1];
      return before === undefined || before.fateUs < fateUs || (before.fateUs === fateUs && before.fn <= fn);
    });
    expect(inOrder, `seed ${seed}: rows by the moment their fate is known, then by function`).toBe(true);
  }
}

describe('the call log has the rows of the naive oracle, and nothing else changes', () => {
  test.each(Object.entries(flavours))(`on ${scenarios} random workloads: %s`, (_, flavour) => {
    expectSameLog(flavour);
  });

  test.each(strictOrders)(`on ${scenarios} random workloads: calls wait by %s`, (queue) => {
    expectSameLog({semantics: 'any', starts: true, prewarm: true, queue, places: true});
  });

  test.each([
    [
      'tries of a call that has come back and still queues',
      'a rolling restart of hosts that fail, and everything at once',
      512,
    ],
    ['no host is chosen while the scheduler is down', 'failures of several places, limits and slices', 1109],
  ])('%s', (_, flavour, seed) => {
    const scenario = randomScenario(seed, flavours[flavour]!);
    expect(asBag(runLogged(scenario).log)).toEqual(asBag(simulate(scenario).log));
  });
});
