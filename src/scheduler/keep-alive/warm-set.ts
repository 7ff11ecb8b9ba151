/**
 * The time after an instance went idle, cut into segments: how likely the next call falls into each, and how long
 * each is. What is left of the probability comes after the last segment, where nothing is kept.
 */
export interface GapSegments {
  count: number;
  /** Start of each segment, microseconds since the time that gaps count from; ascending. */
  readonly fromUs: Float64Array;
  readonly lengthUs: Float64Array;
  /** Probability of the next call in it; sums to at most 1. */
  readonly probability: Float64Array;
}

/** Dollars, all in microseconds of warm time: only ratios matter. */
export interface WarmPrices {
  /** A cold start instead of a warm one, C/c. */
  readonly coldUs: number;
  /** Starting an instance that nobody waits for. */
  readonly bootUs: number;
}

/** When to be warm, as intervals; the scratch of their calculation lives as long. */
export class WarmSet {
  /** Interval k is [fromUs[k], untilUs[k]). */
  readonly fromUs: Float64Array;
  readonly untilUs: Float64Array;
  count = 0;
  /** Expected bill of a gap, microseconds of warm time. */
  costUs = 0;
  private readonly stays: Uint8Array; // [segment] warm before it, stays warm in it
  private readonly opens: Uint8Array; // [segment] not warm before it, starts for it

  constructor(segments: number) {
    this.fromUs = new Float64Array(segments);
    this.untilUs = new Float64Array(segments);
    this.stays = new Uint8Array(segments);
    this.opens = new Uint8Array(segments);
  }

  /**
   * The cheapest set of segments to be warm in: METHODS E1.2's {t : h(t) >= c/C}, where a segment is entered only if
   * it saves more than the boot. Dynamic programming from the last segment to the first over two states, warm or
   * not, so the set is optimal for the segments given. A call is taken to fall evenly within its segment.
   * `warmAtFirst` says that an instance is there when the first segment begins.
   */
  solve(segments: GapSegments, prices: WarmPrices, warmAtFirst: boolean): void {
    const {count, probability, lengthUs} = segments;
    let alive = 1;
    for (let k = 0; k < count; k++) alive -= probability[k]!;
    alive = Math.max(0, alive);
    let warm = prices.coldUs * alive; // cost from here on, not per gap that got here
    let off = warm;
    for (let k = count - 1; k >= 0; k--) {
      const p = probability[k]!;
      const inside = (alive + p / 2) * lengthUs[k]! + warm;
      const outside = prices.coldUs * p + off;
      alive += p;
      const opened = inside + prices.bootUs * alive;
      this.stays[k] = inside <= outside ? 1 : 0;
      this.opens[k] = opened < outside ? 1 : 0;
      warm = Math.min(inside, outside);
      off = Math.min(opened, outside);
    }
    this.costUs = warmAtFirst ? warm : off;
    this.collect(segments, warmAtFirst);
  }

  /** A copy of the intervals as [from, until) pairs; the first pair is [0, 0) when nothing is kept at first. */
  intervals(): Float64Array {
    const kept = this.count > 0 && this.fromUs[0] === 0;
    const pairs = kept ? [] : [0, 0];
    for (let k = 0; k < this.count; k++) pairs.push(this.fromUs[k]!, this.untilUs[k]!);
    return Float64Array.from(pairs);
  }

  private collect({count, fromUs, lengthUs}: GapSegments, warmAtFirst: boolean): void {
    this.count = 0;
    let warm = warmAtFirst;
    for (let k = 0; k < count; k++) {
      const inside = (warm ? this.stays[k] : this.opens[k]) === 1;
      if (inside) {
        const goesOn = this.count > 0 && this.untilUs[this.count - 1] === fromUs[k];
        if (!goesOn) this.fromUs[this.count++] = fromUs[k]!;
        this.untilUs[this.count - 1] = fromUs[k]! + lengthUs[k]!;
      }
      warm = inside;
    }
  }
}
