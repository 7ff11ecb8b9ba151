import {describe, expect, test} from 'vitest';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {simulate} from '../helpers/oracle.ts';
import {oracleTotals, runCore, type Totals} from '../helpers/oracle-core.ts';
import {type GoldenFaascache, type GoldenKeepAlive, goldenRows, goldenTrace} from '../helpers/oracle-golden.ts';
import {plainScenario} from '../helpers/oracle-scenarios.ts';
import type {OracleEviction, Scenario} from '../helpers/oracle-types.ts';

const traces = {'micro.csv': goldenTrace('micro.csv'), 'azl-12k-u.csv': goldenTrace('azl-12k-u.csv')};
const evictionOf: Record<GoldenFaascache['policy'], OracleEviction> = {
  TTL: 'lru',
  LRU: 'lru',
  GD: 'gd',
  FREQ: 'freq',
  SIZE: 'size',
  LND: 'landlord',
};

/** The trace on one host without a limit but the given memory, until its last call. */
function scenarioOf(trace: string, given: Partial<Scenario>, memoryMib = Number.POSITIVE_INFINITY): Scenario {
  const {calls, memoryMib: ofFunctions} = traces[trace as keyof typeof traces];
  const hosts = [{slots: Number.POSITIVE_INFINITY, memoryMib}];
  return {...plainScenario, calls, memoryMib: ofFunctions, hosts, endUs: calls.at(-1)!.arrivalUs + 1, ...given};
}

describe.each([
  ['oracle', (scenario: Scenario): Totals => oracleTotals(simulate(scenario))],
  ['core', (scenario: Scenario): Totals => runCore(scenario, 'first-fit', 4096).totals],
] as const)('the %s meets published simulators', (_, run) => {
  test.each(goldenRows<GoldenKeepAlive>('golden_keepalive.json'))(
    'SimFaaS, dslab-faas and each choice of the serving instance: $trace, $ttl_ms ms',
    (row) => {
      const ttlUs = row.ttl_ms * 1000;
      const simfaas = run(scenarioOf(row.trace, {semantics: semanticsPresets.simfaas, ttlUs}));
      expect(simfaas.invocations).toBe(row.invocations);
      expect(simfaas.cold).toBe(row.simfaas_cold);
      expect(run(scenarioOf(row.trace, {semantics: semanticsPresets.dslab, ttlUs})).cold).toBe(row.dslab_cold);
      for (const [reuse, cold] of Object.entries(row.by_pick)) {
        const semantics = {...semanticsPresets.coldfront, reuse: reuse as keyof typeof row.by_pick};
        expect(run(scenarioOf(row.trace, {semantics, ttlUs})).cold, reuse).toBe(cold);
      }
    },
  );

  test.each(goldenRows<GoldenFaascache>('golden_faascache.json'))(
    'FaasCache: $trace, $policy, $memory_mb MB, $ttl_ms ms',
    (row) => {
      const ttlUs = row.ttl_ms === null ? Number.POSITIVE_INFINITY : row.ttl_ms * 1000;
      const given = {semantics: semanticsPresets.faascache, ttlUs, eviction: evictionOf[row.policy]};
      const totals = run(scenarioOf(row.trace, given, row.memory_mb));
      const {warm, cold, dropped, evictions, expirations} = totals;
      expect({warm, cold, dropped, gone: evictions + expirations}).toEqual({
        warm: row.warm,
        cold: row.cold,
        dropped: row.dropped,
        gone: row.evictions,
      });
      for (const [name, counts] of Object.entries(row.per_function_warm_cold_dropped ?? {})) {
        const f = totals.functions[traces[row.trace as keyof typeof traces].names.indexOf(name)]!;
        expect([f.warm, f.cold, f.dropped], name).toEqual(counts);
      }
    },
  );
});
