import {usageError} from '../base/errors.ts';
import {US_PER_HOUR, US_PER_MINUTE, US_PER_MS} from '../base/units.ts';

/** From the time on a wall clock, microseconds as if it were UTC, to UTC. */
export type Zone = (wallUs: number) => number;

export const utc: Zone = (wallUs) => wallUs;

/** No clock changes within a quarter of an hour. */
const QUARTER_US = 15 * US_PER_MINUTE;
const MAX_KEPT = 1 << 16;

/**
 * The zone of that IANA name, such as Europe/Rome. A time that the clock shows twice, when summer time ends, is the
 * first of the two; one that it leaves out, when summer time begins, is as late as if it had not been put forward.
 */
export function zoneNamed(name: string, what: string): Zone {
  if (/^(utc|z)$/i.test(name)) return utc;
  const offsetUs = offsetOf(name, what);
  const kept = new Map<number, number>();
  return (wallUs) => {
    const quarter = Math.floor(wallUs / QUARTER_US);
    let offset = kept.get(quarter);
    if (offset === undefined) {
      const startUs = quarter * QUARTER_US;
      const before = offsetUs(startUs - 24 * US_PER_HOUR);
      const after = offsetUs(startUs + 24 * US_PER_HOUR);
      const holds = (us: number) => offsetUs(startUs - us) === us;
      offset = holds(before) || !holds(after) ? before : after;
      if (kept.size === MAX_KEPT) kept.clear();
      kept.set(quarter, offset);
    }
    return wallUs - offset;
  };
}

/** How far the zone's clock is ahead of UTC at a time in UTC. */
function offsetOf(name: string, what: string): (us: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw usageError(`${what} names the time zone '${name}', which nobody knows`, 'such as Europe/Rome or UTC');
  }
  return (us) => {
    const ms = Math.floor(us / US_PER_MS);
    const part = Object.fromEntries(format.formatToParts(ms).map(({type, value}) => [type, Number(value)]));
    const wallMs = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    return (wallMs - Math.floor(ms / 1000) * 1000) * US_PER_MS;
  };
}
