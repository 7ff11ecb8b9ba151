import {US_PER_DAY} from '../../base/units.ts';

export const DEFAULT_FUNCTIONS = 10_000;
export const MAX_FUNCTIONS = 20_000_000;
/** Files of a workload. */
export const MAX_PARTS = 10_000;
/** Functions x minutes with calls: 8 GiB of counts. */
export const MAX_COUNTS = 2 ** 30;
/** Longer spans are typing errors. */
export const MAX_SPAN_US = 10 * 366 * US_PER_DAY;
