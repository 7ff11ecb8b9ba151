import {US_PER_SECOND} from '../../../../base/units.ts';

/**
 * How many calls of each function there are, and how many there were on average in each of the last two whole seconds:
 * what Knative's autoscaler is told.
 */
export class MeanCalls {
  private readonly now: Float64Array; // [function]
  private readonly changedUs: Float64Array; // [function]
  /** Call-microseconds of even and odd seconds, from the last reading on. [2 function + second mod 2] */
  private readonly areaUs: Float64Array;

  constructor(functions: number) {
    this.now = new Float64Array(functions);
    this.changedUs = new Float64Array(functions);
    this.areaUs = new Float64Array(2 * functions);
  }

  of(fn: number): number {
    return this.now[fn]!;
  }

  /** There are `by` calls more of `fn` from now on. */
  add(fn: number, by: number, nowUs: number): void {
    this.upTo(fn, nowUs);
    this.now[fn]! += by;
  }

  /** Nothing is known of what was before. */
  begin(fn: number, nowUs: number): void {
    this.changedUs[fn] = nowUs;
    this.areaUs[2 * fn] = this.areaUs[2 * fn + 1] = 0;
  }

  /** The mean of the whole second `second`, one of the two before `nowUs`; read once. */
  take(fn: number, second: number, nowUs: number): number {
    this.upTo(fn, nowUs);
    const at = 2 * fn + (second % 2);
    const mean = this.areaUs[at]! / US_PER_SECOND;
    this.areaUs[at] = 0;
    return mean;
  }

  private upTo(fn: number, nowUs: number): void {
    const calls = this.now[fn]!;
    let fromUs = this.changedUs[fn]!;
    while (fromUs < nowUs) {
      const second = Math.floor(fromUs / US_PER_SECOND);
      const untilUs = Math.min(nowUs, (second + 1) * US_PER_SECOND);
      this.areaUs[2 * fn + (second % 2)]! += calls * (untilUs - fromUs);
      fromUs = untilUs;
    }
    this.changedUs[fn] = nowUs;
  }
}
