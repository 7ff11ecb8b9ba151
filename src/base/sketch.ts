/** Buckets of one octave: each is at most 1/128 of its values wide. */
const OCTAVE_BITS = 7;
const PER_OCTAVE = 1 << OCTAVE_BITS;
/** Values up to 2^53; what lies above is put with the largest. */
const OCTAVES = 54;
/** Upper word of a double: its sign, 11 bits of exponent, and the upper 20 bits of its fraction. */
const ONE = 1023 << OCTAVE_BITS;
const FRACTION_BITS = 20;

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const UPPER = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** The guaranteed relative error of every quantile, named in reports. */
export const SKETCH_RELATIVE_ERROR = 0.01;

/**
 * Quantiles of non-negative integers (microseconds, here) in nearly logarithmic buckets, after DDSketch (Masson,
 * Rim and Lee, VLDB 2019): an octave is cut into 128 equal parts, so a value's bucket is the upper bits of its double.
 * A bucket keeps its count and its sum and answers with its mean, so the error is below the bucket's width, 0.8 %,
 * and a bucket that holds one distinct value answers exactly.
 * Merging adds buckets: any split over cells, threads and shards gives the same answer.
 */
export class QuantileSketch {
  zeros = 0;
  count = 0;
  sum = 0;
  max = 0;
  /** Count and sum of each bucket of an octave, one after the other; octaves are made when first needed. */
  private readonly octaves: (Float64Array | undefined)[] = [];

  /** Adds one value >= 0; values of 0 cost one increment. */
  add(value: number): void {
    this.count++;
    if (value <= 0) {
      this.zeros++;
      return;
    }
    this.sum += value;
    if (value > this.max) this.max = value;
    const bucket = bucketOf(value);
    const octave = this.octave(bucket >> OCTAVE_BITS);
    const at = 2 * (bucket & (PER_OCTAVE - 1));
    octave[at]! += 1;
    octave[at + 1]! += value;
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
    other.octaves.forEach((from, k) => {
      if (from === undefined) return;
      const to = this.octave(k);
      for (let i = 0; i < to.length; i++) to[i]! += from[i]!;
    });
  }

  /** The smallest value with at least share `p` of the population at or below it; NaN when empty. */
  quantile(p: number): number {
    if (this.count === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(p * this.count));
    if (rank >= this.count) return this.max;
    let seen = this.zeros;
    if (rank <= seen) return 0;
    for (const octave of this.octaves) {
      if (octave === undefined) continue;
      for (let i = 0; i < octave.length; i += 2) {
        seen += octave[i]!;
        if (seen >= rank) return octave[i + 1]! / octave[i]!;
      }
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
    this.octaves.forEach((octave, k) => {
      for (let i = 0; octave !== undefined && i < PER_OCTAVE; i++) {
        if (octave[2 * i]! > 0) buckets.push([(k << OCTAVE_BITS) + i, octave[2 * i]!, octave[2 * i + 1]!]);
      }
    });
    return {count: this.count, zeros: this.zeros, sum: this.sum, max: this.max, buckets};
  }

  /** The sketch that `toJSON` came from. */
  static from(json: ReturnType<QuantileSketch['toJSON']>): QuantileSketch {
    const sketch = new QuantileSketch();
    sketch.count = json.count;
    sketch.zeros = json.zeros;
    sketch.sum = json.sum;
    sketch.max = json.max;
    for (const [bucket, count, sum] of json.buckets) {
      const octave = sketch.octave(bucket >> OCTAVE_BITS);
      const at = 2 * (bucket & (PER_OCTAVE - 1));
      octave[at] = count;
      octave[at + 1] = sum;
    }
    return sketch;
  }

  private octave(k: number): Float64Array {
    const octave = this.octaves[k];
    if (octave !== undefined) return octave;
    // Filled up with undefined and not left sparse: a sparse array is a dictionary to V8.
    while (this.octaves.length <= k) this.octaves.push(undefined);
    const made = new Float64Array(2 * PER_OCTAVE);
    this.octaves[k] = made;
    return made;
  }
}

/** Values below 1 share the first bucket. */
function bucketOf(value: number): number {
  if (value < 1) return 0;
  double[0] = value;
  const bucket = (words[UPPER]! >> (FRACTION_BITS - OCTAVE_BITS)) - ONE;
  return bucket < OCTAVES * PER_OCTAVE ? bucket : OCTAVES * PER_OCTAVE - 1;
}
