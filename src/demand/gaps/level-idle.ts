import {US_PER_SECOND} from '../../base/units.ts';
import {doubled} from '../../workload/columns.ts';
import type {Workload} from '../../workload/workload.ts';
import {CallCounts} from '../calls/call-counts.ts';
import {meanDurations} from '../durations/mean-durations.ts';
import {CallPlayer} from '../levels/call-player.ts';
import {type GapSink, LevelMeter} from '../levels/level-meter.ts';

/** What a function whose trace tells no duration is taken to run, as in a replay (`--default-duration`). */
const DEFAULT_DURATION_US = US_PER_SECOND;
/** Calls of a function that are looked at, its last. */
const MOST_CALLS = 1e6;

/**
 * The idle times of one function's instances at a time: of all its levels of concurrency (see LevelSlots), as columns
 * that are used again for the next function. A gap that is open at the end of the trace bridges nothing.
 */
export class LevelIdle implements GapSink {
  /** Seconds of each gap that a call ended, in no order. */
  closed = new Float64Array(1024);
  closedGaps = 0;
  /** Seconds that each level was idle at the end. */
  open = new Float64Array(16);
  openGaps = 0;
  private readonly workload: Workload;
  private readonly counts: CallCounts;
  private readonly player: CallPlayer;
  private readonly meter: LevelMeter;
  private readonly holdUs: Float64Array; // [function]

  constructor(workload: Workload, seed: number) {
    this.workload = workload;
    this.counts = new CallCounts(workload);
    this.player = new CallPlayer(workload, seed);
    this.meter = new LevelMeter(0, 0, this);
    this.holdUs = meanDurations(workload, DEFAULT_DURATION_US).us;
  }

  /** Fills the columns with function `f`'s gaps. False if its concurrency is beyond measuring. */
  read(f: number): boolean {
    const {counts, meter, player} = this;
    this.closedGaps = 0;
    this.openGaps = 0;
    counts.read(f);
    if (counts.total === 0) return true;
    meter.reset();
    if (!player.play(f, counts, this.holdUs[f]! / US_PER_SECOND, MOST_CALLS, meter)) return false;
    meter.finish(this.workload.meta.spanUs / US_PER_SECOND);
    return true;
  }

  gap(_level: number, seconds: number, closed: boolean): void {
    if (closed) {
      if (this.closedGaps === this.closed.length) this.closed = doubled(this.closed);
      this.closed[this.closedGaps++] = seconds;
    } else {
      if (this.openGaps === this.open.length) this.open = doubled(this.open);
      this.open[this.openGaps++] = seconds;
    }
  }
}

/** Dollars a second of keeping an instance warm, c, and of one cold start, C. */
export interface SkiPrices {
  readonly warm: number;
  readonly cold: number;
}

/**
 * The keep-alive that costs least over those gaps, in hindsight, seconds: c min(gap, T) for each and C for each that is
 * longer and was ended by a call. The cost rises with T and drops only where one more gap is bridged, so the best is 0
 * or the length of a gap. O(n log n).
 */
export function bestKeepAlive({closed, closedGaps, open, openGaps}: Gaps, {warm, cold}: SkiPrices): number {
  const gaps = closed.subarray(0, closedGaps).sort();
  const tails = open.subarray(0, openGaps).sort();
  let best = 0;
  let least = closedGaps * cold;
  let bridged = 0;
  let over = 0;
  let overSeconds = 0;
  for (let k = 0; k < closedGaps; k++) {
    const seconds = gaps[k]!;
    bridged += seconds;
    // Of gaps of one length the last speaks for all.
    if (gaps[k + 1] === seconds) continue;
    while (over < openGaps && tails[over]! <= seconds) overSeconds += tails[over++]!;
    const longer = closedGaps - 1 - k;
    const idle = bridged + overSeconds + (longer + openGaps - over) * seconds;
    const usd = idle * warm + longer * cold;
    if (usd < least) {
      least = usd;
      best = seconds;
    }
  }
  return best;
}

type Gaps = Pick<LevelIdle, 'closed' | 'closedGaps' | 'open' | 'openGaps'>;
