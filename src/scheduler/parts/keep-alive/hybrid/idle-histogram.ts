import {US_PER_MINUTE} from '../../../../base/units.ts';
import {forecastGap} from './forecast-gap.ts';

/** Settings of the hybrid histogram; defaults are the paper's. */
export interface HybridSettings {
  /** Bins of one minute. */
  readonly bins: number;
  /** Percentiles that bound the window, 0 to 100. */
  readonly head: number;
  readonly tail: number;
  /** Share by which the window is widened on either side. */
  readonly margin: number;
  /** Below this coefficient of variation of the bin counts the histogram says nothing. */
  readonly cv: number;
  /** From this share of gaps beyond the range on they are forecast one by one. */
  readonly oob: number;
}

/** When an instance should be there after the last execution, microseconds; unloaded before `fromUs` if that is above 0. */
export interface AliveWindow {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly branch: 'histogram' | 'standard' | 'arima';
}

/** Gaps that the forecast looks back on. */
const RECENT_GAPS = 64;
const ARIMA_MARGIN = 0.15;

/** Idle times of one app, as Serverless in the Wild keeps them: METHODS E1.1. */
export class IdleHistogram {
  private readonly settings: HybridSettings;
  private readonly counts: Uint32Array;
  private inRange = 0;
  private squares = 0;
  private beyond = 0;
  private readonly recentUs: number[] = [];
  private window: AliveWindow | undefined;

  constructor(settings: HybridSettings) {
    this.settings = settings;
    this.counts = new Uint32Array(settings.bins);
  }

  add(gapUs: number): void {
    this.window = undefined;
    const bin = Math.floor(gapUs / US_PER_MINUTE);
    if (bin < this.counts.length) {
      this.squares += 2 * this.counts[bin]! + 1;
      this.counts[bin]! += 1;
      this.inRange++;
    } else {
      this.beyond++;
    }
    if (this.recentUs.length === RECENT_GAPS) this.recentUs.shift();
    this.recentUs.push(gapUs);
  }

  /** Standard deviation over mean of the bin counts; 0 when they are empty. */
  get cv(): number {
    const bins = this.counts.length;
    if (this.inRange === 0) return 0;
    const mean = this.inRange / bins;
    return Math.sqrt(Math.max(0, this.squares / bins - mean * mean)) / mean;
  }

  /** The window to be alive in, by what was seen so far. */
  get alive(): AliveWindow {
    this.window ??= this.decide();
    return this.window;
  }

  private decide(): AliveWindow {
    const {settings, inRange, beyond} = this;
    const standard: AliveWindow = {fromUs: 0, untilUs: settings.bins * US_PER_MINUTE, branch: 'standard'};
    const gaps = inRange + beyond;
    if (gaps === 0) return standard;
    if (beyond / gaps >= settings.oob) {
      const gapUs = forecastGap(this.recentUs);
      return {
        fromUs: Math.floor((1 - ARIMA_MARGIN) * gapUs),
        untilUs: Math.ceil((1 + ARIMA_MARGIN) * gapUs),
        branch: 'arima',
      };
    }
    if (this.cv < settings.cv) return standard;
    const headMinutes = this.binAt(settings.head);
    const tailMinutes = this.binAt(settings.tail) + 1;
    return {
      fromUs: Math.round((1 - settings.margin) * headMinutes * US_PER_MINUTE),
      untilUs: Math.round((1 + settings.margin) * tailMinutes * US_PER_MINUTE),
      branch: 'histogram',
    };
  }

  /** The bin that holds the percentile: its lower edge is the percentile rounded down to minutes. */
  private binAt(percent: number): number {
    const rank = Math.max(1, Math.ceil((percent / 100) * this.inRange));
    let below = 0;
    for (let bin = 0; bin < this.counts.length; bin++) {
      below += this.counts[bin]!;
      if (below >= rank) return bin;
    }
    return this.counts.length - 1;
  }
}
