import type {StrictQueue} from '../parts/queue/strict-queue.ts';
import {NOW_US} from './at-hand.ts';
import type {CellSetup} from './cell-setup.ts';
import type {Fleet} from './fleet.ts';
import {INTS, NONE, STATE, State} from './instances.ts';
import type {Sharing} from './sharing.ts';
import type {Starting} from './starting.ts';

/** What is there for a call that arrives. */
interface Supply {
  readonly fleet: Fleet;
  readonly sharing: Sharing | undefined;
  readonly starting: Starting;
  readonly atHand: Float64Array;
  readonly setup: CellSetup;
}

/** True when the call that arrives, of `fn`, must wait its turn: somebody waits who could use the room it would take. */
export function comesLater(strict: StrictQueue, fn: number, supply: Supply): boolean {
  const {fleet, sharing, starting, atHand, setup} = supply;
  strict.called(fn, atHand[NOW_US]!);
  if (strict.has(fn)) return true;
  if (strict.nobodyFree) return false;
  const i = sharing === undefined ? fleet.nextIdle(fn) : sharing.next(fn);
  if (i === NONE) return !starting.hasSpare(fn);
  if (strict.order.ownFirst) return false;
  // What is idle others may have, if they may evict it; a place beside other calls is of use to its function alone.
  const free = fleet.pool.ints[i * INTS + STATE] === State.idle && fleet.kept?.holds(i) !== true;
  return free && setup.semantics.evict !== 'never';
}
