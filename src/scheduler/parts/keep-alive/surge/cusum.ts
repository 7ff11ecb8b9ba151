import {US_PER_MINUTE, US_PER_SECOND} from '../../../../base/units.ts';

/** What is believed of a function before its first call: a call in so long, and how much that weighs. */
const PRIOR_US = US_PER_MINUTE;
/** Memory of the rate that tells whether a surge is over. */
const FAST_US = 2 * US_PER_SECOND;

/** How a rise is told from chance. */
export interface CusumTerms {
  /** The rise that is looked for, in usual rates; above 1. */
  readonly ratio: number;
  /** Logarithm of how much likelier the rise must be than the usual rate. */
  readonly threshold: number;
  /** How far back the usual rate is remembered: it is weighed by e^(-age/memory). */
  readonly memoryUs: number;
}

/**
 * Tells when a function is called much more often than usual: the CUSUM of a Poisson process (Lucas, "Counted data CUSUM's",
 * Technometrics 27, 1985). Each call adds ln(ratio), each moment takes (ratio - 1) x usual rate, and the sum, never below 0, is the log
 * likelihood of the best time at which the rate may have risen. A surge is on from the call that brings it to the threshold, until
 * the rate of the last seconds is below ratio x usual again. The usual rate is of the calls so far, a minute's worth of one call a
 * minute first.
 */
export class Cusum {
  private readonly terms: CusumTerms;
  private readonly step: number;
  private readonly sum: Float64Array; // [function]
  /** Calls, and time, each weighed by age. */
  private readonly calls: Float64Array; // [function]
  private readonly timeUs: Float64Array; // [function]
  /** Calls of the last seconds, weighed by age. */
  private readonly fast: Float64Array; // [function]
  private readonly lastUs: Float64Array; // [function] NaN: not called yet
  private readonly on: Uint8Array; // [function]

  constructor(functions: number, terms: CusumTerms) {
    this.terms = terms;
    this.step = Math.log(terms.ratio);
    this.sum = new Float64Array(functions);
    this.calls = new Float64Array(functions);
    this.timeUs = new Float64Array(functions);
    this.fast = new Float64Array(functions);
    this.lastUs = new Float64Array(functions).fill(Number.NaN);
    this.on = new Uint8Array(functions);
  }

  /** A call has come; true: a surge is on. */
  arrived(fn: number, nowUs: number): boolean {
    this.passed(fn, nowUs);
    this.sum[fn]! += this.step;
    this.calls[fn]! += 1;
    this.fast[fn]! += 1;
    if (this.on[fn] === 0 && this.sum[fn]! >= this.terms.threshold) this.on[fn] = 1;
    return this.on[fn] === 1;
  }

  /** Whether a surge is on. */
  surges(fn: number, nowUs: number): boolean {
    if (this.on[fn] === 0) return false;
    this.passed(fn, nowUs);
    return this.on[fn] === 1;
  }

  /** Calls a microsecond, as they usually come. */
  usual(fn: number): number {
    return (this.calls[fn]! + 1) / (this.timeUs[fn]! + PRIOR_US);
  }

  /** Time passes without a call. */
  private passed(fn: number, nowUs: number): void {
    const {ratio, memoryUs} = this.terms;
    const last = this.lastUs[fn]!;
    const gapUs = Number.isNaN(last) ? 0 : nowUs - last;
    this.lastUs[fn] = nowUs;
    if (gapUs === 0) return;
    const kept = Math.exp(-gapUs / memoryUs);
    this.calls[fn]! *= kept;
    this.timeUs[fn] = this.timeUs[fn]! * kept + memoryUs * (1 - kept);
    this.fast[fn]! *= Math.exp(-gapUs / FAST_US);
    const usual = this.usual(fn);
    this.sum[fn] = Math.max(0, this.sum[fn]! - (ratio - 1) * usual * gapUs);
    if (this.on[fn] === 1 && this.fast[fn]! < ratio * usual * FAST_US) {
      this.on[fn] = 0;
      this.sum[fn] = 0;
    }
  }
}
