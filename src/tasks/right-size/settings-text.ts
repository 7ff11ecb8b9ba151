import {formatCount} from '../../base/units.ts';
import type {Sized} from './right-size.ts';

/** What the best settings change, a line each: `concurrency=40`, `min: 12 instances of 5 functions, by the clock`. */
export function settingsOf({keys, functions, hours}: Sized): string[] {
  const written = Object.entries(keys).map(([key, value]) => `${key}=${value}`);
  const keeping = functions.filter(({counts}) => counts.some((n) => n > 0));
  if (keeping.length === 0) return written;
  const most = Array.from({length: hours.sums}, (_, hour) => keeping.reduce((sum, {counts}) => sum + counts[hour]!, 0));
  const [least, peak] = [Math.min(...most), Math.max(...most)];
  const amount = least === peak ? formatCount(peak) : `${formatCount(least)} to ${formatCount(peak)}`;
  const clock = least === peak ? '' : ', by the clock';
  return [
    ...written,
    `min: ${amount} of ${formatCount(keeping.length)} ${keeping.length === 1 ? 'function' : 'functions'}${clock}`,
  ];
}
