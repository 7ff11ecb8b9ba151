import {US_PER_SECOND} from '../../../base/units.ts';
import {breakEvenUs, SlotRates} from '../../../cost/cold-start.ts';
import type {PolicyContext} from './keep-alive.ts';

/** So many rises that brought no further wait are imagined before any were seen. */
const PRIOR = 1;

/**
 * The idle time of an instance that costs as much as its cold start, C/c. Where instances have several places, calls that
 * come while one starts wait for it too: how much of a start they would wait is learnt from how soon calls follow one that
 * finds no place beside others.
 */
export class BreakEven {
  private readonly alone: Float64Array; // [function]
  /** The same of one caller's waiting for as long as a start, and nothing else; empty where nobody waits beside others. */
  private readonly perWait: Float64Array; // [function]
  private readonly places: Int32Array | undefined;
  private readonly coldUs: Float64Array; // [function]
  private readonly running: Int32Array;
  private readonly roseUs: Float64Array;
  private readonly rises: Float64Array;
  private readonly waits: Float64Array;

  constructor(context: Pick<PolicyContext, 'coldUs' | 'memoryMib' | 'prices' | 'places'>) {
    const {coldUs, memoryMib, prices} = context;
    this.alone = breakEvenUs(context);
    this.places = context.places?.some((n) => n > 1) ? context.places : undefined;
    this.coldUs = coldUs;
    const rates = new SlotRates(prices);
    const functions = this.places === undefined ? 0 : coldUs.length;
    this.perWait = coldUs
      .subarray(0, functions)
      .map((us, fn) => (rates.delayUsd(us) / rates.warmUsdPerSecond(memoryMib[fn]!)) * US_PER_SECOND);
    this.running = new Int32Array(functions);
    this.roseUs = new Float64Array(functions).fill(Number.NEGATIVE_INFINITY);
    this.rises = new Float64Array(functions).fill(PRIOR);
    this.waits = new Float64Array(functions);
  }

  /** All functions have the same, and nothing is learnt: slots cost the same, and starts take as long. */
  get alike(): boolean {
    return this.places === undefined && this.alone.every((us) => us === this.alone[0]);
  }

  /** Whole microseconds; Infinity where idle time is free. */
  us(fn: number): number {
    const alone = this.alone[fn]!;
    if (this.places === undefined || alone === Number.POSITIVE_INFINITY) return alone;
    return Math.round(alone + (this.perWait[fn]! * this.waits[fn]!) / this.rises[fn]!);
  }

  /** A call of `fn` arrived. */
  arrived(fn: number, nowUs: number): void {
    if (this.places === undefined) return;
    const others = this.running[fn]!++;
    if (others % this.places[fn]! === 0) {
      this.rises[fn]! += 1;
      this.roseUs[fn] = nowUs;
      return;
    }
    const passedUs = nowUs - this.roseUs[fn]!;
    const coldUs = this.coldUs[fn]!;
    if (passedUs < coldUs) this.waits[fn]! += 1 - passedUs / coldUs;
  }

  /** A call of `fn` finished. */
  finished(fn: number): void {
    if (this.places !== undefined) this.running[fn]! -= 1;
  }
}
