import type {Checkpoint} from '../../../fleet/checkpoint.ts';
import {ARRIVAL_US, ATTEMPT, CAME_US, COLD_US, DURATION_US, NOW_US} from '../../core/at-hand.ts';
import {arrivalAgain, type Tickets, ticketOf} from '../../core/attempts.ts';
import {NONE} from '../../core/instances.ts';
import * as job from './job-fields.ts';
import {lengthOfAll, lengthOfSlice, workOfSlice} from './slices.ts';

/** Time that was no work, of the counted part. */
export interface Overhead {
  /** Saves, and what they and going on from them took, us. */
  readonly checkpoints: number;
  readonly overheadUs: number;
  /** Time that calls had run since they last saved when their host failed, us. */
  readonly lostUs: number;
}

/** Hears of every call where any may come back. `row`: where it is kept, see job-fields. */
interface Teller {
  /** Where calls are kept. */
  follow(jobs: KeptCalls): void;
  /** The call at hand is given to an instance, in which it begins at `fromUs` and whose start began at `startedUs`. */
  given(row: number, fromUs: number, startedUs: number, nowUs: number): void;
  served(row: number, fn: number): void;
  /** Another attempt of its call was over first. */
  duplicates(row: number, fn: number): void;
}

/** Calls that may come back. */
export interface KeptCalls {
  readonly kept: Float64Array;
  endOthers(ticket: number): void;
}

/** No call is longer than a slice. */
const wholeCalls: Checkpoint = {
  everyUs: Number.POSITIVE_INFINITY,
  saveUs: 0,
  restoreUs: 0,
  resumeUs: 0,
  yieldsAlways: false,
};

/**
 * Calls that may come back: those that run in slices, and all of them where hosts fail. Each is kept under a ticket until it
 * is over, and by what it is filed as, an instance or a call, while it runs.
 */
export class Jobs {
  private readonly rule: Checkpoint;
  /** Set where every call may come back. */
  private readonly tally: Teller | undefined;
  private readonly tickets: Tickets;
  private readonly atHand: Float64Array;
  private ticket = new Int32Array(1024).fill(NONE); // [instance or call]
  /** What is kept of each call, see job-fields. */
  kept = new Float64Array(16 * job.FIELDS); // [ticket * FIELDS]
  /** Ticket of the call at hand, which is about to be filed. */
  private filing = NONE;
  private given = 0;
  /** How long the call at hand will take, slice after slice, and which attempt it is, whatever ended those before. */
  wholeUs = 0;
  tries = 1;
  /** The arrival by which the call at hand counts: its own, unless it has begun before. */
  countedUs = 0;
  checkpoints = 0;
  overheadUs = 0;
  lostUs = 0;

  /** `tally`: every call may come back, and is told of there when it is over. */
  constructor(rule: Checkpoint | undefined, tally: Teller | undefined, tickets: Tickets, atHand: Float64Array) {
    this.rule = rule ?? wholeCalls;
    this.tally = tally;
    tally?.follow(this);
    this.tickets = tickets;
    this.atHand = atHand;
  }

  get yieldsAlways(): boolean {
    return this.rule.yieldsAlways;
  }

  /** The call at hand, of `fn`, its work as its duration, is about to begin: that is then its next slice's length. */
  shape(fn: number): void {
    const {atHand, rule} = this;
    const leftUs = atHand[DURATION_US]!;
    const arrivalUs = atHand[ARRIVAL_US]!;
    if (arrivalUs < 0) this.filing = ticketOf(arrivalUs);
    else this.filing = this.tally || leftUs > rule.everyUs ? this.keep(arrivalUs) : NONE;
    this.wholeUs = leftUs;
    this.tries = atHand[ATTEMPT]!;
    this.countedUs = arrivalUs;
    if (this.filing === NONE) return;
    const {kept} = this;
    const row = this.filing * job.FIELDS;
    const saved = kept[row + job.SAVED] === 1;
    kept[row + job.LEFT_US] = leftUs;
    kept[row + job.FN] = fn;
    if (arrivalUs >= 0) kept[row + job.WORK_US] = leftUs;
    kept[row + job.ATTEMPT] = atHand[ATTEMPT]!;
    if (kept[row + job.BEGAN] === 0) this.countedUs = kept[row + job.ARRIVAL_US]!;
    this.tries = atHand[ATTEMPT]! + kept[row + job.FAILURES]!;
    this.wholeUs = lengthOfAll(rule, leftUs, saved);
    atHand[DURATION_US] = lengthOfSlice(rule, leftUs, saved);
  }

  /** The call at hand is filed as `id` and begins at `fromUs`, in an instance whose start began at `startedUs`. */
  filed(id: number, fromUs: number, startedUs: number): void {
    if (id >= this.ticket.length) {
      const larger = new Int32Array(2 * (id + 1)).fill(NONE);
      larger.set(this.ticket);
      this.ticket = larger;
    }
    this.ticket[id] = this.filing;
    if (this.filing === NONE) return;
    const row = this.filing * job.FIELDS;
    this.kept[row + job.FROM_US] = fromUs;
    this.kept[row + job.FILED] = id + 1;
    this.kept[row + job.GIVEN] = this.given++;
    this.tally?.given(row, fromUs, startedUs, this.atHand[NOW_US]!);
  }

  private keep(arrivalUs: number): number {
    const ticket = this.tickets.take();
    const row = ticket * job.FIELDS;
    while (row >= this.kept.length) {
      const larger = new Float64Array(2 * this.kept.length);
      larger.set(this.kept);
      this.kept = larger;
    }
    this.kept.fill(0, row, row + job.FIELDS);
    this.kept[row + job.ARRIVAL_US] = arrivalUs;
    this.kept[row + job.NEXT] = ticket;
    // Where nothing fails a call that is given to an instance begins.
    this.kept[row + job.BEGAN] = this.tally ? 0 : 1;
    return ticket;
  }

  /** Under which ticket the call is kept that is filed as `id`, or NONE. */
  ticketAt(id: number): number {
    return id < this.ticket.length ? this.ticket[id]! : NONE;
  }

  /** What is filed is below that. */
  get filedBelow(): number {
    return this.ticket.length;
  }

  /** The slice filed as `id` is over, and is not its call's last. */
  goesOn(id: number): boolean {
    const row = this.ticket[id]! * job.FIELDS;
    if (row < 0) return false;
    const [leftUs, saved] = [this.kept[row + job.LEFT_US]!, this.kept[row + job.SAVED] === 1];
    return workOfSlice(this.rule, leftUs, saved) < leftUs;
  }

  /** Its work is saved. */
  save(id: number): void {
    const {rule, kept} = this;
    const row = this.ticket[id]! * job.FIELDS;
    const workUs = workOfSlice(rule, kept[row + job.LEFT_US]!, kept[row + job.SAVED] === 1);
    kept[row + job.LEFT_US]! -= workUs;
    kept[row + job.SAVED] = 1;
    kept[row + job.BEGAN] = 1;
    this.checkpoints++;
    this.overheadUs += rule.everyUs - workUs;
  }

  /** What is filed as `id` goes on where it is: how long its next slice is. */
  nextUs(id: number): number {
    const row = this.ticket[id]! * job.FIELDS;
    this.kept[row + job.FROM_US] = this.atHand[NOW_US]!;
    return lengthOfSlice(this.rule, this.kept[row + job.LEFT_US]!, true);
  }

  /** What was filed as `id` gives its place back and will come again as the call at hand; its ticket. */
  leave(id: number): number {
    const {kept} = this;
    const ticket = this.ticket[id]!;
    this.ticket[id] = NONE;
    kept[ticket * job.FIELDS + job.FILED] = 0;
    this.comesBack(ticket);
    return ticket;
  }

  /** What is kept under `ticket` is the call at hand. */
  private comesBack(ticket: number): void {
    const {atHand, kept} = this;
    const attempt = kept[ticket * job.FIELDS + job.ATTEMPT]!;
    atHand[ARRIVAL_US] = arrivalAgain(attempt, ticket);
    atHand[DURATION_US] = kept[ticket * job.FIELDS + job.LEFT_US]!;
    atHand[COLD_US] = -1;
    atHand[ATTEMPT] = attempt;
    atHand[CAME_US] = atHand[NOW_US]!;
  }

  /** One more attempt of the call filed as `id`, beside it, from what it last saved: it is the call at hand; its ticket. */
  twin(id: number, hasBegun: boolean): number {
    const ticket = this.ticket[id]!;
    const twin = this.keep(0);
    const {kept} = this;
    const [from, to] = [ticket * job.FIELDS, twin * job.FIELDS];
    kept[from + job.FAILURES]! += 1;
    if (hasBegun) kept[from + job.BEGAN] = 1;
    kept.copyWithin(to, from, from + job.FIELDS);
    kept[from + job.NEXT] = twin;
    kept[to + job.FILED] = 0;
    this.comesBack(twin);
    return twin;
  }

  /** True if every attempt of the call kept under `ticket` that goes on is filed as something that `holds`. */
  everyAttempt(ticket: number, holds: (id: number) => boolean): boolean {
    const {kept} = this;
    let each = ticket;
    do {
      const filed = kept[each * job.FIELDS + job.FILED]!;
      if (filed === 0 || !holds(filed - 1)) return false;
      each = kept[each * job.FIELDS + job.NEXT]!;
    } while (each !== ticket);
    return true;
  }

  /** The call kept under `ticket` has other attempts that go on. */
  hasOthers(ticket: number): boolean {
    return this.kept[ticket * job.FIELDS + job.NEXT] !== ticket;
  }

  /** Another attempt of the call filed as `id` was over first. */
  isOver(id: number): boolean {
    const ticket = this.ticketAt(id);
    return ticket !== NONE && this.kept[ticket * job.FIELDS + job.IS_OVER] === 1;
  }

  /** The attempt kept under `ticket` is the one that counts, whatever becomes of the others. */
  endOthers(ticket: number): void {
    const {kept} = this;
    for (let each = ticket; ; ) {
      const row = each * job.FIELDS;
      each = kept[row + job.NEXT]!;
      kept[row + job.NEXT] = row / job.FIELDS;
      if (each === ticket) return;
      kept[each * job.FIELDS + job.IS_OVER] = 1;
    }
  }

  /** The host of what is filed as `id` stood still from `sinceUs` on for so long. */
  delay(id: number, sinceUs: number, byUs: number): void {
    const {kept} = this;
    const row = this.ticket[id]! * job.FIELDS;
    if (kept[row + job.FROM_US]! > sinceUs && kept[row + job.BEGAN] === 0) {
      kept[row + job.START_US]! += byUs;
      if (kept[row + job.WAITED_US]! > sinceUs) kept[row + job.WAITED_US]! += byUs;
    }
    kept[row + job.FROM_US]! += byUs;
  }

  /** The host of what is filed as `id` has failed: what it did since it last saved is lost. */
  fail(id: number): void {
    const {kept} = this;
    const row = this.ticket[id]! * job.FIELDS;
    const ranUs = this.atHand[NOW_US]! - kept[row + job.FROM_US]!;
    kept[row + job.FAILURES]! += 1;
    if (ranUs < 0) return;
    kept[row + job.BEGAN] = 1;
    this.lostUs += ranUs;
  }

  /** The call filed as `id`, which arrived then, is cut and comes again: the ticket under which it is kept. */
  ticketFor(id: number, arrivalUs: number): number {
    const ticket = this.ticket[id]!;
    this.ticket[id] = NONE;
    if (ticket === NONE) return this.keep(arrivalUs);
    this.endOthers(ticket);
    this.kept[ticket * job.FIELDS + job.FILED] = 0;
    this.kept[ticket * job.FIELDS + job.BEGAN] = 1;
    this.kept[ticket * job.FIELDS + job.IS_CUT] = 1;
    return ticket;
  }

  /** The call of `fn` filed as `id` is over. */
  over(id: number, fn: number): void {
    const ticket = this.ticket[id]!;
    if (ticket === NONE) return;
    // What the last slice took besides its work.
    if (this.kept[ticket * job.FIELDS + job.SAVED] === 1) this.overheadUs += this.rule.restoreUs + this.rule.resumeUs;
    if (this.kept[ticket * job.FIELDS + job.IS_OVER] === 1) this.tally?.duplicates(ticket * job.FIELDS, fn);
    else {
      this.endOthers(ticket);
      this.tally?.served(ticket * job.FIELDS, fn);
    }
    this.tickets.giveBack(ticket);
    this.ticket[id] = NONE;
  }

  /** The attempt kept under `ticket`, which is not filed, is no more. */
  forget(ticket: number): void {
    const {kept} = this;
    let before = ticket;
    while (kept[before * job.FIELDS + job.NEXT] !== ticket) before = kept[before * job.FIELDS + job.NEXT]!;
    kept[before * job.FIELDS + job.NEXT] = kept[ticket * job.FIELDS + job.NEXT]!;
    this.tickets.giveBack(ticket);
  }

  /** Visits the calls that may come back and are not over, once each whatever their attempts, with when they arrived. */
  visit(visitor: (fn: number, arrivalUs: number) => void): void {
    const {kept} = this;
    for (const ticket of this.tickets.taken()) {
      const row = ticket * job.FIELDS;
      let first = ticket;
      for (let each = kept[row + job.NEXT]!; each !== ticket; each = kept[each * job.FIELDS + job.NEXT]!)
        first = Math.min(first, each);
      if (first === ticket && kept[row + job.IS_OVER] === 0) visitor(kept[row + job.FN]!, kept[row + job.ARRIVAL_US]!);
    }
  }

  /** The counted part begins. */
  beginCounting(): void {
    this.checkpoints = 0;
    this.overheadUs = 0;
    this.lostUs = 0;
  }
}
