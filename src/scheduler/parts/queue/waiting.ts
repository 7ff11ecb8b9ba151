import * as hand from '../../core/at-hand.ts';
import {attemptOf} from '../../core/attempts.ts';
import {NONE} from '../../core/instances.ts';

/** A waiting call is one 32-byte row, half a cache line: three doubles, then two integers. */
const DOUBLES = 4;
const INTS = 8;
const ARRIVAL_US = 0;
const DURATION_US = 1;
const COLD_US = 2;
const WHO = 6; // function * 4 + 2 if it is the function's first call ever + 1 if it is taken: a hole
const NEXT_OF_FN = 7;
const FIRST = 2;
const TAKEN = 1;

/**
 * Calls that wait, in order of arrival and by function: rows in the order in which they came, of which each knows the
 * next of its function. A call that is taken leaves a hole, passed over later: so taking one touches its own row and
 * no other, which counts when a million wait. Used for the full fleet's queue and, with late binding, for calls whose
 * instance is still starting.
 */
export class Waiting {
  /** Calls that wait. */
  count = 0;
  /** How often the calls that wait were given other numbers. */
  renumbered = 0;
  private doubles: Float64Array;
  private ints: Int32Array;
  private head = 0; // no call waits before it
  private tail = 0;
  private readonly fnHead: Int32Array;
  private readonly fnTail: Int32Array;
  /** Which of all calls each is; undefined: nobody asks. [call] */
  private which: Int32Array | undefined;

  /** `named`: those who wait are known by which of all calls they are. */
  constructor(functions: number, named = false, capacity = 64) {
    this.fnHead = new Int32Array(functions).fill(NONE);
    this.fnTail = new Int32Array(functions).fill(NONE);
    this.doubles = new Float64Array(capacity * DOUBLES);
    this.ints = new Int32Array(this.doubles.buffer);
    this.which = named ? new Int32Array(capacity) : undefined;
  }

  /** Says which of all calls `call` is. */
  name(call: number, atHand: Float64Array): void {
    if (this.which !== undefined) this.which[call] = atHand[hand.CALL]!;
  }

  /** The call that came first, or NONE. */
  get first(): number {
    if (this.count === 0) return NONE;
    while ((this.ints[this.head * INTS + WHO]! & TAKEN) !== 0) this.head++;
    return this.head;
  }

  /** The call that came after `call`, or NONE. */
  after(call: number): number {
    for (let next = call + 1; next < this.tail; next++) if ((this.ints[next * INTS + WHO]! & TAKEN) === 0) return next;
    return NONE;
  }

  /** The oldest waiting call of `fn`, or NONE. */
  firstOf(fn: number): number {
    return this.fnHead[fn]!;
  }

  /** The oldest of `fn` that has not begun before, or NONE. */
  firstNewOf(fn: number): number {
    let call = this.fnHead[fn]!;
    while (call !== NONE && (this.isTaken(call) || this.arrivalUsOf(call) < 0))
      call = this.ints[call * INTS + NEXT_OF_FN]!;
    return call;
  }

  private isTaken(call: number): boolean {
    return (this.ints[call * INTS + WHO]! & TAKEN) !== 0;
  }

  /** Fetches the row of the oldest waiting call of `fn`, while there is other work to do. */
  touch(fn: number): number {
    const call = this.fnHead[fn]!;
    return call === NONE ? 0 : this.ints[call * INTS + WHO]!;
  }

  fnOf(call: number): number {
    return this.ints[call * INTS + WHO]! >> 2;
  }

  arrivalUsOf(call: number): number {
    return this.doubles[call * DOUBLES + ARRIVAL_US]!;
  }

  durationUsOf(call: number): number {
    return this.doubles[call * DOUBLES + DURATION_US]!;
  }

  coldUsOf(call: number): number {
    return this.doubles[call * DOUBLES + COLD_US]!;
  }

  /** Makes `call` the one at hand. */
  read(call: number, atHand: Float64Array): void {
    const row = call * DOUBLES;
    atHand[hand.ARRIVAL_US] = this.doubles[row + ARRIVAL_US]!;
    atHand[hand.DURATION_US] = this.doubles[row + DURATION_US]!;
    atHand[hand.COLD_US] = this.doubles[row + COLD_US]!;
    atHand[hand.ATTEMPT] = attemptOf(atHand[hand.ARRIVAL_US]!);
    atHand[hand.FIRST] = (this.ints[call * INTS + WHO]! & FIRST) === 0 ? 0 : 1;
    if (this.which !== undefined) atHand[hand.CALL] = this.which[call]!;
  }

  /** Returns the call's number, which holds until another is added. */
  add(fn: number, arrivalUs: number, durationUs: number, coldUs: number, first: boolean): number {
    if (this.count === 0) this.head = this.tail = 0;
    if (this.tail * DOUBLES === this.doubles.length) this.makeRoom();
    const call = this.tail++;
    const row = call * DOUBLES;
    this.doubles[row + ARRIVAL_US] = arrivalUs;
    this.doubles[row + DURATION_US] = durationUs;
    this.doubles[row + COLD_US] = coldUs;
    this.ints[call * INTS + WHO] = fn * 4 + (first ? FIRST : 0);
    this.file(call, fn);
    this.count++;
    return call;
  }

  /** The call at hand, of the same function, takes the place of `call`. */
  replace(call: number, atHand: Float64Array): void {
    const row = call * DOUBLES;
    this.doubles[row + ARRIVAL_US] = atHand[hand.ARRIVAL_US]!;
    this.doubles[row + DURATION_US] = atHand[hand.DURATION_US]!;
    this.doubles[row + COLD_US] = atHand[hand.COLD_US]!;
    this.ints[call * INTS + WHO] = this.fnOf(call) * 4 + (atHand[hand.FIRST] === 1 ? FIRST : 0);
  }

  /** Removes a call; it stays readable until the next `add`. */
  remove(call: number): void {
    const {ints, fnHead} = this;
    const fn = ints[call * INTS + WHO]! >> 2;
    ints[call * INTS + WHO]! |= TAKEN;
    this.count--;
    if (fnHead[fn] !== call) return;
    let next = ints[call * INTS + NEXT_OF_FN]!;
    while (next !== NONE && (ints[next * INTS + WHO]! & TAKEN) !== 0) next = ints[next * INTS + NEXT_OF_FN]!;
    fnHead[fn] = next;
    if (next === NONE) this.fnTail[fn] = NONE;
  }

  /** Makes `call` the last of its function. */
  private file(call: number, fn: number): void {
    const {ints, fnHead, fnTail} = this;
    ints[call * INTS + NEXT_OF_FN] = NONE;
    const last = fnTail[fn]!;
    if (last === NONE) fnHead[fn] = call;
    else ints[last * INTS + NEXT_OF_FN] = call;
    fnTail[fn] = call;
  }

  /** Closes the holes; if there are few, the rows move to a place twice as large. */
  private makeRoom(): void {
    const from = this.ints;
    const rows = this.doubles;
    if (2 * this.count > this.tail) {
      this.doubles = new Float64Array(2 * rows.length);
      this.ints = new Int32Array(this.doubles.buffer);
      if (this.which !== undefined) {
        const which = new Int32Array(2 * this.which.length);
        which.set(this.which);
        this.which = which;
      }
    }
    this.fnHead.fill(NONE);
    this.fnTail.fill(NONE);
    let to = 0;
    for (let call = this.head; call < this.tail; call++) {
      const who = from[call * INTS + WHO]!;
      if ((who & TAKEN) !== 0) continue;
      for (let k = 0; k < DOUBLES - 1; k++) this.doubles[to * DOUBLES + k] = rows[call * DOUBLES + k]!;
      this.ints[to * INTS + WHO] = who;
      if (this.which !== undefined) this.which[to] = this.which[call]!;
      this.file(to++, who >> 2);
    }
    this.head = 0;
    this.tail = to;
    this.renumbered++;
  }
}
