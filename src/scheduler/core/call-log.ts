import type {Jobs} from '../parts/attempts/jobs.ts';
import type {Timeouts} from '../parts/limits/timeouts.ts';
import {ARRIVAL_US, ATTEMPT, DURATION_US, NOW_US} from './at-hand.ts';
import {type Tickets, ticketOf} from './attempts.ts';
import {type CallOutcome, callOutcomes} from './call-outcomes.ts';
import {
  ATTEMPTS,
  CALL_FIELDS,
  CALL_FN,
  CALLED_US,
  CallRows,
  END_US,
  FATE_US,
  ON_HOST,
  ON_INSTANCE,
  OUTCOME,
  START_TOOK_US,
  START_US,
  WAIT_US,
} from './call-rows.ts';
import {HOST, INTS, type Instances, NONE, STATE, State} from './instances.ts';

const WARM = callOutcomes.indexOf('warm');
const COLD = callOutcomes.indexOf('cold');
const TIMEOUT = callOutcomes.indexOf('timeout');
const LOST = callOutcomes.indexOf('lost');
const DUPLICATED = callOutcomes.indexOf('duplicated');

/** Which calls are logged, and who takes the rows (call-rows.ts). */
export interface LogSetup {
  /** Calls that arrived before are left out. */
  readonly fromUs: number;
  /** Calls that wait as the run ends, with nobody else to come, are followed until they are served. */
  readonly runsOn: boolean;
  take(rows: Float64Array): void;
}

/** What the log reads of its cell. */
interface Logged {
  readonly pool: Instances;
  readonly atHand: Float64Array;
  readonly timeouts: Timeouts | undefined;
  /** How long a call waits for room at most. */
  readonly maxWaitUs: number;
  /** Numbers of calls that come back; nobody else gives back those of calls that have. */
  readonly tickets: Tickets;
  readonly givesTickets: boolean;
  /** Set where long calls run in slices. */
  readonly jobs: Jobs | undefined;
}

// While a call goes on the place of FATE_US says how it will end.
const FREE = Number.NaN;
const ENDS = 0;
const IS_CUT = 1;

/**
 * A row a call, whatever its attempts: written when the call is over or has left unserved. A call that goes on is kept
 * under what it is filed as in the timing wheel, one that was cut and will come again under a ticket of its own.
 */
export class CallLog {
  /** Who waits as the run ends is followed on. */
  readonly runsOn: boolean;
  private readonly rows: CallRows;
  private readonly cell: Logged;
  private readonly fromUs: number;
  private open = new Float64Array(1024 * CALL_FIELDS).fill(FREE); // [instance or call * CALL_FIELDS]
  private kept = new Float64Array(16 * CALL_FIELDS).fill(FREE); // [ticket * CALL_FIELDS]
  private readonly late = new Map<number, OpenedTimes>(); // of the calls of a function that are tied to no instance
  /** When the call at hand opened an instance; NaN: it did not. */
  private openedUs = Number.NaN;
  /** Scratch: the row of a call that is not filed. */
  private readonly loose = new Float64Array(CALL_FIELDS);

  constructor({fromUs, runsOn, take}: LogSetup, cell: Logged) {
    this.rows = new CallRows(take);
    this.cell = cell;
    this.runsOn = runsOn;
    this.fromUs = fromUs;
  }

  /** The call at hand opens an instance, whose start begins at `beginUs`, and is about to be given it. */
  opens(beginUs: number): void {
    this.openedUs = beginUs;
  }

  /** A call of `fn` waits for whichever instance is ready first; it opened one at `openedUs`, or NaN. */
  waitsForAny(fn: number, openedUs: number): void {
    const times = this.late.get(fn) ?? new OpenedTimes();
    this.late.set(fn, times);
    times.push(openedUs);
  }

  /** The oldest such call of `fn` is about to be given an instance. */
  takesAny(fn: number): void {
    this.openedUs = this.late.get(fn)!.shift();
  }

  /** Instance `i` of `fn` is given the call at hand, filed as `id`, which will take `lengthUs`; `i` takes `lateUs` to go on. */
  given(id: number, i: number, fn: number, lateUs: number, lengthUs: number): void {
    const {pool, atHand, timeouts} = this.cell;
    const starts = pool.ints[i * INTS + STATE] === State.claimed;
    const at = id * CALL_FIELDS;
    while (at >= this.open.length) this.open = doubled(this.open);
    this.fill(this.open, at, i, fn, (starts ? pool.readyUs[i]! : atHand[NOW_US]!) + lateUs, lengthUs);
    this.open[at + FATE_US] = timeouts?.willCut(id) ? IS_CUT : ENDS;
  }

  /** What is filed as `id` is over now; `isDuplicate`: another attempt of its call was so before. */
  over(id: number, isDuplicate = false): void {
    const at = id * CALL_FIELDS;
    if (isDuplicate) {
      this.open[at + OUTCOME] = DUPLICATED;
      this.open[at + FATE_US] = ENDS;
    }
    // Calls that slow each other down do not end when they were to.
    this.open[at + END_US] = this.cell.atHand[NOW_US]!;
    if (this.open[at + FATE_US] === ENDS) this.write(this.open, at);
  }

  /** What is filed as `id` will be cut, which was not known when it began. */
  isCut(id: number): void {
    this.open[id * CALL_FIELDS + FATE_US] = IS_CUT;
  }

  /** What was filed as `id` was cut now, for good or until it comes again under that ticket. */
  cut(id: number, ticket: number): void {
    const at = id * CALL_FIELDS;
    this.open[at + OUTCOME] = TIMEOUT;
    if (ticket === NONE) this.write(this.open, at);
    else this.keep(id, ticket);
  }

  /** The host of what was filed as `id` has failed now, and it is not tried again. */
  lost(id: number): void {
    const at = id * CALL_FIELDS;
    const nowUs = this.cell.atHand[NOW_US]!;
    this.open[at + OUTCOME] = LOST;
    this.open[at + END_US] = nowUs;
    if (this.open[at + START_US]! > nowUs) this.open[at + START_US] = this.open[at + END_US] = Number.NaN;
    this.write(this.open, at);
  }

  /** What was filed as `id` has stopped now and comes again under that ticket. */
  keep(id: number, ticket: number): void {
    const at = id * CALL_FIELDS;
    const to = ticket * CALL_FIELDS;
    while (to >= this.kept.length) this.kept = doubled(this.kept);
    this.open[at + END_US] = this.cell.atHand[NOW_US]!;
    this.kept.set(this.open.subarray(at, at + CALL_FIELDS), to);
    this.open[at + FATE_US] = FREE;
  }

  /** Another attempt of what is filed as `id` will go on under that ticket; `hasBegun`: from its start. */
  twin(id: number, ticket: number, hasBegun: boolean): void {
    const at = id * CALL_FIELDS;
    this.open[at + ATTEMPTS]! += 1;
    if (!hasBegun) return;
    const to = ticket * CALL_FIELDS;
    while (to >= this.kept.length) this.kept = doubled(this.kept);
    this.kept.set(this.open.subarray(at, at + CALL_FIELDS), to);
  }

  /** The host of what is filed as `id` stood still from `sinceUs` on for so long. */
  delay(id: number, sinceUs: number, byUs: number): void {
    const {open} = this;
    const at = id * CALL_FIELDS;
    open[at + END_US]! += byUs;
    if (open[at + START_US]! <= sinceUs) return;
    const openedUs = open[at + START_US]! - open[at + START_TOOK_US]!;
    open[at + (openedUs > sinceUs ? WAIT_US : START_TOOK_US)]! += byUs;
    open[at + START_US]! += byUs;
  }

  /** The run is over for what is filed as `id`, whose host stands still: nobody knows when it will end. */
  standsStill(id: number): void {
    this.open[id * CALL_FIELDS + END_US] = Number.NaN;
  }

  /** What is filed as `id` is no more, or told of already. */
  drop(id: number): void {
    this.open[id * CALL_FIELDS + FATE_US] = FREE;
  }

  /** A call of `fn` that arrived then has left unserved now, after so many attempts. */
  left(fn: number, arrivalUs: number, as: CallOutcome, attempts = 1): void {
    const {loose, cell} = this;
    if (arrivalUs < 0) {
      // It has run before, and was cut.
      const ticket = ticketOf(arrivalUs);
      this.write(this.kept, ticket * CALL_FIELDS);
      if (cell.givesTickets) cell.tickets.giveBack(ticket);
      return;
    }
    const waitUs = cell.atHand[NOW_US]! - arrivalUs;
    loose.fill(Number.NaN);
    loose[CALL_FN] = fn;
    loose[CALLED_US] = arrivalUs;
    loose[OUTCOME] = callOutcomes.indexOf(as);
    // Who gives up may be noticed later.
    loose[WAIT_US] = as === 'abandoned' ? Math.min(waitUs, cell.maxWaitUs) : waitUs;
    loose[ATTEMPTS] = attempts;
    this.write(loose, 0);
  }

  /** The run is over for a call of `fn` that waits for any instance: `i`, ready at `readyUs`, would have served it. */
  endsWaiting(fn: number, i: number, readyUs: number): void {
    const {timeouts, jobs, atHand} = this.cell;
    jobs?.shape(fn);
    const isCut = timeouts?.cuts(fn, atHand) === true;
    this.takesAny(fn);
    this.fill(this.loose, 0, i, fn, readyUs, jobs && !isCut ? jobs.wholeUs : atHand[DURATION_US]!);
    if (isCut) this.loose[OUTCOME] = TIMEOUT;
    this.write(this.loose, 0);
  }

  /** The run is over: calls that go on end as they will. */
  finish(): void {
    const {open} = this;
    for (let at = 0; at < open.length; at += CALL_FIELDS) {
      if (open[at + FATE_US] === IS_CUT) open[at + OUTCOME] = TIMEOUT;
      if (!Number.isNaN(open[at + FATE_US]!)) this.write(open, at);
    }
    this.rows.finish();
  }

  /** The call at hand, of `fn`, starts on `i` at `startUs`, and takes so long. */
  private fill(row: Float64Array, at: number, i: number, fn: number, startUs: number, lengthUs: number): void {
    const {pool, atHand, tickets, givesTickets} = this.cell;
    const {jobs} = this.cell;
    const arrivalUs = jobs === undefined ? atHand[ARRIVAL_US]! : jobs.countedUs;
    if (arrivalUs < 0) {
      const ticket = ticketOf(arrivalUs);
      row.set(this.kept.subarray(ticket * CALL_FIELDS, (ticket + 1) * CALL_FIELDS), at);
      if (givesTickets) tickets.giveBack(ticket);
    } else {
      const isCold = !Number.isNaN(this.openedUs);
      const tookUs = isCold ? startUs - this.openedUs : 0;
      row[at + CALL_FN] = fn;
      row[at + CALLED_US] = arrivalUs;
      row[at + START_US] = startUs;
      row[at + OUTCOME] = isCold ? COLD : WARM;
      row[at + START_TOOK_US] = tookUs;
      row[at + WAIT_US] = startUs - arrivalUs - tookUs;
    }
    this.openedUs = Number.NaN;
    row[at + END_US] = startUs + lengthUs;
    row[at + ON_HOST] = pool.ints[i * INTS + HOST]!;
    row[at + ON_INSTANCE] = pool.createdSequence[i]!;
    row[at + ATTEMPTS] = jobs === undefined ? atHand[ATTEMPT]! : jobs.tries;
  }

  /** The row is complete now, and its place is free. */
  private write(row: Float64Array, at: number): void {
    row[at + FATE_US] = this.cell.atHand[NOW_US]!;
    if (row[at + CALLED_US]! >= this.fromUs) this.rows.add(row, at);
    row[at + FATE_US] = FREE;
  }
}

/** First in, first out. */
class OpenedTimes {
  private readonly times: number[] = [];
  private head = 0;

  push(us: number): void {
    this.times.push(us);
  }

  shift(): number {
    const us = this.times[this.head++]!;
    if (2 * this.head > this.times.length) {
      this.times.splice(0, this.head);
      this.head = 0;
    }
    return us;
  }
}

function doubled(rows: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * rows.length).fill(FREE);
  larger.set(rows);
  return larger;
}
