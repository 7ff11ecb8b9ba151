import {consecutiveLists, int64Words} from '../columns.ts';
import type {EventArrivals, ListColumn, Workload} from '../workload.ts';

/** A finished workload whose lists may be larger than memory: they come when they are written. */
export interface WorkloadDraft extends Omit<Workload, 'arrivals'> {
  readonly lists: readonly DraftList[];
  /** All lists in memory. */
  loadArrivals(): Workload['arrivals'];
  /** Gives back what the lists occupy outside memory; the draft is spent. */
  release(): void;
}

/** A list column, handed over function by function. */
export interface DraftList {
  readonly name: 'minute' | 'count' | 'arrival' | 'duration' | 'cold' | 'sequence' | 'session' | 'room';
  readonly item: 'uint32' | 'float64' | 'int64';
  readonly length: Float64Array; // [function]
  /** The elements of functions [from, to), piece after piece; each is valid until the next. */
  pieces(from: number, to: number): Iterable<Uint8Array>;
}

/** A workload that is in memory, as a draft. */
export function draftOf({arrivals, ...columns}: Workload): WorkloadDraft {
  return {...columns, lists: listsOf(arrivals), loadArrivals: () => arrivals, release: () => undefined};
}

/** The workload in memory; the draft is spent. */
export function loadDraft({lists, loadArrivals, release, ...columns}: WorkloadDraft): Workload {
  try {
    return {...columns, arrivals: loadArrivals()};
  } finally {
    release();
  }
}

function listsOf(arrivals: Workload['arrivals']): DraftList[] {
  if (arrivals.kind === 'minute') {
    const {minute, count} = arrivals;
    const item = count.values instanceof Uint32Array ? 'uint32' : 'float64';
    return [listInMemory('minute', 'uint32', minute, 1), listInMemory('count', item, count, 1)];
  }
  const {arrivalUs, durationUs, coldUs, sequence, session, room} = arrivals;
  return [
    listInMemory('arrival', 'int64', arrivalUs, 2),
    ...(durationUs ? [listInMemory('duration', 'int64', durationUs, 2)] : []),
    ...(coldUs ? [listInMemory('cold', 'int64', coldUs, 2)] : []),
    ...(sequence ? [listInMemory('sequence', 'int64', sequence, 2)] : []),
    ...(session ? [listInMemory('session', 'int64', session, 2)] : []),
    ...(room ? [listInMemory('room', 'int64', room, 2)] : []),
  ];
}

/** `width` array elements a value: 2 for int64 kept as pairs of words. */
function listInMemory(
  name: DraftList['name'],
  item: DraftList['item'],
  {values, start, length}: ListColumn<Uint32Array | Int32Array | Float64Array>,
  width: number,
): DraftList {
  function* pieces(from: number, to: number): Generator<Uint8Array> {
    // Rows that lie one behind the other are one piece.
    for (let f = from; f < to; ) {
      const begin = start[f]!;
      let end = begin + length[f]!;
      for (f++; f < to && start[f] === end; f++) end += length[f]!;
      const piece = values.subarray(begin * width, end * width);
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
    }
  }
  return {name, item, length, pieces};
}

/** Number of invocations of functions [from, to), of all by default, exact up to 2^53. */
export function invocationsOfDraft({lists, functions}: WorkloadDraft, from = 0, to = functions): number {
  const count = lists.find(({name}) => name === 'count');
  if (count === undefined) return sum(lists[0]!.length.subarray(from, to));
  let total = 0;
  for (const piece of count.pieces(from, to)) {
    const NumberArray = count.item === 'uint32' ? Uint32Array : Float64Array;
    total += sum(
      new NumberArray(piece.buffer as ArrayBuffer, piece.byteOffset, piece.byteLength / NumberArray.BYTES_PER_ELEMENT),
    );
  }
  return total;
}

function sum(numbers: Uint32Array | Float64Array): number {
  let total = 0;
  for (let i = 0; i < numbers.length; i++) total += numbers[i]!;
  return total;
}

/** The arrivals of a draft of single calls, read into memory. */
export function loadEvents(lists: readonly DraftList[]): EventArrivals {
  const load = (list: DraftList | undefined): ListColumn<Int32Array> | undefined => {
    if (list === undefined) return undefined;
    const {length} = list;
    const values = int64Words(sum(length));
    const bytes = new Uint8Array(values.buffer);
    let at = 0;
    for (const piece of list.pieces(0, length.length)) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return consecutiveLists(values, length);
  };
  const named = (name: DraftList['name']) => load(lists.find((list) => list.name === name));
  const [sequence, session, room] = (['sequence', 'session', 'room'] as const).map(named);
  return {
    kind: 'event',
    arrivalUs: named('arrival')!,
    durationUs: named('duration'),
    coldUs: named('cold'),
    ...(sequence && {sequence}),
    ...(session && {session}),
    ...(room && {room}),
  };
}
