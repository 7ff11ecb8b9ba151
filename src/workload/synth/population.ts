import type {DurationColumns, LabelColumn, TextColumn} from '../workload.ts';

/** Hours of a week, from Monday 00:00. */
export const HOURS_PER_WEEK = 168;
export const MINUTES_PER_DAY = 1440;

/** Who is there to be called and how: everything about a synthetic workload but its span, its rate and its calls. */
export interface Population {
  readonly functions: number;
  readonly name: TextColumn; // [function]
  readonly app: LabelColumn; // [function]
  readonly owner: LabelColumn; // [function]
  readonly trigger: LabelColumn; // [function]
  readonly memoryMib: Float64Array; // [function]
  /** Calls a day before they are scaled to the rate asked for. */
  readonly callsPerDay: Float64Array; // [function]
  /** The functions by falling rate, in random order among equals. */
  readonly order: Uint32Array; // [rank]
  /** 1 where the calls come by the clock. */
  readonly periodic: Uint8Array; // [function]
  /** Period of a periodic function in minutes; 0 for the one people would choose for its rate. */
  readonly period: Uint32Array; // [function]
  /** Minute of the week, modulo the period, at which it fires; read where a period is given. */
  readonly phase: Uint32Array; // [function]
  /** Share of a periodic function's firings that come a minute late. */
  readonly lateShare: Float32Array; // [function]
  /**
   * Burstiness b >= 0: the variance of calls in ten minutes is (1 + b sqrt(1 + m)) m, m their mean, on top of the
   * weekly shape. 0 is a Poisson process.
   */
  readonly burstiness: Float32Array; // [function]
  /** Probability that a busy or quiet minute is followed by another alike: how long bursts last. */
  readonly persistence: Float32Array; // [function]
  /** Row of `shapes` that the function's rate follows. */
  readonly shape: Int32Array; // [function]
  /** Rate of each hour of the week, in any unit. [shape * HOURS_PER_WEEK + hour] */
  readonly shapes: Float32Array;
  /** What is known of the execution times once each function's calls are. */
  durations(calls: Float64Array, meanMs: number | undefined): DurationColumns;
  /** Where the trace, or the model, says its clock starts. */
  readonly clock: {readonly startTime: string; readonly originUs: number; readonly minuteOfWeek: number};
  readonly licence: string;
}
