import {poissonProbability, poissonTail} from '../../base/distributions.ts';
import type {Levels} from './level-columns.ts';

/** A smaller share of the calls than this finds all slots in use: no further level is told of. */
const NEGLIGIBLE = 1e-9;

/** Of so few calls that are cold, their starts hold up nobody but them: the mean hold says all. */
const FEW = 0.02;
/** Above this load the chain has too many states; the mean hold is within 15 % there. */
const MOST_LOAD = 8;
const PASSES = 400;
const SETTLED = 1e-9;

/**
 * A Poisson function with slots and nothing kept beyond them: a call is cold that finds as many instances in use as there
 * are slots, and it holds one for its start besides, so that cold calls beget cold ones. Either kind's time in use is
 * taken as exponential: what a slot avoids is within 4 % of simulations with constant and with exponential holds where
 * starts are shorter than calls, within 8 % where they are longer.
 */
export class ColdHolds {
  /** Cold starts a second, and slots that idle on average, with the slots asked for. */
  coldPerSecond = 0;
  idleSlots = 0;
  private rate = 0;
  private hold = 0;
  private start = 0;
  private chances = new Float64Array(0);

  /** Takes a function in hand. */
  begin(rate: number, hold: number, startSeconds: number): this {
    this.rate = rate;
    this.hold = hold;
    this.start = startSeconds;
    return this;
  }

  with(slots: number): void {
    const {rate, hold, start} = this;
    if (slots === 0) {
      this.coldPerSecond = rate;
      this.idleSlots = 0;
      return;
    }
    this.byMean(slots);
    if (start > 0 && this.coldPerSecond > FEW * rate && rate * (hold + start) <= MOST_LOAD) this.byChain(slots);
  }

  /** Instances in use are Poisson, their mean being what the calls hold them for, a share of them cold. */
  private byMean(slots: number): void {
    const {rate, hold, start} = this;
    let cold = 0;
    for (let pass = 0; pass < PASSES; pass++) {
      const next = rate * poissonTail(slots, rate * hold + start * cold);
      // From below: the lowest of several answers is where a fleet comes from.
      const isSettled = Math.abs(next - cold) <= SETTLED * rate;
      cold = next;
      if (isSettled) break;
    }
    const load = rate * hold + start * cold;
    let below = 0;
    let used = 0;
    for (let n = 0; n < slots; n++) {
      const chance = poissonProbability(n, load);
      below += chance;
      used += n * chance;
    }
    this.coldPerSecond = cold;
    this.idleSlots = Math.max(0, slots * below - used);
  }

  /** By how many calls in use were warm and how many cold, at rest: Gauss-Seidel. */
  private byChain(slots: number): void {
    const {rate, hold, start} = this;
    const load = rate * (hold + start);
    const colds = Math.ceil(load + 7 * Math.sqrt(load)) + 6;
    const length = (slots + 1) * colds;
    if (this.chances.length < length) this.chances = new Float64Array(2 * length);
    const {chances} = this;
    chances.fill(1 / length, 0, length);
    const coldHold = hold + start;
    for (let pass = 0; pass < PASSES; pass++) {
      let [change, sum] = [0, 0];
      for (let warm = 0; warm <= slots; warm++) {
        for (let cold = 0; cold < colds; cold++) {
          const at = warm * colds + cold;
          const used = warm + cold;
          let flow = 0;
          if (warm > 0 && used <= slots) flow += rate * chances[at - colds]!;
          if (cold > 0 && used > slots) flow += rate * chances[at - 1]!;
          if (warm < slots) flow += ((warm + 1) / hold) * chances[at + colds]!;
          if (cold + 1 < colds) flow += ((cold + 1) / coldHold) * chances[at + 1]!;
          const arrives = used < slots || cold + 1 < colds ? rate : 0;
          const next = flow / (warm / hold + cold / coldHold + arrives);
          change += Math.abs(next - chances[at]!);
          chances[at] = next;
          sum += next;
        }
      }
      for (let at = 0; at < length; at++) chances[at]! /= sum;
      if (change < SETTLED) break;
    }
    this.coldPerSecond = this.idleSlots = 0;
    for (let at = 0; at < length; at++) {
      const used = Math.floor(at / colds) + (at % colds);
      if (used < slots) this.idleSlots += (slots - used) * chances[at]!;
      else this.coldPerSecond += rate * chances[at]!;
    }
  }
}

const holds = new ColdHolds();

/**
 * Fills the levels of Poisson calls where an instance goes when its call is over unless it is a slot: each what one slot
 * more makes of the cold starts and of the idle time, starts of cold calls counted. At least `atLeast` levels.
 */
export function fillWithoutRest(
  rate: number,
  hold: number,
  startSeconds: number,
  atLeast: number,
  levels: Levels,
): void {
  holds.begin(rate, hold, startSeconds);
  let k = 0;
  let [cold, idle] = [rate, 0];
  for (; cold > NEGLIGIBLE * rate || k < atLeast; k++) {
    holds.with(k + 1);
    const avoided = Math.max(0, cold - holds.coldPerSecond);
    levels.reserve(k + 1);
    levels.wakesPerSecond[k] = levels.coldPerSecond[k] = avoided;
    levels.idleShare[k] = Math.max(0, Math.min(1, holds.idleSlots - idle));
    levels.spillShare[k] = 0;
    cold -= avoided;
    idle = holds.idleSlots;
  }
  levels.count = k;
}
