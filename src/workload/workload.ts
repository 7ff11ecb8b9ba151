import {US_PER_MINUTE} from '../base/units.ts';
import type {BurstCurve} from './burst/shapes.ts';
import type {PagedArrivals} from './parts/paged-arrivals.ts';

/**
 * The noun of the whole tool: what was called, when, for how long. One row a function, columns only.
 * Read it, never write it: the columns may be views over a file.
 */
export interface Workload {
  readonly meta: WorkloadMeta;
  /** Number of functions; every per-function column has this length. */
  readonly functions: number;
  readonly name: TextColumn; // [function]
  readonly app: LabelColumn; // [function]
  readonly owner: LabelColumn; // [function]
  readonly trigger: LabelColumn; // [function], '' when unknown
  /** Memory of one instance; NaN when the trace does not say. */
  readonly memoryMib: Float64Array; // [function]
  readonly duration: DurationColumns;
  readonly arrivals: Arrivals;
  /** What a trace that only counts its calls says of how they started, over all of its span. */
  readonly observed?: ObservedStarts | undefined;
  /** Its lists lie in files and are read for some functions at a time (`parts/paged.ts`); `arrivals` has their lengths alone. */
  readonly paged?: PagedArrivals | undefined;
}

export interface ObservedStarts {
  /** Calls of which it is known how they started. */
  readonly known: Float64Array; // [function]
  readonly cold: Float64Array; // [function]
  /** Lengths of cold starts of all functions in classes, ascending: the mean of each, microseconds, and its calls. */
  readonly classUs: Float64Array;
  readonly classCalls: Float64Array;
}

export interface WorkloadMeta {
  /** Name of the reader or generator that made it, e.g. `azure-2019`. */
  readonly source: string;
  /** Absolute time of time 0 as ISO 8601, or '' when the trace does not say. */
  readonly startTime: string;
  /** Time 0 on the trace's own clock: minutes of day 1 for Azure 2019, seconds since the epoch of others; microseconds. */
  readonly originUs: number;
  /** From time 0 to the end of the last minute present. A whole number of minutes, or less for a cut last one. */
  readonly spanUs: number;
  /** Licence and attribution of the data, '' when unknown. */
  readonly licence: string;
  /** Durations below 0 that were clamped to 0 while reading. */
  readonly clampedDurations: number;
  /** Calls that were added as bursts; of this run, no file says it. Undefined: none were. */
  readonly burstCalls?: number | undefined;
}

/** Strings by row, decoded on demand. */
export interface TextColumn {
  readonly length: number;
  at(row: number): string;
  /** UTF-8 bytes of all rows and their offsets (length + 1), for hashing without decoding. */
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
}

/** Few distinct strings over many rows: `values[id[row]]`. */
export interface LabelColumn {
  readonly id: Int32Array; // [function]
  readonly values: readonly string[];
}

/** What is known of each function's execution time (without cold start), in ms. NaN where unknown. */
export interface DurationColumns {
  readonly meanMs: Float64Array; // [function]
  readonly minMs: Float64Array; // [function]
  readonly maxMs: Float64Array; // [function]
  /** Percentile levels in percent, ascending, e.g. 0 1 25 50 75 99 100; empty when no trace gave any. */
  readonly levels: readonly number[];
  /** `percentileMs[function * levels.length + k]` is the value at `levels[k]`. */
  readonly percentileMs: Float64Array;
}

/** A list per function: row f holds `values[start[f] .. start[f] + length[f])`. */
export interface ListColumn<T> {
  readonly values: T;
  readonly start: Float64Array; // [function]
  readonly length: Float64Array; // [function]
}

export type Arrivals = MinuteArrivals | EventArrivals;

/** Per-minute counts: ascending minutes (0 = the minute of time 0) with at least one call each. */
export interface MinuteArrivals {
  readonly kind: 'minute';
  readonly minute: ListColumn<Uint32Array>;
  /** Calls in that minute; Float64Array when any is above 2^32 - 1. Exact up to 2^53. */
  readonly count: ListColumn<Uint32Array | Float64Array>;
  /** Calls of each function, where they are known without its counts. */
  readonly calls?: Float64Array | undefined;
  /** Which of them are of bursts, of this run, no file says it; undefined: none are. */
  readonly added?: AddedCalls | undefined;
  /** What only single calls can have. */
  readonly durationUs?: undefined;
  readonly coldUs?: undefined;
  readonly sequence?: undefined;
  readonly session?: undefined;
  readonly room?: undefined;
}

/** Calls of bursts that are counted with others: when in their minute they come. Row 0 of the columns is nobody. */
export interface AddedCalls {
  /** Of each element of `count` the first row of what is added to it; 0: nothing is. */
  readonly part: ListColumn<Uint32Array>;
  /** Number of the burst. */
  readonly burst: Uint32Array; // [row]
  readonly calls: Float64Array; // [row]
  /** The next row of the same element; 0: none. */
  readonly next: Uint32Array; // [row]
  readonly curves: readonly BurstCurve[]; // [burst]
}

/** Every call by itself: ascending arrival times since time 0 and what belongs to each. */
export interface EventArrivals {
  readonly kind: 'event';
  readonly arrivalUs: ListColumn<Int64Words>;
  /** Execution time of each call without its cold start, or UNKNOWN_DURATION; absent when the trace has none. */
  readonly durationUs: ListColumn<Int64Words> | undefined;
  /** How long the start of a call took that was cold, or WARM, UNKNOWN_START, COLD_UNTIMED; absent when never known. */
  readonly coldUs: ListColumn<Int64Words> | undefined;
  /**
   * Place of each call in the trace; there only if calls of different functions at the same time came in another order
   * than their functions. Absent: such calls are in the order of functions.
   */
  readonly sequence?: ListColumn<Int64Words> | undefined;
  /**
   * Number of the session that each call belongs to, and of the room that it is in, from 0 on in the order in which the
   * trace first names them, or NO_SESSION; absent when the trace has none.
   */
  readonly session?: ListColumn<Int64Words> | undefined;
  readonly room?: ListColumn<Int64Words> | undefined;
}

/** An element of `session` or `room`: the call is of none. */
export const NO_SESSION = -1;

/** An element of `durationUs`: the trace does not say how long the call ran. */
export const UNKNOWN_DURATION = -1;

/** Elements of `coldUs` that are no length of time: the call was warm; not said whether; cold, for an unknown time. */
export const WARM = -1;
export const UNKNOWN_START = -2;
export const COLD_UNTIMED = -3;

/**
 * 64-bit little-endian integers as pairs of 32-bit words, because reading a BigInt64Array makes a BigInt.
 * Element i is `words[2i + 1] * 2^32 + (words[2i] >>> 0)`, exact within +-2^53.
 */
export type Int64Words = Int32Array;

/** Element `i` of an int64 column as a number. */
export function int64At(words: Int64Words, i: number): number {
  return words[2 * i + 1]! * 4294967296 + (words[2 * i]! >>> 0);
}

/** Writes an integer within +-2^53 as element `i` of an int64 column. */
export function setInt64(words: Int64Words, i: number, value: number): void {
  words[2 * i] = value % 4294967296;
  words[2 * i + 1] = Math.floor(value / 4294967296);
}

/** How exactly a trace tells when calls come, microseconds: 1, or a minute where it counts them. */
export function resolutionUs({kind}: Arrivals): number {
  return kind === 'minute' ? US_PER_MINUTE : 1;
}

type ListValues = Int64Words | Uint32Array | Float64Array;

/** The same arrivals with each of their lists changed; lists that are absent stay so. */
export function mapLists(
  arrivals: Arrivals,
  change: <T extends ListValues>(list: ListColumn<T>) => ListColumn<T>,
): Arrivals {
  if (arrivals.kind === 'minute') {
    const {minute, count, added} = arrivals;
    return {
      kind: 'minute',
      minute: change(minute),
      count: change(count),
      ...(added && {added: {...added, part: change(added.part)}}),
    };
  }
  const {arrivalUs, durationUs, coldUs, sequence, session, room} = arrivals;
  return {
    kind: 'event',
    arrivalUs: change(arrivalUs),
    durationUs: durationUs && change(durationUs),
    coldUs: coldUs && change(coldUs),
    sequence: sequence && change(sequence),
    ...(session && {session: change(session)}),
    ...(room && {room: change(room)}),
  };
}

/** Number of invocations of function `f`. */
export function invocationsOf({arrivals}: Pick<Workload, 'arrivals'>, f: number): number {
  if (arrivals.kind === 'event') return arrivals.arrivalUs.length[f]!;
  if (arrivals.calls !== undefined) return arrivals.calls[f]!;
  const {values, start, length} = arrivals.count;
  let total = 0;
  for (let i = start[f]!, end = i + length[f]!; i < end; i++) total += values[i]!;
  return total;
}

/** Number of invocations of the whole workload, exact up to 2^53. */
export function invocationsTotal(workload: Workload): number {
  let total = 0;
  for (let f = 0; f < workload.functions; f++) total += invocationsOf(workload, f);
  return total;
}
