import type {AppLayout} from './app-layout.ts';
import {streamOf} from './streams.ts';
import {triggerCallShare} from './triggers.ts';

/** The busiest functions hold 95 % of all calls: whose they are is dealt by shares of calls, not of functions. */
const HEAD_SHARE = 0.02;
/** Apps of at most so many functions get half of the calls (Shahrad et al. 2020). */
const SMALL_APP = 3;
const SMALL_APP_CALL_SHARE = 0.5;
/** Correlation of the (normal) scores of two functions of one app that decide which is busier. */
const APP_AFFINITY = 0.2;
/** Scores are within this of 0 and told apart to one in so many. */
const MAX_SCORE = 16;
const SCORE_STEPS = 2 ** 23;

/**
 * Functions from the busiest to the least busy. `weight(rank)` is the rate at a rank. In the head each rank goes to the
 * class (trigger, size of app) that lags most behind its share of the calls, so that a few very busy functions do not
 * decide by luck what most calls are. Within a class, and in the rest, functions come in random order, those of an app
 * near each other: busy apps are busy in many functions.
 */
export function rankByRate(
  {appOf, sizeOf}: AppLayout,
  trigger: Uint8Array,
  weight: (rank: number) => number,
  seed: number,
): Uint32Array {
  const functions = appOf.length;
  const random = streamOf(seed, 'rates');
  const pool = byAffinity(appOf, sizeOf.length, seed);
  const classOf = (f: number) => 2 * trigger[f]! + (sizeOf[appOf[f]!]! > SMALL_APP ? 1 : 0);
  const shares = triggerCallShare.flatMap((share) => [
    share * SMALL_APP_CALL_SHARE,
    share * (1 - SMALL_APP_CALL_SHARE),
  ]);
  const members: number[][] = shares.map(() => []);
  const head = Math.round(functions * HEAD_SHARE);
  const next = shares.map(() => 0);
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
      if (next[c]! < members[c]!.length && (best < 0 || owed[c]! > owed[best]!)) best = c;
    }
    owed[best]! -= calls;
    order[rank] = members[best]![next[best]!++]!;
    taken[order[rank]!] = 1;
  }
  let rank = head;
  for (const f of pool) if (taken[f] === 0) order[rank++] = f;
  return order;
}

/** Functions in random order, those of one app somewhat alike. */
function byAffinity(appOf: Int32Array, apps: number, seed: number): Uint32Array {
  const appScore = Float64Array.from({length: apps}, (_, app) => streamOf(seed, 'rates', 2 * app + 1).normal());
  const [shared, own] = [Math.sqrt(APP_AFFINITY), Math.sqrt(1 - APP_AFFINITY)];
  const functions = appOf.length;
  // Score and function in one number: sorting those is much faster than sorting by a comparison of ours.
  const keys = new Float64Array(functions);
  for (let f = 0; f < functions; f++) {
    const score = shared * appScore[appOf[f]!]! + own * streamOf(seed, 'rates', 2 * f + 2).normal();
    keys[f] = Math.floor((score + MAX_SCORE) * SCORE_STEPS) * functions + f;
  }
  return Uint32Array.from(keys.sort(), (key) => key % functions);
}
