import {draw32, mix32, mixKeys, unit} from '../../base/random.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import {TimeSorter} from '../build/sort-by-time.ts';
import {consecutiveLists, int64Words} from '../columns.ts';
import {type EventArrivals, int64At, type ListColumn, mapLists, setInt64} from '../workload.ts';
import {copyKey, MAX_SINGLE_CALLS, type Scaling, tooMany} from './scaling.ts';

/** Single calls, thinned or superposed (`scaleWorkload`). */
export function scaleEvents(arrivals: EventArrivals, spanUs: number, scaling: Scaling): EventArrivals {
  const {arrivalUs} = arrivals;
  const {factor} = scaling;
  const length = Float64Array.from(factor, (_, f) => callsOf(scaling, f, arrivalUs.length[f]!));
  const total = length.reduce((sum, n) => sum + n, 0);
  if (total > MAX_SINGLE_CALLS) throw tooMany(total);
  const times = new Float64Array(total);
  /** Of each call made: its copy x the function's calls + its place among these. */
  const made = new Uint32Array(total);
  const sorter = new TimeSorter();
  let at = 0;
  for (let f = 0; f < factor.length; f++) {
    const from = at;
    const calls = arrivalUs.length[f]!;
    const copies = Math.ceil(factor[f]!);
    const gapUs = copies > 1 ? medianGapUs(arrivalUs, f) : 0;
    for (let copy = 0; copy < copies; copy++) {
      const shift = copy === 0 ? 0 : shiftUs(gapUs, copyKey(scaling, f, copy));
      forKept(scaling, f, copy, calls, (i) => {
        times[at] = within(int64At(arrivalUs.values, arrivalUs.start[f]! + i) + shift, spanUs);
        made[at++] = copy * calls + i;
      });
    }
    if (copies > 1) sorter.sort(times, made, from, at);
  }
  const gathered = mapLists(arrivals, (list) => gather(list, arrivals, length, made)) as EventArrivals;
  const own = int64Words(total);
  for (let k = 0; k < total; k++) setInt64(own, k, times[k]!);
  return {...gathered, arrivalUs: consecutiveLists(own, length)};
}

function callsOf(scaling: Scaling, f: number, calls: number): number {
  const whole = Math.floor(scaling.factor[f]!);
  let thinned = 0;
  if (scaling.factor[f]! > whole) forKept(scaling, f, whole, calls, () => thinned++);
  return whole * calls + thinned;
}

/** The calls of a copy that are there, by their place among the function's. */
function forKept(scaling: Scaling, f: number, copy: number, calls: number, take: (i: number) => void): void {
  const chance = scaling.factor[f]! - copy;
  const keyA = copyKey(scaling, f, copy);
  const keyB = mix32(keyA ^ 0x7b1);
  for (let i = 0; i < calls; i++) if (chance >= 1 || unit(draw32(keyA, keyB, i)) < chance) take(i);
}

/**
 * The values of a list in the order of the calls that were made; the places of copies in a trace come after its own, and so
 * do their sessions and rooms.
 */
function gather<T extends Int32Array | Uint32Array | Float64Array>(
  list: ListColumn<T>,
  {arrivalUs, sequence, session, room}: EventArrivals,
  length: Float64Array,
  made: Uint32Array,
): ListColumn<T> {
  const values = int64Words(made.length);
  // Arrivals are written by the caller, who knows the times.
  if ((list as unknown) === arrivalUs) return consecutiveLists(values as unknown as T, length);
  const words = list.values as unknown as Int32Array;
  const isNumber = [sequence, session, room].some((one) => one !== undefined && (list as unknown) === one);
  const places = isNumber ? largest(list as unknown as ListColumn<Int32Array>) + 1 : 0;
  let at = 0;
  for (let f = 0; f < length.length; f++) {
    const calls = list.length[f]!;
    for (const end = at + length[f]!; at < end; at++) {
      const copy = Math.floor(made[at]! / calls);
      const value = int64At(words, list.start[f]! + made[at]! - copy * calls);
      setInt64(values, at, value < 0 ? value : value + copy * places);
    }
  }
  return consecutiveLists(values as unknown as T, length);
}

function largest({values, start, length}: ListColumn<Int32Array>): number {
  let most = 0;
  for (let f = 0; f < length.length; f++) {
    for (let i = start[f]!, end = i + length[f]!; i < end; i++) most = Math.max(most, int64At(values, i));
  }
  return most;
}

/** The median time between calls; a minute where there is but one, so that copies of it do not strike together. */
function medianGapUs({values, start, length}: ListColumn<Int32Array>, f: number): number {
  const gaps = new Float64Array(Math.max(0, length[f]! - 1));
  if (gaps.length === 0) return US_PER_MINUTE;
  for (let i = 0; i < gaps.length; i++) {
    gaps[i] = int64At(values, start[f]! + i + 1) - int64At(values, start[f]! + i);
  }
  return gaps.sort()[gaps.length >> 1]!;
}

/** A whole number of microseconds in (-gap, gap). */
function shiftUs(gapUs: number, key: number): number {
  return Math.round((2 * unit(draw32(key, mixKeys(key, 3), 0)) - 1) * Math.max(0, gapUs - 1));
}

/** A time that would leave [0, span) comes back from its end as far as it was beyond. */
function within(us: number, spanUs: number): number {
  if (us < 0) return Math.min(-us, spanUs - 1);
  return us < spanUs ? us : Math.max(0, 2 * (spanUs - 1) - us);
}
