import {readFileSync} from 'node:fs';
import {US_PER_MS} from '../../src/base/units.ts';
import type {OracleCall} from './oracle-types.ts';

/** A row of fixtures/golden/golden_keepalive.json: cold starts under one fixed keep-alive and unlimited memory. */
export interface GoldenKeepAlive {
  readonly trace: string;
  readonly ttl_ms: number;
  readonly invocations: number;
  readonly simfaas_cold: number;
  readonly dslab_cold: number;
  readonly by_pick: Readonly<Record<'mru' | 'lru' | 'newest' | 'oldest', number>>;
}

/** A row of fixtures/golden/golden_concurrency.json: SimFaaS with several calls in an instance. */
export interface GoldenConcurrency {
  readonly trace: string;
  readonly concurrency: number;
  readonly ttl_ms: number;
  readonly cold: number;
  readonly warm: number;
  /** Functions with cold starts. */
  readonly cold_by_function?: Readonly<Record<string, number>>;
}

/** A row of fixtures/golden/golden_faascache.json: one memory pool, keep-alive by eviction order. */
export interface GoldenFaascache {
  readonly trace: string;
  readonly policy: 'TTL' | 'LRU' | 'GD' | 'FREQ' | 'SIZE' | 'LND';
  readonly memory_mb: number;
  readonly ttl_ms: number | null;
  readonly invocations: number;
  readonly warm: number;
  readonly cold: number;
  readonly dropped: number;
  readonly evictions: number;
  readonly per_function_warm_cold_dropped?: Readonly<Record<string, readonly [number, number, number]>>;
}

/** A golden trace: functions in order of first appearance, calls in file order. */
export interface GoldenTrace {
  readonly names: readonly string[];
  readonly memoryMib: readonly number[];
  readonly calls: readonly OracleCall[];
}

export const goldenDirectory = new URL('../../fixtures/golden/', import.meta.url);

/** The rows of one of the JSON files. */
export function goldenRows<T>(file: string): T[] {
  return JSON.parse(readFileSync(new URL(file, goldenDirectory), 'utf8')) as T[];
}

/** Reads `function,arrival_ms,warm_ms,cold_extra_ms,memory_mb`; the files are trusted, so a split will do. */
export function goldenTrace(file: string): GoldenTrace {
  const names: string[] = [];
  const memoryMib: number[] = [];
  const lines = readFileSync(new URL(file, goldenDirectory), 'utf8').trim().split('\n').slice(1);
  const calls = lines.map((line) => {
    const [name, arrivalMs, warmMs, coldMs, memory] = line.split(',') as [string, string, string, string, string];
    if (!names.includes(name)) {
      names.push(name);
      memoryMib.push(Number(memory));
    }
    return {
      fn: names.indexOf(name),
      arrivalUs: Number(arrivalMs) * US_PER_MS,
      durationUs: Number(warmMs) * US_PER_MS,
      coldUs: Number(coldMs) * US_PER_MS,
    };
  });
  return {names, memoryMib, calls};
}
