import {doubled} from '../../workload/columns.ts';

const NONE = -1;

/** What is told of the instances of one function: that one goes from idle to busy, or back. */
export interface InstanceSink {
  /** When the instance that went idle last did so; -Infinity: none is idle. */
  readonly lastIdleAt: number;
  /** False: more are busy than are told apart. */
  rise(at: number): boolean;
  fall(at: number): void;
}

/**
 * The calls of one function, several in an instance: which of them makes an instance busy that was idle, and when one is
 * idle again. As a replay has it by default: the instance serves next that had a place to give last, among those that are
 * busy and those that are idle, none of which is ever destroyed, and starts take no time.
 */
export class SharedInstances {
  private readonly sink: InstanceSink;
  private places = 1;
  /** Finishes of calls, a min-heap, and the instances that serve them. */
  private at = new Float64Array(256);
  private of = new Int32Array(256);
  private calls = 0;
  /** Instances that are busy. Those with a free place are a list, the one that had it last in front. */
  private load = new Int32Array(64); // [instance]
  private roseAt = new Float64Array(64); // [instance]
  private freedAt = new Float64Array(64); // [instance]
  private next = new Int32Array(64); // [instance]
  private before = new Int32Array(64); // [instance]
  private listed = new Int32Array(64); // [instance]
  private first = NONE;
  private used = 0;
  private spare: number[] = [];
  /** A call that joins so soon after its instance rose waits for it too where that was a cold start. */
  private coldSeconds = 0;
  /** Such waits, as parts of a start. */
  waits = 0;

  constructor(sink: InstanceSink) {
    this.sink = sink;
  }

  /** Begins anew: instances of so many places, which take so long to start. */
  reset(places: number, coldSeconds: number): void {
    this.places = places;
    this.coldSeconds = coldSeconds;
    this.calls = 0;
    this.waits = 0;
    this.first = NONE;
    this.used = 0;
    this.spare.length = 0;
  }

  /** A call that arrives at `at` and runs until `until`; arrivals in order of time. False as `sink.rise` has it. */
  call(at: number, until: number): boolean {
    this.finishUntil(at);
    let i = this.first;
    if (i === NONE || this.sink.lastIdleAt > this.freedAt[i]!) {
      if (!this.sink.rise(at)) return false;
      i = this.opened(at);
    } else this.waits += Math.max(0, 1 - (at - this.roseAt[i]!) / this.coldSeconds) || 0;
    this.load[i]! += 1;
    if (this.load[i]! >= this.places) this.unlist(i);
    else if (this.listed[i] === 0) this.list(i);
    this.push(until, i);
    return true;
  }

  finishUntil(at: number): void {
    while (this.calls > 0 && this.at[0]! <= at) {
      const [endedAt, i] = [this.at[0]!, this.of[0]!];
      this.pop();
      this.load[i]! -= 1;
      this.unlist(i);
      if (this.load[i]! > 0) {
        this.freedAt[i] = endedAt;
        this.list(i);
      } else {
        this.spare.push(i);
        this.sink.fall(endedAt);
      }
    }
  }

  private opened(at: number): number {
    const i = this.spare.pop() ?? this.used++;
    if (i === this.load.length) this.grow();
    this.load[i] = 0;
    this.listed[i] = 0;
    this.roseAt[i] = at;
    this.freedAt[i] = at;
    return i;
  }

  private list(i: number): void {
    this.listed[i] = 1;
    this.before[i] = NONE;
    this.next[i] = this.first;
    if (this.first !== NONE) this.before[this.first] = i;
    this.first = i;
  }

  private unlist(i: number): void {
    if (this.listed[i] === 0) return;
    this.listed[i] = 0;
    const [before, next] = [this.before[i]!, this.next[i]!];
    if (before === NONE) this.first = next;
    else this.next[before] = next;
    if (next !== NONE) this.before[next] = before;
  }

  private grow(): void {
    this.load = doubled(this.load);
    this.roseAt = doubled(this.roseAt);
    this.freedAt = doubled(this.freedAt);
    this.next = doubled(this.next);
    this.before = doubled(this.before);
    this.listed = doubled(this.listed);
  }

  private push(until: number, instance: number): void {
    if (this.calls === this.at.length) {
      this.at = doubled(this.at);
      this.of = doubled(this.of);
    }
    const {at, of} = this;
    let k = this.calls++;
    while (k > 0) {
      const parent = (k - 1) >> 1;
      if (at[parent]! <= until) break;
      at[k] = at[parent]!;
      of[k] = of[parent]!;
      k = parent;
    }
    at[k] = until;
    of[k] = instance;
  }

  private pop(): void {
    const {at, of} = this;
    const last = --this.calls;
    const [lastAt, lastOf] = [at[last]!, of[last]!];
    let k = 0;
    for (let child = 1; child < last; child = 2 * k + 1) {
      if (child + 1 < last && at[child + 1]! < at[child]!) child++;
      if (at[child]! >= lastAt) break;
      at[k] = at[child]!;
      of[k] = of[child]!;
      k = child;
    }
    at[k] = lastAt;
    of[k] = lastOf;
  }
}
