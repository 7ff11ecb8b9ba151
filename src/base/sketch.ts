/** Ratio of a bucket's upper to its lower edge. */
const GAMMA = 1.01;
const INVERSE_LOG_GAMMA = 1 / Math.log(GAMMA);
/** Bucket of values up to 1 unit; 1.01^3700 is 9.8e15, above 2^53. */
const BUCKETS = 3700;

/** The guaranteed relative error of every quantile, named in reports. */
export const SKETCH_RELATIVE_ERROR = 0.01;

/**
 * Quantiles of non-negative integers (microseconds, here) in logarithmic buckets, after DDSketch (Masson,
 * Rim and Lee, VLDB 2019). A bucket keeps its count and its sum and answers with its mean, so the error is
 * at most the bucket's width, 1 %, and a bucket that holds one distinct value answers exactly.
 * Merging adds buckets: any split over cells, threads and shards gives the same answer.
 */
export class QuantileSketch {
  zeros = 0;
  count = 0;
  sum = 0;
  max = 0;
  private counts: Float64Array | undefined;
  private sums: Float64Array | undefined;

  /** Adds one value >= 0; values of 0 cost one increment. */
  add(value: number): void {
    this.count++;
    if (value <= 0) {
      this.zeros++;
      return;
    }
    this.sum += value;
    if (value > this.max) this.max = value;
    if (this.counts === undefined) this.allocate();
    const bucket = bucketOf(value);
    this.counts![bucket]! += 1;
    this.sums![bucket]! += value;
  }

  /** Adds `n` zeros at once: the warm calls of a run. */
  addZeros(n: number): void {
    this.count += n;
    this.zeros += n;
  }

  merge(other: QuantileSketch): void {
    this.count += other.count;
    this.zeros += other.zeros;
    this.sum += other.sum;
    if (other.max > this.max) this.max = other.max;
    if (other.counts === undefined) return;
    if (this.counts === undefined) this.allocate();
    for (let i = 0; i < BUCKETS; i++) {
      this.counts![i]! += other.counts[i]!;
      this.sums![i]! += other.sums![i]!;
    }
  }

  /** The smallest value with at least share `p` of the population at or below it; NaN when empty. */
  quantile(p: number): number {
    if (this.count === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(p * this.count));
    if (rank >= this.count) return this.max;
    let seen = this.zeros;
    if (rank <= seen) return 0;
    for (let i = 0; i < BUCKETS; i++) {
      seen += this.counts![i]!;
      if (seen >= rank) return this.sums![i]! / this.counts![i]!;
    }
    return this.max;
  }

  /** Mean of all values, exact; NaN when empty. */
  mean(): number {
    return this.sum / this.count;
  }

  /** The non-empty buckets, for a partial report: `[bucket, count, sum]` each. */
  toJSON(): {count: number; zeros: number; sum: number; max: number; buckets: [number, number, number][]} {
    const buckets: [number, number, number][] = [];
    for (let i = 0; this.counts !== undefined && i < BUCKETS; i++) {
      if (this.counts[i]! > 0) buckets.push([i, this.counts[i]!, this.sums![i]!]);
    }
    return {count: this.count, zeros: this.zeros, sum: this.sum, max: this.max, buckets};
  }

  /** The sketch that `toJSON` came from. */
  static from(json: ReturnType<QuantileSketch['toJSON']>): QuantileSketch {
    const sketch = new QuantileSketch();
    sketch.count = json.count;
    sketch.zeros = json.zeros;
    sketch.sum = json.sum;
    sketch.max = json.max;
    if (json.buckets.length > 0) sketch.allocate();
    for (const [bucket, count, sum] of json.buckets) {
      sketch.counts![bucket] = count;
      sketch.sums![bucket] = sum;
    }
    return sketch;
  }

  // Most teams never see a delay: their sketch stays without buckets.
  private allocate(): void {
    this.counts = new Float64Array(BUCKETS);
    this.sums = new Float64Array(BUCKETS);
  }
}

function bucketOf(value: number): number {
  const bucket = Math.ceil(Math.log(value) * INVERSE_LOG_GAMMA);
  return bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket;
}
