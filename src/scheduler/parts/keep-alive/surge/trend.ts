/** Two memories of a level, one twice as long as the other: where they differ the level has moved. */
export class Trend {
  /** Calls in flight. [function] */
  readonly level: Int32Array;
  private readonly memoryUs: Float64Array; // [function] the shorter one
  private readonly near: Float64Array; // [function]
  private readonly far: Float64Array; // [function]
  private readonly lastUs: Float64Array; // [function]

  constructor(memoryUs: Float64Array) {
    const functions = memoryUs.length;
    this.memoryUs = memoryUs;
    this.level = new Int32Array(functions);
    this.near = new Float64Array(functions);
    this.far = new Float64Array(functions);
    this.lastUs = new Float64Array(functions);
  }

  /** The level rises or falls by `by`. */
  add(fn: number, by: number, nowUs: number): void {
    const gapUs = nowUs - this.lastUs[fn]!;
    if (gapUs > 0) {
      const level = this.level[fn]!;
      const memoryUs = this.memoryUs[fn]!;
      this.near[fn]! += (level - this.near[fn]!) * -Math.expm1(-gapUs / memoryUs);
      this.far[fn]! += (level - this.far[fn]!) * -Math.expm1(-gapUs / (2 * memoryUs));
      this.lastUs[fn] = nowUs;
    }
    this.level[fn]! += by;
  }

  /**
   * By how much the level will have risen in `aheadUs`, if it goes on as it does; 0 if it does not rise. A level that rises evenly is
   * remembered as it was one memory ago, so that the two differ by what it rises in the shorter memory.
   */
  rise(fn: number, aheadUs: number): number {
    return Math.max(0, ((this.near[fn]! - this.far[fn]!) * aheadUs) / this.memoryUs[fn]!);
  }
}
