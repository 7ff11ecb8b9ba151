import {US_PER_MINUTE} from '../../base/units.ts';
import {
  type EventArrivals,
  int64At,
  type ListColumn,
  type MinuteArrivals,
  type Workload,
} from '../../workload/workload.ts';

/**
 * The workload as it was known at `untilUs`: the calls before it, over a span that ends there. Columns are shared with
 * the whole. A minute that is cut counts as not yet seen.
 */
export function historyUntil(workload: Workload, untilUs: number): Workload {
  if (untilUs >= workload.meta.spanUs) return workload;
  const {arrivals} = workload;
  return {
    ...workload,
    meta: {...workload.meta, spanUs: untilUs},
    arrivals:
      arrivals.kind === 'minute'
        ? minutesBefore(arrivals, Math.floor(untilUs / US_PER_MINUTE))
        : eventsBefore(arrivals, untilUs),
  };
}

function minutesBefore({minute, count}: MinuteArrivals, limit: number): MinuteArrivals {
  const length = lengthsBelow(minute, (i) => minute.values[i]! < limit);
  return {kind: 'minute', minute: {...minute, length}, count: {...count, length}};
}

function eventsBefore({arrivalUs, durationUs, coldUs, sequence}: EventArrivals, untilUs: number): EventArrivals {
  const length = lengthsBelow(arrivalUs, (i) => int64At(arrivalUs.values, i) < untilUs);
  const cut = <T>(list: ListColumn<T> | undefined): ListColumn<T> | undefined => list && {...list, length};
  const times = {arrivalUs: {...arrivalUs, length}, durationUs: cut(durationUs), coldUs: cut(coldUs)};
  return {kind: 'event', ...times, sequence: cut(sequence)};
}

/** How many elements of each ascending list come before the limit, by halving. */
function lengthsBelow({start, length}: ListColumn<unknown>, before: (element: number) => boolean): Float64Array {
  const kept = new Float64Array(length.length);
  for (let f = 0; f < kept.length; f++) {
    let low = 0;
    let high = length[f]!;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (before(start[f]! + middle)) low = middle + 1;
      else high = middle;
    }
    kept[f] = low;
  }
  return kept;
}
