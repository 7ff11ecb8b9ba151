import {GAP_BINS, gapBin, gapEdgeUs} from './gap-bins.ts';

/**
 * What to do at every moment of a gap: METHODS E1.2's warm set {t : h(t) >= c/C}, where a bin is entered only if it
 * saves more than the boot. By bin: how long an instance that is there stays, and when one that is not is started.
 */
export class GapPlan {
  /** First bin at or after k that a warm instance does not stay in. */
  private readonly staysUntil = new Uint8Array(GAP_BINS + 1);
  /** First bin at or after k that an instance is started for; GAP_BINS: none. */
  private readonly opensAt = new Uint8Array(GAP_BINS + 1);

  /** Until when an instance idle at `us` into the gap stays; `us` itself: it goes at once. */
  keepUntilUs(us: number): number {
    const bin = gapBin(us);
    if (bin >= GAP_BINS) return us;
    const end = this.staysUntil[bin]!;
    return end === bin ? us : gapEdgeUs(end);
  }

  /** True when an instance that is not there at `us` should be. */
  opens(us: number): boolean {
    const bin = gapBin(us);
    return bin < GAP_BINS && this.opensAt[bin] === bin;
  }

  /** When the next instance is to be ready if there is none after `us`; Infinity: never. */
  nextOpenUs(us: number): number {
    const bin = gapBin(us) + 1;
    const at = bin >= GAP_BINS ? GAP_BINS : this.opensAt[bin]!;
    return at === GAP_BINS ? Number.POSITIVE_INFINITY : gapEdgeUs(at);
  }

  /**
   * The cheapest plan under those hazards, from the last bin to the first over two states, warm or not. All in
   * microseconds of warm time: `coldUs` what a cold start costs more, `bootUs` what starting an instance costs.
   * Optimal for the bins given, whenever the instance goes idle, as what is cheapest from a bin on does not depend on
   * how it was reached.
   */
  solve(hazard: Float64Array, coldUs: number, bootUs: number): void {
    // Expected cost from the bin on, of a gap that has reached it.
    let warm = coldUs;
    let off = coldUs;
    this.staysUntil[GAP_BINS] = GAP_BINS;
    this.opensAt[GAP_BINS] = GAP_BINS;
    for (let k = GAP_BINS - 1; k >= 0; k--) {
      const h = hazard[k]!;
      const inside = (1 - h / 2) * (gapEdgeUs(k + 1) - gapEdgeUs(k)) + (1 - h) * warm;
      const outside = h * coldUs + (1 - h) * off;
      const opened = inside + bootUs;
      this.staysUntil[k] = inside <= outside ? this.staysUntil[k + 1]! : k;
      this.opensAt[k] = opened < outside ? k : this.opensAt[k + 1]!;
      warm = Math.min(inside, outside);
      off = Math.min(opened, outside);
    }
  }
}
