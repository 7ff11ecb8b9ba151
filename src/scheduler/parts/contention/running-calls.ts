import type {ContentionClass} from '../../../fleet/contention/contention-class.ts';
import {EventHeap} from '../../core/event-heap.ts';

/**
 * Calls on one host that run at one speed: those of a class, or, where the class has a quota, of an instance. Each has
 * done `doneUs` of work more than when it came, so that the next to end is the one of the least sum of both.
 */
export class RunningCalls {
  readonly kind: ContentionClass;
  /** Number of the class in the rule; of none: the number of classes. */
  readonly its: number;
  /** The instance, where it has a quota. */
  readonly instance: number;
  /** Work done by a call that has been here since the first came, us. */
  doneUs = 0;
  /** Work a microsecond. */
  speed = 0;
  count = 0;
  /** CPU time used in this period, us, and which period that is; where there is a quota. */
  usedUs = 0;
  period = 0;
  /** The quota of this period is used up. */
  stalled = false;
  /** By the work at which each ends, then in order of coming. */
  private readonly ends = new EventHeap(16);
  private readonly sequenceOf: Float64Array[];

  /** `sequenceOf`: of each call that runs anywhere, by its row, NaN of one that does not; the one column, in an array. */
  constructor(kind: ContentionClass, its: number, instance: number, sequenceOf: Float64Array[]) {
    this.kind = kind;
    this.its = its;
    this.instance = instance;
    this.sequenceOf = sequenceOf;
  }

  add(row: number, sequence: number, workUs: number): void {
    this.count++;
    this.ends.push(this.doneUs + workUs, sequence, row);
  }

  /** One that runs here has been taken away. */
  leave(): void {
    this.count--;
  }

  /** Work that the next to end has still to do, us; Infinity without calls. */
  get leastUs(): number {
    if (this.count === 0) return Number.POSITIVE_INFINITY;
    this.forgetThoseAway();
    return Math.max(0, this.ends.top[0]! - this.doneUs);
  }

  /** Takes the next that has no more to do than `slackUs`; its row, or -1. */
  take(slackUs: number): number {
    if (this.leastUs > slackUs) return -1;
    const row = this.ends.topPayload;
    this.ends.pop();
    this.count--;
    return row;
  }

  private forgetThoseAway(): void {
    const {ends} = this;
    const [sequences] = this.sequenceOf;
    while (sequences![ends.topPayload] !== ends.topOrder) ends.pop();
  }
}
