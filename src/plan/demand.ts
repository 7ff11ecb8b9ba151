/**
 * What the planner knows of the time to come: for each function in each window, how often it is called, how long a
 * call holds its slot and how bursty the calls are. A trace fills it (`traceDemand`), and so can a forecast. Columns
 * only. A *unit* is one function in one window: `unit = window * functions + function`.
 */
export interface Demand {
  readonly functions: number;
  readonly windows: PlanWindows;
  /** Calls a second. [unit] */
  readonly ratePerSecond: Float64Array;
  /** Mean time in seconds that a warm call holds its slot. [function] */
  readonly holdSeconds: Float64Array;
  /**
   * How much the rate itself varies inside the window: squared coefficient of variation. 0 means Poisson arrivals;
   * above 0 the number of busy slots has index of dispersion 1 + load x this. [unit]
   */
  readonly rateVariation: Float32Array;
  /** Which benefit curve fits the unit. [unit], values of `curveCodes` */
  readonly curve: Uint8Array;
  /** The measured curves of the units whose code is `empirical`. */
  readonly measured: MeasuredLevels;
}

/** Consecutive stretches of the replay's clock. Without `repeatUs` they are planned once. */
export interface PlanWindows {
  readonly startUs: Float64Array; // [window]
  readonly endUs: Float64Array; // [window]
  /** After this time the windows begin anew (a day, a week); 0 when they do not. */
  readonly repeatUs: number;
}

/** Benefit curves by name; `curveCodes` numbers them. */
export const curveNames = ['erlang', 'poisson', 'negative-binomial', 'empirical'] as const;
export type CurveName = (typeof curveNames)[number];
export const curveCodes = {erlang: 0, poisson: 1, 'negative-binomial': 2, empirical: 3} as const satisfies Record<
  CurveName,
  number
>;

/**
 * Curves counted in a trace: what the k-th instance of a function does when the most recently used idle one always
 * serves. A unit's levels are rows `start[unit] .. start[unit + 1]`; level k is the k-th of them.
 */
export interface MeasuredLevels {
  /** [unit + 1]; all 0 when nothing was measured. */
  readonly start: Float64Array;
  /** Cold starts a second that a slot kept at this level avoids, each spell of calls counted once. [row] */
  readonly wakesPerSecond: Float32Array;
  /** Share of the window in which the level serves nothing. [row] */
  readonly idleShare: Float32Array;
  /** Cold starts a second if the level is not kept but spill-over stays for its keep-alive. [row] */
  readonly coldPerSecond: Float32Array;
  /** Share of the window in which spill-over idles at this level for its keep-alive. [row] */
  readonly spillShare: Float32Array;
}

/** No measured curve at all. */
export function noMeasuredLevels(units: number): MeasuredLevels {
  const none = new Float32Array(0);
  return {
    start: new Float64Array(units + 1),
    wakesPerSecond: none,
    idleShare: none,
    coldPerSecond: none,
    spillShare: none,
  };
}

/** Length of window `w` in seconds. */
export function windowSeconds(windows: PlanWindows, w: number): number {
  return (windows.endUs[w]! - windows.startUs[w]!) / 1e6;
}

/** Time covered by all windows, seconds. */
export function horizonSeconds(windows: PlanWindows): number {
  let total = 0;
  for (let w = 0; w < windows.startUs.length; w++) total += windowSeconds(windows, w);
  return total;
}
