import type {AppLayout} from './app-layout.ts';
import {shuffled} from './shuffled.ts';
import {streamOf} from './streams.ts';
import {triggerCallShare} from './triggers.ts';

/** The busiest functions hold 95 % of all calls: whose they are is dealt by shares of calls, not of functions. */
const HEAD_SHARE = 0.02;
/** Apps of at most so many functions get half of the calls (Shahrad et al. 2020). */
const SMALL_APP = 3;
const SMALL_APP_CALL_SHARE = 0.5;

/**
 * Functions from the busiest to the least busy. `weight(rank)` is the rate at a rank. In the head each rank goes to the
 * class (trigger, size of app) that lags most behind its share of the calls, so that a few very busy functions do not
 * decide by luck what most calls are; the rest is dealt at random.
 */
export function rankByRate(
  {appOf, sizeOf}: AppLayout,
  trigger: Uint8Array,
  weight: (rank: number) => number,
  seed: number,
): Uint32Array {
  const functions = appOf.length;
  const random = streamOf(seed, 'rates');
  const pool = shuffled(functions, random);
  const classOf = (f: number) => 2 * trigger[f]! + (sizeOf[appOf[f]!]! > SMALL_APP ? 1 : 0);
  const shares = triggerCallShare.flatMap((share) => [
    share * SMALL_APP_CALL_SHARE,
    share * (1 - SMALL_APP_CALL_SHARE),
  ]);
  const members: number[][] = shares.map(() => []);
  const head = Math.round(functions * HEAD_SHARE);
  // A class never needs more than the whole head.
  for (const f of pool) if (members[classOf(f)]!.length < head) members[classOf(f)]!.push(f);
  const owed = shares.map((share) => share * weight(0) * random.next());
  const order = new Uint32Array(functions);
  const taken = new Uint8Array(functions);
  for (let rank = 0; rank < head; rank++) {
    const calls = weight(rank);
    let best = -1;
    for (let c = 0; c < shares.length; c++) {
      owed[c]! += shares[c]! * calls;
      if (members[c]!.length > 0 && (best < 0 || owed[c]! > owed[best]!)) best = c;
    }
    owed[best]! -= calls;
    order[rank] = members[best]!.pop()!;
    taken[order[rank]!] = 1;
  }
  let rank = head;
  for (const f of pool) if (taken[f] === 0) order[rank++] = f;
  return order;
}
