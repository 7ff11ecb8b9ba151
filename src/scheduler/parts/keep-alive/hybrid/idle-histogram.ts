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

/** Idle times of one app, as Serverless in the Wild keeps them: METHODS E1.1. A gap costs O(1) amortised. */
export class IdleHistogram {
  private readonly settings: HybridSettings;
  private readonly counts: Uint32Array;
  private inRange = 0;
  private squares = 0;
  private beyond = 0;
  /** The last gaps, gap k at k modulo their number. */
  private readonly recentUs: number[] = [];
  private readonly head: BinOfRank;
  private readonly tail: BinOfRank;
  private readonly standard: AliveWindow;
  private window: AliveWindow;
  /** A gap was added since the window was decided. */
  private stale = false;

  constructor(settings: HybridSettings) {
    this.settings = settings;
    this.counts = new Uint32Array(settings.bins);
    this.head = new BinOfRank(this.counts);
    this.tail = new BinOfRank(this.counts);
    this.standard = {fromUs: 0, untilUs: settings.bins * US_PER_MINUTE, branch: 'standard'};
    this.window = this.standard;
  }

  add(gapUs: number): void {
    this.stale = true;
    this.recentUs[(this.inRange + this.beyond) % RECENT_GAPS] = gapUs;
    const bin = Math.floor(gapUs / US_PER_MINUTE);
    if (bin >= this.counts.length) {
      this.beyond++;
      return;
    }
    this.squares += 2 * this.counts[bin]! + 1;
    this.counts[bin]! += 1;
    this.inRange++;
    this.head.added(bin);
    this.tail.added(bin);
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
    if (this.stale) this.window = this.decide();
    this.stale = false;
    return this.window;
  }

  private decide(): AliveWindow {
    const {settings, inRange, beyond} = this;
    const gaps = inRange + beyond;
    if (beyond / gaps >= settings.oob) {
      const gapUs = forecastGap(this.lastGapsUs());
      return {
        fromUs: Math.floor((1 - ARIMA_MARGIN) * gapUs),
        untilUs: Math.ceil((1 + ARIMA_MARGIN) * gapUs),
        branch: 'arima',
      };
    }
    if (this.cv < settings.cv) return this.standard;
    const headMinutes = this.head.at(rankOf(settings.head, inRange));
    const tailMinutes = this.tail.at(rankOf(settings.tail, inRange)) + 1;
    const fromUs = Math.round((1 - settings.margin) * headMinutes * US_PER_MINUTE);
    const untilUs = Math.round((1 + settings.margin) * tailMinutes * US_PER_MINUTE);
    const {window} = this;
    if (window.branch === 'histogram' && window.fromUs === fromUs && window.untilUs === untilUs) return window;
    return {fromUs, untilUs, branch: 'histogram'};
  }

  /** Oldest first. */
  private lastGapsUs(): number[] {
    const {recentUs} = this;
    if (recentUs.length < RECENT_GAPS) return recentUs;
    const oldest = (this.inRange + this.beyond) % RECENT_GAPS;
    return [...recentUs.slice(oldest), ...recentUs.slice(0, oldest)];
  }
}

/** Which of `count` gaps in order of length is at that percentile, from 1. */
function rankOf(percent: number, count: number): number {
  return Math.max(1, Math.ceil((percent / 100) * count));
}

/**
 * The bin that holds the gap of some rank: its lower edge is the percentile rounded down to minutes. A rank moves little
 * from gap to gap, so the bin is sought from where it was.
 */
class BinOfRank {
  private readonly counts: Uint32Array;
  private bin = 0;
  /** Gaps in the bins below. */
  private below = 0;

  constructor(counts: Uint32Array) {
    this.counts = counts;
  }

  /** A gap was added to `bin`. */
  added(bin: number): void {
    if (bin < this.bin) this.below++;
  }

  /** The bin of the gap of rank `rank`, from 1 to the number of gaps. */
  at(rank: number): number {
    const {counts} = this;
    while (this.below >= rank) this.below -= counts[--this.bin]!;
    while (this.below + counts[this.bin]! < rank) this.below += counts[this.bin++]!;
    return this.bin;
  }
}
