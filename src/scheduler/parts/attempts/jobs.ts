import type {Checkpoint} from '../../../fleet/checkpoint.ts';
import {ARRIVAL_US, ATTEMPT, COLD_US, DURATION_US} from '../../core/at-hand.ts';
import {arrivalAgain, type Tickets, ticketOf} from '../../core/attempts.ts';
import {NONE} from '../../core/instances.ts';
import {lengthOfAll, lengthOfSlice, workOfSlice} from './slices.ts';

/** Fields of a call that is kept under a ticket. */
const FIELDS = 3;
/** Work that it had to do when its slice began. */
const LEFT_US = 0;
/** 1: something is saved, which its slice began with. */
const SAVED = 1;
const ATTEMPT_OF = 2;

/** Time that was no work, of the counted part. */
export interface Overhead {
  /** Saves, and what they and going on from them took, us. */
  readonly checkpoints: number;
  readonly overheadUs: number;
}

/**
 * Calls that run in slices. One that is longer than a slice is kept under a ticket until it is over, and by what it is filed
 * as, an instance or a call, while it runs.
 */
export class Jobs {
  private readonly rule: Checkpoint;
  private readonly tickets: Tickets;
  private readonly atHand: Float64Array;
  private ticket = new Int32Array(1024).fill(NONE); // [instance or call]
  private kept = new Float64Array(16 * FIELDS); // [ticket * FIELDS]
  /** Ticket of the call at hand, which is about to be filed. */
  private filing = NONE;
  /** How long the call at hand will take, slice after slice. */
  wholeUs = 0;
  checkpoints = 0;
  overheadUs = 0;

  constructor(rule: Checkpoint, tickets: Tickets, atHand: Float64Array) {
    this.rule = rule;
    this.tickets = tickets;
    this.atHand = atHand;
  }

  get yieldsAlways(): boolean {
    return this.rule.yieldsAlways;
  }

  /** The call at hand, its work as its duration, is about to begin: that is then its next slice's length. */
  shape(): void {
    const {atHand, rule} = this;
    const leftUs = atHand[DURATION_US]!;
    const arrivalUs = atHand[ARRIVAL_US]!;
    this.filing = arrivalUs < 0 ? ticketOf(arrivalUs) : leftUs > rule.everyUs ? this.keep(0) : NONE;
    this.wholeUs = leftUs;
    if (this.filing === NONE) return;
    const row = this.filing * FIELDS;
    const saved = this.kept[row + SAVED] === 1;
    this.kept[row + LEFT_US] = leftUs;
    this.kept[row + ATTEMPT_OF] = atHand[ATTEMPT]!;
    this.wholeUs = lengthOfAll(rule, leftUs, saved);
    atHand[DURATION_US] = lengthOfSlice(rule, leftUs, saved);
  }

  /** The call at hand is filed as `id`. */
  filed(id: number): void {
    if (id >= this.ticket.length) {
      const larger = new Int32Array(2 * (id + 1)).fill(NONE);
      larger.set(this.ticket);
      this.ticket = larger;
    }
    this.ticket[id] = this.filing;
  }

  private keep(saved: number): number {
    const ticket = this.tickets.take();
    if (ticket * FIELDS >= this.kept.length) {
      const larger = new Float64Array(2 * this.kept.length);
      larger.set(this.kept);
      this.kept = larger;
    }
    this.kept[ticket * FIELDS + SAVED] = saved;
    return ticket;
  }

  /** The slice filed as `id` is over, and is not its call's last. */
  goesOn(id: number): boolean {
    const ticket = this.ticket[id]!;
    if (ticket === NONE) return false;
    const [leftUs, saved] = [this.kept[ticket * FIELDS + LEFT_US]!, this.kept[ticket * FIELDS + SAVED] === 1];
    return workOfSlice(this.rule, leftUs, saved) < leftUs;
  }

  /** Its work is saved. */
  save(id: number): void {
    const {rule, kept} = this;
    const row = this.ticket[id]! * FIELDS;
    const saved = kept[row + SAVED] === 1;
    const workUs = workOfSlice(rule, kept[row + LEFT_US]!, saved);
    kept[row + LEFT_US]! -= workUs;
    kept[row + SAVED] = 1;
    this.checkpoints++;
    this.overheadUs += rule.everyUs - workUs;
  }

  /** How long the next slice of what is filed as `id` is. */
  nextUs(id: number): number {
    return lengthOfSlice(this.rule, this.kept[this.ticket[id]! * FIELDS + LEFT_US]!, true);
  }

  /** What was filed as `id` gives its place back and will come again as the call at hand; its ticket. */
  leave(id: number): number {
    const {atHand, kept} = this;
    const ticket = this.ticket[id]!;
    const attempt = kept[ticket * FIELDS + ATTEMPT_OF]!;
    this.ticket[id] = NONE;
    atHand[ARRIVAL_US] = arrivalAgain(attempt, ticket);
    atHand[DURATION_US] = kept[ticket * FIELDS + LEFT_US]!;
    atHand[COLD_US] = -1;
    atHand[ATTEMPT] = attempt;
    return ticket;
  }

  /** The call filed as `id` is cut, and comes again: the ticket under which it is kept. */
  ticketFor(id: number): number {
    const ticket = this.ticket[id]!;
    this.ticket[id] = NONE;
    return ticket === NONE ? this.keep(0) : ticket;
  }

  /** The call filed as `id` is over. */
  over(id: number): void {
    const ticket = this.ticket[id]!;
    if (ticket === NONE) return;
    const row = ticket * FIELDS;
    // What the last slice took besides its work.
    if (this.kept[row + SAVED] === 1) this.overheadUs += this.rule.restoreUs + this.rule.resumeUs;
    this.tickets.giveBack(ticket);
    this.ticket[id] = NONE;
  }

  /** The counted part begins. */
  beginCounting(): void {
    this.checkpoints = 0;
    this.overheadUs = 0;
  }
}
