import {callCursor} from '../../workload/call-cursor.ts';
import {mapLists, type Workload} from '../../workload/workload.ts';

/**
 * The workload as it was known at `untilUs`: the calls before it, over a span that ends there. Columns are shared with
 * the whole. A minute that is cut counts as not yet seen.
 */
export function historyUntil(workload: Workload, untilUs: number): Workload {
  if (untilUs >= workload.meta.spanUs) return workload;
  const length = stepsOverBy(workload, untilUs);
  return {
    ...workload,
    observed: undefined,
    meta: {...workload.meta, spanUs: untilUs},
    arrivals: mapLists(workload.arrivals, (list) => ({...list, length})),
  };
}

/** How many steps of each function's calls are over by that time, found by halving. */
function stepsOverBy({functions, arrivals}: Workload, untilUs: number): Float64Array {
  const cursor = callCursor(arrivals);
  return Float64Array.from({length: functions}, (_, f) => {
    let low = 0;
    let high = cursor.steps(f);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      cursor.open(f, middle);
      cursor.next();
      if (cursor.timeUs + cursor.resolutionUs <= untilUs) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}
