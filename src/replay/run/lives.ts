import type {Changes} from '../../scheduler/core/changes.ts';

/** Spans of time that lives are counted in: so many at most. */
const MAX_SPANS = 1 << 16;

/** Lives of instances, to know how many there were at most at a time within [fromUs, untilUs). */
export class Lives {
  private readonly fromUs: number;
  private readonly untilUs: number;
  private readonly bornUs: Float64Array;
  private readonly goneUs: Float64Array;
  private readonly fn: Int32Array;
  private count = 0;
  private lastBornUs: number;

  /** No more than `most` will be added. */
  constructor(fromUs: number, untilUs: number, most: number) {
    this.fromUs = fromUs;
    this.untilUs = untilUs;
    this.lastBornUs = fromUs;
    this.bornUs = new Float64Array(most);
    this.goneUs = new Float64Array(most);
    this.fn = new Int32Array(most);
  }

  /** One of `fn` in [bornUs, goneUs). */
  add(fn: number, bornUs: number, goneUs: number): void {
    if (goneUs <= this.fromUs || bornUs >= this.untilUs || goneUs <= bornUs) return;
    const countedUs = Math.max(bornUs, this.fromUs);
    this.lastBornUs = Math.max(this.lastBornUs, countedUs);
    this.bornUs[this.count] = countedUs;
    this.goneUs[this.count] = goneUs;
    this.fn[this.count++] = fn;
  }

  /**
   * The most at a time, each as much as its function weighs; without weights, their number. [function] Weights are whole
   * multiples of a power of 2, as memory is: their sums are exact in any order. What there was between spans of time is
   * summed; only the spans within which there may have been more, few of them, are put in order.
   */
  peak(weights?: Float64Array): number {
    const {count, bornUs, goneUs, fn} = this;
    const spans = Math.min(MAX_SPANS, count);
    const born = new Float64Array(spans);
    const gone = new Float64Array(spans + 1);
    for (let k = 0; k < count; k++) {
      const weight = weights === undefined ? 1 : weights[fn[k]!]!;
      born[this.spanOf(bornUs[k]!, spans)]! += weight;
      gone[this.spanOf(goneUs[k]!, spans)]! += weight;
    }
    const before = new Float64Array(spans);
    let [now, most] = [0, 0];
    for (let span = 0; span < spans; span++) {
      before[span] = now;
      now += born[span]! - gone[span]!;
      if (now > most) most = now;
    }
    const mayExceed = Uint8Array.from(born, (added, span) => (before[span]! + added > most ? 1 : 0));
    return Math.max(most, this.peakWithin(mayExceed, before, weights));
  }

  /** The most at a time within the spans marked with 1, given what there is `before` each. */
  private peakWithin(marked: Uint8Array, before: Float64Array, weights?: Float64Array): number {
    const {bornUs, goneUs} = this;
    const weigh = (k: number): number => (weights === undefined ? 1 : weights[this.fn[k]!]!);
    const born = this.within(marked, bornUs);
    const gone = this.within(marked, goneUs);
    let [now, most, at, g] = [0, 0, -1, 0];
    for (const k of born) {
      const span = this.spanOf(bornUs[k]!, marked.length);
      if (span !== at) {
        at = span;
        now = before[span]!;
        while (g < gone.length && this.spanOf(goneUs[gone[g]!]!, marked.length) < span) g++;
      }
      // Whoever goes at that time makes room first.
      for (; g < gone.length && goneUs[gone[g]!]! <= bornUs[k]!; g++) now -= weigh(gone[g]!);
      now += weigh(k);
      if (now > most) most = now;
    }
    return most;
  }

  /** The lives whose time is within the marked spans, by that time. */
  private within(marked: Uint8Array, us: Float64Array): number[] {
    const found: number[] = [];
    for (let k = 0; k < this.count; k++) if (marked[this.spanOf(us[k]!, marked.length)] === 1) found.push(k);
    return found.sort((a, b) => us[a]! - us[b]!);
  }

  /** Which of `spans` equal ones up to the last birth `us` is in, the number of spans if after them. */
  private spanOf(us: number, spans: number): number {
    if (us > this.lastBornUs) return spans;
    const share = (us - this.fromUs) / (this.lastBornUs - this.fromUs || 1);
    return Math.min(spans - 1, Math.floor(share * spans));
  }
}

/** Lives of which it is only noted when they begin and end. */
export class NotedLives {
  private readonly fromUs: number;
  private readonly untilUs: number;
  private readonly changes: Changes;

  constructor(fromUs: number, untilUs: number, changes: Changes) {
    this.fromUs = fromUs;
    this.untilUs = untilUs;
    this.changes = changes;
    changes.beginCounting(0, 0);
  }

  /** One of `fn` in [bornUs, goneUs). */
  add(fn: number, bornUs: number, goneUs: number): void {
    if (goneUs <= this.fromUs || bornUs >= this.untilUs || goneUs <= bornUs) return;
    this.changes.came(fn, Math.max(bornUs, this.fromUs));
    this.changes.went(fn, goneUs);
  }
}
