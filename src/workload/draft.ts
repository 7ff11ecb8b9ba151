import {int64Words} from './columns.ts';
import type {EventArrivals, ListColumn, Workload} from './workload.ts';

/** A finished workload whose lists may be larger than memory: they come when they are written. */
export interface WorkloadDraft extends Omit<Workload, 'arrivals'> {
  readonly lists: readonly DraftList[];
  /** The whole in memory. */
  load(): Workload;
  /** Gives back what the lists occupy outside memory; the draft is spent. */
  release(): void;
}

/** A list column, handed over function by function. */
export interface DraftList {
  readonly name: 'minute' | 'count' | 'arrival' | 'duration' | 'cold';
  readonly item: 'uint32' | 'float64' | 'int64';
  readonly length: Float64Array; // [function]
  /** The elements of functions [from, to), piece after piece; each is valid until the next. */
  pieces(from: number, to: number): Iterable<Uint8Array>;
}

/** A workload that is in memory, as a draft. */
export function draftOf(workload: Workload): WorkloadDraft {
  return {...workload, lists: listsOf(workload.arrivals), load: () => workload, release: () => undefined};
}

function listsOf(arrivals: Workload['arrivals']): DraftList[] {
  if (arrivals.kind === 'minute') {
    const {minute, count} = arrivals;
    const item = count.values instanceof Uint32Array ? 'uint32' : 'float64';
    return [listInMemory('minute', 'uint32', minute, 1), listInMemory('count', item, count, 1)];
  }
  const {arrivalUs, durationUs, coldUs} = arrivals;
  return [
    listInMemory('arrival', 'int64', arrivalUs, 2),
    ...(durationUs ? [listInMemory('duration', 'int64', durationUs, 2)] : []),
    ...(coldUs ? [listInMemory('cold', 'int64', coldUs, 2)] : []),
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

/** The arrivals of a draft of single calls, read into memory. */
export function loadEvents(lists: readonly DraftList[]): EventArrivals {
  const load = (list: DraftList | undefined): ListColumn<Int32Array> | undefined => {
    if (list === undefined) return undefined;
    const {length} = list;
    const start = new Float64Array(length.length);
    for (let f = 1; f < start.length; f++) start[f] = start[f - 1]! + length[f - 1]!;
    const values = int64Words(length.reduce((sum, n) => sum + n, 0));
    const bytes = new Uint8Array(values.buffer);
    let at = 0;
    for (const piece of list.pieces(0, length.length)) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return {values, start, length};
  };
  const [arrivalUs, durationUs, coldUs] = (['arrival', 'duration', 'cold'] as const).map((name) =>
    load(lists.find((list) => list.name === name)),
  );
  return {kind: 'event', arrivalUs: arrivalUs!, durationUs, coldUs};
}
