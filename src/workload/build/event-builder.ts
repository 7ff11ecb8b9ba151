import {US_PER_MINUTE, US_PER_MS} from '../../base/units.ts';
import {consecutiveLists, doubled, int64Words, unknowns} from '../columns.ts';
import {isClockUs} from '../limits.ts';
import {
  COLD_UNTIMED,
  type DurationColumns,
  type ListColumn,
  NO_SESSION,
  setInt64,
  UNKNOWN_DURATION,
  UNKNOWN_START,
  type Workload,
} from '../workload.ts';
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
 * functions, the order of all is kept too. Times are on the trace's own clock, whole microseconds within 142 years. Beyond
 * `rowsInMemory` calls are sorted in batches and spilled to a temporary file.
 *
 * What no workload may hold gets no further than here: a time that is none is refused, a length below 0 made 0 and
 * counted, one that is unknown kept as such.
 */
export class EventBuilder {
  readonly functions = new FunctionTable();
  /** Lengths below 0 that were made 0. */
  clamped = 0;
  calls = 0;
  withoutDuration = 0;
  /** Calls of which it is not known whether they were cold. */
  withoutStart = 0;
  coldCalls = 0;
  private readonly columns: readonly DraftList['name'][];
  private readonly rows: EventRows;
  private readonly rowsInMemory: number;
  private readonly durations: DurationSums | undefined;
  private spill: EventSpill | undefined;
  private spilled = new Float64Array(0);
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private readonly hasDuration: boolean;
  private readonly hasCold: boolean;
  private readonly hasOrder: boolean;
  private readonly hasSession: boolean;
  private readonly hasRoom: boolean;
  /** Calls of which the trace names a session, and a room. */
  private withSession = 0;
  private withRoom = 0;
  /** Rows spilled so far. */
  private rowsBefore = 0;
  private lastFn = -1;
  private lastUs = Number.NEGATIVE_INFINITY;
  /** Calls came before ones that were added earlier: only sorting tells which are at the same time. */
  private unsorted = false;
  private outOfOrder = false;

  /**
   * `has` says what the trace may give for its calls besides their arrival; and whether the order of its rows says which of
   * two calls at the same time came first.
   */
  constructor(
    has: {duration: boolean; cold: boolean; order?: boolean; session?: boolean; room?: boolean},
    rowsInMemory = ROWS_IN_MEMORY,
  ) {
    const others = (['duration', 'cold', 'session', 'room'] as const).filter((name) => has[name] === true);
    this.columns = ['arrival', ...others];
    this.rows = new EventRows(this.columns.length - 1);
    this.rowsInMemory = rowsInMemory;
    this.hasDuration = has.duration;
    this.hasCold = has.cold;
    this.hasOrder = has.order ?? true;
    this.hasSession = has.session ?? false;
    this.hasRoom = has.room ?? false;
    this.durations = has.duration ? new DurationSums() : undefined;
  }

  /**
   * Adds one call of function `f`; false, having done nothing, for a time that no clock shows. `durationUs` and
   * `coldUs` are read only if the trace has them, NaN where it does not say; `coldUs` is the length of the call's cold
   * start, or WARM, UNKNOWN_START or COLD_UNTIMED. Sessions and rooms are numbers from 0 on, or NO_SESSION.
   */
  add(
    f: number,
    arrivalUs: number,
    durationUs: number,
    coldUs: number,
    session = NO_SESSION,
    room = NO_SESSION,
  ): boolean {
    if (!isClockUs(arrivalUs)) return false;
    if (this.hasDuration && !Number.isSafeInteger(durationUs) && !Number.isNaN(durationUs)) return false;
    if (this.hasCold && !Number.isSafeInteger(coldUs) && !Number.isNaN(coldUs)) return false;
    this.calls++;
    this.put(f, arrivalUs, this.length(durationUs), this.start(coldUs));
    if (this.hasSession || this.hasRoom) this.belongs(session, room);
    if (this.rows.used === this.rowsInMemory) this.spillRows();
    return true;
  }

  /** Says that after all nothing is known of how any call started. */
  forgetStarts(): void {
    this.withoutStart = this.calls;
    this.coldCalls = 0;
  }

  private length(durationUs: number): number {
    if (this.hasDuration && durationUs >= 0) return durationUs;
    if (!this.hasDuration || Number.isNaN(durationUs)) {
      this.withoutDuration++;
      return UNKNOWN_DURATION;
    }
    this.clamped++;
    return 0;
  }

  private start(coldUs: number): number {
    if (!this.hasCold || Number.isNaN(coldUs) || coldUs === UNKNOWN_START) {
      this.withoutStart++;
      return UNKNOWN_START;
    }
    if (coldUs >= 0 || coldUs === COLD_UNTIMED) this.coldCalls++;
    if (coldUs >= COLD_UNTIMED) return coldUs;
    this.clamped++;
    this.coldCalls++;
    return 0;
  }

  private put(f: number, arrivalUs: number, durationUs: number, coldUs: number): void {
    if (arrivalUs < this.first) this.first = arrivalUs;
    if (arrivalUs > this.last) this.last = arrivalUs;
    if (arrivalUs < this.lastUs) this.unsorted = true;
    else if (arrivalUs === this.lastUs && f < this.lastFn) this.outOfOrder = true;
    this.lastUs = arrivalUs;
    this.lastFn = f;
    if (this.hasDuration) this.rows.add(f, arrivalUs, durationUs, coldUs);
    else this.rows.add(f, arrivalUs, coldUs, 0);
  }

  /** The call added last is of that session and in that room. */
  private belongs(session: number, room: number): void {
    if (session !== NO_SESSION) this.withSession++;
    if (room !== NO_SESSION) this.withRoom++;
    if (this.hasSession) this.rows.say(this.columns.indexOf('session') - 1, session);
    if (this.hasRoom) this.rows.say(this.columns.indexOf('room') - 1, room);
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
      meta: {...meta, clampedDurations: meta.clampedDurations + this.clamped, originUs, spanUs: endUs - originUs},
      functions: this.functions.size,
      ...this.functions.columns(),
      duration: (this.durations ?? new DurationSums()).columns(this.functions.size),
    };
    if (sorted === undefined) return this.spilledDraft(workload, originUs, keepsOrder);
    const list = (name: DraftList['name']) =>
      this.says(name) ? int64List(sorted.columns[this.columns.indexOf(name)]!, 0, sorted) : undefined;
    const sequence = keepsOrder ? {sequence: int64List(sorted.order, 0, sorted)} : {};
    const [session, room] = [list('session'), list('room')];
    const whose = {...(session && {session}), ...(room && {room})};
    const times = {durationUs: list('duration'), coldUs: list('cold'), ...sequence, ...whose};
    const arrivalUs = int64List(sorted.columns[0]!, originUs, sorted);
    return draftOf({...workload, arrivals: {kind: 'event', arrivalUs, ...times}});
  }

  /** Whether the trace says anything of this for any call. */
  private says(column: DraftList['name']): boolean {
    if (!this.columns.includes(column)) return false;
    if (column === 'duration') return this.withoutDuration < this.calls || this.calls === 0;
    if (column === 'session') return this.withSession > 0;
    if (column === 'room') return this.withRoom > 0;
    return column !== 'cold' || this.withoutStart < this.calls || this.calls === 0;
  }

  private spilledDraft(workload: Omit<Workload, 'arrivals'>, originUs: number, keepsOrder: boolean): WorkloadDraft {
    const spill = this.spill!;
    const length = this.spilled.slice(0, workload.functions);
    const spilled = [...this.columns, 'sequence' as const];
    const lists = spilled
      .filter((name) => (name === 'sequence' ? keepsOrder : this.says(name)))
      .map((name): DraftList => {
        const column = spilled.indexOf(name);
        const zeroUs = name === 'arrival' ? originUs : 0;
        return {name, item: 'int64', length, pieces: (from, to) => spill.pieces(column, zeroUs, from, to)};
      });
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

/** Sum, least and most of the durations of each function that are known. */
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
      let unknown = 0;
      for (const end = i + length[f]!; i < end; i++) {
        const us = durations[i]!;
        if (us < 0) {
          unknown++;
          continue;
        }
        sum += us;
        if (us < min) min = us;
        if (us > max) max = us;
      }
      [this.sum[f], this.min[f], this.max[f]] = [sum, min, max];
      this.calls[f]! += length[f]! - unknown;
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
