/** The calls of one cell in a stretch of time, by function: what a scheduler that takes function by function reads. */
export interface WindowOfCalls {
  /** The window is [lowUs, highUs), microseconds of the replay's clock; at most a minute. */
  readonly lowUs: number;
  readonly highUs: number;
  /** How many functions have calls in its minute, and which, ascending. */
  readonly functions: number;
  readonly fn: Int32Array;
  /** Calls loaded, set back by whoever has no more need of them: the columns are used again. */
  rows: number;
  /** Since `lowUs`. The columns are made anew when they must grow. */
  readonly arrivalUs: Int32Array;
  readonly durationUs: Float64Array;
  /** Cold time of each call if it is cold; undefined: the cell's cold-time model decides. */
  readonly coldUs: Float64Array | undefined;
  /** Ascending in the order in which calls at the same time are served; undefined: in the order of functions. */
  readonly sequence?: Float64Array | undefined;
  /** Which of all calls each is; undefined: nobody asks. */
  readonly call?: Int32Array | undefined;
  /** True if function `fn[k]` has calls in the window. */
  has(k: number): boolean;
  /**
   * Appends the calls of function `fn[k]` to the columns, in any order, calls at the same time in theirs; returns how many.
   * May be asked again.
   */
  load(k: number): number;
  /** How many calls function `fn[k]` has, if somebody else can draw them (`drawInto`); else -1, or without it. */
  drawable?(k: number): number;
  /** Has them drawn, instead of `load`. */
  drawInto?(k: number, drawer: CallDrawer): void;
}

/** Draws calls itself, by keys of random numbers (base/random.ts). */
export interface CallDrawer {
  /** How many calls `draw` makes in each stretch of the minute; filled before. */
  readonly dealt: Int32Array; // [stretch]
  /**
   * Draws the calls of stretches [first, last) of a minute that lasts `lengthUs` and is cut into `dealt.length` equal
   * ones. In stretch s, the j-th call is drawn from the streams (mix32(timeA + (s + 1) x 0x9e3779b1), timeB) and
   * (mix32(durationA + the same), durationB): it comes at the stretch's beginning + the upper word of draw j of the first x
   * its width, since the first stretch's beginning, and runs as long as `table` says of draw j of the second.
   */
  draw(
    timeA: number,
    timeB: number,
    durationA: number,
    durationB: number,
    first: number,
    last: number,
    lengthUs: number,
    table: number,
  ): void;
  /** Takes in a function's table of durations (`PercentileLines.tableOf`) and returns by what number it is called. */
  addTable(table: Float32Array): number;
}
