import {GAP_BINS, gapBin} from './gap-bins.ts';

/**
 * Gaps seen, by bin: a gap is at risk of ending from the bin in which its instance went idle on (before that it was
 * busy), so the hazard of a bin is ends over those at risk: Kaplan and Meier's estimate with late entry.
 */
export class GapCounts {
  readonly entered = new Uint32Array(GAP_BINS);
  readonly ended = new Uint32Array(GAP_BINS);
  /** Gaps that have ended. */
  seen = 0;

  enter(us: number): void {
    const bin = gapBin(us);
    if (bin < GAP_BINS) this.entered[bin]! += 1;
  }

  end(us: number): void {
    const bin = gapBin(us);
    if (bin < GAP_BINS) this.ended[bin]! += 1;
    this.seen++;
  }
}

/** Hazard of every bin: that of `counts`, drawn towards `prior` as if `weight` gaps of the prior had been at risk too. */
export function blendHazard(counts: GapCounts, prior: Float64Array | number, weight: number, into: Float64Array): void {
  let atRisk = 0;
  for (let k = 0; k < GAP_BINS; k++) {
    const expected = typeof prior === 'number' ? prior : prior[k]!;
    atRisk += counts.entered[k]!;
    const ended = counts.ended[k]!;
    // Those that enter and end within the bin, and what is left of rounding, can make it more ends than risks.
    into[k] = Math.min(1, (ended + weight * expected) / (Math.max(atRisk, ended) + weight));
    atRisk = Math.max(0, atRisk - ended);
  }
}
