import {appsOf} from '../../workload/apps.ts';
import {loadRows} from '../../workload/parts/paged.ts';
import type {PagedArrivals} from '../../workload/parts/paged-arrivals.ts';
import {type Arrivals, type DurationColumns, mapLists, type Workload} from '../../workload/workload.ts';

/** What a cell reads of a workload: numbers only, so that it can cross to another thread. */
export interface CellWorkload {
  readonly functions: number;
  readonly spanUs: number;
  /** Number of the function's app; the same name under another owner is another app. */
  readonly appId: Int32Array; // [function]
  readonly memoryMib: Float64Array; // [function]
  readonly duration: DurationColumns;
  readonly arrivals: Arrivals;
  /** Its lists lie in files, and each cell reads those of its functions. */
  readonly paged?: PagedArrivals | undefined;
}

export function cellWorkload(workload: Workload): CellWorkload {
  const {functions, memoryMib, duration, arrivals, paged} = workload;
  const its = {functions, spanUs: workload.meta.spanUs, appId: appsOf(workload).app, memoryMib, duration};
  return paged === undefined ? {...its, arrivals} : {...its, arrivals: noArrivals, paged};
}

const nothing = {values: new Uint32Array(0), start: new Float64Array(0), length: new Float64Array(0)};
const noArrivals: Arrivals = {kind: 'minute', minute: nothing, count: nothing};

/** The workload with the lists of these rows, where they lie in files. */
export function withLists(workload: CellWorkload, rows: Int32Array): CellWorkload {
  const {paged, functions} = workload;
  if (paged === undefined) return workload;
  return {...workload, arrivals: loadRows(paged, functions, Int32Array.from(rows).sort()), paged: undefined};
}

/**
 * The same in shared memory, so that threads read one copy. Views over one file become views over one shared copy of
 * it; what is shared already stays as it is.
 */
export function sharedWorkload(workload: CellWorkload): CellWorkload {
  const copies = new Map<ArrayBufferLike, SharedArrayBuffer>();
  const share = <T extends Int32Array | Uint32Array | Float64Array>(column: T): T => {
    const {buffer} = column;
    if (buffer instanceof SharedArrayBuffer) return column;
    let copy = copies.get(buffer);
    if (copy === undefined) {
      copy = new SharedArrayBuffer(buffer.byteLength);
      new Uint8Array(copy).set(new Uint8Array(buffer));
      copies.set(buffer, copy);
    }
    const View = column.constructor as new (b: SharedArrayBuffer, offset: number, length: number) => T;
    return new View(copy, column.byteOffset, column.length);
  };
  const {duration, arrivals, paged} = workload;
  return {
    ...(paged && {
      paged: {
        ...paged,
        firstStretch: share(paged.firstStretch),
        file: share(paged.file),
        length: share(paged.length),
        lists: paged.lists.map((list) => ({...list, start: share(list.start)})),
      },
    }),
    functions: workload.functions,
    spanUs: workload.spanUs,
    appId: share(workload.appId),
    memoryMib: share(workload.memoryMib),
    duration: {
      levels: duration.levels,
      meanMs: share(duration.meanMs),
      minMs: share(duration.minMs),
      maxMs: share(duration.maxMs),
      percentileMs: share(duration.percentileMs),
    },
    arrivals: sharedParts(
      mapLists(arrivals, ({values, start, length}) => ({
        values: share(values),
        start: share(start),
        length: share(length),
      })),
      share,
    ),
  };
}

/** The same with what bursts add shared as well. */
function sharedParts(arrivals: Arrivals, share: <T extends Uint32Array | Float64Array>(column: T) => T): Arrivals {
  if (arrivals.kind === 'event' || arrivals.added === undefined) return arrivals;
  const {added} = arrivals;
  const {burst, calls, next} = added;
  return {...arrivals, added: {...added, burst: share(burst), calls: share(calls), next: share(next)}};
}
