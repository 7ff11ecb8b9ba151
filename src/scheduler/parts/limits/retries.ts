import {ARRIVAL_US, ATTEMPT, CALL, CAME_US, COLD_US, DURATION_US, NOW_US} from '../../core/at-hand.ts';

const DOUBLES = 5;

/** Why a call comes again: for its next slice; for another attempt by the rule; because a host failed; from outside. */
export const IS_NEXT_SLICE = 0;
export const IS_TRIED = 1;
export const RUNS_AGAIN = 2;
export const IS_HELD = 3;

/** Calls that will come again: what they are, until their time comes. */
export class Retries {
  private doubles = new Float64Array(64 * DOUBLES);
  private fn = new Int32Array(64);
  private attempt = new Int32Array(64);
  private kind = new Uint8Array(64);
  private free: number[] = [];
  private used = 0;

  /** Keeps the call at hand, which has come to its attempt of that number, counts by `arrivalUs`, and comes again as `kind`. */
  add(fn: number, attempt: number, arrivalUs: number, kind: number, atHand: Float64Array): number {
    const id = this.free.pop() ?? this.used++;
    if (id === this.fn.length) this.grow();
    this.fn[id] = fn;
    this.attempt[id] = attempt;
    this.kind[id] = kind;
    this.doubles[id * DOUBLES] = arrivalUs;
    this.doubles[id * DOUBLES + 1] = atHand[DURATION_US]!;
    this.doubles[id * DOUBLES + 2] = atHand[COLD_US]!;
    this.doubles[id * DOUBLES + 3] = atHand[CALL]!;
    this.doubles[id * DOUBLES + 4] = atHand[CAME_US]!;
    return id;
  }

  fnOf(id: number): number {
    return this.fn[id]!;
  }

  /** Makes the call the one at hand and forgets it; why it comes. */
  take(id: number, atHand: Float64Array): number {
    const kind = this.kind[id]!;
    atHand[ATTEMPT] = this.attempt[id]! + (kind === IS_TRIED ? 1 : 0);
    atHand[ARRIVAL_US] = this.doubles[id * DOUBLES]!;
    atHand[DURATION_US] = this.doubles[id * DOUBLES + 1]!;
    atHand[COLD_US] = this.doubles[id * DOUBLES + 2]!;
    atHand[CALL] = this.doubles[id * DOUBLES + 3]!;
    // Who waited outside has been back for longer.
    atHand[CAME_US] = kind === IS_HELD ? this.doubles[id * DOUBLES + 4]! : atHand[NOW_US]!;
    this.free.push(id);
    return kind;
  }

  /** The run is over: visits the calls whose time has not come. */
  settle(visit: (fn: number, arrivalUs: number, attempt: number) => void): void {
    const gone = new Set(this.free);
    for (let id = 0; id < this.used; id++) {
      if (!gone.has(id)) visit(this.fn[id]!, this.doubles[id * DOUBLES]!, this.attempt[id]!);
    }
  }

  private grow(): void {
    const size = 2 * this.fn.length;
    const [doubles, fn, attempt] = [new Float64Array(size * DOUBLES), new Int32Array(size), new Int32Array(size)];
    doubles.set(this.doubles);
    fn.set(this.fn);
    attempt.set(this.attempt);
    const kind = new Uint8Array(size);
    kind.set(this.kind);
    this.doubles = doubles;
    this.kind = kind;
    this.fn = fn;
    this.attempt = attempt;
  }
}
