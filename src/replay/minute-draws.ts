import {draw32, mix32, mixKeys} from '../base/random.ts';

/** A minute is drawn in this many equal windows, so that a part of it can be made without the rest. */
export const WINDOWS = 64;
const LEVELS = 6;
/** Up to so many calls are drawn over the minute as a whole: dealing them to windows first would cost more. */
export const FEW_CALLS = 16;
/** A minute that the span cuts below this is drawn as a whole too: its windows would last less than some microseconds. */
export const LEAST_DEALT_US = 1 << 16;

/** Most buckets of one sort, and their ends. */
const MAX_BUCKETS = 1 << 15;
const bucketEnd = new Int32Array(MAX_BUCKETS + 1);
let unsorted = new Int32Array(1 << 12);

/**
 * The uniform times of one function's calls in one minute: independent and uniform, given their number (a Poisson
 * process). Many calls are dealt to the minute's windows by halving, each half getting Binomial(n, 1/2) of them, and
 * then drawn within their window. Everything depends on the keys alone.
 */
export class MinuteDraws {
  private keyA = 0;
  private keyB = 0;
  private durationA = 0;
  private durationB = 0;

  /** Turns to the minute of a function with stable hash `key`. */
  turnTo(key: number, minute: number, seed: number): void {
    const base = mixKeys(key, mixKeys(minute, seed));
    this.keyA = mixKeys(base, 1);
    this.keyB = mixKeys(base, 2);
    this.durationA = mixKeys(base, 3);
    this.durationB = mixKeys(base, 4);
  }

  /** First key of the times of a window, or of the minute as a whole (`window` -1); `timeKeyB` is the second. */
  timeKeyA(window: number): number {
    return mix32(this.keyA + Math.imul(window + 1, 0x9e3779b1));
  }

  get timeKeyB(): number {
    return this.keyB;
  }

  /** First key of the durations of a window, or of the minute as a whole (`window` -1). */
  durationKeyA(window: number): number {
    return mix32(this.durationA + Math.imul(window + 1, 0x9e3779b1));
  }

  get durationKeyB(): number {
    return this.durationB;
  }

  /** Deals `n` calls to the windows: element `at + window * stride` of `out`. */
  deal(n: number, out: Int32Array, at: number, stride: number): void {
    out[at] = n;
    for (let level = 0; level < LEVELS; level++) {
      for (let node = (1 << level) - 1; node >= 0; node--) {
        const calls = out[at + node * stride]!;
        const left = calls === 0 ? 0 : this.half(calls, (1 << level) + node);
        out[at + 2 * node * stride] = left;
        out[at + (2 * node + 1) * stride] = calls - left;
      }
    }
  }

  /** Binomial(n, 1/2), exactly: the ones among n random bits. */
  private half(n: number, node: number): number {
    const key = mix32(this.keyB + Math.imul(node, 0x85ebca6b));
    let ones = 0;
    let counter = 0;
    for (let left = n; left > 0; left -= 32) {
      const bits = draw32(key, this.keyA, counter++);
      ones += popCount(left >= 32 ? bits : bits & ((1 << left) - 1));
    }
    return ones;
  }

  /** Writes `n` times of a window that lasts `widthUs`, in order, whole microseconds from `lowUs` on, at `out[at]`. */
  times(window: number, n: number, lowUs: number, widthUs: number, out: Int32Array, at: number): void {
    const keyA = this.timeKeyA(window);
    const {keyB} = this;
    const scale = widthUs / 4294967296;
    if (n <= 2 * FEW_CALLS) {
      for (let j = 0; j < n; j++) {
        const us = lowUs + ((draw32(keyA, keyB, j) * scale) | 0);
        let k = at + j;
        for (; k > at && out[k - 1]! > us; k--) out[k] = out[k - 1]!;
        out[k] = us;
      }
      return;
    }
    if (unsorted.length < n) unsorted = new Int32Array(2 * n);
    for (let j = 0; j < n; j++) unsorted[j] = lowUs + ((draw32(keyA, keyB, j) * scale) | 0);
    sortSpread(unsorted, n, lowUs, widthUs, out, at);
  }
}

/**
 * Sorts `from[0, n)`, values in [low, low + width), spread over it, into `to[at, at + n)`: a counting sort into about
 * as many buckets as there are values leaves nearly nothing to the insertion sort.
 */
export function sortSpread(from: Int32Array, n: number, low: number, width: number, to: Int32Array, at: number): void {
  let buckets = 64;
  while (buckets < n && buckets < MAX_BUCKETS) buckets *= 2;
  const perUs = buckets / width;
  bucketEnd.fill(0, 0, buckets + 1);
  for (let k = 0; k < n; k++) bucketEnd[(((from[k]! - low) * perUs) | 0) + 1]! += 1;
  bucketEnd[0] = at;
  for (let b = 1; b <= buckets; b++) bucketEnd[b]! += bucketEnd[b - 1]!;
  for (let k = 0; k < n; k++) {
    const value = from[k]!;
    to[bucketEnd[((value - low) * perUs) | 0]!++] = value;
  }
  for (let k = at + 1; k < at + n; k++) {
    const value = to[k]!;
    if (to[k - 1]! <= value) continue;
    let down = k - 1;
    for (; down >= at && to[down]! > value; down--) to[down + 1] = to[down]!;
    to[down + 1] = value;
  }
}

function popCount(bits: number): number {
  let x = bits | 0;
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
