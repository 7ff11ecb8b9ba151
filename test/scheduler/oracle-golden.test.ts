import {describe, expect, test} from 'vitest';
import {semanticsPresets} from '../../src/scheduler/semantics.ts';
import {simulate} from '../helpers/oracle.ts';
import {type GoldenFaascache, type GoldenKeepAlive, goldenRows, goldenTrace} from '../helpers/oracle-golden.ts';
import type {OracleEviction, Outcome, Scenario} from '../helpers/oracle-types.ts';

const traces = {'micro.csv': goldenTrace('micro.csv'), 'azl-12k-u.csv': goldenTrace('azl-12k-u.csv')};

/** One host without a limit but the given memory, ended long after the last call. */
function replay(
  trace: string,
  given: Pick<Scenario, 'semantics' | 'ttlUs'> & Partial<Scenario>,
  mib = Infinity,
): Outcome {
  const {calls, memoryMib} = traces[trace as keyof typeof traces];
  return simulate({
    calls,
    memoryMib,
    hosts: [{slots: Infinity, memoryMib: mib}],
    fromUs: 0,
    endUs: calls.at(-1)!.arrivalUs + 1,
    script: [],
    placement: 'first-fit',
    eviction: 'idle-longest',
    ttlsUs: [],
    maxWaitUs: Infinity,
    startsPerHost: Infinity,
    startRatePerSecond: Infinity,
    ...given,
  });
}

describe('the oracle meets what published simulators print for a fixed keep-alive', () => {
  const rows = goldenRows<GoldenKeepAlive>('golden_keepalive.json');

  test.each(rows)('$trace, $ttl_ms ms', (row) => {
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

describe('the oracle meets FaasCache under one memory pool', () => {
  const evictionOf: Record<GoldenFaascache['policy'], OracleEviction> = {
    TTL: 'lru',
    LRU: 'lru',
    GD: 'gd',
    FREQ: 'freq',
    SIZE: 'size',
    LND: 'landlord',
  };
  const rows = goldenRows<GoldenFaascache>('golden_faascache.json');

  test.each(rows)('$trace, $policy, $memory_mb MB, $ttl_ms ms', (row) => {
    const ttlUs = row.ttl_ms === null ? Infinity : row.ttl_ms * 1000;
    const given = {semantics: semanticsPresets.faascache, ttlUs, eviction: evictionOf[row.policy]};
    const outcome = replay(row.trace, given, row.memory_mb);
    const {warm, cold, dropped, evictions, expirations} = outcome;
    expect({warm, cold, dropped, evictions: evictions + expirations}).toEqual({
      warm: row.warm,
      cold: row.cold,
      dropped: row.dropped,
      evictions: row.evictions,
    });
    for (const [name, counts] of Object.entries(row.per_function_warm_cold_dropped ?? {})) {
      const f = outcome.functions[traces[row.trace as keyof typeof traces].names.indexOf(name)]!;
      expect([f.warm, f.cold, f.dropped], name).toEqual(counts);
    }
  });
});
