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
  /**
   * Draws `calls`: the j-th at `lowUs` + the upper word of (draw j of the stream (timeA, timeB)) x `widthUs`, and for as
   * long as `table` says of draw j of the stream (durationA, durationB).
   */
  draw(
    timeA: number,
    timeB: number,
    durationA: number,
    durationB: number,
    calls: number,
    lowUs: number,
    widthUs: number,
    table: number,
  ): void;
  /** Takes in a function's table of durations (`PercentileLines.tableOf`) and returns by what number it is called. */
  addTable(table: Float32Array): number;
}
