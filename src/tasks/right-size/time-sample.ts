import {US_PER_MINUTE} from '../../base/units.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import {callsWithin} from '../../replay/run/all-calls.ts';
import {int64At, type ListColumn, mapLists, type Workload} from '../../workload/workload.ts';

/** A part of the time that is counted, and which sum it belongs to. */
export interface Piece {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly sum: number;
}

/** The hours of the counted part, and how many sums they make. */
interface Hours {
  readonly sums: number;
  readonly pieces: readonly Piece[];
}

/** Calls that a replay of a search is to have, and more than which it is worth to leave some out. */
const BUDGET = 1e6;
const WORTH_IT = 2 * BUDGET;
/** What is counted of an hour, and what comes before it so that instances are there. */
const BLOCK_US = 15 * US_PER_MINUTE;
const LEAD_US = 10 * US_PER_MINUTE;
const QUARTERS = 4;

/**
 * The trace with some quarters of an hour of the functions that are called most, for a search: every hour of the day has
 * its own. Functions with few calls stay whole, as what they need shows in no quarter.
 */
export interface TimeSample {
  /** What is counted of those that are cut, ascending. */
  readonly blocks: readonly Piece[];
  /** 1: of that function there are the blocks alone. [row] */
  readonly cut: Uint8Array;
  /** How much longer than its blocks an hour of the day is. [sum] */
  readonly weight: Float64Array;
  /** The same of any workload with those arrivals. */
  of(workload: Workload): Workload;
}

/** Undefined where the trace is small enough to be replayed as often as one likes. */
export function timeSampleOf(
  workload: Workload,
  {fromUs, untilUs, servedBy}: ReplayOptions,
  hours: Hours,
): TimeSample | undefined {
  const calls = callsWithin(workload, 0, untilUs, servedBy).most;
  const total = calls.reduce((sum, its) => sum + its, 0);
  if (total <= WORTH_IT) return undefined;
  const cut = cutRows(calls, servedBy);
  const cutCalls = calls.reduce((sum, its, row) => sum + (cut[row] === 1 ? its : 0), 0);
  const perBlock = (cutCalls / untilUs) * (BLOCK_US + LEAD_US);
  const blocks = blocksOf(hours, Math.floor((BUDGET - (total - cutCalls)) / perBlock));
  const lengthUs = blocks.reduce((sum, block) => sum + block.untilUs - block.fromUs + LEAD_US, 0);
  if (lengthUs * (total / WORTH_IT) > untilUs * (total / BUDGET) || lengthUs > (untilUs - fromUs) / 2) return undefined;
  let [from, made]: [Workload['arrivals'] | undefined, Workload['arrivals'] | undefined] = [undefined, undefined];
  const of = (its: Workload): Workload => {
    if (its.arrivals !== from) {
      from = its.arrivals;
      made = withinBlocks(from, blocks, cut);
    }
    return {...its, arrivals: made!};
  };
  return {blocks, cut, weight: weightsOf(hours, blocks), of};
}

/** The functions with most calls, all but those that make up half of the budget; those that share instances together. */
function cutRows(calls: Float64Array, servedBy: Int32Array | undefined): Uint8Array {
  const cut = new Uint8Array(calls.length);
  let whole = 0;
  for (const row of [...calls.keys()].sort((a, b) => calls[a]! - calls[b]! || a - b)) {
    whole += calls[row]!;
    if (whole > BUDGET / 2) cut[row] = 1;
  }
  return servedBy === undefined ? cut : cut.map((_, row) => cut[servedBy[row]!]!);
}

/** About so many blocks, at least one of each hour of the day: evenly over the days, and another quarter each time. */
function blocksOf(hours: Hours, wanted: number): Piece[] {
  const bySum = Array.from({length: hours.sums}, (_, sum) => hours.pieces.filter((piece) => piece.sum === sum));
  const each = Math.max(1, Math.floor(wanted / hours.sums));
  const blocks = bySum.flatMap((pieces, sum) => {
    const count = Math.min(each, pieces.length);
    return Array.from({length: count}, (_, k) => {
      const shift = (sum * 0.618034) % 1;
      const piece = pieces[Math.min(pieces.length - 1, Math.floor(((k + shift) / count) * pieces.length))]!;
      return blockIn(piece, (sum + k) % QUARTERS);
    });
  });
  return blocks.filter(({fromUs, untilUs}) => untilUs > fromUs).sort((a, b) => a.fromUs - b.fromUs);
}

/** That quarter of a piece of time, in whole minutes; what is shorter than an hour counts from its beginning. */
function blockIn({fromUs, untilUs, sum}: Piece, quarter: number): Piece {
  const spareUs = Math.max(0, untilUs - fromUs - BLOCK_US);
  const beginUs = fromUs + Math.min(spareUs, quarter * BLOCK_US);
  const inMinutes = (us: number): number => us - (us % US_PER_MINUTE);
  return {
    fromUs: inMinutes(beginUs + US_PER_MINUTE - 1),
    untilUs: inMinutes(Math.min(untilUs, beginUs + BLOCK_US)),
    sum,
  };
}

function weightsOf(hours: Hours, blocks: readonly Piece[]): Float64Array {
  const length = (stretches: readonly Piece[], sum: number): number =>
    stretches.reduce((us, one) => us + (one.sum === sum ? one.untilUs - one.fromUs : 0), 0);
  return Float64Array.from({length: hours.sums}, (_, sum) => length(hours.pieces, sum) / length(blocks, sum));
}

/** The arrivals without those of cut rows that lie in no block and shortly before none. */
function withinBlocks(arrivals: Workload['arrivals'], blocks: readonly Piece[], cut: Uint8Array) {
  const ranges = Array.from(cut, (isCut, row) => (isCut === 1 ? rangesOf(arrivals, row, blocks) : undefined));
  return mapLists(arrivals, (list) => picked(list, ranges, arrivals.kind === 'event' ? 2 : 1));
}

/** Which elements of a row's lists lie in the blocks or shortly before, as [from, until) pairs. */
function rangesOf(arrivals: Workload['arrivals'], row: number, blocks: readonly Piece[]): [number, number][] {
  const list = arrivals.kind === 'event' ? arrivals.arrivalUs : arrivals.minute;
  const [first, length] = [list.start[row]!, list.length[row]!];
  const timeUs = (k: number): number =>
    arrivals.kind === 'event'
      ? int64At(arrivals.arrivalUs.values, first + k)
      : arrivals.minute.values[first + k]! * US_PER_MINUTE;
  const firstFrom = (us: number): number => {
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (timeUs(middle) < us) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  let done = 0;
  return blocks.map(({fromUs, untilUs}) => {
    const from = Math.max(done, firstFrom(fromUs - LEAD_US));
    done = Math.max(from, firstFrom(untilUs));
    return [from, done];
  });
}

/** The list with those elements of its rows alone; undefined: all. `width`: numbers an element. */
function picked<T extends Int32Array | Uint32Array | Float64Array>(
  {values, start, length}: ListColumn<T>,
  ranges: readonly ([number, number][] | undefined)[],
  width: number,
): ListColumn<T> {
  const lengths = length.map((own, row) => ranges[row]?.reduce((sum, [from, until]) => sum + until - from, 0) ?? own);
  const total = lengths.reduce((sum, own) => sum + own, 0);
  const made = new (values.constructor as new (size: number) => T)(total * width);
  const starts = new Float64Array(start.length);
  let at = 0;
  for (let row = 0; row < start.length; row++) {
    starts[row] = at;
    for (const [from, until] of ranges[row] ?? [[0, length[row]!]]) {
      const base = start[row]!;
      made.set(values.subarray((base + from) * width, (base + until) * width) as T & Float64Array, at * width);
      at += until - from;
    }
  }
  return {values: made, start: starts, length: lengths};
}
