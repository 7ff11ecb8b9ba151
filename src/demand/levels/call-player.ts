import {mixKeys, Random} from '../../base/random.ts';
import {US_PER_SECOND} from '../../base/units.ts';
import {type CallCursor, callCursor} from '../../workload/call-cursor.ts';
import type {Workload} from '../../workload/workload.ts';
import type {CallCounts} from '../calls/call-counts.ts';
import type {LevelMeter} from './level-meter.ts';

/** Plays the calls of single functions, one by one, as a trace tells them. */
export class CallPlayer {
  private readonly cursor: CallCursor;
  private readonly seed: number;

  constructor({arrivals}: Workload, seed: number) {
    this.cursor = callCursor(arrivals);
    this.seed = seed;
  }

  /**
   * Plays the last `most` calls of function `f`, or a minute's more, whose counts are at hand. Those of a per-minute
   * trace are placed uniformly in their minute and last an exponential time of mean `holdSeconds`: how many are busy at
   * once depends on the mean alone. False if concurrency is beyond measuring.
   */
  play(f: number, counts: CallCounts, holdSeconds: number, most: number, meter: LevelMeter): boolean {
    const {cursor} = this;
    if (cursor.resolutionUs > 1) {
      return playMinutes(counts, holdSeconds, most, new Random(mixKeys(f, this.seed) >>> 0), meter);
    }
    for (cursor.open(f, Math.max(0, cursor.steps(f) - most)); cursor.next(); ) {
      const at = cursor.timeUs / US_PER_SECOND;
      const own = cursor.durationUs / US_PER_SECOND;
      if (!meter.call(at, at + (Number.isNaN(own) ? holdSeconds : own))) return false;
    }
    return true;
  }
}

function playMinutes(
  {minute, count, length}: CallCounts,
  holdSeconds: number,
  most: number,
  random: Random,
  meter: LevelMeter,
): boolean {
  let first = length;
  for (let calls = 0; first > 0 && calls + count[first - 1]! <= most; first--) calls += count[first - 1]!;
  for (let i = first; i < length; i++) {
    const calls = count[i]!;
    // The smallest of n uniform times leaves u^(1/n) of the minute; the others are uniform in what is left.
    let left = 1;
    for (let j = 0; j < calls; j++) {
      left *= random.next() ** (1 / (calls - j));
      const at = (minute[i]! + 1 - left) * 60;
      if (!meter.call(at, at + holdSeconds * random.exponential())) return false;
    }
  }
  return true;
}
