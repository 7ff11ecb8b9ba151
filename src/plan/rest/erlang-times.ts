import {ErlangGaps, shareLeft} from '../curves/erlang-gaps.ts';
import {Levels} from '../curves/level-columns.ts';
import {fillErlang} from '../curves/levels.ts';
import {GRID_TIMES, keepAliveGridUs} from './keep-alive-grid.ts';

/** What the slots and the rest of a unit are worth at the prices of the hour. */
export interface SlotTerms {
  /** Objective for a cold start a second less: for any, and for those that slots may avoid, surprises being left out. */
  gain: number;
  slotGain: number;
  /** Objective lost for an instance that always idles; and for a kept slot whatever it does. */
  idleLoss: number;
  slotLoss: number;
  /** Fewest and most slots. */
  from: number;
  until: number;
}

/** An Erlang unit that is in use at all times. */
export interface ErlangUnit {
  ratePerSecond: number;
  holdSeconds: number;
  missedPerSecond: number;
  /** As `LevelRest` has them. */
  counted: boolean;
  emptySeconds: number;
}

/** Times of the grid, none at all in front of them, and one more behind. */
const TIMES = GRID_TIMES + 2;
const OWN = TIMES - 1;
const gridSeconds = keepAliveGridUs.map((us) => us / 1e6);
/** What is left of an exponential is nothing to a double below this. */
const GONE = 1e-18;

/**
 * Each time of the grid is so many times the one before and another one, so that what is left after it is a product of
 * what is left after those: one exponential does for all. 0: it is not; -1: there is no other one.
 */
const timesBefore = new Uint8Array(GRID_TIMES);
const plusTime = new Int8Array(GRID_TIMES).fill(-1);
for (let j = 1; j < GRID_TIMES; j++) {
  const often = Math.floor(gridSeconds[j]! / gridSeconds[j - 1]!);
  const rest = gridSeconds[j]! - often * gridSeconds[j - 1]!;
  plusTime[j] = gridSeconds.indexOf(rest);
  timesBefore[j] = often < 8 && (rest === 0 || plusTime[j]! >= 0) ? often : 0;
}

/** What the best slots of one Erlang unit come to under every keep-alive there is, in one pass over its levels. */
export class ErlangTimes {
  /** Cold starts a second that levels not looked at may avoid or add at most. */
  tailPerSecond = 0;
  private readonly levels = new Levels();
  private readonly gaps = new ErlangGaps();
  /** Of returns and of other gaps, the share that outlasts each time; the first is of no time: 1. */
  private readonly returns = new Float64Array(TIMES).fill(1);
  private readonly others = new Float64Array(TIMES).fill(1);
  /** The best of the levels so far, the slots ending before or at the last of them. */
  private readonly best = new Float64Array(TIMES);

  /** Rates at which returns and other gaps of the level in hand end, and the last time; doubles as arguments are boxed. */
  private readonly now = new Float64Array(3);

  /**
   * Adds to `net` what the unit comes to for no time, those of the grid, and last `ownSeconds`. Levels that so small a
   * share of the calls reaches are left out: `tailPerSecond` then says how much that may be.
   */
  add(unit: ErlangUnit, terms: SlotTerms, ownSeconds: number, share: number, net: Float64Array): void {
    const {levels, gaps, best, returns, others, now} = this;
    const {slotGain, idleLoss, slotLoss, from, until} = terms;
    const {ratePerSecond: rate, holdSeconds: hold, emptySeconds} = unit;
    const load = rate * hold;
    fillErlang(rate, hold, 0, from, levels);
    const {count, wakesPerSecond, idleShare} = levels;
    gaps.begin(rate, hold);
    now[OWN_SECONDS] = ownSeconds;
    const none = from === 0 ? 0 : Number.NEGATIVE_INFINITY;
    for (let j = 0; j < TIMES; j++) best[j] = none;
    const firstTime = unit.counted ? 0 : 1;
    let kept = -slotGain * unit.missedPerSecond;
    this.tailPerSecond = 0;
    for (let k = 0; k < count; k++) {
      const {longShare, longSeconds, returnRate, risesPerSecond, meanSeconds} = gaps;
      // Beyond the load each level rises less often than the one before by a factor of load / k at least.
      if (k >= from && k >= 2 * load && risesPerSecond < share * rate) {
        this.tailPerSecond = 2 * risesPerSecond;
        break;
      }
      const idle = idleShare[k]!;
      const wakes = wakesPerSecond[k]!;
      kept += slotGain * wakes - idleLoss * idle - slotLoss;
      const ending = k + 1 >= from && k < until ? kept : Number.NEGATIVE_INFINITY;
      const shortShare = 1 - longShare;
      now[RETURNS] = returnRate;
      now[OTHERS] = 1 / longSeconds;
      if (shortShare > 0) fillLeft(now, RETURNS, returns);
      fillLeft(now, OTHERS, others);
      // What the rest does for the level where it is not kept, or the slots up to it where those are better.
      const loss = (idleLoss + slotLoss) * idle;
      const emptied = emptySeconds > 0 ? Math.exp(-emptySeconds / longSeconds) : 0;
      const shortLoss = (loss * shortShare) / (returnRate * meanSeconds);
      const longLoss = (loss * longShare * longSeconds) / meanSeconds;
      if (firstTime > 0 && ending > best[0]!) best[0] = ending;
      for (let j = firstTime; j < TIMES; j++) {
        const ofReturns = returns[j]!;
        const ofOthers = others[j]!;
        let cold = risesPerSecond * (shortShare * ofReturns + longShare * ofOthers);
        if (emptySeconds > 0) {
          const most = cold > wakes ? cold : wakes;
          cold += (1 - (ofOthers > emptied ? ofOthers : emptied)) / emptySeconds;
          if (cold > most) cold = most;
        }
        const lost = shortLoss * (1 - ofReturns) + longLoss * (1 - ofOthers);
        const worth = best[j]! + slotGain * (wakes - cold) - (lost < loss ? lost : loss);
        best[j] = worth > ending ? worth : ending;
      }
      gaps.next();
    }
    for (let j = 0; j < TIMES; j++) net[j]! += best[j]!;
  }
}

/** Elements of `now`. */
const RETURNS = 0;
const OTHERS = 1;
const OWN_SECONDS = 2;

/** What is left after each time of something that goes at the rate `now[at]`; `left[0]` is not touched. */
function fillLeft(now: Float64Array, at: number, left: Float64Array): void {
  const rate = now[at]!;
  left[OWN] = shareLeft(rate * now[OWN_SECONDS]!);
  let before = 1;
  for (let j = 0; j < GRID_TIMES; j++) {
    if (before < GONE) {
      left[j + 1] = 0;
      continue;
    }
    const often = timesBefore[j]!;
    let share = before;
    if (often === 0) share = shareLeft(rate * gridSeconds[j]!);
    else {
      for (let i = 1; i < often; i++) share *= before;
      const plus = plusTime[j]!;
      if (plus >= 0) share *= left[plus + 1]!;
    }
    left[j + 1] = share;
    before = share;
  }
}
