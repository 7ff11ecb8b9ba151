import {bucketOf, QuantileSketch} from '../../base/sketch.ts';
import {stableOrder} from '../../base/sort.ts';

/** Delays kept back until there are so many. */
const KEPT = 1 << 14;
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
  private readonly keptFn = new Int32Array(KEPT);
  private readonly keptUs = new Float64Array(KEPT);
  private kept = 0;
  private readonly order = new Int32Array(KEPT);
  private readonly orderToo = new Int32Array(KEPT);

  constructor(functions: number) {
    this.used = new Uint8Array(functions);
    this.bucket = new Int32Array(functions * FEW);
    this.count = new Float64Array(functions * FEW);
    this.sum = new Float64Array(functions * FEW);
    this.max = new Float64Array(functions);
    this.total = new Float64Array(functions);
  }

  /** A call of `fn` started after `delayUs`, above 0. */
  add(fn: number, delayUs: number): void {
    if (this.kept === KEPT) this.handOver();
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
    const rows: [fn: number, bucket: number, count: number, sum: number][] = [];
    for (let fn = 0; fn < this.used.length; fn++) {
      this.visit(fn, (bucket, count, sum) => rows.push([fn, bucket, count, sum]));
    }
    return {
      fn: Int32Array.from(rows, ([fn]) => fn),
      bucket: Int32Array.from(rows, ([, bucket]) => bucket),
      count: Float64Array.from(rows, ([, , count]) => count),
      sum: Float64Array.from(rows, ([, , , sum]) => sum),
      max: Float64Array.from(rows, ([fn]) => this.max[fn]!),
    };
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

  private handOver(): void {
    const {keptFn, keptUs, max} = this;
    const order = stableOrder(keptFn, this.kept, this.order, this.orderToo);
    let before = -1;
    let sketch: QuantileSketch | undefined;
    for (let k = 0; k < this.kept; k++) {
      const fn = keptFn[order[k]!]!;
      const us = keptUs[order[k]!]!;
      if (us > max[fn]!) max[fn] = us;
      if (fn !== before) sketch = this.used[fn]! > FEW ? this.sketches.get(fn) : undefined;
      before = fn;
      if (sketch === undefined) {
        this.addBucket(fn, bucketOf(us), 1, us);
        continue;
      }
      this.total[fn]! += us;
      sketch.add(us);
    }
    this.kept = 0;
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
    const places = Array.from({length: used}, (_, k) => fn * FEW + k);
    for (const at of places.sort((a, b) => this.bucket[a]! - this.bucket[b]!)) {
      visitor(this.bucket[at]!, this.count[at]!, this.sum[at]!);
    }
  }
}
