export const MINUTES_PER_DAY = 1440;
export const MINUTES_PER_WEEK = 10_080;

/** Quantile levels that decisions usually need: half, nine in ten, and the fractile of a ten-minute window (METHODS E1.3). */
export const defaultQuantiles = [0.5, 0.9, 0.975] as const;

/** Windows that are forecast, minutes ahead: the next 1, 2, 5, ... minutes, up to `longest` and that one itself. */
export function horizonsUpTo(longest: number): number[] {
  const usual = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, MINUTES_PER_DAY];
  return [...usual.filter((minutes) => minutes < longest), longest];
}
