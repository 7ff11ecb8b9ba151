import {inputError, invariant} from '../../base/errors.ts';
import {formatCount, US_PER_MINUTE} from '../../base/units.ts';
import {pagesOf} from '../../workload/parts/paged.ts';
import {type Arrivals, int64At, type MinuteArrivals, type Workload} from '../../workload/workload.ts';
import type {Ledger} from '../ledger.ts';

/**
 * How many calls each function of a workload has in a stretch of its span. `least` and `most` differ only where the
 * stretch cuts a minute of which the trace tells no more than the number of its calls.
 */
export interface CallsWithin {
  readonly least: Float64Array; // [function]
  readonly most: Float64Array; // [function]
}

/**
 * The calls that arrive in [fromUs, untilUs), read off the trace and not off what a replay makes of it. `servedBy`: the
 * function under which calls are counted; undefined: their own.
 */
export function callsWithin(workload: Workload, fromUs: number, untilUs: number, servedBy?: Int32Array): CallsWithin {
  const {functions, meta} = workload;
  const least = new Float64Array(functions);
  const most = new Float64Array(functions);
  const endUs = Math.min(untilUs, meta.spanUs);
  for (const page of pagesOf(workload)) {
    const {arrivals} = page.workload;
    for (let f = page.from; f < page.to; f++) {
      if (arrivals.kind === 'event') {
        most[f] = least[f] = Math.max(0, before(arrivals.arrivalUs, f, endUs) - before(arrivals.arrivalUs, f, fromUs));
      } else countMinutes(arrivals, f, [fromUs, endUs], meta.spanUs, least, most);
    }
  }
  return servedBy === undefined ? {least, most} : {least: summed(least, servedBy), most: summed(most, servedBy)};
}

function summed(calls: Float64Array, servedBy: Int32Array): Float64Array {
  const sum = new Float64Array(calls.length);
  for (let f = 0; f < calls.length; f++) sum[servedBy[f]!]! += calls[f]!;
  return sum;
}

/** How many of a function's calls arrive before `us`. */
function before(
  {values, start, length}: Extract<Arrivals, {kind: 'event'}>['arrivalUs'],
  f: number,
  us: number,
): number {
  let [low, high] = [0, length[f]!];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (int64At(values, start[f]! + middle) < us) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countMinutes(
  {minute, count}: MinuteArrivals,
  f: number,
  [fromUs, endUs]: readonly [number, number],
  spanUs: number,
  least: Float64Array,
  most: Float64Array,
): void {
  let [whole, touched] = [0, 0];
  for (let i = 0; i < minute.length[f]!; i++) {
    const lowUs = minute.values[minute.start[f]! + i]! * US_PER_MINUTE;
    // The calls of a minute that the span cuts lie before its end.
    const highUs = Math.min(lowUs + US_PER_MINUTE, spanUs);
    if (highUs <= fromUs || lowUs >= endUs) continue;
    const calls = count.values[count.start[f]! + i]!;
    touched += calls;
    if (lowUs >= fromUs && highUs <= endUs) whole += calls;
  }
  least[f] = whole;
  most[f] = touched;
}

/**
 * What must hold of every run: each function's calls are those that the workload has in the part that is counted, none
 * lost between windows, cells and threads and none counted twice. A failure is a bug of ours. `waiting` says that calls
 * may have been left out of `calls`, as those are that wait while a stage ends.
 */
export function checkAllCalls(
  {name}: Pick<Workload, 'name'>,
  {least, most}: CallsWithin,
  calls: Float64Array,
  waiting = false,
): void {
  for (let f = 0; f < calls.length; f++) {
    const found = calls[f]!;
    if (found <= most[f]! && (waiting || found >= least[f]!)) continue;
    const expected =
      least[f] === most[f] ? formatCount(most[f]!) : `${formatCount(least[f]!)} to ${formatCount(most[f]!)}`;
    invariant(
      false,
      () => `the replay counts ${formatCount(found)} calls of '${name.at(f)}', the workload has ${expected}`,
    );
  }
}

/** Refuses a run in which one function's instances are in a state for longer than whole microseconds can be summed exactly. */
export function checkSums({name}: Pick<Workload, 'name'>, {policy, functions}: Ledger): void {
  for (const [state, column] of Object.entries({
    busy: functions.busyUs,
    idle: functions.idleUs,
    starting: functions.startingUs,
  })) {
    const f = column.findIndex((us) => us > Number.MAX_SAFE_INTEGER);
    if (f < 0) continue;
    throw inputError(
      'the workload',
      `instances of '${name.at(f)}' are ${state} for more than 285 years in all under ${policy}, more than microseconds add up to exactly`,
      'replay a part of it: --from 1d --until 2d',
    );
  }
}
