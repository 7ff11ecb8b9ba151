import {closeSync, openSync, readSync} from 'node:fs';
import {inputError} from '../../base/errors.ts';
import {
  type Arrivals,
  int64At,
  type ListColumn,
  setInt64,
  UNKNOWN_DURATION,
  UNKNOWN_START,
  type Workload,
} from '../workload.ts';
import type {PagedArrivals, PagedList} from './paged-arrivals.ts';

/** The lists of the functions `rows`, ascending, in memory; those of others are empty. */
export function loadRows(paged: PagedArrivals, functions: number, rows: ArrayLike<number>): Arrivals {
  const lengths = new Float64Array(functions);
  const starts = new Float64Array(functions);
  let elements = 0;
  for (let k = 0; k < rows.length; k++) {
    const f = rows[k]!;
    starts[f] = elements;
    for (let s = paged.firstStretch[f]!; s < paged.firstStretch[f + 1]!; s++) lengths[f]! += paged.length[s]!;
    elements += lengths[f]!;
  }
  const open = new OpenFiles(paged.files);
  try {
    const list = (name: PagedList['name']): ListColumn<never> | undefined => {
      const own = paged.lists.find((one) => one.name === name);
      if (own === undefined) return undefined;
      const values = loadList(paged, own, rows, elements, open);
      return {values: values as never, start: starts, length: lengths};
    };
    if (paged.kind === 'minute') return {kind: 'minute', minute: list('minute')!, count: list('count')!};
    const sequence = list('sequence');
    return {
      ...{kind: 'event', arrivalUs: list('arrival')!, durationUs: list('duration'), coldUs: list('cold')},
      ...(sequence && {sequence}),
    };
  } finally {
    open.close();
  }
}

/** Files that are read from, each opened when it is first asked for. */
class OpenFiles {
  private readonly paths: readonly string[];
  private readonly fds = new Map<number, number>();

  constructor(paths: readonly string[]) {
    this.paths = paths;
  }

  read(file: number, into: Uint8Array, at: number): void {
    const path = this.paths[file]!;
    let fd = this.fds.get(file);
    if (fd === undefined) this.fds.set(file, (fd = openSync(path, 'r')));
    for (let done = 0; done < into.length; ) {
      const read = readSync(fd, into, done, Math.min(into.length - done, MOST_BYTES), at + done);
      if (read === 0) throw inputError(path, 'was cut while it was read');
      done += read;
    }
  }

  close(): void {
    for (const fd of this.fds.values()) closeSync(fd);
  }
}

/** One read takes at most 2 GiB. */
const MOST_BYTES = 2 ** 30;

/** Elements of a list as they lie in memory: 64-bit integers as pairs of words. */
type Elements = Uint32Array | Float64Array | Int32Array;

function loadList(
  {firstStretch, file, length, shift}: PagedArrivals,
  {name, bytes, start}: PagedList,
  rows: ArrayLike<number>,
  elements: number,
  open: OpenFiles,
): Elements {
  const is64 = name !== 'minute' && name !== 'count';
  const isWide = name === 'count' && bytes.includes(8);
  const values: Elements = is64
    ? new Int32Array(2 * elements)
    : isWide
      ? new Float64Array(elements)
      : new Uint32Array(elements);
  const each = is64 || isWide ? 8 : 4;
  const all = new Uint8Array(values.buffer);
  const moved: [from: number, to: number, by: number][] = [];
  let at = 0;
  // Stretches that lie one behind the other in their file are one read.
  let [runFile, runFrom, runLength, runAt] = [-1, 0, 0, 0];
  const flush = (): void => {
    if (runLength === 0) return;
    const own = bytes[runFile]!;
    if (own === 0) fillUnknown(values as Int32Array, runAt, runAt + runLength, unknownIn[name] ?? 0);
    else if (own === each) open.read(runFile, all.subarray(runAt * each, (runAt + runLength) * each), runFrom * own);
    else {
      const narrow = new Uint32Array(runLength);
      open.read(runFile, new Uint8Array(narrow.buffer), runFrom * own);
      values.set(narrow, runAt);
    }
    if (shift[runFile] !== 0) moved.push([runAt, runAt + runLength, shift[runFile]!]);
  };
  for (let k = 0; k < rows.length; k++) {
    const f = rows[k]!;
    for (let s = firstStretch[f]!; s < firstStretch[f + 1]!; s++) {
      if (file[s] !== runFile || start[s] !== runFrom + runLength) {
        flush();
        [runFile, runFrom, runLength, runAt] = [file[s]!, start[s]!, 0, at];
      }
      runLength += length[s]!;
      at += length[s]!;
    }
  }
  flush();
  if (name === 'minute') for (const [from, to, by] of moved) addTo(values as Uint32Array, from, to, by);
  if (name === 'arrival') for (const [from, to, by] of moved) addTo64(values as Int32Array, from, to, by);
  return values;
}

/** What stands for an element of a list that a file does not have. */
const unknownIn: Partial<Record<PagedList['name'], number>> = {duration: UNKNOWN_DURATION, cold: UNKNOWN_START};

function fillUnknown(words: Int32Array, from: number, to: number, value: number): void {
  for (let i = from; i < to; i++) setInt64(words, i, value);
}

function addTo(values: Uint32Array, from: number, to: number, by: number): void {
  for (let i = from; i < to; i++) values[i]! += by;
}

function addTo64(words: Int32Array, from: number, to: number, by: number): void {
  for (let i = from; i < to; i++) setInt64(words, i, int64At(words, i) + by);
}

/** A stretch of functions whose lists are in memory. */
export interface Page {
  readonly workload: Workload;
  readonly from: number;
  readonly to: number;
}

/** Elements of lists that are in memory at a time. */
const PAGE_ELEMENTS = 2 ** 25;

/** The workload in stretches of functions, whose lists are in memory one after the other; all at once if they already are. */
export function* pagesOf(workload: Workload): Generator<Page> {
  const {functions, paged} = workload;
  if (paged === undefined) {
    yield {workload, from: 0, to: functions};
    return;
  }
  const {firstStretch, length} = paged;
  for (let from = 0; from < functions; ) {
    let [to, elements] = [from, 0];
    for (; to < functions && (to === from || elements < PAGE_ELEMENTS); to++) {
      for (let s = firstStretch[to]!; s < firstStretch[to + 1]!; s++) elements += length[s]!;
    }
    yield {workload: withRows(workload, range(from, to)), from, to};
    from = to;
  }
}

/** The workload with the lists of these functions, ascending, in memory and those of others empty. */
export function withRows(workload: Workload, rows: ArrayLike<number>): Workload {
  const {paged, functions, ...others} = workload;
  return paged === undefined ? workload : {...others, functions, arrivals: loadRows(paged, functions, rows)};
}

/** All of it in memory. */
export function loadPages(workload: Workload): Workload {
  return withRows(workload, range(0, workload.functions));
}

function range(from: number, to: number): Int32Array {
  return Int32Array.from({length: to - from}, (_, k) => from + k);
}
