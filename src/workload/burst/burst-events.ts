import {draw32, mixKeys, unit} from '../../base/random.ts';
import {TimeSorter} from '../build/sort-by-time.ts';
import {consecutiveLists, int64Words} from '../columns.ts';
import {MAX_SINGLE_CALLS, tooMany} from '../scale/scaling.ts';
import {
  type EventArrivals,
  type Int64Words,
  int64At,
  type ListColumn,
  setInt64,
  UNKNOWN_DURATION,
  UNKNOWN_START,
} from '../workload.ts';
import {type DealtBurst, shapes} from './shapes.ts';

/** Stream of the durations of calls that are added. */
const DURATIONS = 0x6475;

/** Single calls with those of bursts among them. */
export function burstEvents(arrivals: EventArrivals, bursts: readonly DealtBurst[]): EventArrivals {
  const {arrivalUs} = arrivals;
  const length = arrivalUs.length.map((own, f) => bursts.reduce((sum, {ofFunction}) => sum + ofFunction[f]!, own));
  const total = length.reduce((sum, n) => sum + n, 0);
  if (total > MAX_SINGLE_CALLS) throw tooMany(total);
  const times = new Float64Array(total);
  /** Of each call its number among its function's own, which go first, and then the added ones. */
  const made = new Uint32Array(total);
  const sorter = new TimeSorter();
  let from = 0;
  for (let f = 0; f < length.length; f++) {
    const own = arrivalUs.length[f]!;
    for (let i = 0; i < own; i++) times[from + i] = int64At(arrivalUs.values, arrivalUs.start[f]! + i);
    let at = from + own;
    for (const burst of bursts) at = drawTimes(burst, f, times, at);
    for (let i = from; i < at; i++) made[i] = i - from;
    if (at > from + own) sorter.sort(times, made, from, at);
    from = at;
  }
  const own = int64Words(total);
  for (let k = 0; k < total; k++) setInt64(own, k, times[k]!);
  const key = bursts.reduce((mixed, burst) => mixKeys(mixed, burst.key), DURATIONS);
  const {durationUs, coldUs, sequence} = arrivals;
  return {
    kind: 'event',
    arrivalUs: consecutiveLists(own, length),
    durationUs:
      durationUs && gathered(durationUs, length, made, (f, k) => durationOf(durationUs, f, draw32(key, f, k))),
    coldUs: coldUs && gathered(coldUs, length, made, () => UNKNOWN_START),
    sequence: sequence && gathered(sequence, length, made, placesAfter(sequence)),
  };
}

/** Times of the calls of function `f`, whole microseconds, written from `at` on; returns where they end. */
function drawTimes(
  {atUs, forUs, shape, key, ofFunction}: DealtBurst,
  f: number,
  out: Float64Array,
  at: number,
): number {
  const calls = ofFunction[f]!;
  const keyA = mixKeys(key, f + 1);
  const place = shapes[shape].at;
  for (let j = 0; j < calls; j++) {
    out[at + j] = atUs + Math.min(forUs - 1, Math.floor(forUs * place(unit(draw32(keyA, key, j)))));
  }
  return at + calls;
}

/** A list of what belongs to each call: the trace's own, and what `added` says of the k-th that is added to function f. */
function gathered(
  {values, start, length: own}: ListColumn<Int64Words>,
  length: Float64Array,
  made: Uint32Array,
  added: (f: number, k: number) => number,
): ListColumn<Int64Words> {
  const out = int64Words(made.length);
  let at = 0;
  for (let f = 0; f < length.length; f++) {
    for (const end = at + length[f]!; at < end; at++) {
      const k = made[at]!;
      setInt64(out, at, k < own[f]! ? int64At(values, start[f]! + k) : added(f, k - own[f]!));
    }
  }
  return consecutiveLists(out, length);
}

/** The duration of one of the function's own calls, at random. */
function durationOf({values, start, length}: ListColumn<Int64Words>, f: number, bits: number): number {
  return length[f] === 0 ? UNKNOWN_DURATION : int64At(values, start[f]! + Math.floor(unit(bits) * length[f]!));
}

/** Those that are added come after all others of the same time, in the order in which they are asked for. */
function placesAfter({values, start, length}: ListColumn<Int64Words>): () => number {
  let last = -1;
  for (let f = 0; f < length.length; f++) {
    for (let i = start[f]!, end = i + length[f]!; i < end; i++) last = Math.max(last, int64At(values, i));
  }
  return () => ++last;
}
