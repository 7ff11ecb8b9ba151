import type {UnseenDemand} from './unseen.ts';

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
  /** Mean time in seconds that a warm call holds its slot, or its place in it. [function] */
  readonly holdSeconds: Float64Array;
  /** Calls that an instance serves at once; undefined: one. [function] */
  readonly places?: Int32Array | undefined;
  /** Calls that wait for a cold start, in waits as long as it is: 1 where nobody joins. Undefined: 1. [function] */
  readonly waitsPerCold?: Float64Array | undefined;
  /**
   * How much the rate itself varies inside the window: squared coefficient of variation. 0 means Poisson arrivals;
   * above 0 the number of busy slots has index of dispersion 1 + load x this. [unit]
   */
  readonly rateVariation: Float32Array;
  /**
   * The chance that the unit is in use at all: then it is called at its rate over this chance, else never, so that calls
   * that come in clumps are not spread thin. Undefined: every unit is in use. [unit], in (0, 1]
   */
  readonly activeShare: Float32Array | undefined;
  /** Which benefit curve fits the unit. [unit], values of `curveCodes` */
  readonly curve: Uint8Array;
  /** The measured curves of the units whose code is `empirical`. */
  readonly measured: MeasuredLevels;
  /**
   * Share of time for which a function's slots are held at all: below 1 where its calls come by the clock and a
   * schedule keeps slots around them alone. [function]
   */
  readonly heldShare: Float64Array;
  /** Cold starts a second of calls that come while such a schedule holds nothing; 0 for all others. [function] */
  readonly missesPerSecond: Float64Array;
  /** What comes on top of functions that history does not know. */
  readonly unseen: UnseenDemand;
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
 * serves. A function's levels are rows `start[f] .. start[f + 1]`; level k is the k-th of them. A unit whose rate
 * differs from the one they were counted at has all of them scaled by it.
 */
export interface MeasuredLevels {
  /** [function + 1]; all 0 when nothing was measured. */
  readonly start: Float64Array;
  /** Calls a second at which the levels were counted. [function] */
  readonly ratePerSecond: Float64Array;
  /** How often the level is woken a second: its cold starts if it were unloaded after each call. [row] */
  readonly wakesPerSecond: Float64Array;
  /** Share of time in which the level serves nothing. [row] */
  readonly idleShare: Float64Array;
  /** A keep-alive for which was counted what a level does that is not kept. [function] */
  readonly keepAliveSeconds: Float64Array;
  /** Cold starts a second under that keep-alive. [row] */
  readonly coldPerSecond: Float64Array;
  /** Share of time in which an instance idles at this level under it. [row] */
  readonly spillShare: Float64Array;
  /** The same two for each time of `keepAliveGridUs`. [row * GRID_TIMES + time] */
  readonly coldOnGrid: Float32Array;
  readonly spillOnGrid: Float32Array;
}

/** No measured curve at all. */
export function noMeasuredLevels(functions: number): MeasuredLevels {
  const none = new Float64Array(0);
  return {
    start: new Float64Array(functions + 1),
    ratePerSecond: new Float64Array(functions),
    wakesPerSecond: none,
    keepAliveSeconds: new Float64Array(functions),
    idleShare: none,
    coldPerSecond: none,
    spillShare: none,
    coldOnGrid: new Float32Array(0),
    spillOnGrid: new Float32Array(0),
  };
}

/**
 * The same demand over other windows: each takes after the given window that its start lies in, at the same time of
 * day or week where those repeat, the last one where it lies beyond them.
 */
export function demandOver(demand: Demand, windows: PlanWindows): Demand {
  const {functions, windows: given} = demand;
  const count = windows.startUs.length;
  const ratePerSecond = new Float64Array(functions * count);
  const rateVariation = new Float32Array(functions * count);
  const activeShare = demand.activeShare && new Float32Array(functions * count);
  const curve = new Uint8Array(functions * count);
  for (let w = 0; w < count; w++) {
    const from = functions * windowAt(given, windows.startUs[w]!);
    ratePerSecond.set(demand.ratePerSecond.subarray(from, from + functions), w * functions);
    rateVariation.set(demand.rateVariation.subarray(from, from + functions), w * functions);
    activeShare?.set(demand.activeShare!.subarray(from, from + functions), w * functions);
    curve.set(demand.curve.subarray(from, from + functions), w * functions);
  }
  return {...demand, windows, ratePerSecond, rateVariation, activeShare, curve};
}

/** Whether every function is called in every window alike, so that the windows say nothing. */
export function windowsAlike({functions, ratePerSecond, rateVariation, activeShare}: Demand): boolean {
  for (let unit = functions; unit < ratePerSecond.length; unit++) {
    const first = unit % functions;
    if (ratePerSecond[unit] !== ratePerSecond[first] || rateVariation[unit] !== rateVariation[first]) return false;
    if (activeShare && activeShare[unit] !== activeShare[first]) return false;
  }
  return true;
}

/** The window that a time lies in; the first or last one for times outside them all. */
export function windowAt({startUs, repeatUs}: PlanWindows, timeUs: number): number {
  const t = repeatUs > 0 ? ((timeUs % repeatUs) + repeatUs) % repeatUs : timeUs;
  let low = 0;
  let high = startUs.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (startUs[middle]! <= t) low = middle;
    else high = middle - 1;
  }
  return low;
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
