import {usageError} from '../../base/errors.ts';
import {formatNumber} from '../../base/format.ts';
import {mixKeys} from '../../base/random.ts';

/** How much traffic each function gets. */
export interface Scaling {
  /** 1: as much as the trace has; finite, at least 0. */
  readonly factor: Float64Array; // [function]
  /** Stable keys of the functions, which all draws depend on. */
  readonly key: Int32Array; // [function]
  readonly seed: number;
}

/** Single calls of a workload: an array of words holds no more. */
export const MAX_SINGLE_CALLS = 2 ** 30;

/** First key of what is drawn for one copy of a function's calls; copy 0 is the trace's own. */
export function copyKey({key, seed}: Scaling, f: number, copy: number): number {
  return mixKeys(key[f]!, mixKeys(mixKeys(seed | 0, Math.floor(seed / 4294967296)), copy + 0x5ca1e));
}

/** More calls than a workload can hold. */
export function tooMany(calls: number) {
  return usageError(
    `the traffic asked for is ${formatNumber(calls)} calls, more than a workload can hold`,
    'ask for less: --scale, --burst',
  );
}
