import {US_PER_MINUTE} from '../../base/units.ts';
import type {Workload} from '../../workload/workload.ts';

/** How unevenly calls come, by per-minute counts. */
export interface Burstiness {
  readonly meanPerMinute: number;
  readonly peakPerMinute: number;
  /** Variance / mean of the counts: 1 for Poisson; NaN without calls. */
  readonly dispersion: number;
  /** Largest rise from one minute to the next. */
  readonly risePerMinute: number;
}

/** Minutes of the span, the last one cut or whole. */
export function minutesOf({meta}: Workload): number {
  return Math.ceil(meta.spanUs / US_PER_MINUTE);
}

/** Takes in the counts of minutes one after the other; minutes left out have none. */
export class BurstinessMeter {
  private sum = 0;
  private squares = 0;
  private peak = 0;
  private rise = 0;
  private lastMinute = -2;
  private lastCount = 0;

  add(minute: number, count: number): void {
    this.sum += count;
    this.squares += count * count;
    this.peak = Math.max(this.peak, count);
    // Nobody has seen what came before the first minute of a trace.
    if (minute > 0) this.rise = Math.max(this.rise, count - (minute === this.lastMinute + 1 ? this.lastCount : 0));
    this.lastMinute = minute;
    this.lastCount = count;
  }

  /** Over a span of that many minutes. */
  read(minutes: number): Burstiness {
    const mean = this.sum / minutes;
    return {
      meanPerMinute: mean,
      peakPerMinute: this.peak,
      dispersion: (this.squares / minutes - mean * mean) / mean,
      risePerMinute: this.rise,
    };
  }
}
