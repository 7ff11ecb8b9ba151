import {draw32, mix32, mixKeys} from '../../base/random.ts';

/** A minute is drawn in this many equal windows, so that a part of it can be made without the rest. */
export const WINDOWS = 64;
const LEVELS = 6;
/** Up to so many calls are drawn over the minute as a whole: dealing them to windows first would cost more. */
export const FEW_CALLS = 16;
/** A minute that the span cuts below this is drawn as a whole too: its windows would last less than some microseconds. */
export const LEAST_DEALT_US = 1 << 16;

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

  /** What the first keys of windows are made from. */
  get timeBase(): number {
    return this.keyA;
  }

  get durationBase(): number {
    return this.durationA;
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

  /** Writes `n` times of a window that lasts `widthUs`, in the order of draws, whole microseconds from `lowUs` on, at `out[at]`. */
  times(window: number, n: number, lowUs: number, widthUs: number, out: Int32Array, at: number): void {
    const keyA = this.timeKeyA(window);
    const {keyB} = this;
    // The upper word of draw x width: a width that is dealt keeps the product below 2^52, so this is exact.
    const scale = widthUs / 4294967296;
    for (let j = 0; j < n; j++) out[at + j] = lowUs + ((draw32(keyA, keyB, j) * scale) | 0);
  }
}

function popCount(bits: number): number {
  let x = bits | 0;
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
