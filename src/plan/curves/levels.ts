import {negativeBinomialProbability, normalQuantile} from '../../base/distributions.ts';
import {curveCodes, type Demand, windowSeconds} from '../demand/demand.ts';
import {fillWithoutRest} from './cold-holds.ts';
import {ConstantGaps, MOST_LEVELS} from './constant-gaps.ts';
import {ErlangGaps, shareLeft} from './erlang-gaps.ts';
import {type CallLaw, type LevelRest, Levels, noRest} from './level-columns.ts';
import {copyMeasured, copyMeasuredRest} from './measured-levels.ts';
import {fillShared} from './shared-levels.ts';

/** A smaller share of a function's calls than this is not worth a further slot under any price. */
const NEGLIGIBLE_SHARE = 1e-12;

/**
 * Fills `levels` for a unit, first slot first, down to the level that is woken `floorPerSecond` times a second and at
 * least up to level `atLeast` (a minimum that the user set). O(levels).
 */
export function fillLevels(
  demand: Demand,
  unit: number,
  floorPerSecond: number,
  atLeast: number,
  levels: Levels,
  rest: LevelRest = noRest,
): void {
  const f = unit % demand.functions;
  const active = demand.activeShare?.[unit] ?? 1;
  const rate = demand.ratePerSecond[unit]! / active;
  const floor = floorPerSecond / active;
  const hold = demand.holdSeconds[f]!;
  const places = demand.places?.[f] ?? 1;
  setStart(demand, unit, active, rest);
  switch (demand.curve[unit]) {
    case curveCodes.poisson:
      if (places > 1) {
        fillErlangOrShared(rate, hold, floor, atLeast, levels, places);
        addErlangRest(rate, hold, levels, rest, places);
        break;
      }
      // Pool levels above the load idle at least half of the time, so half of an always idle slot's floor is safe.
      fillPool(rate, hold, floor / 2, atLeast, levels);
      addRest(levels, rest);
      break;
    case curveCodes.empirical:
      copyMeasured(demand, unit, atLeast, rest, levels);
      break;
    case curveCodes['negative-binomial']:
      fillVaried(rate, demand.rateVariation[unit]!, hold, floor, atLeast, rest, levels, places);
      break;
    default:
      if (rest.calls && places === 1 && rate * hold <= MOST_KNOWN_LOAD && hold > 0) {
        fillKnown(rate, hold, floor, atLeast, levels, rest, rest.calls);
      } else {
        fillErlangOrShared(rate, hold, floor, atLeast, levels, places);
        addErlangRest(rate, hold, levels, rest, places);
      }
  }
  if (active < 1) thin(levels, active);
  if (places > 1) levels.busy = busyOf(levels);
  levels.missedPerSecond = demand.missesPerSecond[f]!;
  const held = demand.heldShare[f]!;
  if (held < 1) for (let k = 0; k < levels.count; k++) levels.idleShare[k] = Math.min(held, levels.idleShare[k]!);
}

/** Above this load what is known of single calls makes no difference worth its time. */
const MOST_KNOWN_LOAD = 32;

/** Poisson calls of which more is known, calls beyond the slots counting towards them. */
function fillKnown(
  rate: number,
  hold: number,
  floor: number,
  atLeast: number,
  levels: Levels,
  rest: LevelRest,
  {startSeconds}: CallLaw,
): void {
  if (rest.keepSeconds === 0) {
    fillWithoutRest(rate, hold, startSeconds, atLeast, levels);
    return;
  }
  fillPool(rate, hold, floor / 2, atLeast, levels);
  addErlangRest(rate, hold, levels, rest, 1);
}

function fillErlangOrShared(
  rate: number,
  hold: number,
  floor: number,
  atLeast: number,
  levels: Levels,
  places: number,
): void {
  // Levels above the load idle at least half of the time, as those of a pool.
  if (places > 1) fillShared(rate, hold, places, floor / 2, atLeast, levels);
  else fillErlang(rate, hold, floor, atLeast, levels);
}

function busyOf({count, idleShare}: Levels): number {
  let busy = 0;
  for (let k = 0; k < count; k++) busy += 1 - idleShare[k]!;
  return busy;
}

/** The same levels, filled for the unit before, under another rest. */
export function restLevels(demand: Demand, unit: number, atLeast: number, levels: Levels, rest: LevelRest): void {
  const curve = demand.curve[unit];
  const f = unit % demand.functions;
  // Shares of time by the clock and mixtures do not come apart again.
  const mixed = curve === curveCodes['negative-binomial'] || (demand.activeShare?.[unit] ?? 1) < 1;
  if (mixed || demand.heldShare[f]! < 1) {
    fillLevels(demand, unit, 0, atLeast, levels, rest);
    return;
  }
  setStart(demand, unit, 1, rest);
  if (curve === curveCodes.empirical) {
    copyMeasuredRest(demand, f, demand.ratePerSecond[unit]! / demand.measured.ratePerSecond[f]!, rest, levels);
  } else if (curve === curveCodes.erlang) {
    addErlangRest(demand.ratePerSecond[unit]!, demand.holdSeconds[f]!, levels, rest, demand.places?.[f] ?? 1);
  } else addRest(levels, rest);
}

const gaps = new ErlangGaps();
const constantGaps = new ConstantGaps();
/** What is left of a gap after so many of its mean lengths is nothing to a double. */
const GONE = 40;

/** The same for Erlang levels, whose gaps are known better. */
function addErlangRest(rate: number, hold: number, levels: Levels, rest: LevelRest, places: number): void {
  const {keepSeconds, idleFactor, counted} = rest;
  const variation = places === 1 ? (rest.calls?.holdVariation ?? 1) : 1;
  if (rate * hold === 0 || keepSeconds === Number.POSITIVE_INFINITY || (keepSeconds === 0 && !counted)) {
    addRest(levels, rest);
    return;
  }
  const {emptyChance, emptySeconds} = start;
  const {count, wakesPerSecond, idleShare, coldPerSecond, spillShare} = levels;
  gaps.begin(rate, hold, places);
  for (let k = 0; k < count; k++) {
    const {longShare: long, longSeconds, returnRate} = gaps;
    const lateReturns =
      long < 1 && keepSeconds * returnRate < GONE ? (1 - long) * Math.exp(-keepSeconds * returnRate) : 0;
    const lateOthers = long * shareLeft(keepSeconds / longSeconds);
    let late = lateReturns + lateOthers;
    let idled = (1 - long - lateReturns) / returnRate + (long - lateOthers) * longSeconds;
    if (variation < 1 && k < MOST_LEVELS) {
      constantGaps.read(k + 1, rate, hold, gaps.meanSeconds, keepSeconds);
      late = variation * late + (1 - variation) * constantGaps.lateShare;
      idled = variation * idled + (1 - variation) * constantGaps.idledSeconds;
    }
    const cold = gaps.risesPerSecond * late;
    spillShare[k] = idleShare[k]! * Math.min(1, (idled / gaps.meanSeconds) * idleFactor);
    coldPerSecond[k] = cold;
    if (emptyChance > 0) {
      const first = -Math.expm1(-Math.min(keepSeconds, emptySeconds) / longSeconds) / emptySeconds;
      const most = Math.max(cold, wakesPerSecond[k]!);
      coldPerSecond[k] = (1 - emptyChance) * cold + emptyChance * Math.min(most, cold + first);
    }
    gaps.next();
  }
}

/**
 * What the rest leaves of each level's cold starts, and its idle time. Gaps of a level are taken as exponential with its
 * rate of wakes while idle, which holds exactly for the first level and within 5 % in simulation for all.
 */
function addRest(levels: Levels, {keepSeconds, idleFactor}: LevelRest): void {
  const {emptyChance, emptySeconds} = start;
  const {count, wakesPerSecond, idleShare, coldPerSecond, spillShare} = levels;
  for (let k = 0; k < count; k++) {
    const wakes = wakesPerSecond[k]!;
    const idle = idleShare[k]!;
    if (keepSeconds === 0 || idle === 0) {
      coldPerSecond[k] = wakes;
      spillShare[k] = 0;
      continue;
    }
    const late = Math.exp((-wakes * keepSeconds) / idle);
    coldPerSecond[k] = wakes * late;
    spillShare[k] = Math.min(idle, idle * (1 - late) * idleFactor);
    if (emptyChance === 0) continue;
    // In an empty fleet the first rise to a level is cold even where the rest would have been there.
    const within = Math.min(keepSeconds, emptySeconds);
    const first = (1 - Math.exp((-wakes * within) / idle)) / emptySeconds;
    coldPerSecond[k] = (1 - emptyChance) * wakes * late + emptyChance * Math.min(wakes, wakes * late + first);
  }
}

/** How likely the unit at hand is to begin with none but its kept slots, and how long it then lasts. */
const start = {emptyChance: 0, emptySeconds: 0};

/** After a window in which a function was not in use nothing of it lingers. */
function setStart({windows, functions}: Demand, unit: number, active: number, {emptySeconds}: LevelRest): void {
  start.emptyChance = emptySeconds > 0 ? 1 : 1 - active;
  start.emptySeconds = emptySeconds;
  if (emptySeconds === 0 && active < 1) start.emptySeconds = windowSeconds(windows, Math.floor(unit / functions));
}

/** What levels come to of a unit that is in use with this chance, and idle otherwise. */
function thin({count, wakesPerSecond, idleShare, coldPerSecond, spillShare}: Levels, active: number): void {
  for (let k = 0; k < count; k++) {
    wakesPerSecond[k]! *= active;
    idleShare[k] = 1 - active * (1 - idleShare[k]!);
    coldPerSecond[k]! *= active;
    spillShare[k]! *= active;
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
 * Pool: overflow instances count towards the kept ones, so a call is cold when it finds n or more busy. Busy slots are
 * Poisson. Level k is woken whenever the number of busy slots rises to k; the curve is S-shaped up to the load, so its
 * user takes the hull.
 */
export function fillPool(rate: number, hold: number, floorPerSecond: number, atLeast: number, levels: Levels): void {
  const load = rate * hold;
  if (load === 0) {
    fillErlang(rate, hold, floorPerSecond, atLeast, levels);
    return;
  }
  const floor = Math.max(floorPerSecond, rate * NEGLIGIBLE_SHARE);
  // Seven deviations below the load (1e-12 of the time) slots count as always busy; further down P(N) underflows.
  const first = Math.max(0, Math.floor(load - 7 * Math.sqrt(load)));
  let probability = negativeBinomialProbability(first, load, 1);
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
    probability *= load / (k + 1);
    const wakes = ((k + 1) * probability) / hold;
    if (!(wakes > floor) && k >= atLeast && k >= load) break;
    levels.reserve(k + 1);
    levels.wakesPerSecond[k] = wakes;
    levels.idleShare[k] = below < 1 ? below : 1;
  }
  levels.count = k;
}

/** Above this squared coefficient of variation a gamma distribution is mostly near 0, and its cube root not normal. */
const BURSTS = 0.5;
/** Rates at which a varying rate is looked at: midpoints of as many equally likely parts. */
const PARTS = 16;
const normalMidpoints = Float64Array.from({length: PARTS}, (_, i) => normalQuantile((i + 0.5) / PARTS));
const partRates = new Float64Array(PARTS);
const partLevels = new Levels();

/**
 * A rate that varies inside the window: the mean over the rates that it takes, each as Erlang has it. One that varies
 * greatly takes two: calls come in bursts with nothing between them.
 */
function fillVaried(
  rate: number,
  variation: number,
  hold: number,
  floorPerSecond: number,
  atLeast: number,
  rest: LevelRest,
  levels: Levels,
  places: number,
): void {
  levels.count = 0;
  const add = (ofPart: number, weight: number, before: number): void => {
    // The highest rate comes first: the other parts have a word on every level that it reaches.
    fillErlangOrShared(ofPart, hold, floorPerSecond, Math.max(atLeast, levels.count), partLevels, places);
    addErlangRest(ofPart, hold, partLevels, rest, places);
    addPart(levels, weight, before);
  };
  if (variation > BURSTS) {
    add(rate * (1 + variation), 1 / (1 + variation), 0);
    const off = variation / (1 + variation);
    // Bursts are shorter than most keep-alives: between them stays what would have stayed in them.
    for (let k = 0; k < levels.count; k++) {
      if (levels.idleShare[k]! > 0) levels.spillShare[k]! += (off * levels.spillShare[k]!) / levels.idleShare[k]!;
    }
    add(0, off, 1 / (1 + variation));
  } else if (variation > 0) {
    spreadRates(rate, variation);
    for (let i = 0; i < PARTS; i++) add(partRates[PARTS - 1 - i]!, 1 / PARTS, i / PARTS);
  } else add(rate, 1, 0);
}

/** Adds `partLevels` with a weight to levels that hold `before` already; new ones idled in the parts before. */
function addPart(levels: Levels, weight: number, before: number): void {
  const {count} = partLevels;
  levels.reserve(count);
  const {wakesPerSecond, idleShare, coldPerSecond, spillShare} = levels;
  for (let k = levels.count; k < count; k++) {
    wakesPerSecond[k] = coldPerSecond[k] = spillShare[k] = 0;
    idleShare[k] = before;
  }
  for (let k = 0; k < count; k++) {
    wakesPerSecond[k]! += weight * partLevels.wakesPerSecond[k]!;
    idleShare[k]! += weight * partLevels.idleShare[k]!;
    coldPerSecond[k]! += weight * partLevels.coldPerSecond[k]!;
    spillShare[k]! += weight * partLevels.spillShare[k]!;
  }
  levels.count = Math.max(levels.count, count);
}

/** Equally likely rates of a gamma distribution with that mean and squared coefficient of variation (Wilson-Hilferty). */
function spreadRates(mean: number, variation: number): void {
  const ninth = variation / 9;
  let sum = 0;
  for (let i = 0; i < PARTS; i++) {
    const cubeRoot = Math.max(0, 1 - ninth + normalMidpoints[i]! * Math.sqrt(ninth));
    partRates[i] = cubeRoot ** 3;
    sum += partRates[i]!;
  }
  for (let i = 0; i < PARTS; i++) partRates[i]! *= (mean * PARTS) / sum;
}
