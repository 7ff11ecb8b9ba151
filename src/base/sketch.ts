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

/** So many buckets are kept as a list, which is small, until so many values make it worth their while to be found at once. */
const FEW = 8;
const FEW_VALUES = 256;
/** What a sketch has before its first octave; never written to. */
const NO_OCTAVES: (Float64Array | undefined)[] = [];
/** Sums are carried from here on, so that they stay exact. */
const CARRY = 2 ** 52;

/** What a sketch holds as plain data: its sum is `high` times 2^52 and `sum`; a bucket is its number, count and sum. */
export interface SketchJson {
  readonly count: number;
  readonly zeros: number;
  readonly high: number;
  readonly sum: number;
  readonly max: number;
  readonly buckets: readonly (readonly [number, number, number])[];
}

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
  max = 0;
  private low = 0;
  private high = 0;
  /** Count and sum of each bucket of an octave, one after the other; octaves are made when first needed. */
  private octaves = NO_OCTAVES;
  /** Number, count and sum of each bucket while they are few; undefined: they are in octaves. */
  private few: number[] | undefined = [];

  /** The sum of all values, exact up to 2^53 and beyond it the nearest double, for values up to 2^52. */
  get sum(): number {
    return this.high * CARRY + this.low;
  }

  /** Adds one value >= 0; values of 0 cost one increment. */
  add(value: number): void {
    this.count++;
    if (value <= 0) {
      this.zeros++;
      return;
    }
    this.low += value;
    if (this.low >= CARRY) this.carry();
    if (value > this.max) this.max = value;
    const bucket = bucketOf(value);
    const octave = this.octaves[bucket >> OCTAVE_BITS];
    if (octave === undefined) {
      this.put(bucket, 1, value);
      return;
    }
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
    this.mergeTotals(other.count, other.zeros, other.high, other.low, other.max);
    other.forEach((bucket, count, sum) => {
      this.put(bucket, count, sum);
    });
  }

  /** Merges the sketch that `toJSON` came from. */
  mergeJson({count, zeros, high, sum, max, buckets}: SketchJson): void {
    this.mergeTotals(count, zeros, high, sum, max);
    for (const [bucket, its, itsSum] of buckets) this.put(bucket, its, itsSum);
  }

  /** The smallest value with at least share `p` of the population at or below it; NaN when empty. */
  quantile(p: number): number {
    if (this.count === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(p * this.count));
    if (rank >= this.count) return this.max;
    let seen = this.zeros;
    if (rank <= seen) return 0;
    let found = this.max;
    this.forEach((_, count, sum) => {
      const before = seen;
      seen += count;
      if (before < rank && seen >= rank) found = sum / count;
    });
    return found;
  }

  /** How many values are surely larger: those in buckets above that of `value`. */
  above(value: number): number {
    const limit = bucketOf(value);
    let larger = 0;
    this.forEach((bucket, count) => {
      if (bucket > limit) larger += count;
    });
    return larger;
  }

  /** Mean of all values, exact; NaN when empty. */
  mean(): number {
    return this.sum / this.count;
  }

  /** Adds values above 0 that share a bucket (`bucketOf`), by their number and sum; the largest is for the caller to note. */
  addBucket(bucket: number, count: number, sum: number): void {
    this.mergeTotals(count, 0, 0, sum, 0);
    this.put(bucket, count, sum);
  }

  /** The sketch as plain data, buckets ascending. */
  toJSON(): SketchJson {
    const {count, zeros, high, low: sum, max} = this;
    const buckets: [number, number, number][] = [];
    this.forEach((...bucket) => void buckets.push(bucket));
    return {count, zeros, high, sum, max, buckets};
  }

  /** The sketch that `toJSON` came from. */
  static from(json: SketchJson): QuantileSketch {
    const sketch = new QuantileSketch();
    sketch.mergeJson(json);
    return sketch;
  }

  /** Visits the non-empty buckets of values above 0 in ascending order. */
  forEach(visit: (bucket: number, count: number, sum: number) => void): void {
    const {few} = this;
    if (few !== undefined) {
      for (let i = 0; i < few.length; i += 3) visit(few[i]!, few[i + 1]!, few[i + 2]!);
      return;
    }
    this.octaves.forEach((octave, k) => {
      for (let i = 0; octave !== undefined && i < PER_OCTAVE; i++) {
        if (octave[2 * i]! > 0) visit((k << OCTAVE_BITS) + i, octave[2 * i]!, octave[2 * i + 1]!);
      }
    });
  }

  private mergeTotals(count: number, zeros: number, high: number, low: number, max: number): void {
    this.count += count;
    this.zeros += zeros;
    this.high += high;
    this.low += low;
    if (this.low >= CARRY) this.carry();
    if (max > this.max) this.max = max;
  }

  private carry(): void {
    this.high++;
    this.low -= CARRY;
  }

  /** Adds to a bucket of the list, which goes once there is too much in it, or to its octave. */
  private put(bucket: number, count: number, sum: number): void {
    const {few} = this;
    if (few === undefined) {
      this.putInOctave(bucket, count, sum);
      return;
    }
    let at = 0;
    while (at < few.length && few[at]! < bucket) at += 3;
    if (few[at] === bucket) {
      few[at + 1]! += count;
      few[at + 2]! += sum;
    } else few.splice(at, 0, bucket, count, sum);
    if (few.length <= 3 * FEW && this.count - this.zeros <= FEW_VALUES) return;
    this.few = undefined;
    for (let i = 0; i < few.length; i += 3) this.putInOctave(few[i]!, few[i + 1]!, few[i + 2]!);
  }

  private putInOctave(bucket: number, count: number, sum: number): void {
    const octave = this.octave(bucket >> OCTAVE_BITS);
    const at = 2 * (bucket & (PER_OCTAVE - 1));
    octave[at]! += count;
    octave[at + 1]! += sum;
  }

  private octave(k: number): Float64Array {
    const octave = this.octaves[k];
    if (octave !== undefined) return octave;
    if (this.octaves === NO_OCTAVES) this.octaves = [];
    // Filled up with undefined and not left sparse: a sparse array is a dictionary to V8.
    while (this.octaves.length <= k) this.octaves.push(undefined);
    const made = new Float64Array(2 * PER_OCTAVE);
    this.octaves[k] = made;
    return made;
  }
}

/** The bucket of a value above 0; values below 1 share the first. */
export function bucketOf(value: number): number {
  if (value < 1) return 0;
  double[0] = value;
  const bucket = (words[UPPER]! >> (FRACTION_BITS - OCTAVE_BITS)) - ONE;
  return bucket < OCTAVES * PER_OCTAVE ? bucket : OCTAVES * PER_OCTAVE - 1;
}
