import type {LateBinding} from '../parts/queue/late-binding.ts';
import {ARRIVAL_US, NOW_US} from './at-hand.ts';
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
  late.read(call, atHand);
  tally.started(fn, atHand[ARRIVAL_US]!, atHand[NOW_US]!);
  tally.log?.takesAny(fn);
  serving.serve(i, fn);
  return true;
}
