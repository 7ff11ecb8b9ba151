import {US_PER_MINUTE} from '../../base/units.ts';
import type {CountCollector} from './counts.ts';
import {byTime, smallestGapUs} from './series.ts';

interface Series {
  readonly f: number;
  readonly timesUs: number[];
  readonly totals: number[];
}

/**
 * Running totals that only rise, but begin anew when what counts is restarted. What one rose by between two times was
 * called from the first of them on.
 */
export class CounterSeries {
  private readonly series = new Map<string, Series>();
  private firstUs = Number.POSITIVE_INFINITY;

  /** Notes that series `key`, of function `f`, stood at `total` then; NaN is nothing. */
  add(key: string, f: number, timeUs: number, total: number): void {
    if (Number.isNaN(total)) return;
    let series = this.series.get(key);
    if (series === undefined) this.series.set(key, (series = {f, timesUs: [], totals: []}));
    series.timesUs.push(timeUs);
    series.totals.push(total);
    if (timeUs < this.firstUs) this.firstUs = timeUs;
  }

  /**
   * Adds what all totals rose by. A series that begins later than the others is of something new, whose first total
   * counts, in the usual gap before it. Returns how many began anew within a series, and the usual gap.
   */
  feed(counts: CountCollector): {readonly resets: number; readonly gapMinutes: number} {
    const gapUs = smallestGapUs(this.series.values());
    const gapMinutes = Math.max(1, Math.round(gapUs / US_PER_MINUTE));
    let resets = 0;
    for (const {f, timesUs, totals} of this.series.values()) {
      const order = byTime({timesUs});
      for (const [n, k] of order.entries()) {
        const before = n === 0 ? undefined : order[n - 1]!;
        if (before === undefined) {
          const isNew = timesUs[k]! > this.firstUs + gapUs / 2;
          if (isNew) spread(counts, f, timesUs[k]! - gapUs, timesUs[k]!, totals[k]!);
          else counts.cover(Math.floor(timesUs[k]! / US_PER_MINUTE));
          continue;
        }
        const rise = totals[k]! - totals[before]!;
        if (rise < 0) resets++;
        spread(counts, f, timesUs[before]!, timesUs[k]!, rise < 0 ? totals[k]! : rise);
      }
    }
    return {resets, gapMinutes};
  }
}

/** Spreads calls evenly over the minutes that begin in [fromUs, untilUs), all in the first if none does. */
function spread(counts: CountCollector, f: number, fromUs: number, untilUs: number, calls: number): void {
  const first = Math.max(0, Math.floor(fromUs / US_PER_MINUTE));
  const minutes = Math.max(1, Math.ceil(untilUs / US_PER_MINUTE) - first);
  let given = 0;
  for (let k = 0; k < minutes; k++) {
    const whole = Number.isInteger(calls);
    const total = whole ? Math.floor(((k + 1) * calls) / minutes) : ((k + 1) * calls) / minutes;
    counts.add(f, (first + k) * US_PER_MINUTE, total - given);
    given = total;
  }
}
