import {negativeBinomialProbability} from '../../base/distributions.ts';
import {curveCodes, type Demand} from '../demand/demand.ts';

/**
 * What each further slot of one function is worth before prices: scratch space, filled anew for each unit. Level k
 * (element k - 1) is the k-th slot.
 */
export class Levels {
  count = 0;
  /** Cold starts a second that the slot avoids. */
  wakesPerSecond = new Float64Array(256);
  /** Share of time in which the slot, if kept, serves nothing. */
  idleShare = new Float64Array(256);

  /** Makes room for `levels` of them; keeps what is there. */
  reserve(levels: number): void {
    if (levels <= this.wakesPerSecond.length) return;
    const room = Math.max(levels, this.wakesPerSecond.length * 2);
    this.wakesPerSecond = enlarged(this.wakesPerSecond, room);
    this.idleShare = enlarged(this.idleShare, room);
  }
}

/** A smaller share of a function's calls than this is not worth a further slot under any price. */
const NEGLIGIBLE_SHARE = 1e-12;

/**
 * Fills `levels` for a unit, first slot first, down to the level that avoids `floorPerSecond` cold starts a second and
 * at least up to level `atLeast` (a minimum that the user set). O(levels).
 */
export function fillLevels(
  demand: Demand,
  unit: number,
  floorPerSecond: number,
  atLeast: number,
  levels: Levels,
): void {
  const active = demand.activeShare?.[unit] ?? 1;
  const rate = demand.ratePerSecond[unit]! / active;
  const floor = floorPerSecond / active;
  const hold = demand.holdSeconds[unit % demand.functions]!;
  // Pool levels above the load idle at least half of the time, so half of an always idle slot's floor is safe.
  switch (demand.curve[unit]) {
    case curveCodes.poisson:
      fillPool(rate, hold, 1, floor / 2, atLeast, levels);
      break;
    case curveCodes['negative-binomial']: {
      const dispersion = 1 + rate * hold * demand.rateVariation[unit]!;
      fillPool(rate, hold, dispersion, floor / 2, atLeast, levels);
      break;
    }
    case curveCodes.empirical:
      copyMeasured(demand, unit, atLeast, levels);
      break;
    default:
      fillErlang(rate, hold, floor, atLeast, levels);
  }
  if (active < 1) thin(levels, active);
  const held = demand.heldShare[unit % demand.functions]!;
  if (held < 1) for (let k = 0; k < levels.count; k++) levels.idleShare[k] = Math.min(held, levels.idleShare[k]!);
}

/** What levels come to of a unit that is in use with this chance, and idle otherwise. */
function thin({count, wakesPerSecond, idleShare}: Levels, active: number): void {
  for (let k = 0; k < count; k++) {
    wakesPerSecond[k]! *= active;
    idleShare[k] = 1 - active * (1 - idleShare[k]!);
  }
}

/**
 * Erlang loss: calls beyond the kept slots get an instance of their own that is thrown away. Cold starts are
 * rate x B(n, load), whatever the distribution of the holding time, and convex in n. METHODS E1.1.
 */
export function fillErlang(rate: number, hold: number, floorPerSecond: number, atLeast: number, levels: Levels): void {
  const load = rate * hold;
  const floor = Math.max(floorPerSecond, rate * NEGLIGIBLE_SHARE);
  let {wakesPerSecond, idleShare} = levels;
  let blocking = 1;
  let k = 0;
  while (k < 0x7fffffff) {
    const denominator = k + 1 + load * blocking;
    // rate x (B(k) - B(k + 1)), in the form that does not cancel.
    const wakes = (rate * blocking * (k + 1 - load + load * blocking)) / denominator;
    if (!(wakes > floor) && k >= atLeast) break;
    if (k === wakesPerSecond.length) {
      levels.reserve(k + 1);
      ({wakesPerSecond, idleShare} = levels);
    }
    wakesPerSecond[k] = wakes;
    idleShare[k] = 1 - hold * wakes;
    blocking = (load * blocking) / denominator;
    k++;
  }
  levels.count = k;
}

/**
 * Pool: overflow instances count towards the kept ones, so a call is cold when it finds n or more busy. Busy slots
 * are Poisson, or negative binomial with that index of dispersion when the rate itself varies. Level k is woken
 * whenever the number of busy slots rises to k; the curve is S-shaped up to the load, so its user takes the hull.
 */
export function fillPool(
  rate: number,
  hold: number,
  dispersion: number,
  floorPerSecond: number,
  atLeast: number,
  levels: Levels,
): void {
  const load = rate * hold;
  if (load === 0) {
    fillErlang(rate, hold, floorPerSecond, atLeast, levels);
    return;
  }
  const floor = Math.max(floorPerSecond, rate * NEGLIGIBLE_SHARE);
  const spread = Math.sqrt(load * dispersion);
  // Seven deviations below the load (1e-12 of the time) slots count as always busy; further down P(N) underflows.
  const first = Math.max(0, Math.floor(load - 7 * spread));
  const step = poolRecurrence(load, dispersion);
  let probability = negativeBinomialProbability(first, load, dispersion);
  let below = 0;
  let k = 0;
  levels.reserve(first + 1);
  for (; k < first; k++) {
    levels.wakesPerSecond[k] = 0;
    levels.idleShare[k] = 0;
  }
  for (; k < 0x7fffffff; k++) {
    below += probability;
    // Crossings from k to k + 1 busy equal those back: (k + 1) P(k + 1) / hold.
    probability = step(k, probability);
    const wakes = ((k + 1) * probability) / hold;
    if (!(wakes > floor) && k >= atLeast && k >= load) break;
    levels.reserve(k + 1);
    levels.wakesPerSecond[k] = wakes;
    levels.idleShare[k] = below < 1 ? below : 1;
  }
  levels.count = k;
}

/** P(N = k + 1) from P(N = k). */
function poolRecurrence(load: number, dispersion: number): (k: number, probability: number) => number {
  if (dispersion <= 1) return (k, probability) => (probability * load) / (k + 1);
  const shape = load / (dispersion - 1);
  const failure = 1 - 1 / dispersion;
  return (k, probability) => (probability * failure * (shape + k)) / (k + 1);
}

/**
 * Cold starts a second of a unit without any slot, as its curve counts them: its calls, or of a measured curve what all
 * of its levels avoid together, since later calls of a spell find an instance anyway.
 */
export function coldWithoutSlots(demand: Demand, unit: number): number {
  const rate = demand.ratePerSecond[unit]!;
  if (demand.curve[unit] !== curveCodes.empirical || rate === 0) return rate;
  const {start, ratePerSecond, wakesPerSecond} = demand.measured;
  const f = unit % demand.functions;
  let wakes = 0;
  for (let row = start[f]!; row < start[f + 1]!; row++) wakes += wakesPerSecond[row]!;
  return (wakes * rate) / ratePerSecond[f]!;
}

function copyMeasured(demand: Demand, unit: number, atLeast: number, levels: Levels): void {
  const {start, ratePerSecond, wakesPerSecond, idleShare} = demand.measured;
  const f = unit % demand.functions;
  const scale = demand.ratePerSecond[unit]! / ratePerSecond[f]!;
  const from = start[f]!;
  const measured = start[f + 1]! - from;
  const count = Math.max(measured, atLeast);
  levels.reserve(count);
  for (let k = 0; k < count; k++) {
    levels.wakesPerSecond[k] = k < measured ? scale * wakesPerSecond[from + k]! : 0;
    levels.idleShare[k] = k < measured ? Math.max(0, 1 - scale * (1 - idleShare[from + k]!)) : 1;
  }
  levels.count = count;
}

function enlarged(array: Float64Array, room: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(room);
  larger.set(array);
  return larger;
}
