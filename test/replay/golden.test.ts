import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE} from '../../src/base/units.ts';
import {coldTimes} from '../../src/fleet/cold-time/registry.ts';
import type {Ledger} from '../../src/replay/ledger.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {type SemanticsName, semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {
  type GoldenConcurrency,
  type GoldenFaascache,
  type GoldenKeepAlive,
  goldenRows,
  goldenTrace,
} from '../helpers/oracle-golden.ts';
import {eventWorkload} from '../helpers/workload.ts';

const {POSITIVE_INFINITY} = Number;

function workloadOf(file: string) {
  const {calls, names, memoryMib} = goldenTrace(file);
  return eventWorkload(
    calls.map(({fn, arrivalUs, durationUs, coldUs}) => ({
      function: names[fn]!,
      at: arrivalUs,
      duration: durationUs,
      cold: coldUs,
      memoryMib: memoryMib[fn]!,
    })),
  );
}

const workloads = {
  'micro.csv': workloadOf('micro.csv'),
  'azl-12k-u.csv': workloadOf('azl-12k-u.csv'),
  'burst-6k.csv': workloadOf('burst-6k.csv'),
};

async function ledgerOf(
  trace: string,
  policy: string,
  semantics: SemanticsName,
  memoryMib: number,
  concurrency = 1,
): Promise<Ledger> {
  const workload = workloads[trace as keyof typeof workloads];
  const options = testOptions(workload, {
    fleet: {count: 1, slots: POSITIVE_INFINITY, memoryMib},
    semantics: semanticsPresets[semantics],
    concurrency,
    cold: coldTimes.parse('trace'),
  });
  const [ledger] = await replay(workload, [parsePolicy(policy)], options);
  return ledger!;
}

test('the span of a golden trace ends with the minute of its last call', () => {
  expect(workloads['micro.csv'].meta.spanUs).toBe(22 * US_PER_MINUTE);
});

describe('a replay meets SimFaaS and dslab-faas', () => {
  test.each(goldenRows<GoldenKeepAlive>('golden_keepalive.json'))('$trace, $ttl_ms ms', async (row) => {
    const policy = `fixed:ttl=${row.ttl_ms}ms`;
    const simfaas = await ledgerOf(row.trace, policy, 'simfaas', POSITIVE_INFINITY);
    const dslab = await ledgerOf(row.trace, policy, 'dslab', POSITIVE_INFINITY);
    expect([simfaas.counts.cold, dslab.counts.cold]).toEqual([row.simfaas_cold, row.dslab_cold]);
    expect(simfaas.counts.invocations).toBe(row.invocations);
  });
});

describe('a replay meets SimFaaS with several calls in an instance', () => {
  test.each(goldenRows<GoldenConcurrency>('golden_concurrency.json'))(
    '$trace, $concurrency calls, $ttl_ms ms',
    async ({trace, concurrency, ttl_ms, cold, warm, cold_by_function}) => {
      const ledger = await ledgerOf(trace, `fixed:ttl=${ttl_ms}ms`, 'simfaas', POSITIVE_INFINITY, concurrency);
      expect([ledger.counts.cold, ledger.counts.warm]).toEqual([cold, warm]);
      for (const [name, its] of Object.entries(cold_by_function ?? {})) {
        const workload = workloads[trace as keyof typeof workloads];
        const f = Array.from({length: workload.functions}, (_, k) => k).find((k) => workload.name.at(k) === name)!;
        expect(ledger.functions.cold[f], name).toBe(its);
      }
    },
  );
});

describe('a replay meets FaasCache', () => {
  const policyOf = ({policy, ttl_ms}: GoldenFaascache) =>
    ({
      TTL: `fixed:ttl=${ttl_ms}ms`,
      LRU: 'lru',
      GD: 'greedy-dual',
      FREQ: 'freq',
      SIZE: 'size',
      LND: 'landlord',
    })[policy];

  test.each(goldenRows<GoldenFaascache>('golden_faascache.json'))(
    '$trace, $policy, $memory_mb MB, $ttl_ms ms',
    async (row) => {
      const {counts, functions} = await ledgerOf(row.trace, policyOf(row), 'faascache', row.memory_mb);
      const {warm, cold, dropped, evictions} = counts;
      // FaasCache counts what it finds expired as evicted, and so do reports under its semantics.
      expect({warm, cold, dropped, evictions}).toEqual({
        warm: row.warm,
        cold: row.cold,
        dropped: row.dropped,
        evictions: row.evictions,
      });
      for (const [name, [, itsCold, itsDropped]] of Object.entries(row.per_function_warm_cold_dropped ?? {})) {
        const workload = workloads[row.trace as keyof typeof workloads];
        const f = Array.from({length: workload.functions}, (_, k) => k).find((k) => workload.name.at(k) === name)!;
        expect([functions.cold[f], functions.dropped[f]], name).toEqual([itsCold, itsDropped]);
      }
    },
  );
});
