import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {runCore} from '../helpers/oracle-core.ts';
import {plainScenario} from '../helpers/oracle-scenarios.ts';
import {call, hosts} from '../helpers/oracle-table.ts';
import type {OracleCall, Scenario} from '../helpers/oracle-types.ts';

/** Mean service time; long, so that whole microseconds do not matter. */
const serviceUs = 100_000;
const n = 100_000;

/** A Poisson process that offers `load` busy slots; service exponential or always the same. */
function poisson(load: number, service: 'exponential' | 'constant' | 'none', seed: number): OracleCall[] {
  const random = new Random(seed);
  let timeUs = 0;
  return Array.from({length: n}, () => {
    timeUs += Math.round((random.exponential() * serviceUs) / load);
    const durationUs = service === 'exponential' ? Math.round(random.exponential() * serviceUs) : serviceUs;
    return call(0, timeUs, service === 'none' ? 0 : durationUs);
  });
}

function run(given: Partial<Scenario> & Pick<Scenario, 'calls'>) {
  return runCore({...plainScenario, endUs: given.calls.at(-1)!.arrivalUs + 1, ...given}, 'first-fit', 8192).totals;
}

/** Erlang's loss formula by its recursion. */
function erlangB(slots: number, load: number): number {
  let loss = 1;
  for (let k = 1; k <= slots; k++) loss = (load * loss) / (k + load * loss);
  return loss;
}

const slots = (count: number) => hosts(1, {slots: count});
const dropping = {...semanticsPresets.coldfront, full: 'drop' as const};

describe('a full fleet that drops loses what Erlang said it would, whatever the service times', () => {
  test.each([
    [10, 8, 'exponential'],
    [10, 8, 'constant'],
    [3, 5, 'constant'],
    [40, 30, 'exponential'],
  ] as const)('%i slots, load %i, %s', (count, load, service) => {
    const {dropped, invocations} = run({
      calls: poisson(load, service, count),
      hosts: slots(count),
      ttlUs: 0,
      semantics: dropping,
    });
    expect(Math.abs(dropped / invocations - erlangB(count, load))).toBeLessThan(0.006);
  });
});

describe('a full fleet that queues delays as its queue does', () => {
  const kept = {ttlUs: Number.POSITIVE_INFINITY};

  test.each([0.5, 0.8])('one slot, constant service, load %d: Pollaczek and Khinchine', (load) => {
    const {startDelay} = run({calls: poisson(load, 'constant', 1), hosts: slots(1), ...kept});
    const meanUs = (load / (2 * (1 - load))) * serviceUs;
    expect(startDelay.sum / startDelay.count / meanUs).toBeCloseTo(1, 1);
  });

  test.each([
    [1, 0.6],
    [4, 3],
    [20, 17],
  ])('%i slots, exponential service, load %d: Erlang C', (count, load) => {
    const {startDelay, queued, invocations} = run({
      calls: poisson(load, 'exponential', 2),
      hosts: slots(count),
      ...kept,
    });
    const loss = erlangB(count, load);
    const waits = loss / (1 - (load / count) * (1 - loss));
    expect(Math.abs(queued / invocations - waits)).toBeLessThan(0.02);
    const meanUs = (waits * serviceUs) / (count - load);
    expect(Math.abs(startDelay.sum / startDelay.count / meanUs - 1)).toBeLessThan(0.08);
  });
});

describe('keep-alive against Poisson calls of no duration', () => {
  test.each([0.1, 0.7, 1, 3])('a time to live of %d mean gaps: cold share e^-x, idle 1 - e^-x a gap', (gaps) => {
    const {cold, invocations, slotUs} = run({calls: poisson(1, 'none', 3), ttlUs: gaps * serviceUs});
    expect(Math.abs(cold / invocations - Math.exp(-gaps))).toBeLessThan(0.006);
    const idleUs = Number(slotUs.idle) / invocations;
    expect(Math.abs(idleUs / serviceUs - (1 - Math.exp(-gaps)))).toBeLessThan(0.01);
  });
});

test('two functions on one slot, called in turn by chance: every change of function is a cold start', () => {
  const random = new Random(5);
  const calls = Array.from({length: 50_000}, (_, k) => call(random.below(2), 1000 * k, 10));
  const {cold, evictions} = run({calls, memoryMib: [128, 128], hosts: slots(1), ttlUs: Number.POSITIVE_INFINITY});
  const changes = calls.filter(({fn}, k) => k > 0 && fn !== calls[k - 1]!.fn).length;
  expect(cold).toBe(changes + 1);
  expect(evictions).toBe(changes);
});
