/**
 * Calls running at once of every function, level by level. The k-th instance is needed while at least k calls run;
 * between two such times lies a gap of level k, and under most-recently-used reuse it is exactly the gap of one
 * instance: the one that goes idle when the number falls from k to k - 1 serves when it next rises to k. So what is
 * worth keeping can be decided level by level.
 */
export class DemandLevels {
  private readonly running: Int32Array; // [function]
  /** When the number of running calls last fell below each level; NaN before that. Element 0 is level 1. */
  private readonly fellUs: Float64Array[]; // [function]

  constructor(functions: number) {
    this.running = new Int32Array(functions);
    this.fellUs = new Array<Float64Array>(functions).fill(none);
  }

  /** A call of `fn` arrives; returns how long its level has been free, NaN when never before. */
  rise(fn: number, nowUs: number): number {
    const level = this.running[fn]!++;
    if (level >= this.fellUs[fn]!.length) this.fellUs[fn] = grown(this.fellUs[fn]!, level + 1);
    return nowUs - this.fellUs[fn]![level]!;
  }

  /** A call of `fn` finishes; returns the level that is free from now on, from 1. */
  fall(fn: number, nowUs: number): number {
    const level = --this.running[fn]!;
    this.fellUs[fn]![level] = nowUs;
    return level + 1;
  }
}

const none = new Float64Array(0);

function grown(column: Float64Array, length: number): Float64Array {
  const larger = new Float64Array(Math.max(length, 2 * column.length)).fill(Number.NaN);
  larger.set(column);
  return larger;
}
