import {ErlangGaps} from './erlang-gaps.ts';
import type {Levels} from './level-columns.ts';

const gaps = new ErlangGaps();
/** A smaller share of a function's calls than this is not worth a further slot under any price. */
const NEGLIGIBLE_SHARE = 1e-12;

/**
 * Levels of instances of several places: calls beyond the slots count towards them, and calls are taken to fill as few
 * instances as they can. Busy calls are Poisson, so level k rises whenever they do from (k - 1) x places, and idles while
 * there are no more than that.
 */
export function fillShared(
  rate: number,
  hold: number,
  places: number,
  floorPerSecond: number,
  atLeast: number,
  levels: Levels,
): void {
  const load = rate * hold;
  const floor = Math.max(floorPerSecond, rate * NEGLIGIBLE_SHARE);
  levels.count = 0;
  gaps.begin(rate, hold, places);
  for (let k = 0; k < 0x7fffffff; k++) {
    const wakes = gaps.risesPerSecond;
    if (!(wakes > floor) && k >= atLeast && k * places >= load) break;
    levels.reserve(k + 1);
    levels.wakesPerSecond[k] = wakes;
    levels.idleShare[k] = wakes > 0 ? Math.min(1, wakes * gaps.meanSeconds) : k * places >= load ? 1 : 0;
    levels.count = k + 1;
    gaps.next();
  }
}

/** Rises a second of all such levels together: its cold starts where instances go when they are idle. */
export function sharedRises(rate: number, hold: number, places: number): number {
  const load = rate * hold;
  let rises = 0;
  gaps.begin(rate, hold, places);
  for (let k = 0; k * places <= load || gaps.risesPerSecond > NEGLIGIBLE_SHARE * rises; k++) {
    rises += gaps.risesPerSecond;
    gaps.next();
  }
  return rises;
}
