import * as job from '../parts/attempts/job-fields.ts';
import type {KeptCalls} from '../parts/attempts/jobs.ts';
import {attemptOf, ticketOf} from './attempts.ts';
import {Tally} from './tally.ts';

/**
 * A tally where hosts fail: a call that is given to an instance may yet be lost, or begin elsewhere, so what became of it is
 * told when it is over, with the start of the first attempt that began.
 */
export class LateTally extends Tally {
  private jobs!: KeptCalls;
  /** Of the call at hand, which is about to be given to an instance. */
  private isCold = false;
  private isFirst = false;

  follow(jobs: KeptCalls): void {
    this.jobs = jobs;
  }

  override startedCold(): void {
    this.isCold = true;
  }

  override startedFirst(): void {
    this.isFirst = true;
  }

  override servedWaiting(): void {}

  override boundWaiting(): void {}

  override waited(): void {}

  override started(): void {}

  /**
   * The call at hand, kept in `row`, is given to an instance now, and begins there at `fromUs`; if that was started for it, its
   * start began at `startedUs`.
   */
  given(row: number, fromUs: number, startedUs: number, nowUs: number): void {
    const {kept} = this.jobs;
    if (kept[row + job.BEGAN] === 0) {
      kept[row + job.START_US] = fromUs;
      kept[row + job.IS_COLD] = this.isCold ? 1 : 0;
      kept[row + job.WAITED_US] = this.isCold ? startedUs : nowUs;
      kept[row + job.IS_FIRST] = this.isFirst ? 1 : 0;
    }
    this.isCold = this.isFirst = false;
  }

  /** The call of `fn` kept in `row` is served, or will be when the run is over. */
  served(row: number, fn: number): void {
    const {kept} = this.jobs;
    const [arrivalUs, startUs] = [kept[row + job.ARRIVAL_US]!, kept[row + job.START_US]!];
    const waitedUs = kept[row + job.WAITED_US]!;
    if (kept[row + job.IS_COLD] === 1) {
      super.startedCold(fn, arrivalUs, startUs - waitedUs);
      if (kept[row + job.IS_FIRST] === 1) super.startedFirst(arrivalUs);
      super.waited(arrivalUs, waitedUs);
    } else {
      super.boundWaiting(arrivalUs, waitedUs);
      super.waited(arrivalUs, waitedUs);
    }
    super.started(fn, arrivalUs, startUs);
  }

  /** The attempt kept in `row`, of a call of `fn`, is over, and another of that call was so before. */
  duplicates(row: number, fn: number): void {
    this.duplicate(fn, this.jobs.kept[row + job.ARRIVAL_US]!);
  }

  /** Calls that come back are told of by when they first arrived, unless they have begun. */
  override leaveWaiting(fn: number, arrivalUs: number, attempts = attemptOf(arrivalUs)): void {
    if (arrivalUs >= 0) {
      super.leaveWaiting(fn, arrivalUs, attempts);
      return;
    }
    const row = ticketOf(arrivalUs) * job.FIELDS;
    // Another attempt of it has been told of.
    if (this.jobs.kept[row + job.IS_OVER] === 1) return;
    this.jobs.endOthers(ticketOf(arrivalUs));
    if (this.jobs.kept[row + job.BEGAN] === 0) {
      // An attempt that is still to come is none.
      const made = attempts + Math.max(0, this.jobs.kept[row + job.FAILURES]! - 1);
      super.leaveWaiting(fn, this.jobs.kept[row + job.ARRIVAL_US]!, made);
      return;
    }
    this.served(row, fn);
    this.log?.left(fn, arrivalUs, 'stillQueued', attempts);
  }

  /** A call counts once, however often it is cut. */
  override timeout(arrivalUs: number): void {
    const row = arrivalUs < 0 ? ticketOf(arrivalUs) * job.FIELDS : -1;
    if (row < 0) super.timeout(arrivalUs);
    else if (this.jobs.kept[row + job.IS_CUT] === 0) super.timeout(this.jobs.kept[row + job.ARRIVAL_US]!);
  }

  /** The call of `fn` kept in `row` is lost. */
  loses(row: number, fn: number): void {
    this.lose(fn, this.jobs.kept[row + job.ARRIVAL_US]!);
  }
}
