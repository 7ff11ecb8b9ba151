import {ARRIVAL_US, COLD_US, DURATION_US} from '../../core/at-hand.ts';
import type {RetryRule} from './function-limits.ts';

const DOUBLES = 3;

/** Calls that will be tried again: what they are, until their time comes. */
export class Retries {
  private readonly rule: RetryRule;
  private doubles = new Float64Array(64 * DOUBLES);
  private fn = new Int32Array(64);
  private attempt = new Int32Array(64);
  private free: number[] = [];
  private used = 0;

  constructor(rule: RetryRule) {
    this.rule = rule;
  }

  get afterUs(): number {
    return this.rule.afterUs;
  }

  /** A call of `fn` may be tried again after its attempt of that number, from 1 on. */
  allows(fn: number, attempt: number): boolean {
    return this.rule.async[fn] === 1 && attempt < this.rule.attempts;
  }

  /** Keeps the call at hand, whose attempt of that number has failed; `arrivalUs` is what it counts by. */
  add(fn: number, attempt: number, arrivalUs: number, atHand: Float64Array): number {
    const id = this.free.pop() ?? this.used++;
    if (id === this.fn.length) this.grow();
    this.fn[id] = fn;
    this.attempt[id] = attempt;
    this.doubles[id * DOUBLES] = arrivalUs;
    this.doubles[id * DOUBLES + 1] = atHand[DURATION_US]!;
    this.doubles[id * DOUBLES + 2] = atHand[COLD_US]!;
    return id;
  }

  fnOf(id: number): number {
    return this.fn[id]!;
  }

  attemptOf(id: number): number {
    return this.attempt[id]!;
  }

  /** Makes the call the one at hand and forgets it. */
  take(id: number, atHand: Float64Array): void {
    atHand[ARRIVAL_US] = this.doubles[id * DOUBLES]!;
    atHand[DURATION_US] = this.doubles[id * DOUBLES + 1]!;
    atHand[COLD_US] = this.doubles[id * DOUBLES + 2]!;
    this.free.push(id);
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
    this.doubles = doubles;
    this.fn = fn;
    this.attempt = attempt;
  }
}
