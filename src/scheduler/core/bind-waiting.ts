import type {Admission} from '../parts/limits/admission.ts';
import type {Backlog} from '../parts/queue/backlog.ts';
import type {LateBinding} from '../parts/queue/late-binding.ts';
import type {StrictQueue} from '../parts/queue/strict-queue.ts';
import {ARRIVAL_US, ATTEMPT, DURATION_US, NOW_US} from './at-hand.ts';
import type {Fleet} from './fleet.ts';
import {NONE} from './instances.ts';
import type {Serving} from './serving.ts';
import type {Sharing} from './sharing.ts';
import type {Tally} from './tally.ts';

/** Who waits, and what binds a call to an instance. */
interface Binding {
  readonly backlog: Backlog | StrictQueue;
  readonly sharing: Sharing | undefined;
  readonly late: LateBinding | undefined;
  readonly admission: Admission | undefined;
  readonly fleet: Fleet;
  readonly serving: Serving;
  readonly tally: Tally;
  readonly atHand: Float64Array;
}

/** Calls of its function that wait for room take the places that `i`, which starts now, has left. */
export function bindWaiting(binding: Binding, i: number, fn: number): void {
  const {sharing, backlog, late, admission, tally, atHand} = binding;
  if (sharing === undefined || backlog.empty) return;
  const nowUs = atHand[NOW_US]!;
  const readyUs = binding.fleet.pool.readyUs[i]!;
  while ((late ? late.hasSpare(fn) : sharing.hasPlace(i, fn)) && (admission === undefined || admission.admits(fn))) {
    const call = backlog.takeOf(fn, nowUs, true, true);
    if (call === NONE) return;
    backlog.read(call, atHand);
    admission?.began(fn);
    if (late) {
      tally.log?.waitsForAny(fn, Number.NaN);
      late.add(fn, atHand[ARRIVAL_US]!, atHand[DURATION_US]!, atHand[ATTEMPT]!);
    } else {
      tally.started(fn, atHand[ARRIVAL_US]!, readyUs);
      binding.serving.claim(i, fn);
    }
  }
}
