/** Changes noted one by one; with more, only their sums over short spans are kept. */
const MOST_CHANGES = 1 << 20;
/** Spans of a run at most: a day in 66 ms each. */
const MOST_SPANS = 1 << 21;

/** When instances of a cell came and went, one by one: in any order. */
export interface NotedChanges {
  readonly atUs: Float64Array; // [change]
  /** 2 x function, and 1 if one came, 0 if one went. */
  readonly what: Int32Array; // [change]
}

/** How many came and went in each span of time, and their memory, MiB. */
export interface SpanSums {
  readonly came: Int32Array; // [span]
  readonly went: Int32Array; // [span]
  readonly cameMib: Float64Array; // [span]
  readonly wentMib: Float64Array; // [span]
}

/** Spans of time marked with 1: changes of these alone are asked for. */
export interface Watched {
  readonly marked: Uint8Array; // [span]
}

/** What a cell tells of its instances' coming and going in the counted part. */
export interface CellChanges extends NotedChanges {
  /** Instances, and their memory, as the counted part began. */
  readonly slots: number;
  readonly memoryMib: number;
  /** Instead of changes one by one, where they are too many. */
  readonly sums: SpanSums | undefined;
}

/** How long the spans of a run up to `untilUs` are, as a power of two: 2^shift us. */
export function spanShift(untilUs: number): number {
  let shift = 10;
  while (untilUs / 2 ** shift > MOST_SPANS) shift++;
  return shift;
}

export function spanCount(untilUs: number): number {
  return Math.floor(untilUs / 2 ** spanShift(untilUs)) + 1;
}

export function emptySums(untilUs: number): SpanSums {
  const spans = spanCount(untilUs);
  return {
    came: new Int32Array(spans),
    went: new Int32Array(spans),
    cameMib: new Float64Array(spans),
    wentMib: new Float64Array(spans),
  };
}

/**
 * Notes when instances of a cell come and go, so that the peak of several cells together can be found. Nothing depends
 * on the order of notes. Memory is bounded: beyond a million changes only sums of spans are kept, and whoever needs to
 * know what happened within some of these asks again with those `watched`.
 */
export class Changes {
  private readonly memoryMib: Float64Array; // [function]
  private readonly untilUs: number;
  private readonly perSpan: number;
  private readonly watched: Watched | undefined;
  private readonly most: number;
  private count = 0;
  private atUs = new Float64Array(1 << 10);
  private what = new Int32Array(1 << 10);
  private sums: SpanSums | undefined;
  private startSlots = 0;
  private startMib = 0;

  constructor(memoryMib: Float64Array, untilUs: number, watched?: Watched, most = MOST_CHANGES) {
    this.memoryMib = memoryMib;
    this.untilUs = untilUs;
    this.perSpan = 2 ** -spanShift(untilUs);
    this.watched = watched;
    this.most = watched === undefined ? most : Number.POSITIVE_INFINITY;
  }

  /** One of `fn` comes. */
  came(fn: number, atUs: number): void {
    this.add(2 * fn + 1, atUs);
  }

  /** One of `fn` goes. */
  went(fn: number, atUs: number): void {
    this.add(2 * fn, atUs);
  }

  /** The counted part begins with so many instances; earlier changes no longer count. */
  beginCounting(slots: number, memoryMib: number): void {
    this.startSlots = slots;
    this.startMib = memoryMib;
    this.count = 0;
    this.sums = undefined;
  }

  /** What was noted since the counted part began. */
  noted(): CellChanges {
    return {
      slots: this.startSlots,
      memoryMib: this.startMib,
      atUs: this.atUs.slice(0, this.count),
      what: this.what.slice(0, this.count),
      sums: this.sums,
    };
  }

  private add(what: number, atUs: number): void {
    if (atUs >= this.untilUs) return;
    if (this.watched !== undefined && this.watched.marked[Math.floor(atUs * this.perSpan)] === 0) return;
    if (this.sums !== undefined) {
      this.sum(this.sums, what, atUs);
      return;
    }
    if (this.count === this.most) {
      this.sums = emptySums(this.untilUs);
      for (let k = 0; k < this.count; k++) this.sum(this.sums, this.what[k]!, this.atUs[k]!);
      this.count = 0;
      this.sum(this.sums, what, atUs);
      return;
    }
    if (this.count === this.atUs.length) this.grow();
    this.atUs[this.count] = atUs;
    this.what[this.count++] = what;
  }

  private sum({came, went, cameMib, wentMib}: SpanSums, what: number, atUs: number): void {
    const span = Math.floor(atUs * this.perSpan);
    const mib = this.memoryMib[what >> 1]!;
    if ((what & 1) === 1) {
      came[span]! += 1;
      cameMib[span]! += mib;
    } else {
      went[span]! += 1;
      wentMib[span]! += mib;
    }
  }

  private grow(): void {
    const [atUs, what] = [this.atUs, this.what];
    this.atUs = new Float64Array(2 * this.count);
    this.what = new Int32Array(2 * this.count);
    this.atUs.set(atUs);
    this.what.set(what);
  }
}
