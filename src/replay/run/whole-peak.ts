import {invariant} from '../../base/errors.ts';
import {type CellChanges, emptySums, type SpanSums, spanShift} from '../../scheduler/core/changes.ts';

/** A cell's changes, its functions numbered as in the workload. */
interface Noted {
  readonly changes: CellChanges;
  readonly rows: Int32Array; // [function]
}

/** The most instances at a time, and the most memory of them. */
export interface Peaks {
  readonly slots: number;
  readonly memoryMib: number;
}

/**
 * How many instances the parts of an unlimited fleet had at a time together, at most: exact, whoever goes at a time
 * making room for who comes. What came and went is summed over short spans of time; only spans within which there may
 * have been more than between any two of them, few, are put in order. Memory is a whole multiple of a power of two, so
 * its sums are exact in any order.
 */
export class WholePeak {
  private readonly memoryMib: (row: number) => number;
  private readonly fromUs: number;
  private readonly perSpan: number;
  private readonly untilUs: number;
  private sums: SpanSums | undefined;
  private readonly noted: Noted[] = [];
  private slots = 0;
  private mib = 0;
  private marked: Uint8Array | undefined;

  constructor(memoryMib: (row: number) => number, fromUs: number, untilUs: number) {
    this.memoryMib = memoryMib;
    this.fromUs = fromUs;
    this.perSpan = 2 ** -spanShift(untilUs);
    this.untilUs = untilUs;
  }

  /** What came and went in all parts; made when the first is added, for many wholes may wait for theirs. */
  private get totals(): SpanSums {
    this.sums ??= emptySums(this.untilUs);
    return this.sums;
  }

  /** A part's changes in the counted time; false if they are sums, and it must be asked again for what is `watched`. */
  add(changes: CellChanges, rows: Int32Array): boolean {
    this.slots += changes.slots;
    this.mib += changes.memoryMib;
    if (changes.sums !== undefined) {
      addSums(this.totals, changes.sums);
      return false;
    }
    this.noted.push({changes, rows});
    const {came, went, cameMib, wentMib} = this.totals;
    const {atUs, what} = changes;
    for (let k = 0; k < atUs.length; k++) {
      const span = this.spanOf(atUs[k]!);
      const mib = this.memoryMib(rows[what[k]! >> 1]!);
      if ((what[k]! & 1) === 1) {
        came[span]! += 1;
        cameMib[span]! += mib;
      } else {
        went[span]! += 1;
        wentMib[span]! += mib;
      }
    }
    return true;
  }

  /** What a part says that was asked again: its changes in the watched spans, one by one. */
  addWatched(changes: CellChanges, rows: Int32Array): void {
    this.noted.push({changes, rows});
  }

  /** The spans in which the peak may be, marked with 1. Once all parts are added. */
  get watched(): Uint8Array {
    if (this.marked !== undefined) return this.marked;
    const {came, went, cameMib, wentMib} = this.totals;
    let [slots, mib, mostSlots, mostMib] = [this.slots, this.mib, this.slots, this.mib];
    for (let span = 0; span < came.length; span++) {
      slots += came[span]! - went[span]!;
      mib += cameMib[span]! - wentMib[span]!;
      mostSlots = Math.max(mostSlots, slots);
      mostMib = Math.max(mostMib, mib);
    }
    const marked = new Uint8Array(new SharedArrayBuffer(came.length));
    [slots, mib] = [this.slots, this.mib];
    for (let span = 0; span < came.length; span++) {
      if (came[span]! > 0 && (slots + came[span]! > mostSlots || mib + cameMib[span]! > mostMib)) marked[span] = 1;
      slots += came[span]! - went[span]!;
      mib += cameMib[span]! - wentMib[span]!;
    }
    this.marked = marked;
    return marked;
  }

  /** The peaks. Once all parts are added, and those that were to be asked again have been. */
  peaks(): Peaks {
    const {came, went, cameMib, wentMib} = this.totals;
    const marked = this.watched;
    const within = this.changesWithin(marked);
    let [slots, mib, mostSlots, mostMib, next] = [this.slots, this.mib, this.slots, this.mib, 0];
    for (let span = 0; span < came.length; span++) {
      if (marked[span] === 1) {
        let [now, nowMib] = [slots, mib];
        for (; next < within.atUs.length && this.spanOf(within.atUs[next]!) === span; next++) {
          now += within.slots[next]!;
          nowMib += within.slots[next]! * within.mib[next]!;
          mostSlots = Math.max(mostSlots, now);
          mostMib = Math.max(mostMib, nowMib);
        }
      }
      slots += came[span]! - went[span]!;
      mib += cameMib[span]! - wentMib[span]!;
      mostSlots = Math.max(mostSlots, slots);
      mostMib = Math.max(mostMib, mib);
    }
    return {slots: mostSlots, memoryMib: mostMib};
  }

  /** All changes of the marked spans in order of time, who goes before who comes. */
  private changesWithin(marked: Uint8Array): {atUs: Float64Array; slots: Int8Array; mib: Float64Array} {
    let count = 0;
    for (let span = 0; span < marked.length; span++)
      if (marked[span] === 1) count += this.totals.came[span]! + this.totals.went[span]!;
    const atUs = new Float64Array(count);
    const slots = new Int8Array(count);
    const mib = new Float64Array(count);
    let found = 0;
    for (const {changes, rows} of this.noted) {
      for (let k = 0; k < changes.atUs.length; k++) {
        if (marked[this.spanOf(changes.atUs[k]!)] === 0) continue;
        atUs[found] = changes.atUs[k]!;
        slots[found] = (changes.what[k]! & 1) === 1 ? 1 : -1;
        mib[found++] = this.memoryMib(rows[changes.what[k]! >> 1]!);
      }
    }
    invariant(found === count, () => `${found} changes within the watched spans of ${count}`);
    const order = Uint32Array.from(atUs.keys()).sort((a, b) => atUs[a]! - atUs[b]! || slots[a]! - slots[b]!);
    return {
      atUs: Float64Array.from(order, (k) => atUs[k]!),
      slots: Int8Array.from(order, (k) => slots[k]!),
      mib: Float64Array.from(order, (k) => mib[k]!),
    };
  }

  private spanOf(us: number): number {
    return Math.floor(Math.max(us, this.fromUs) * this.perSpan);
  }
}

function addSums(to: SpanSums, from: SpanSums): void {
  for (const name of ['came', 'went', 'cameMib', 'wentMib'] as const) {
    const [total, its] = [to[name], from[name]];
    for (let span = 0; span < total.length; span++) total[span]! += its[span]!;
  }
}
