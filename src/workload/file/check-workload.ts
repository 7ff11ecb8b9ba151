import {US_PER_MINUTE} from '../../base/units.ts';
import {isMemoryMib, MAX_CALLS, MAX_LENGTH_MS} from '../limits.ts';
import {
  COLD_UNTIMED,
  type DurationColumns,
  type EventArrivals,
  type Int64Words,
  int64At,
  type ListColumn,
  type MinuteArrivals,
  NO_SESSION,
  type ObservedStarts,
  UNKNOWN_DURATION,
  type Workload,
} from '../workload.ts';
import {RefusedFile} from './arrow-table.ts';

/**
 * Refuses, as RefusedFile, what no workload may hold and no builder lets through, so that a file of another tool cannot
 * bring a replay down: lengths below 0, infinite ones, arrivals that descend or lie beyond the span, counts that are no
 * whole numbers or more than 2^53 in all. One pass over all values, a few ns each.
 */
export function checkWorkload({meta, memoryMib, duration, arrivals, observed}: Omit<Workload, 'name'>): void {
  for (let f = 0; f < memoryMib.length; f++) {
    const mib = memoryMib[f]!;
    if (!isMemoryMib(mib) && !Number.isNaN(mib)) throw wrong('memory_mib', f, mib, 'a size above 0 and below 10^9');
  }
  checkDurations(duration);
  if (observed !== undefined) checkObserved(observed);
  if (arrivals.kind === 'minute') checkMinutes(arrivals, meta.spanUs);
  else checkEvents(arrivals, meta.spanUs);
}

function checkObserved({known, cold}: ObservedStarts): void {
  for (let f = 0; f < known.length; f++) {
    if (!(known[f]! >= 0 && known[f]! <= MAX_CALLS)) throw wrong('start_known', f, known[f]!, 'a number of calls');
    if (!(cold[f]! >= 0 && cold[f]! <= known[f]!)) throw wrong('cold_calls', f, cold[f]!, 'at most those known');
  }
}

function checkDurations({meanMs, minMs, maxMs, levels, percentileMs}: DurationColumns): void {
  checkLength('duration_mean_ms', meanMs);
  checkLength('duration_min_ms', minMs);
  checkLength('duration_max_ms', maxMs);
  const stride = levels.length;
  for (let from = 0; from < percentileMs.length; from += stride) {
    let previous = 0;
    for (let i = from; i < from + stride; i++) {
      const ms = percentileMs[i]!;
      if (ms >= previous && ms <= MAX_LENGTH_MS) previous = ms;
      else if (!Number.isNaN(ms)) throw wrong('duration_pct_ms', from / stride, ms, `ascending, ${LENGTH}`);
    }
  }
}

const LENGTH = 'a length of time from 0 to 285 years';

/** NaN is what is unknown. */
function checkLength(name: string, values: Float64Array): void {
  for (let f = 0; f < values.length; f++) {
    const ms = values[f]!;
    if (!(ms >= 0 && ms <= MAX_LENGTH_MS) && !Number.isNaN(ms)) throw wrong(name, f, ms, LENGTH);
  }
}

function checkMinutes({minute, count}: MinuteArrivals, spanUs: number): void {
  const minutes = Math.ceil(spanUs / US_PER_MINUTE);
  let total = 0;
  for (let f = 0; f < minute.length.length; f++) {
    const [from, length, counts] = [minute.start[f]!, minute.length[f]!, count.start[f]!];
    let previous = -1;
    for (let i = 0; i < length; i++) {
      const at = minute.values[from + i]!;
      const calls = count.values[counts + i]!;
      if (!(at > previous && at < minutes)) throw wrong('minute', f, at, 'ascending and within the span');
      // 0 is no call, but harmless.
      if (!(calls >= 0 && Number.isSafeInteger(calls))) throw wrong('count', f, calls, 'a whole number from 0 to 2^53');
      previous = at;
      total += calls;
    }
  }
  // Not exact up there, but above it.
  if (!(total <= MAX_CALLS)) throw new RefusedFile('has more than 2^53 calls');
}

function checkEvents(arrivals: EventArrivals, spanUs: number): void {
  const {arrivalUs, durationUs, coldUs, sequence, session, room} = arrivals;
  const {values, start, length} = arrivalUs;
  for (let f = 0; f < length.length; f++) {
    let previous = 0;
    for (let i = start[f]!, end = i + length[f]!; i < end; i++) {
      const us = int64At(values, i);
      if (!(us >= previous && us < spanUs)) throw wrong('arrival', f, us, 'ascending and within the span');
      previous = us;
    }
  }
  checkLengths('duration', durationUs, UNKNOWN_DURATION);
  checkLengths('cold', coldUs, COLD_UNTIMED);
  checkLengths('sequence', sequence, 0);
  checkNumbers('session', session);
  checkNumbers('room', room);
}

/** The upper word of a 64-bit integer within 2^53. */
const MAX_HIGH = 0x1fffff;

function checkLengths(name: string, column: ListColumn<Int64Words> | undefined, least: number): void {
  if (column === undefined) return;
  const {values, start, length} = column;
  for (let f = 0; f < length.length; f++) {
    for (let i = start[f]!, end = i + length[f]!; i < end; i++) {
      const high = values[2 * i + 1]!;
      // The words of -1 and its like are all ones above.
      const fits = high >= 0 ? high <= MAX_HIGH : high === -1 && values[2 * i]! < 0 && values[2 * i]! >= least;
      if (!fits) throw wrong(name, f, int64At(values, i), `at least ${least} and below 2^53`);
    }
  }
}

/** Sessions and rooms are numbers of 31 bits: so many fit no memory. */
function checkNumbers(name: string, column: ListColumn<Int64Words> | undefined): void {
  if (column === undefined) return;
  const {values, start, length} = column;
  for (let f = 0; f < length.length; f++) {
    for (let i = start[f]!, end = i + length[f]!; i < end; i++) {
      const [low, high] = [values[2 * i]!, values[2 * i + 1]!];
      const fits = (high === 0 && low >= 0) || (high === NO_SESSION && low === NO_SESSION);
      if (!fits) throw wrong(name, f, int64At(values, i), 'a whole number from 0 to 2^31 - 1, or -1 for none');
    }
  }
}

function wrong(name: string, row: number, value: number, rule: string): RefusedFile {
  return new RefusedFile(`is damaged: row ${row} has ${value} in '${name}', must be ${rule}`);
}
