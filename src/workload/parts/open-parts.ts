import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {inputError} from '../../base/errors.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import {compareNames} from '../../files/name-order.ts';
import {doubled} from '../columns.ts';
import {
  type Arrivals,
  type EventArrivals,
  int64At,
  type ListColumn,
  type Workload,
  type WorkloadMeta,
} from '../workload.ts';
import {FunctionIndex} from './function-index.ts';
import type {PagedArrivals, PagedList} from './paged-arrivals.ts';
import {PartColumns} from './part-columns.ts';

type Lists = readonly (readonly [name: PagedList['name'], list: ListColumn<Uint32Array | Int32Array | Float64Array>])[];

/** A part, and the file that its lists are views over. */
export interface PartFile {
  readonly workload: Workload;
  readonly file: string;
}

/**
 * A folder of workload files as one workload, of which each is a part: other functions, or the same at another time. Who and
 * what functions are is in memory, their lists stay in the files. Parts are read one by one, in the order of their names;
 * `read` gives a part as views over a file. Functions go by first appearance.
 */
export async function openParts(folder: string, read: (path: string) => Promise<PartFile>): Promise<Workload> {
  const names = readdirSync(folder)
    .filter((name) => /^[^.].*\.(arrow|parquet)$/i.test(name))
    .sort(compareNames);
  if (names.length === 0) throw inputError(folder, 'holds no .arrow or .parquet file, as a folder of parts does');
  const parts = new Parts(names.map((name) => join(folder, name)));
  for (const [k, path] of parts.paths.entries()) {
    const {workload, file} = await read(path);
    parts.files.push(file);
    parts.add(k, workload);
  }
  return parts.finish();
}

/** The lists of a workload by what files call them. */
function listsOf(arrivals: Arrivals): Lists {
  if (arrivals.kind === 'minute')
    return [
      ['minute', arrivals.minute],
      ['count', arrivals.count],
    ];
  const {arrivalUs, durationUs, coldUs, sequence} = arrivals;
  const all = {arrival: arrivalUs, duration: durationUs, cold: coldUs, sequence};
  return Object.entries(all).flatMap(([name, list]) => (list === undefined ? [] : [[name, list] as never]));
}

/** What is collected of parts while one after the other is in memory. */
class Parts {
  readonly paths: readonly string[];
  /** Where the lists of each part lie. */
  readonly files: string[] = [];
  private readonly index = new FunctionIndex();
  private readonly columns = new PartColumns();
  private readonly metas: WorkloadMeta[] = [];
  private kind: Arrivals['kind'] = 'minute';
  /** Of each function, when its calls seen so far are over, on the trace's own clock. */
  private overUs = new Float64Array(0);
  private readonly lists = new Map<PagedList['name'], {bytes: Int32Array; start: Float64Array}>();
  private readonly stretches = {fn: new Int32Array(1024), file: new Int32Array(1024), length: new Float64Array(1024)};
  private used = 0;

  constructor(paths: readonly string[]) {
    this.paths = paths;
  }

  add(file: number, workload: Workload): void {
    const {arrivals, meta} = workload;
    const path = this.paths[file]!;
    if (file > 0 && arrivals.kind !== this.kind) {
      throw inputError(path, `has arrivals of kind '${arrivals.kind}', other parts '${this.kind}'`);
    }
    if (arrivals.session !== undefined || arrivals.room !== undefined) {
      throw inputError(path, 'tells of sessions, which have numbers in one file alone', 'read it by itself');
    }
    this.kind = arrivals.kind;
    this.metas.push(meta);
    const own = this.index.add(workload);
    this.columns.add(path, workload, own, this.index.size);
    const lists = listsOf(arrivals);
    for (const [name, list] of lists) this.noteWidth(name, file, list.values);
    const [, first] = lists[0]!;
    while (this.overUs.length < this.index.size)
      this.overUs = doubled(this.overUs).fill(Number.NEGATIVE_INFINITY, this.overUs.length);
    for (let f = 0; f < own.length; f++) {
      if (first.length[f] === 0) continue;
      this.refuseOverlap(path, workload, f, own[f]!);
      const at = this.stretch(own[f]!, file, first.length[f]!);
      for (const [name, {start}] of lists) this.lists.get(name)!.start[at] = start[f]!;
    }
  }

  finish(): Workload {
    const {index, metas, used, stretches} = this;
    const originUs = Math.min(...metas.map((meta) => meta.originUs));
    const endUs = Math.max(...metas.map((meta) => meta.originUs + meta.spanUs));
    const earliest = metas.find((meta) => meta.originUs === originUs)!;
    const meta: WorkloadMeta = {
      ...{source: metas[0]!.source, licence: metas[0]!.licence, startTime: earliest.startTime, originUs},
      spanUs: endUs - originUs,
      clampedDurations: metas.reduce((sum, its) => sum + its.clampedDurations, 0),
    };
    const functions = index.size;
    // By function; of one, in the order of the files' times, which `refuseOverlap` has seen to.
    const firstStretch = new Float64Array(functions + 1);
    for (let s = 0; s < used; s++) firstStretch[stretches.fn[s]! + 1]!++;
    for (let f = 0; f < functions; f++) firstStretch[f + 1]! += firstStretch[f]!;
    const next = firstStretch.slice();
    const place = Int32Array.from({length: used}, (_, s) => next[stretches.fn[s]!]!++);
    const placed = <T extends Int32Array | Float64Array>(column: T): T => {
      const moved = column.slice(0, used) as T;
      for (let s = 0; s < used; s++) moved[place[s]!] = column[s]!;
      return moved;
    };
    const perTick = this.kind === 'minute' ? US_PER_MINUTE : 1;
    const paged: PagedArrivals = {
      ...{kind: this.kind, files: this.files, firstStretch},
      shift: Float64Array.from(metas, (its) => (its.originUs - originUs) / perTick),
      file: placed(stretches.file),
      length: placed(stretches.length),
      lists: [...this.lists].map(([name, {bytes, start}]) => ({name, bytes, start: placed(start)})),
    };
    const {calls, ...columns} = this.columns.finish(functions);
    return {meta, ...index.columns(), ...columns, arrivals: lengthsOf(paged, functions, calls), paged};
  }

  private noteWidth(name: PagedList['name'], file: number, values: {readonly BYTES_PER_ELEMENT: number}): void {
    let list = this.lists.get(name);
    if (list === undefined) {
      list = {bytes: new Int32Array(this.paths.length), start: new Float64Array(this.stretches.fn.length)};
      this.lists.set(name, list);
    }
    list.bytes[file] = name === 'minute' || name === 'count' ? values.BYTES_PER_ELEMENT : 8;
  }

  private stretch(fn: number, file: number, length: number): number {
    const {stretches} = this;
    if (this.used === stretches.fn.length) {
      for (const key of ['fn', 'file'] as const) stretches[key] = doubled(stretches[key]);
      stretches.length = doubled(stretches.length);
      for (const list of this.lists.values()) list.start = doubled(list.start);
    }
    const at = this.used++;
    [stretches.fn[at], stretches.file[at], stretches.length[at]] = [fn, file, length];
    return at;
  }

  /** The calls of a function in one part come after those in the part before. */
  private refuseOverlap(path: string, {arrivals, meta, name}: Workload, f: number, own: number): void {
    const [firstUs, lastUs] = endsOf(arrivals, f);
    const endUs = meta.originUs + lastUs + (arrivals.kind === 'minute' ? US_PER_MINUTE : 0);
    if (meta.originUs + firstUs < this.overUs[own]!) {
      throw inputError(
        path,
        `has calls of '${name.at(f)}' from before the end of those in a part with an earlier name`,
        'a function may be in several parts, each of a later time: name them by date',
      );
    }
    this.overUs[own] = endUs;
  }
}

/** First and last time of a function's calls, microseconds. */
function endsOf(arrivals: Arrivals, f: number): [first: number, last: number] {
  if (arrivals.kind === 'minute') {
    const {values, start, length} = arrivals.minute;
    const from = start[f]!;
    return [values[from]! * US_PER_MINUTE, values[from + length[f]! - 1]! * US_PER_MINUTE];
  }
  const {values, start, length} = arrivals.arrivalUs;
  const from = start[f]!;
  return [int64At(values, from), int64At(values, from + length[f]! - 1)];
}

/** Arrivals of which the lengths alone are in memory: reading an element is a bug, and said to be one. */
function lengthsOf(paged: PagedArrivals, functions: number, calls: Float64Array): Arrivals {
  const length = new Float64Array(functions);
  for (let f = 0; f < functions; f++) {
    for (let s = paged.firstStretch[f]!; s < paged.firstStretch[f + 1]!; s++) length[f]! += paged.length[s]!;
  }
  const list = {
    get values(): never {
      throw new Error('the lists of a paged workload are read page by page');
    },
    start: new Float64Array(functions),
    length,
  };
  if (paged.kind === 'minute') return {kind: 'minute', minute: list, count: list, calls};
  const has = (name: PagedList['name']) => paged.lists.some((one) => one.name === name);
  return {
    ...{kind: 'event', arrivalUs: list, durationUs: has('duration') ? list : undefined},
    ...{coldUs: has('cold') ? list : undefined},
    ...(has('sequence') && {sequence: list}),
  } as EventArrivals;
}
