import {describe, expect, test} from 'vitest';
import {semanticsPresets} from '../../../../src/scheduler/core/semantics.ts';
import type {EvictionRank} from '../../../../src/scheduler/parts/eviction/eviction-rank.ts';
import {freqRank} from '../../../../src/scheduler/parts/keep-alive/freq.ts';
import {greedyDualRank} from '../../../../src/scheduler/parts/keep-alive/greedy-dual.ts';
import {landlordRank} from '../../../../src/scheduler/parts/keep-alive/landlord.ts';
import {lruRank} from '../../../../src/scheduler/parts/keep-alive/lru.ts';
import {sizeRank} from '../../../../src/scheduler/parts/keep-alive/size.ts';
import {runCore} from '../../../helpers/oracle-core.ts';
import {type GoldenFaascache, goldenRows, goldenTrace} from '../../../helpers/oracle-golden.ts';
import {plainScenario} from '../../../helpers/oracle-scenarios.ts';

const ranks: Record<GoldenFaascache['policy'], EvictionRank> = {
  TTL: lruRank,
  LRU: lruRank,
  GD: greedyDualRank,
  FREQ: freqRank,
  SIZE: sizeRank,
  LND: landlordRank,
};

describe('the core meets FaasCache to the last unit, per function too', () => {
  test.each(goldenRows<GoldenFaascache>('golden_faascache.json'))(
    '$trace, $policy, $memory_mb MB, $ttl_ms ms',
    (row) => {
      const {calls, memoryMib, names} = goldenTrace(row.trace);
      const scenario = {
        ...plainScenario,
        calls,
        memoryMib,
        endUs: calls.at(-1)!.arrivalUs + 1,
        semantics: semanticsPresets.faascache,
        ttlUs: row.ttl_ms === null ? Number.POSITIVE_INFINITY : row.ttl_ms * 1000,
        hosts: [{slots: Number.POSITIVE_INFINITY, memoryMib: row.memory_mb}],
      };
      const {totals} = runCore(scenario, 'first-fit', 4096, ranks[row.policy]);
      const {warm, cold, dropped, evictions, expirations} = totals;
      expect({warm, cold, dropped, evictions: evictions + expirations}).toEqual({
        warm: row.warm,
        cold: row.cold,
        dropped: row.dropped,
        evictions: row.evictions,
      });
      for (const [name, counts] of Object.entries(row.per_function_warm_cold_dropped ?? {})) {
        const f = totals.functions[names.indexOf(name)]!;
        expect([f.warm, f.cold, f.dropped], name).toEqual(counts);
      }
    },
  );
});
