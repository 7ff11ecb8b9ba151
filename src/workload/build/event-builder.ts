import {US_PER_MINUTE, US_PER_MS} from '../../base/units.ts';
import {consecutiveLists, doubled, int64Words, unknowns} from '../columns.ts';
import {type DurationColumns, type ListColumn, setInt64, type Workload} from '../workload.ts';
import {type DraftList, draftOf, loadDraft, loadEvents, type WorkloadDraft} from './draft.ts';
import {EventRows, type SortedRows} from './event-rows.ts';
import {EventSpill} from './event-spill.ts';
import {FunctionTable} from './function-table.ts';
import type {TraceMeta} from './minute-builder.ts';

/** Calls held in memory: 28 bytes each, and as much again while they are sorted. */
const ROWS_IN_MEMORY = 2 ** 23;

/**
 * Collects single calls in any order and makes a workload of them: each function's calls by arrival, those at the
 * same time in the order they came; where calls of different functions at the same time came in another order than their
 * functions, the order of all is kept too. Times are on the trace's own clock, integers within +-2^53 microseconds. Beyond
 * `rowsInMemory` calls are sorted in batches and spilled to a temporary file.
 */
export class EventBuilder {
  readonly functions = new FunctionTable();
  private readonly columns: readonly DraftList['name'][];
  private readonly rows: EventRows;
  private readonly rowsInMemory: number;
  private readonly durations: DurationSums | undefined;
  private spill: EventSpill | undefined;
  private spilled = new Float64Array(0);
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private readonly hasDuration: boolean;
  private readonly hasOrder: boolean;
  /** Rows spilled so far. */
  private rowsBefore = 0;
  private lastFn = -1;
  private lastUs = Number.NEGATIVE_INFINITY;
  /** Calls came before ones that were added earlier: only sorting tells which are at the same time. */
  private unsorted = false;
  private outOfOrder = false;

  /**
   * `has` says which times the trace gives for its calls besides their arrival: for all of them or for none; and whether
   * the order of its rows says which of two calls at the same time came first.
   */
  constructor(has: {duration: boolean; cold: boolean; order?: boolean}, rowsInMemory = ROWS_IN_MEMORY) {
    this.columns = ['arrival', ...(has.duration ? ['duration' as const] : []), ...(has.cold ? ['cold' as const] : [])];
    this.rows = new EventRows(this.columns.length - 1);
    this.rowsInMemory = rowsInMemory;
    this.hasDuration = has.duration;
    this.hasOrder = has.order ?? true;
    this.durations = has.duration ? new DurationSums() : undefined;
  }

  /** Adds one call of function `f`. `durationUs` and `coldUs` >= 0 are read only if the trace has them. */
  add(f: number, arrivalUs: number, durationUs: number, coldUs: number): void {
    if (arrivalUs < this.first) this.first = arrivalUs;
    if (arrivalUs > this.last) this.last = arrivalUs;
    if (arrivalUs < this.lastUs) this.unsorted = true;
    else if (arrivalUs === this.lastUs && f < this.lastFn) this.outOfOrder = true;
    this.lastUs = arrivalUs;
    this.lastFn = f;
    if (this.hasDuration) this.rows.add(f, arrivalUs, durationUs, coldUs);
    else this.rows.add(f, arrivalUs, coldUs, 0);
    if (this.rows.used === this.rowsInMemory) this.spillRows();
  }

  /** The workload, in memory. The builder is spent. */
  finish(meta: TraceMeta): Workload {
    return loadDraft(this.finishDraft(meta));
  }

  /** The workload, its calls left where they are. The builder is spent. */
  finishDraft(meta: TraceMeta): WorkloadDraft {
    const empty = this.last < this.first;
    const originUs = empty ? 0 : Math.floor(this.first / US_PER_MINUTE) * US_PER_MINUTE;
    const endUs = empty ? 0 : (Math.floor(this.last / US_PER_MINUTE) + 1) * US_PER_MINUTE;
    if (this.spill !== undefined) this.spillRows();
    const keepsOrder =
      this.hasOrder && (this.outOfOrder || (this.unsorted && (this.spill !== undefined || this.rows.tiesOutOfOrder())));
    const sorted = this.spill === undefined ? this.sortRows() : undefined;
    const workload = {
      meta: {...meta, originUs, spanUs: endUs - originUs},
      functions: this.functions.size,
      ...this.functions.columns(),
      duration: (this.durations ?? new DurationSums()).columns(this.functions.size),
    };
    if (sorted === undefined) return this.spilledDraft(workload, originUs, keepsOrder);
    const [arrivalUs, ...others] = sorted.columns.map((times, k) => int64List(times, k === 0 ? originUs : 0, sorted));
    const coldUs = this.columns.includes('cold') ? others.pop() : undefined;
    const sequence = keepsOrder ? {sequence: int64List(sorted.order, 0, sorted)} : {};
    const arrivals = {kind: 'event', arrivalUs: arrivalUs!, durationUs: others[0], coldUs, ...sequence} as const;
    return draftOf({...workload, arrivals});
  }

  private spilledDraft(workload: Omit<Workload, 'arrivals'>, originUs: number, keepsOrder: boolean): WorkloadDraft {
    const spill = this.spill!;
    const length = this.spilled.slice(0, workload.functions);
    const lists = [...this.columns, ...(keepsOrder ? ['sequence' as const] : [])].map(
      (name, k): DraftList => ({
        name,
        item: 'int64',
        length,
        pieces: (from, to) => spill.pieces(k, k === 0 ? originUs : 0, from, to),
      }),
    );
    return {
      ...workload,
      lists,
      loadArrivals: () => loadEvents(lists),
      release: () => spill.close(),
    };
  }

  private sortRows(): SortedRows {
    const sorted = this.rows.sorted(this.functions.size);
    const [, durations] = sorted.columns;
    if (durations) this.durations?.add(sorted.length, durations);
    return sorted;
  }

  private spillRows(): void {
    const sorted = this.sortRows();
    const {rowsBefore} = this;
    this.rowsBefore += this.rows.used;
    this.rows.clear();
    this.spill ??= new EventSpill();
    const {length, columns, order} = sorted;
    this.spill.add({...sorted, columns: [...columns, Float64Array.from(order, (row) => rowsBefore + row)]});
    while (this.spilled.length < length.length) this.spilled = doubled(this.spilled);
    for (let f = 0; f < length.length; f++) this.spilled[f]! += length[f]!;
  }
}

function int64List(times: Float64Array | Uint32Array, zero: number, {length}: SortedRows): ListColumn<Int32Array> {
  const values = int64Words(times.length);
  for (let i = 0; i < times.length; i++) setInt64(values, i, times[i]! - zero);
  return consecutiveLists(values, length);
}

/** Sum, least and most of the durations of each function. */
class DurationSums {
  private calls = new Float64Array(0);
  private sum = new Float64Array(0);
  private min = new Float64Array(0);
  private max = new Float64Array(0);

  add(length: Float64Array, durations: Float64Array): void {
    while (this.calls.length < length.length) {
      for (const key of ['calls', 'sum', 'min', 'max'] as const) this[key] = doubled(this[key]);
    }
    let i = 0;
    for (let f = 0; f < length.length; f++) {
      if (length[f] === 0) continue;
      let [sum, min, max] = [this.sum[f]!, this.calls[f] === 0 ? Number.POSITIVE_INFINITY : this.min[f]!, this.max[f]!];
      for (const end = i + length[f]!; i < end; i++) {
        const us = durations[i]!;
        sum += us;
        if (us < min) min = us;
        if (us > max) max = us;
      }
      [this.sum[f], this.min[f], this.max[f]] = [sum, min, max];
      this.calls[f]! += length[f]!;
    }
  }

  /** NaN for functions without a duration. */
  columns(functions: number): DurationColumns {
    const [meanMs, minMs, maxMs] = [unknowns(functions), unknowns(functions), unknowns(functions)];
    for (let f = 0; f < Math.min(functions, this.calls.length); f++) {
      if (this.calls[f] === 0) continue;
      meanMs[f] = this.sum[f]! / this.calls[f]! / US_PER_MS;
      minMs[f] = this.min[f]! / US_PER_MS;
      maxMs[f] = this.max[f]! / US_PER_MS;
    }
    return {meanMs, minMs, maxMs, levels: [], percentileMs: new Float64Array(0)};
  }
}
