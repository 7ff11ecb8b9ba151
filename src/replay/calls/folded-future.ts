import type {TimedFuture} from '../../scheduler/parts/keep-alive/bounds/floor.ts';

/**
 * What instances with several places have to serve at the least: while n calls of a function are in flight, n over its
 * places of them, rounded up. So each such level of demand is in use in spells, and a spell stands for its calls: it
 * begins with the one that raised the demand and ends with the one that lets it fall. No instance serves less, whoever
 * decides; that a call may wait for a place is left out.
 */
export function foldedFuture(future: TimedFuture, places: Int32Array): TimedFuture {
  const functions = places.length;
  const start = new Float64Array(functions + 1);
  const rows: number[] = [];
  const lengths: number[] = [];
  for (let fn = 0; fn < functions; fn++) {
    foldCalls(future, fn, places[fn]!, rows, lengths);
    start[fn + 1] = rows.length;
  }
  const of = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]!);
  return {
    start,
    arrivalUs: of(future.arrivalUs),
    durationUs: Float64Array.from(lengths),
    coldUs: of(future.coldUs),
    startUs: of(future.startUs),
  };
}

/** Adds the calls of `fn` that begin a spell, in order of arrival, and how long their spells last. */
function foldCalls(future: TimedFuture, fn: number, places: number, rows: number[], lengths: number[]): void {
  const {arrivalUs, durationUs} = future;
  const [from, to] = [future.start[fn]!, future.start[fn + 1]!];
  const endUs = new Float64Array(to - from);
  for (let k = from; k < to; k++) endUs[k - from] = arrivalUs[k]! + durationUs[k]!;
  endUs.sort();
  const open: number[] = [];
  let ended = 0;
  const endUntil = (untilUs: number, inFlight: number): number => {
    let left = inFlight;
    // A call that takes no time ends no sooner than it begins.
    for (; left > 0 && endUs[ended]! <= untilUs; ended++) {
      left--;
      if (Math.ceil(left / places) === open.length) continue;
      const spell = open.pop()!;
      lengths[spell] = endUs[ended]! - arrivalUs[rows[spell]!]!;
    }
    return left;
  };
  let inFlight = 0;
  for (let k = from; k < to; k++) {
    inFlight = endUntil(arrivalUs[k]!, inFlight) + 1;
    if (Math.ceil(inFlight / places) > open.length) {
      open.push(rows.length);
      rows.push(k);
      lengths.push(0);
    }
  }
  endUntil(Number.POSITIVE_INFINITY, inFlight);
}
