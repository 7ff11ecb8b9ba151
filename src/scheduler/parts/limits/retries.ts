import {ARRIVAL_US, ATTEMPT, COLD_US, DURATION_US} from '../../core/at-hand.ts';

const DOUBLES = 3;

/** Calls that will come again: what they are, until their time comes. */
export class Retries {
  private doubles = new Float64Array(64 * DOUBLES);
  private fn = new Int32Array(64);
  private attempt = new Int32Array(64);
  /** 1: it is another attempt then. */
  private isTried = new Uint8Array(64);
  private free: number[] = [];
  private used = 0;

  /**
   * Keeps the call at hand, which has come to its attempt of that number and counts by `arrivalUs`; `tried`: it comes
   * for its next attempt.
   */
  add(fn: number, attempt: number, arrivalUs: number, tried: boolean, atHand: Float64Array): number {
    const id = this.free.pop() ?? this.used++;
    if (id === this.fn.length) this.grow();
    this.fn[id] = fn;
    this.attempt[id] = attempt;
    this.isTried[id] = tried ? 1 : 0;
    this.doubles[id * DOUBLES] = arrivalUs;
    this.doubles[id * DOUBLES + 1] = atHand[DURATION_US]!;
    this.doubles[id * DOUBLES + 2] = atHand[COLD_US]!;
    return id;
  }

  fnOf(id: number): number {
    return this.fn[id]!;
  }

  /** Makes the call the one at hand and forgets it; true if it is another attempt. */
  take(id: number, atHand: Float64Array): boolean {
    const tried = this.isTried[id]!;
    atHand[ATTEMPT] = this.attempt[id]! + tried;
    atHand[ARRIVAL_US] = this.doubles[id * DOUBLES]!;
    atHand[DURATION_US] = this.doubles[id * DOUBLES + 1]!;
    atHand[COLD_US] = this.doubles[id * DOUBLES + 2]!;
    this.free.push(id);
    return tried === 1;
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
    const isTried = new Uint8Array(size);
    isTried.set(this.isTried);
    this.doubles = doubles;
    this.isTried = isTried;
    this.fn = fn;
    this.attempt = attempt;
  }
}
