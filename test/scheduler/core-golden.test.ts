import {describe, expect, test} from 'vitest';
import {semanticsPresets} from '../../src/scheduler/semantics.ts';
import {runCore, type Totals} from '../helpers/oracle-core.ts';
import {type GoldenKeepAlive, goldenRows, goldenTrace} from '../helpers/oracle-golden.ts';
import {plainScenario} from '../helpers/oracle-scenarios.ts';
import type {Scenario} from '../helpers/oracle-types.ts';

function replay(trace: string, given: Partial<Scenario>): Totals {
  const {calls, memoryMib} = goldenTrace(trace);
  return runCore({...plainScenario, calls, memoryMib, endUs: calls.at(-1)!.arrivalUs + 1, ...given}, 'first-fit', 4096)
    .totals;
}

describe('the core meets what published simulators print for a fixed keep-alive', () => {
  test.each(goldenRows<GoldenKeepAlive>('golden_keepalive.json'))('$trace, $ttl_ms ms', (row) => {
    const ttlUs = row.ttl_ms * 1000;
    const simfaas = replay(row.trace, {semantics: semanticsPresets.simfaas, ttlUs});
    expect(simfaas.invocations).toBe(row.invocations);
    expect(simfaas.cold).toBe(row.simfaas_cold);
    expect(replay(row.trace, {semantics: semanticsPresets.dslab, ttlUs}).cold).toBe(row.dslab_cold);
    for (const [reuse, cold] of Object.entries(row.by_pick)) {
      const semantics = {...semanticsPresets.coldfront, reuse: reuse as keyof typeof row.by_pick};
      expect(replay(row.trace, {semantics, ttlUs}).cold, reuse).toBe(cold);
    }
  });
});
