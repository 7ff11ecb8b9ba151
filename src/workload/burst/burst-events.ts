import {draw32, mixKeys, unit} from '../../base/random.ts';
import {TimeSorter} from '../build/sort-by-time.ts';
import {consecutiveLists, int64Words} from '../columns.ts';
import {MAX_SINGLE_CALLS, tooMany} from '../scale/scaling.ts';
import {
  type EventArrivals,
  type Int64Words,
  int64At,
  type ListColumn,
  type NO_SESSION,
  setInt64,
  type UNKNOWN_DURATION,
  UNKNOWN_START,
} from '../workload.ts';
import {type DealtBurst, shapes} from './shapes.ts';

/** Stream of which call an added one is like. */
const LIKE = 0x6475;
/** No duration and no session are told by the same number. */
const NOTHING: typeof NO_SESSION & typeof UNKNOWN_DURATION = -1;

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
  const key = bursts.reduce((mixed, burst) => mixKeys(mixed, burst.key), LIKE);
  const {durationUs, coldUs, sequence, session, room} = arrivals;
  /** What is added is like one of the function's own calls, at random: as long, and of its session and room. */
  const likeOwn = (list: ListColumn<Int64Words>): ListColumn<Int64Words> =>
    gathered(list, length, made, (f, k) => likeOne(list, f, draw32(key, f, k)));
  return {
    kind: 'event',
    arrivalUs: consecutiveLists(own, length),
    durationUs: durationUs && likeOwn(durationUs),
    coldUs: coldUs && gathered(coldUs, length, made, () => UNKNOWN_START),
    sequence: sequence && gathered(sequence, length, made, placesAfter(sequence)),
    ...(session && {session: likeOwn(session)}),
    ...(room && {room: likeOwn(room)}),
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

/** What one of the function's own calls has, at random; where it has none nothing is known. */
function likeOne({values, start, length}: ListColumn<Int64Words>, f: number, bits: number): number {
  return length[f] === 0 ? NOTHING : int64At(values, start[f]! + Math.floor(unit(bits) * length[f]!));
}

/** Those that are added come after all others of the same time, in the order in which they are asked for. */
function placesAfter({values, start, length}: ListColumn<Int64Words>): () => number {
  let last = -1;
  for (let f = 0; f < length.length; f++) {
    for (let i = start[f]!, end = i + length[f]!; i < end; i++) last = Math.max(last, int64At(values, i));
  }
  return () => ++last;
}
