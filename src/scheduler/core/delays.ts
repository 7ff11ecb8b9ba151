import {bucketOf, QuantileSketch} from '../../base/sketch.ts';

/** Delays that are kept back, at first and at most: enough for each function to have many of them. */
const FIRST_KEPT = 1 << 12;
const MOST_KEPT = 1 << 18;
/** Buckets of a function that lie in columns; more are a sketch of its own. */
const FEW = 4;

/** What is known of delays, as columns: a row a function and bucket that has any. */
export interface DelayColumns {
  readonly fn: Int32Array;
  readonly bucket: Int32Array;
  readonly count: Float64Array;
  readonly sum: Float64Array;
  /** The function's longest. */
  readonly max: Float64Array;
}

/**
 * Start delays above 0 of each function, in the buckets of a sketch. Most functions have few delays, all of a length or
 * two: those lie side by side. Thousands of sketches fit no cache, so delays are kept back and handed over function by
 * function.
 */
export class Delays {
  private readonly used: Uint8Array; // [function] FEW + 1: has a sketch
  private readonly bucket: Int32Array; // [function * FEW]
  private readonly count: Float64Array; // [function * FEW]
  private readonly sum: Float64Array; // [function * FEW]
  private readonly max: Float64Array; // [function]
  private readonly total: Float64Array; // [function]
  private readonly sketches = new Map<number, QuantileSketch>();
  private keptFn = new Int32Array(FIRST_KEPT);
  private keptUs = new Float64Array(FIRST_KEPT);
  private kept = 0;
  private readonly keptEnd: Int32Array; // [function + 1] scratch
  /** Those kept back, function by function. */
  private grouped = new Float64Array(FIRST_KEPT);

  constructor(functions: number) {
    this.used = new Uint8Array(functions);
    this.bucket = new Int32Array(functions * FEW);
    this.count = new Float64Array(functions * FEW);
    this.sum = new Float64Array(functions * FEW);
    this.max = new Float64Array(functions);
    this.total = new Float64Array(functions);
    this.keptEnd = new Int32Array(functions + 1);
  }

  /** A call of `fn` started after `delayUs`, above 0. */
  add(fn: number, delayUs: number): void {
    if (this.kept === this.keptFn.length) this.makeRoom();
    const k = this.kept++;
    this.keptFn[k] = fn;
    this.keptUs[k] = delayUs;
  }

  /** Takes in what other delays' columns say, whose functions are called `rows` here. */
  addColumns({fn, bucket, count, sum, max}: DelayColumns, rows: Int32Array): void {
    for (let k = 0; k < fn.length; k++) {
      const row = rows[fn[k]!]!;
      this.addBucket(row, bucket[k]!, count[k]!, sum[k]!);
      if (max[k]! > this.max[row]!) this.max[row] = max[k]!;
    }
  }

  /** Every delay of every function, by function and bucket. */
  columns(): DelayColumns {
    this.handOver();
    const functions = this.used.length;
    let rows = 0;
    for (let fn = 0; fn < functions; fn++) {
      if (this.used[fn]! <= FEW) rows += this.used[fn]!;
      else this.visit(fn, () => rows++);
    }
    const [fns, buckets] = [new Int32Array(rows), new Int32Array(rows)];
    const [counts, sums, longest] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
    let row = 0;
    for (let fn = 0; fn < functions; fn++) {
      if (this.used[fn] === 0) continue;
      this.visit(fn, (bucket, count, sum) => {
        fns[row] = fn;
        buckets[row] = bucket;
        counts[row] = count;
        sums[row] = sum;
        longest[row++] = this.max[fn]!;
      });
    }
    return {fn: fns, bucket: buckets, count: counts, sum: sums, max: longest};
  }

  /** Sum of the delays of `fn`, us. */
  sumUs(fn: number): number {
    this.handOver();
    return this.total[fn]!;
  }

  /** Adds the delays of `fn` to a sketch. */
  addTo(sketch: QuantileSketch, fn: number): void {
    this.handOver();
    this.visit(fn, (bucket, count, sum) => sketch.addBucket(bucket, count, sum));
    sketch.max = Math.max(sketch.max, this.max[fn]!);
  }

  /** The delays of `fn` that share `p` of its `started` calls did not exceed, as a sketch says; NaN without calls. */
  quantilesUs(fn: number, started: number, shares: readonly number[]): number[] {
    this.handOver();
    const counts: number[] = [];
    const sums: number[] = [];
    let zeros = started;
    this.visit(fn, (_, count, sum) => {
      counts.push(count);
      sums.push(sum);
      zeros -= count;
    });
    return shares.map((share) => {
      const rank = Math.max(1, Math.ceil(share * started));
      if (started === 0) return Number.NaN;
      if (rank <= zeros) return 0;
      if (rank >= started) return this.max[fn]!;
      let seen = zeros;
      for (let k = 0; k < counts.length; k++) {
        seen += counts[k]!;
        if (seen >= rank) return sums[k]! / counts[k]!;
      }
      return this.max[fn]!;
    });
  }

  reset(): void {
    this.kept = 0;
    this.used.fill(0);
    this.max.fill(0);
    this.total.fill(0);
    this.sketches.clear();
  }

  private makeRoom(): void {
    const size = 2 * this.keptFn.length;
    if (size > MOST_KEPT) {
      this.handOver();
      return;
    }
    const [fns, delaysUs] = [new Int32Array(size), new Float64Array(size)];
    fns.set(this.keptFn);
    delaysUs.set(this.keptUs);
    [this.keptFn, this.keptUs, this.grouped] = [fns, delaysUs, new Float64Array(size)];
  }

  private handOver(): void {
    const {grouped, kept, keptEnd, keptFn, keptUs} = this;
    if (kept === 0) return;
    const functions = this.used.length;
    keptEnd.fill(0);
    for (let k = 0; k < kept; k++) keptEnd[keptFn[k]! + 1]! += 1;
    for (let fn = 1; fn < functions; fn++) keptEnd[fn]! += keptEnd[fn - 1]!;
    for (let k = 0; k < kept; k++) grouped[keptEnd[keptFn[k]!]!++] = keptUs[k]!;
    for (let fn = 0, from = 0; fn < functions; fn++) {
      if (keptEnd[fn]! > from) this.take(fn, from, keptEnd[fn]!);
      from = keptEnd[fn]!;
    }
    this.kept = 0;
  }

  /** Takes in `grouped[from, until)`, which are of `fn`. */
  private take(fn: number, from: number, until: number): void {
    const {grouped, max} = this;
    let longestUs = max[fn]!;
    for (let k = from; k < until; k++) if (grouped[k]! > longestUs) longestUs = grouped[k]!;
    max[fn] = longestUs;
    let k = from;
    for (; k < until && this.used[fn]! <= FEW; k++) this.addBucket(fn, bucketOf(grouped[k]!), 1, grouped[k]!);
    if (k === until) return;
    const sketch = this.sketches.get(fn)!;
    let sumUs = 0;
    for (; k < until; k++) {
      sumUs += grouped[k]!;
      sketch.add(grouped[k]!);
    }
    this.total[fn]! += sumUs;
  }

  private addBucket(fn: number, bucket: number, count: number, sum: number): void {
    const used = this.used[fn]!;
    this.total[fn]! += sum;
    if (used > FEW) {
      this.sketches.get(fn)!.addBucket(bucket, count, sum);
      return;
    }
    let at = fn * FEW;
    const end = at + used;
    while (at < end && this.bucket[at] !== bucket) at++;
    if (at === end) {
      if (used === FEW) {
        this.openSketch(fn).addBucket(bucket, count, sum);
        return;
      }
      this.used[fn] = used + 1;
      this.bucket[at] = bucket;
      this.count[at] = this.sum[at] = 0;
    }
    this.count[at]! += count;
    this.sum[at]! += sum;
  }

  private openSketch(fn: number): QuantileSketch {
    const sketch = new QuantileSketch();
    this.visit(fn, (bucket, count, sum) => sketch.addBucket(bucket, count, sum));
    this.sketches.set(fn, sketch);
    this.used[fn] = FEW + 1;
    return sketch;
  }

  /** Visits the buckets of `fn`, ascending. */
  private visit(fn: number, visitor: (bucket: number, count: number, sum: number) => void): void {
    const used = this.used[fn]!;
    if (used > FEW) {
      this.sketches.get(fn)!.forEach(visitor);
      return;
    }
    if (used === 1) {
      const at = fn * FEW;
      visitor(this.bucket[at]!, this.count[at]!, this.sum[at]!);
      return;
    }
    const places = Array.from({length: used}, (_, k) => fn * FEW + k);
    for (const at of places.sort((a, b) => this.bucket[a]! - this.bucket[b]!)) {
      visitor(this.bucket[at]!, this.count[at]!, this.sum[at]!);
    }
  }
}
