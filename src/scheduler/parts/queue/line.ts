import * as hand from '../../core/at-hand.ts';
import {attemptOf} from '../../core/attempts.ts';
import {NONE} from '../../core/instances.ts';

/** A waiting call is one row of 64 bytes, a cache line: five doubles, then five integers. */
const DOUBLES = 8;
const INTS = 16;
const ARRIVAL_US = 0;
const DURATION_US = 1;
const COLD_US = 2;
/** How many calls had come to wait before it. */
const SEQUENCE = 3;
/** What the order has noted of it: a start tag. */
const TAG = 4;
const WHO = 10; // function * 2 + 1 if it is the function's first call ever
const NEXT = 11; // of its function, or next free row
const PREVIOUS = 12;
const NEXT_OF_TEAM = 13;
const PREVIOUS_OF_TEAM = 14;
const PLACE = 15; // among all that came, or NONE once it waits no longer

/** Calls that wait, by function and by team, each in order of arrival. A call's number is its own until it leaves. */
export class Line {
  /** Calls that wait. */
  count = 0;
  /** The oldest and the newest of each function, or NONE. */
  readonly oldest: Int32Array; // [function]
  readonly newest: Int32Array; // [function]
  /** Calls of functions that are not held back. */
  mayGo = 0;
  /** Calls of each team. */
  readonly waiting: Int32Array; // [team]
  /** The oldest of each team, or NONE. */
  readonly oldestOfTeam: Int32Array; // [team]
  private readonly newestOfTeam: Int32Array; // [team]
  private readonly team: Int32Array; // [function]
  private readonly calls: Int32Array; // [function]
  private readonly held: Uint8Array; // [function]
  private doubles: Float64Array;
  private ints: Int32Array;
  private used = 0;
  private free = NONE;
  private sequence = 0;
  /** Calls in the order in which they came, those that have gone among them until there is no room left. */
  private came = new Int32Array(64);
  private cameFirst = 0; // no call waits before it
  private cameEnd = 0;
  /** No call has come to wait that arrived before one that came earlier. */
  inTurn = true;
  private latestUs = Number.NEGATIVE_INFINITY;
  /** What comes back after it has begun counts by this arrival, below 0, and waits since it came back; 0 of others. */
  private again = new Float64Array(0); // [call]

  constructor(team: Int32Array, teams: number, capacity = 64) {
    this.team = team;
    this.calls = new Int32Array(team.length);
    this.held = new Uint8Array(team.length);
    this.oldest = new Int32Array(team.length).fill(NONE);
    this.newest = new Int32Array(team.length).fill(NONE);
    this.waiting = new Int32Array(teams);
    this.oldestOfTeam = new Int32Array(teams).fill(NONE);
    this.newestOfTeam = new Int32Array(teams).fill(NONE);
    this.doubles = new Float64Array(capacity * DOUBLES);
    this.ints = new Int32Array(this.doubles.buffer);
  }

  /** The call at hand, of `fn`, waits; returns its number. */
  add(fn: number, atHand: Float64Array): number {
    const call = this.take();
    const row = call * DOUBLES;
    const arrivalUs = atHand[hand.ARRIVAL_US]!;
    if (arrivalUs < 0 || this.again.length > 0) this.markAgain(call, Math.min(0, arrivalUs));
    this.doubles[row + ARRIVAL_US] = arrivalUs < 0 ? atHand[hand.CAME_US]! : arrivalUs;
    this.doubles[row + DURATION_US] = atHand[hand.DURATION_US]!;
    this.doubles[row + COLD_US] = atHand[hand.COLD_US]!;
    this.doubles[row + SEQUENCE] = this.sequence++;
    if (arrivalUs < this.latestUs || arrivalUs < 0) this.inTurn = false;
    this.latestUs = arrivalUs;
    this.ints[call * INTS + WHO] = fn * 2 + (atHand[hand.FIRST] === 1 ? 1 : 0);
    const team = this.team[fn]!;
    if (this.cameEnd === this.came.length) this.closeUp();
    this.ints[call * INTS + PLACE] = this.cameEnd;
    this.came[this.cameEnd++] = call;
    this.append(call, fn, this.oldest, this.newest, NEXT, PREVIOUS);
    this.append(call, team, this.oldestOfTeam, this.newestOfTeam, NEXT_OF_TEAM, PREVIOUS_OF_TEAM);
    this.waiting[team]! += 1;
    this.calls[fn]! += 1;
    if (this.held[fn] === 0) this.mayGo++;
    this.count++;
    return call;
  }

  private markAgain(call: number, arrivalUs: number): void {
    if (call >= this.again.length) {
      const larger = new Float64Array(2 * (call + 1));
      larger.set(this.again);
      this.again = larger;
    }
    this.again[call] = arrivalUs;
  }

  /** True of a call that has begun before and comes back. */
  isAgain(call: number): boolean {
    return this.again[call]! < 0;
  }

  /** The oldest call of `fn` that has not begun before, or NONE. */
  oldestNew(fn: number): number {
    let call = this.oldest[fn]!;
    while (call !== NONE && this.isAgain(call)) call = this.next(call);
    return call;
  }

  /** By which arrival `call` counts. */
  countedUsOf(call: number): number {
    return this.isAgain(call) ? this.again[call]! : this.arrivalUsOf(call);
  }

  /** The call at hand, of the same function, takes the place of `call`; neither has begun before. */
  replace(call: number, atHand: Float64Array): void {
    this.inTurn = false;
    const row = call * DOUBLES;
    this.doubles[row + ARRIVAL_US] = atHand[hand.ARRIVAL_US]!;
    this.doubles[row + DURATION_US] = atHand[hand.DURATION_US]!;
    this.doubles[row + COLD_US] = atHand[hand.COLD_US]!;
    this.ints[call * INTS + WHO] = this.fnOf(call) * 2 + (atHand[hand.FIRST] === 1 ? 1 : 0);
  }

  /** `call` waits no longer; it stays readable until the next `add`. */
  remove(call: number): void {
    const fn = this.fnOf(call);
    const team = this.team[fn]!;
    this.unlink(call, fn, this.oldest, this.newest, NEXT, PREVIOUS);
    this.unlink(call, team, this.oldestOfTeam, this.newestOfTeam, NEXT_OF_TEAM, PREVIOUS_OF_TEAM);
    this.waiting[team]! -= 1;
    this.calls[fn]! -= 1;
    if (this.held[fn] === 0) this.mayGo--;
    this.count--;
    this.ints[call * INTS + PLACE] = NONE;
    this.ints[call * INTS + NEXT] = this.free;
    this.free = call;
  }

  /** The call that came first, held back or not, or NONE. */
  get first(): number {
    const {came, ints} = this;
    while (this.cameFirst < this.cameEnd && ints[came[this.cameFirst]! * INTS + PLACE] !== this.cameFirst)
      this.cameFirst++;
    return this.cameFirst < this.cameEnd ? came[this.cameFirst]! : NONE;
  }

  /** Adds the calls that came at the same time as the first one to `out`. */
  cameWithFirst(out: number[]): void {
    const {came, ints, first} = this;
    const sinceUs = this.arrivalUsOf(first);
    for (let k = this.cameFirst; k < this.cameEnd; k++) {
      if (ints[came[k]! * INTS + PLACE] !== k) continue;
      if (this.arrivalUsOf(came[k]!) !== sinceUs) return;
      out.push(came[k]!);
    }
  }

  /** Limits hold the calls of `fn` back: they wait, and nobody waits for them. */
  isHeld(fn: number): boolean {
    return this.held[fn] === 1;
  }

  hold(fn: number): void {
    this.held[fn] = 1;
    this.mayGo -= this.calls[fn]!;
  }

  release(fn: number): void {
    this.held[fn] = 0;
    this.mayGo += this.calls[fn]!;
  }

  /** The oldest of the team whose function is not held back, or NONE. */
  firstOfTeam(team: number): number {
    let call = this.oldestOfTeam[team]!;
    while (call !== NONE && this.held[this.fnOf(call)] === 1) call = this.ints[call * INTS + NEXT_OF_TEAM]!;
    return call;
  }

  /** Makes `call` the one at hand. */
  read(call: number, atHand: Float64Array): void {
    const row = call * DOUBLES;
    atHand[hand.ARRIVAL_US] = this.countedUsOf(call);
    atHand[hand.DURATION_US] = this.doubles[row + DURATION_US]!;
    atHand[hand.COLD_US] = this.doubles[row + COLD_US]!;
    atHand[hand.ATTEMPT] = attemptOf(atHand[hand.ARRIVAL_US]!);
    atHand[hand.FIRST] = this.ints[call * INTS + WHO]! & 1;
  }

  fnOf(call: number): number {
    return this.ints[call * INTS + WHO]! >> 1;
  }

  /** When it came to wait. */
  arrivalUsOf(call: number): number {
    return this.doubles[call * DOUBLES + ARRIVAL_US]!;
  }

  durationUsOf(call: number): number {
    return this.doubles[call * DOUBLES + DURATION_US]!;
  }

  sequenceOf(call: number): number {
    return this.doubles[call * DOUBLES + SEQUENCE]!;
  }

  tagOf(call: number): number {
    return this.doubles[call * DOUBLES + TAG]!;
  }

  setTag(call: number, tag: number): void {
    this.doubles[call * DOUBLES + TAG] = tag;
  }

  /** Of its function, the one that came next after `call`, or NONE. */
  next(call: number): number {
    return this.ints[call * INTS + NEXT]!;
  }

  /** Of its function, the one that came just before `call`, or NONE. */
  previous(call: number): number {
    return this.ints[call * INTS + PREVIOUS]!;
  }

  private append(call: number, of: number, head: Int32Array, tail: Int32Array, next: number, previous: number): void {
    const {ints} = this;
    const last = tail[of]!;
    ints[call * INTS + next] = NONE;
    ints[call * INTS + previous] = last;
    if (last === NONE) head[of] = call;
    else ints[last * INTS + next] = call;
    tail[of] = call;
  }

  private unlink(call: number, of: number, head: Int32Array, tail: Int32Array, next: number, previous: number): void {
    const {ints} = this;
    const before = ints[call * INTS + previous]!;
    const behind = ints[call * INTS + next]!;
    if (before === NONE) head[of] = behind;
    else ints[before * INTS + next] = behind;
    if (behind === NONE) tail[of] = before;
    else ints[behind * INTS + previous] = before;
  }

  /** Takes those that have gone out of `came`, which is twice as long then if they are few. */
  private closeUp(): void {
    const {came, ints} = this;
    if (2 * this.count > came.length) this.came = new Int32Array(2 * came.length);
    let end = 0;
    for (let k = this.cameFirst; k < this.cameEnd; k++) {
      const call = came[k]!;
      if (ints[call * INTS + PLACE] !== k) continue;
      ints[call * INTS + PLACE] = end;
      this.came[end++] = call;
    }
    this.cameFirst = 0;
    this.cameEnd = end;
  }

  /** A free row. */
  private take(): number {
    if (this.free !== NONE) {
      const call = this.free;
      this.free = this.ints[call * INTS + NEXT]!;
      return call;
    }
    if (this.used * DOUBLES === this.doubles.length) {
      const larger = new Float64Array(2 * this.doubles.length);
      larger.set(this.doubles);
      this.doubles = larger;
      this.ints = new Int32Array(larger.buffer);
    }
    return this.used++;
  }
}
