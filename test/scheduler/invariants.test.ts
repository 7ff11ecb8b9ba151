import {describe, expect, test} from 'vitest';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import {simulate} from '../helpers/oracle.ts';
import {runCore, type Totals} from '../helpers/oracle-core.ts';
import {randomScenario} from '../helpers/oracle-scenarios.ts';
import type {OracleCall, Scenario} from '../helpers/oracle-types.ts';

const scenarios = Array.from({length: 400}, (_, seed) =>
  randomScenario(seed, {semantics: 'any', starts: true, prewarm: true}),
);

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** What holds of any run, whoever chose the hosts. */
function expectSound(scenario: Scenario, totals: Totals): void {
  const {hosts, calls, fromUs, endUs, memoryMib} = scenario;
  const {invocations, warm, cold, dropped, throttled, abandoned, stillQueued, queued, slotUs, mibUs} = totals;
  expect(invocations).toBe(calls.filter(({arrivalUs}) => arrivalUs >= fromUs && arrivalUs < endUs).length);
  expect(invocations).toBe(warm + cold + dropped + throttled + abandoned + stillQueued);
  expect(sum(totals.functions.map((f) => f.invocations))).toBe(invocations);
  expect(sum(totals.functions.map((f) => f.cold))).toBe(cold);
  expect(abandoned + stillQueued).toBeLessThanOrEqual(queued);
  expect(totals.firstStarts).toBeLessThanOrEqual(Math.min(cold, memoryMib.length));
  expect(totals.startDelay.count).toBe(warm + cold);
  expect(totals.coldTime.count).toBe(cold);
  expect(totals.queueWait.sum).toBeLessThanOrEqual(totals.startDelay.sum);
  for (const us of Object.values(slotUs)) expect(us >= 0n).toBe(true);
  const heldUs = slotUs.busy + slotUs.idle + slotUs.starting;
  expect(heldUs <= BigInt(totals.peakSlots) * BigInt(Math.max(0, endUs - fromUs))).toBe(true);
  const heldMibUs = mibUs.busy + mibUs.idle + mibUs.starting;
  expect(heldMibUs <= BigInt(totals.peakMemoryMib) * BigInt(Math.max(0, endUs - fromUs))).toBe(true);
  expect(totals.peakSlots).toBeLessThanOrEqual(sum(hosts.map((host) => host.slots)));
  expect(totals.peakMemoryMib).toBeLessThanOrEqual(sum(hosts.map((host) => host.memoryMib)));
}

test.each(placements.names)('what goes in comes out under %s placement', (placement) => {
  for (const scenario of scenarios) expectSound(scenario, runCore(scenario, placement).totals);
});

describe('the same calls give the same totals', () => {
  test('in a second run', () => {
    for (const scenario of scenarios) {
      expect(runCore(scenario, 'power-of-two').totals).toEqual(runCore(scenario, 'power-of-two').totals);
    }
  });

  test('whatever batches they come in', () => {
    for (const scenario of scenarios) {
      const whole = runCore(scenario, scenario.placement, 1000).totals;
      expect(runCore(scenario, scenario.placement, 1).totals).toEqual(whole);
      expect(runCore(scenario, scenario.placement, 7).totals).toEqual(whole);
    }
  });

  test('at any time of day: all times moved by the same amount', () => {
    for (const scenario of scenarios) {
      // Tokens and the wheel's horizons begin at 0, whenever the first call comes.
      const moved = shifted(scenario, 7 * 86_400_000_000 + 1_073_741_824);
      expect(runCore(moved).totals).toEqual(runCore(scenario).totals);
    }
  });
});

function shifted(scenario: Scenario, byUs: number): Scenario {
  const calls = scenario.calls.map((call): OracleCall => ({...call, arrivalUs: call.arrivalUs + byUs}));
  const script = scenario.script.map((step) => ({...step, atUs: step.atUs + byUs}));
  return {...scenario, calls, script, fromUs: scenario.fromUs + byUs, endUs: scenario.endUs + byUs};
}

test('what has not happened yet changes no decision: cut at any time, a run is the beginning of the whole', () => {
  for (const scenario of scenarios) {
    const cutUs = Math.floor(scenario.endUs / 2);
    const cut = {...scenario, calls: scenario.calls.filter(({arrivalUs}) => arrivalUs < cutUs), endUs: cutUs};
    const decisions = simulate(scenario).decisions.filter(({timeUs}) => timeUs < cutUs);
    expect(simulate(cut).decisions).toEqual(decisions);
  }
});

test('functions that share nothing add up: run alone or together', () => {
  for (const scenario of scenarios.filter(({hosts}) => hosts[0]!.slots === Number.POSITIVE_INFINITY)) {
    if (scenario.hosts[0]!.memoryMib !== Number.POSITIVE_INFINITY) continue;
    const free = {...scenario, startsPerHost: Number.POSITIVE_INFINITY, startRatePerSecond: Number.POSITIVE_INFINITY};
    const whole = runCore(free).totals;
    const parts = scenario.memoryMib.map((_, fn) => {
      const calls = free.calls.filter((call) => call.fn === fn);
      return runCore({...free, calls, script: free.script.filter((step) => step.fn === fn)}).totals;
    });
    for (const name of ['invocations', 'warm', 'cold', 'firstStarts', 'expirations', 'prewarms'] as const) {
      expect(sum(parts.map((part) => part[name]))).toBe(whole[name]);
    }
    for (const state of ['busy', 'idle', 'starting'] as const) {
      expect(parts.reduce((us, part) => us + part.slotUs[state], 0n)).toBe(whole.slotUs[state]);
    }
  }
});

test('a longer time to live never makes more cold starts of one function on a fleet without limits', () => {
  for (let seed = 0; seed < 300; seed++) {
    const scenario = randomScenario(seed, {semantics: 'preset', starts: false, prewarm: false});
    const roomy: Scenario = {
      ...scenario,
      calls: scenario.calls.map((call) => ({...call, fn: 0})),
      // Equal calls: with unequal ones the instance that is freed first depends on who was served by whom.
      memoryMib: [128],
      hosts: [{slots: Number.POSITIVE_INFINITY, memoryMib: Number.POSITIVE_INFINITY}],
      semantics: {...scenario.semantics, ttlFrom: 'finish'},
    };
    const equal = {...roomy, calls: roomy.calls.map((call) => ({...call, durationUs: 3, coldUs: 0}))};
    const cold = [0, 1, 5, 30, 1000, 1e6, 1e9, Number.POSITIVE_INFINITY].map(
      (ttlUs) => runCore({...equal, ttlUs, fromUs: 0}).totals.cold,
    );
    expect(cold, `seed ${seed}`).toEqual(cold.toSorted((a, b) => b - a));
  }
});
