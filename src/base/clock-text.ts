import {formatTimeUs, US_PER_DAY, US_PER_MS} from './units.ts';

/**
 * A time of the trace: `14:28 UTC` where the trace says when it began, with its day where the trace is longer than one, and
 * else `6.48 h in`. `startTime` is ISO 8601, '' where nothing is said.
 */
export function clockText(startTime: string, atMs: number, spanMs: number): string {
  const start = startTime === '' ? Number.NaN : Date.parse(startTime);
  if (Number.isNaN(start)) return `${formatTimeUs(atMs * US_PER_MS)} in`;
  const at = new Date(start + atMs).toISOString();
  const day = spanMs * US_PER_MS > US_PER_DAY ? `${at.slice(0, 10)} ` : '';
  return `${day}${at.slice(11, 16)} UTC`;
}
