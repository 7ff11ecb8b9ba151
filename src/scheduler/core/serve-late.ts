import type {LateBinding} from '../parts/queue/late-binding.ts';
import {ARRIVAL_US, ATTEMPT, COLD_US, DURATION_US, NOW_US} from './at-hand.ts';
import {NONE} from './instances.ts';
import type {Serving} from './serving.ts';
import type {Tally} from './tally.ts';

/** What a call that is tied to no instance is served with. */
interface Server {
  readonly atHand: Float64Array;
  readonly tally: Tally;
  readonly serving: Serving;
}

/** The first call of `fn` that is tied to no instance, if there is one, is served by `i`, which is ready. */
export function serveLate(late: LateBinding, {atHand, tally, serving}: Server, i: number, fn: number): boolean {
  const call = late.take(fn);
  if (call === NONE) return false;
  tally.started(fn, late.calls.arrivalUsOf(call), atHand[NOW_US]!);
  atHand[ARRIVAL_US] = late.calls.arrivalUsOf(call);
  atHand[ATTEMPT] = late.attemptOf(call);
  atHand[DURATION_US] = late.calls.durationUsOf(call);
  atHand[COLD_US] = -1;
  serving.serve(i, fn);
  return true;
}
