import {SpillFile} from '../../files/spill-file.ts';
import {setInt64} from '../workload.ts';
import type {SortedRows} from './event-rows.ts';

const WINDOW = 1 << 14;
const PIECE = 1 << 16;

/** Rows sorted by function and arrival that lie in the file, column behind column, from byte `at`. */
interface Run {
  readonly at: number;
  readonly rows: number;
  readonly length: Float64Array; // [function known by then]
}

/** Calls that are more than memory should hold, in a temporary file as sorted runs that are merged when read. */
export class EventSpill {
  private readonly file = new SpillFile();
  private readonly runs: Run[] = [];

  add({length, columns}: SortedRows): void {
    this.runs.push({at: this.file.bytes, rows: columns[0]!.length, length});
    for (const column of columns) this.file.append(column);
  }

  /**
   * Column `column` of functions [from, to) less `zero`, as 64-bit integers: each function's calls by arrival, those
   * at the same time in the order they were added.
   */
  *pieces(column: number, zero: number, from: number, to: number): Generator<Uint8Array> {
    const cursors = this.runs.map((run) => new RunCursor(this.file, run, column, from));
    const piece = new MergedPiece(zero);
    for (let f = from; f < to; f++) {
      let active = cursors.filter((cursor) => cursor.enter(f));
      while (active.length > 0) {
        piece.takeFirst(active);
        if (piece.full) yield piece.flush();
        if (active.some((cursor) => cursor.remaining === 0)) active = active.filter((cursor) => cursor.remaining > 0);
      }
    }
    yield piece.flush();
  }

  close(): void {
    this.file.close();
  }
}

/** Values as they are merged, up to a piece of them. */
class MergedPiece {
  private readonly words = new Int32Array(2 * PIECE);
  private length = 0;
  private readonly zero: number;

  constructor(zero: number) {
    this.zero = zero;
  }

  get full(): boolean {
    return this.length === PIECE;
  }

  /** Moves values of the run whose next call is the earliest, as long as no other run's is earlier. */
  takeFirst(active: readonly RunCursor[]): void {
    let first = 0;
    let other = Number.POSITIVE_INFINITY;
    let otherIsBefore = false;
    for (let r = 1; r < active.length; r++) {
      if (active[r]!.arrival < active[first]!.arrival) first = r;
    }
    for (let r = 0; r < active.length; r++) {
      if (r === first || !(active[r]!.arrival < other)) continue;
      other = active[r]!.arrival;
      otherIsBefore = r < first;
    }
    const cursor = active[first]!;
    do {
      const {arrival} = cursor;
      if (arrival > other || (arrival === other && otherIsBefore)) return;
      setInt64(this.words, this.length++, cursor.value - this.zero);
      cursor.advance();
    } while (cursor.remaining > 0 && this.length < PIECE);
  }

  flush(): Uint8Array {
    const bytes = new Uint8Array(this.words.buffer, 0, 8 * this.length);
    this.length = 0;
    return bytes;
  }
}

/** Reads arrivals and one column of a run, from a function on, a window at a time. */
class RunCursor {
  /** Calls of the function entered that are still to come. */
  remaining = 0;
  private readonly file: SpillFile;
  private readonly run: Run;
  private readonly column: number;
  private readonly arrivals = new Float64Array(WINDOW);
  private readonly values: Float64Array;
  /** Rows before the window. */
  private base = 0;
  private at = 0;
  private loaded = 0;

  constructor(file: SpillFile, run: Run, column: number, from: number) {
    this.file = file;
    this.run = run;
    this.column = column;
    this.values = column === 0 ? this.arrivals : new Float64Array(WINDOW);
    for (let f = 0; f < from && f < run.length.length; f++) this.base += run.length[f]!;
  }

  get arrival(): number {
    return this.arrivals[this.at]!;
  }

  get value(): number {
    return this.values[this.at]!;
  }

  /** Turns to function f, which follows the one before; false when the run has no call of it. */
  enter(f: number): boolean {
    this.remaining = this.run.length[f] ?? 0;
    if (this.remaining > 0 && this.at === this.loaded) this.load();
    return this.remaining > 0;
  }

  advance(): void {
    this.remaining--;
    this.at++;
    if (this.at === this.loaded && this.remaining > 0) this.load();
  }

  private load(): void {
    this.base += this.loaded;
    this.at = 0;
    this.loaded = Math.min(WINDOW, this.run.rows - this.base);
    this.read(0, this.arrivals);
    if (this.column > 0) this.read(this.column, this.values);
  }

  private read(column: number, target: Float64Array): void {
    const position = this.run.at + 8 * (column * this.run.rows + this.base);
    this.file.read(position, new Uint8Array(target.buffer, 0, 8 * this.loaded));
  }
}
