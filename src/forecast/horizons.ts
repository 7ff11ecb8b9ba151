export const MINUTES_PER_DAY = 1440;
export const MINUTES_PER_WEEK = 10_080;

/** Quantile levels that are reported: half, nine in ten, and the fractile of a ten-minute window (METHODS E1.3). */
export const reportedQuantiles = [0.5, 0.9, 0.975] as const;

/** The fractile of a one-minute window at SEED.md's prices: decisions reach that far into the tail. */
export const TAIL_QUANTILE = 0.9975;

/** Levels that models are trained for. */
export const defaultQuantiles = [...reportedQuantiles, TAIL_QUANTILE] as const;

/** Windows that are forecast, minutes ahead: the next 1, 2, 5, ... minutes, up to `longest` and that one itself. */
export function horizonsUpTo(longest: number): number[] {
  const usual = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, MINUTES_PER_DAY];
  return [...usual.filter((minutes) => minutes < longest), longest];
}
