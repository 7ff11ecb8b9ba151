import {draw32, mix32, mixKeys, unit} from '../../base/random.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import {deal} from '../../workload/burst/deal.ts';
import {type BurstCurve, shapes, shareUpTo} from '../../workload/burst/shapes.ts';
import type {AddedCalls} from '../../workload/workload.ts';
import {WINDOWS} from './minute-draws.ts';

/** A stretch of a minute in which one function's calls are asked for; microseconds since the minute began. */
interface Stretch {
  readonly fn: number;
  readonly key: number;
  readonly minute: number;
  readonly lengthUs: number;
  readonly lowUs: number;
  readonly highUs: number;
}

/**
 * The calls that bursts add in a minute, at times by their shape: dealt to the minute's windows, and then drawn within each. They
 * depend on (seed, function, minute, burst) alone, so that any window can be made without the rest.
 */
export class AddedDraws {
  /** Keys of the times and durations of the window at hand. */
  keyA = 0;
  keyB = 0;
  durationKeyA = 0;
  durationKeyB = 0;
  private readonly from: AddedCalls;
  private readonly seed: number;
  /** First row of what is added to each function in the minute at hand; 0: nothing. */
  private readonly head: Uint32Array; // [function]
  private curve: BurstCurve;
  private minute = 0;
  /** The window at hand, microseconds since the minute began. */
  private lowUs = 0;
  private highUs = 0;

  constructor(from: AddedCalls, functions: number, seed: number) {
    this.from = from;
    this.seed = seed;
    this.head = new Uint32Array(functions);
    this.curve = from.curves[0]!;
  }

  /** A minute begins: element `element` of the workload's row `row` is that of `fn`. Returns how many calls are added. */
  take(fn: number, row: number, element: number): number {
    const {part, calls, next} = this.from;
    this.head[fn] = part.values[part.start[row]! + element]!;
    let sum = 0;
    for (let at = this.head[fn]!; at !== 0; at = next[at]!) sum += calls[at]!;
    return sum;
  }

  /** True if anything is added to that function in the minute at hand. */
  has(fn: number): boolean {
    return this.head[fn] !== 0;
  }

  /** Goes through the windows that overlap the stretch and have calls; `draw` is told how many. */
  forEachWindow({fn, key, minute, lengthUs, lowUs, highUs}: Stretch, draw: (calls: number) => void): void {
    const {burst, calls, next, curves} = this.from;
    const edgeUs = (window: number): number => Math.floor((window * lengthUs) / WINDOWS);
    this.minute = minute;
    for (let at = this.head[fn]!; at !== 0; at = next[at]!) {
      const curve = curves[burst[at]!]!;
      this.curve = curve;
      const base = mixKeys(key, mixKeys(minute, mixKeys(this.seed, 0xadd + burst[at]!)));
      this.keyB = mixKeys(base, 2);
      this.durationKeyB = mixKeys(base, 4);
      const windows = {
        upTo: (window: number): number => shareUpTo(curve, minute * US_PER_MINUTE + edgeUs(window)),
        low: 0,
        high: WINDOWS,
        from: Math.floor((lowUs * WINDOWS) / lengthUs),
        until: Math.ceil((highUs * WINDOWS) / lengthUs) + 1,
        key: mixKeys(base, 5),
      };
      deal(calls[at]!, windows, (window, n) => {
        this.lowUs = edgeUs(window);
        this.highUs = edgeUs(window + 1);
        this.keyA = mix32(mixKeys(base, 1) + window);
        this.durationKeyA = mix32(mixKeys(base, 3) + window);
        draw(n);
      });
    }
  }

  /** Writes `n` times of the window at hand at `out[at]`, microseconds since `fromUs` of the minute. */
  times(n: number, fromUs: number, out: Int32Array, at: number): void {
    const {curve, keyA, keyB, lowUs, highUs} = this;
    const minuteUs = this.minute * US_PER_MINUTE;
    const before = shareUpTo(curve, minuteUs + lowUs);
    const width = shareUpTo(curve, minuteUs + highUs) - before;
    const place = shapes[curve.shape].at;
    const atUs = curve.atUs - minuteUs;
    for (let j = 0; j < n; j++) {
      const us = Math.floor(atUs + curve.forUs * place(before + width * unit(draw32(keyA, keyB, j))));
      out[at + j] = Math.min(highUs - 1, Math.max(lowUs, us)) - fromUs;
    }
  }
}
