import {US_PER_MINUTE, US_PER_MS} from '../base/units.ts';
import {consecutiveLists, doubled, int64Words, unknowns} from './columns.ts';
import {FunctionTable} from './function-table.ts';
import type {TraceMeta} from './minute-builder.ts';
import {
  type DurationColumns,
  type EventArrivals,
  int64At,
  type ListColumn,
  setInt64,
  type Workload,
} from './workload.ts';

/**
 * Collects single calls in any order and makes a Workload of them: each function's calls by arrival, those at the
 * same time in the order they came. Times are on the trace's own clock, integers within +-2^53 microseconds.
 */
export class EventBuilder {
  readonly functions = new FunctionTable();
  private owner = new Int32Array(0);
  private arrivals = new Float64Array(0);
  private durations: Float64Array | undefined;
  private colds: Float64Array | undefined;
  private used = 0;

  /** `has` says which times the trace gives for its calls besides their arrival: for all of them or for none. */
  constructor(has: {duration: boolean; cold: boolean}) {
    if (has.duration) this.durations = new Float64Array(0);
    if (has.cold) this.colds = new Float64Array(0);
  }

  /** Adds one call of function `f`. `durationUs` and `coldUs` >= 0 are read only if the trace has them. */
  add(f: number, arrivalUs: number, durationUs: number, coldUs: number): void {
    if (this.used === this.arrivals.length) this.grow();
    this.owner[this.used] = f;
    this.arrivals[this.used] = arrivalUs;
    if (this.durations !== undefined) this.durations[this.used] = durationUs;
    if (this.colds !== undefined) this.colds[this.used] = coldUs;
    this.used++;
  }

  /** The workload. The builder is spent. */
  finish(meta: TraceMeta): Workload {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.used; i++) {
      if (this.arrivals[i]! < first) first = this.arrivals[i]!;
      if (this.arrivals[i]! > last) last = this.arrivals[i]!;
    }
    const originUs = this.used === 0 ? 0 : Math.floor(first / US_PER_MINUTE) * US_PER_MINUTE;
    const endUs = this.used === 0 ? 0 : (Math.floor(last / US_PER_MINUTE) + 1) * US_PER_MINUTE;
    const arrivals = this.lists(originUs);
    return {
      meta: {...meta, originUs, spanUs: endUs - originUs},
      functions: this.functions.size,
      ...this.functions.columns(),
      duration: summariseDurations(this.functions.size, arrivals.durationUs),
      arrivals,
    };
  }

  private grow(): void {
    this.owner = doubled(this.owner);
    this.arrivals = doubled(this.arrivals);
    if (this.durations !== undefined) this.durations = doubled(this.durations);
    if (this.colds !== undefined) this.colds = doubled(this.colds);
  }

  private lists(originUs: number): EventArrivals {
    const length = new Float64Array(this.functions.size);
    for (let i = 0; i < this.used; i++) length[this.owner[i]!]!++;
    const order = consecutiveLists(new Uint32Array(this.used), length);
    const cursor = order.start.slice();
    for (let i = 0; i < this.used; i++) order.values[cursor[this.owner[i]!]!++] = i;
    for (let f = 0; f < length.length; f++) {
      sortByTime(order.values.subarray(order.start[f]!, order.start[f]! + length[f]!), this.arrivals);
    }
    const column = (times: Float64Array, zero: number): ListColumn<Int32Array> => {
      const values = int64Words(this.used);
      for (let i = 0; i < this.used; i++) setInt64(values, i, times[order.values[i]!]! - zero);
      return {values, start: order.start, length};
    };
    return {
      kind: 'event',
      arrivalUs: column(this.arrivals, originUs),
      durationUs: this.durations && column(this.durations, 0),
      coldUs: this.colds && column(this.colds, 0),
    };
  }
}

/** Sorts indices by their time, stable. Traces are mostly in order already, which costs one pass to see. */
function sortByTime(indices: Uint32Array, times: Float64Array): void {
  for (let i = 1; i < indices.length; i++) {
    if (times[indices[i]!]! < times[indices[i - 1]!]!) {
      indices.sort((a, b) => times[a]! - times[b]!);
      return;
    }
  }
}

function summariseDurations(functions: number, durationUs: EventArrivals['durationUs']): DurationColumns {
  const [meanMs, minMs, maxMs] = [unknowns(functions), unknowns(functions), unknowns(functions)];
  for (let f = 0; durationUs !== undefined && f < functions; f++) {
    const {values, start, length} = durationUs;
    if (length[f] === 0) continue;
    let [sum, min, max] = [0, Number.POSITIVE_INFINITY, 0];
    for (let i = start[f]!, end = i + length[f]!; i < end; i++) {
      const us = int64At(values, i);
      sum += us;
      if (us < min) min = us;
      if (us > max) max = us;
    }
    meanMs[f] = sum / length[f]! / US_PER_MS;
    minMs[f] = min / US_PER_MS;
    maxMs[f] = max / US_PER_MS;
  }
  return {meanMs, minMs, maxMs, levels: [], percentileMs: new Float64Array(0)};
}
