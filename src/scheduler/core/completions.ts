import {QuantileSketch} from '../../base/sketch.ts';
import * as job from '../parts/attempts/job-fields.ts';
import type {Jobs} from '../parts/attempts/jobs.ts';
import {ARRIVAL_US, DURATION_US, NOW_US} from './at-hand.ts';
import {NONE} from './instances.ts';

/** What came of the time that calls took, of the counted part, us. */
export interface WorkTime {
  /** Work of calls that ran to their end. */
  readonly usefulUs: number;
  /** Of calls that were cut, and of attempts that were over when another of their call was already. */
  readonly cutUs: number;
  readonly duplicatedUs: number;
}

/** When calls end: how long those of some functions take from arrival to end, and what of the time that calls take is of use. */
export class Completions implements WorkTime {
  private readonly isLong: Uint8Array; // [function]
  private readonly jobs: Jobs | undefined;
  private readonly atHand: Float64Array;
  private arrivalUs = new Float64Array(1024); // [instance or call]
  private workUs = new Float64Array(1024); // [instance or call]
  private fromUs = 0;
  /** Arrival to end of calls of functions whose calls are long. */
  sketch = new QuantileSketch();
  usefulUs = 0;
  cutUs = 0;
  duplicatedUs = 0;

  /** 1: how long its calls take is told. [function] */
  constructor(isLong: Uint8Array, jobs: Jobs | undefined, atHand: Float64Array) {
    this.isLong = isLong;
    this.jobs = jobs;
    this.atHand = atHand;
  }

  /** The call at hand is filed as `id`, and will run for so long as it says if it is not in slices. */
  given(id: number): void {
    const {jobs, atHand} = this;
    if (id >= this.arrivalUs.length) {
      const [arrivals, works] = [new Float64Array(2 * (id + 1)), new Float64Array(2 * (id + 1))];
      arrivals.set(this.arrivalUs);
      works.set(this.workUs);
      [this.arrivalUs, this.workUs] = [arrivals, works];
    }
    const ticket = jobs?.ticketAt(id) ?? NONE;
    const row = ticket * job.FIELDS;
    this.arrivalUs[id] = ticket === NONE ? atHand[ARRIVAL_US]! : jobs!.kept[row + job.ARRIVAL_US]!;
    this.workUs[id] = ticket === NONE ? atHand[DURATION_US]! : jobs!.kept[row + job.WORK_US]!;
  }

  /** The call of `fn` filed as `id` is over; `isCut`: it ran for as long as it may. */
  over(id: number, fn: number, isCut: boolean): void {
    const us = this.workUs[id]!;
    if (this.jobs?.isOver(id)) this.duplicatedUs += us;
    else if (isCut) this.cutUs += this.cutAfterUs(id);
    else {
      this.usefulUs += us;
      const arrivalUs = this.arrivalUs[id]!;
      if (this.isLong[fn] === 1 && arrivalUs >= this.fromUs) this.sketch.add(this.atHand[NOW_US]! - arrivalUs);
    }
  }

  private cutAfterUs(id: number): number {
    const ticket = this.jobs?.ticketAt(id) ?? NONE;
    if (ticket === NONE) return this.workUs[id]!;
    return this.atHand[NOW_US]! - this.jobs!.kept[ticket * job.FIELDS + job.FROM_US]!;
  }

  /** The counted part begins at `fromUs`. */
  beginCounting(fromUs: number): void {
    this.fromUs = fromUs;
    this.sketch = new QuantileSketch();
    this.usefulUs = this.cutUs = this.duplicatedUs = 0;
  }
}
