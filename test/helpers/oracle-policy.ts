import type {Scenario} from './oracle-types.ts';

/**
 * How long an instance that goes idle now is kept: the scenario's one time to live, or, where it has several, one
 * of them by function and time. What the policy says is given, to the oracle as to the core.
 */
export function keepAliveUs({ttlsUs, ttlUs}: Scenario, fn: number, nowUs: number, prewarmed: boolean): number {
  if (ttlsUs.length === 0) return ttlUs;
  return ttlsUs[(31 * fn + nowUs + (prewarmed ? 1 : 0)) % ttlsUs.length]!;
}
