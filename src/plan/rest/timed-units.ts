import type {Constraint} from '../bounds/constraints.ts';
import {fillLevels, type LevelRest, Levels, restLevels} from '../curves/levels.ts';
import type {PricedDemand} from '../curves/valuation.ts';
import {windowSeconds} from '../demand/demand.ts';
import {GRID_TIMES, keepAliveGridUs} from './keep-alive-grid.ts';
import type {RestConditions} from './rest-in-force.ts';
import type {SurpriseLaw} from './surprises.ts';

/** Times that a function may be kept for: none, those of the grid, and last what is suggested for it. */
export const CHOICES = GRID_TIMES + 2;

/** A price for each group of a constraint, objective for a unit of the resource. */
export interface GroupPrices {
  readonly constraint: Constraint;
  readonly price: Float64Array;
}

export interface TimedDemand extends PricedDemand, RestConditions {
  /** What is suggested for each function, seconds. [function] */
  readonly suggestedSeconds: Float64Array;
  /** Whether longer times than suggested may be chosen. */
  readonly mayExceed: boolean;
  /** Times that are settled, seconds; NaN: not settled. Undefined: none is. [function] */
  readonly fixedSeconds?: Float64Array | undefined;
}

/**
 * The choice of one function: a keep-alive for all windows and slots for each, the best at given prices or any other.
 * Values are against unloading after each call, a day.
 */
export class TimedUnits {
  /** Of the choice last looked at: value less what it pays, and which it is. */
  net = 0;
  keepSeconds = 0;
  readonly slots: Int32Array; // [window]
  /** Instances that the rest keeps idle beyond the slots, and all that idle. [window] */
  readonly spill: Float64Array;
  readonly idle: Float64Array;
  private readonly problem: TimedDemand;
  private readonly windows: number;
  private readonly emptySeconds: number;
  private readonly rest: LevelRest = {keepSeconds: 0, idleFactor: 1, emptySeconds: 0, counted: false};
  private readonly ofWindow: Levels[];
  private readonly tried: {slots: Int32Array; spill: Float64Array; idle: Float64Array};
  private law: SurpriseLaw | undefined;
  private surprised: Surprised = {coldShare: 0, idleSeconds: 0};
  private readonly onGrid: (Surprised | undefined)[] = []; // [kind * CHOICES + choice]
  private readonly unit: BestSlots = {net: 0, slots: 0, spill: 0, idle: 0};

  constructor(problem: TimedDemand) {
    const {windows} = problem.demand;
    const count = windows.startUs.length;
    this.problem = problem;
    this.windows = count;
    this.rest.counted = problem.counted;
    this.emptySeconds = problem.fromEmpty ? windowSeconds(windows, 0) : 0;
    this.slots = new Int32Array(count);
    this.spill = new Float64Array(count);
    this.idle = new Float64Array(count);
    this.tried = {slots: new Int32Array(count), spill: new Float64Array(count), idle: new Float64Array(count)};
    this.ofWindow = Array.from({length: count}, () => new Levels());
  }

  /** What a keep-alive does about surprises. Those of the grid are worked out once for all functions of a kind. */
  private surprise(f: number, seconds: number, j: number): void {
    const {surprises} = this.problem;
    if (!surprises) return;
    const kind = surprises.kind[f]!;
    const law = surprises.laws[kind]!;
    const at = kind * CHOICES + j;
    const known = j > GRID_TIMES || this.problem.fixedSeconds ? undefined : this.onGrid[at];
    this.law = law;
    this.surprised = known ?? {coldShare: law.coldShare(seconds), idleSeconds: law.idleSeconds(seconds)};
    if (j <= GRID_TIMES) this.onGrid[at] = this.surprised;
  }

  /** The `j`-th time that function `f` may be kept for, seconds; NaN: it may not be. */
  secondsOf(f: number, j: number): number {
    const fixed = this.problem.fixedSeconds?.[f] ?? Number.NaN;
    if (!Number.isNaN(fixed)) return j === 0 ? fixed : Number.NaN;
    const suggested = this.problem.suggestedSeconds[f]!;
    if (j > GRID_TIMES) return suggested;
    const seconds = j === 0 ? 0 : keepAliveGridUs[j - 1]! / 1e6;
    return seconds === suggested || (seconds > suggested && !this.problem.mayExceed) ? Number.NaN : seconds;
  }

  /** Finds the best choice of function `f` at these prices. */
  choose(f: number, prices: readonly GroupPrices[]): void {
    const {tried, windows, unit, problem} = this;
    this.net = Number.NEGATIVE_INFINITY;
    let first = true;
    for (let j = 0; j < CHOICES; j++) {
      const seconds = this.secondsOf(f, j);
      if (Number.isNaN(seconds)) continue;
      let net = 0;
      this.surprise(f, seconds, j);
      for (let w = 0; w < windows; w++) {
        const u = w * problem.demand.functions + f;
        this.load(u, seconds, first);
        this.pick(u, this.least(u), this.most(u), prices);
        net += unit.net;
        tried.slots[w] = unit.slots;
        tried.spill[w] = unit.spill;
        tried.idle[w] = unit.idle;
      }
      first = false;
      if (!(net > this.net)) continue;
      this.net = net;
      this.keepSeconds = seconds;
      this.slots.set(tried.slots);
      this.spill.set(tried.spill);
      this.idle.set(tried.idle);
    }
  }

  /** Adds what the choice of function `f` takes of a constraint. */
  addUse(f: number, {usePerSlot, usePerIdleSecond, groups}: Constraint, weight: number, used: Float64Array): void {
    const {demand, valuation} = this.problem;
    for (let w = 0; w < this.windows; w++) {
      const taken =
        usePerSlot[f]! * (this.slots[w]! + this.spill[w]!) +
        usePerIdleSecond[f]! * valuation.secondsPerDay[w]! * this.idle[w]!;
      used[groups.of(w * demand.functions + f)]! += weight * taken;
    }
  }

  /**
   * Tells `each` of every keep-alive of a unit with from `reach` slots fewer than `slots` to as many more: what it is
   * worth and what it takes of a constraint.
   */
  eachOption(
    u: number,
    slots: number,
    reach: number,
    constraint: Constraint,
    each: (keepSeconds: number, slots: number, value: number, use: number) => void,
  ): void {
    const {unit, problem} = this;
    const {functions} = problem.demand;
    const f = u % functions;
    const perDay = problem.valuation.secondsPerDay[(u - f) / functions]!;
    let first = true;
    for (let j = 0; j < CHOICES; j++) {
      const seconds = this.secondsOf(f, j);
      if (Number.isNaN(seconds)) continue;
      this.surprise(f, seconds, j);
      this.load(u, seconds, first);
      first = false;
      const most = Math.min(this.most(u), slots + reach, Math.max(slots, this.levelsOf(u).count));
      for (let n = Math.max(this.least(u), slots - reach); n <= most; n++) {
        this.pick(u, n, n, []);
        const {net, spill, idle} = unit;
        const use = constraint.usePerSlot[f]! * (n + spill) + constraint.usePerIdleSecond[f]! * perDay * idle;
        if (unit.slots === n) each(seconds, n, net, use);
      }
    }
  }

  private least(u: number): number {
    const {atLeast} = this.problem.bounds;
    return atLeast[u % atLeast.length]!;
  }

  private most(u: number): number {
    const {demand, bounds} = this.problem;
    return demand.ratePerSecond[u] === 0 ? this.least(u) : bounds.atMost[u % bounds.atMost.length]!;
  }

  private levelsOf(u: number): Levels {
    return this.ofWindow[Math.floor(u / this.problem.demand.functions)]!;
  }

  /** Takes a unit in hand under a keep-alive; what does not depend on that is known but for the `first`. */
  private load(u: number, keepSeconds: number, first: boolean): void {
    const {rest, problem} = this;
    const {demand} = problem;
    const from = this.least(u);
    if (demand.ratePerSecond[u] === 0 && from === 0) return;
    rest.keepSeconds = keepSeconds;
    rest.emptySeconds = u < demand.functions ? this.emptySeconds : 0;
    if (first) fillLevels(demand, u, 0, from, this.levelsOf(u), rest);
    else restLevels(demand, u, from, this.levelsOf(u), rest);
  }

  /** The best number of slots of the unit in hand between two bounds, at these prices. */
  private pick(u: number, from: number, until: number, prices: readonly GroupPrices[]): void {
    const {problem, unit} = this;
    const {demand, valuation} = problem;
    const f = u % demand.functions;
    const rate = demand.ratePerSecond[u]!;
    const seconds = valuation.secondsPerDay[(u - f) / demand.functions]!;
    const gain = seconds * valuation.gainPerWake[f]!;
    let idleLoss = seconds * valuation.lossPerIdleSecond[f]!;
    let slotLoss = 0;
    for (const {constraint, price} of prices) {
      const p = price[constraint.groups.of(u)]!;
      idleLoss += p * seconds * constraint.usePerIdleSecond[f]!;
      slotLoss += p * constraint.usePerSlot[f]!;
    }
    if (rate === 0 && until === 0) {
      unit.net = unit.slots = unit.spill = unit.idle = 0;
      return;
    }
    const share = this.law?.shareOf(rate) ?? 0;
    pickSlots(this.levelsOf(u), {gain: gain * (1 - share), idleLoss, slotLoss, from, until}, unit);
    if (share === 0) return;
    const idle = share * rate * this.surprised.idleSeconds;
    unit.net += gain * share * rate * (1 - this.surprised.coldShare) - (idleLoss + slotLoss) * idle;
    unit.spill += idle;
    unit.idle += idle;
  }
}

/** What a keep-alive does about surprises: the share that is cold, and how long each idles. */
interface Surprised {
  readonly coldShare: number;
  readonly idleSeconds: number;
}

interface BestSlots {
  net: number;
  slots: number;
  spill: number;
  idle: number;
}

interface SlotTerms {
  readonly gain: number;
  readonly idleLoss: number;
  readonly slotLoss: number;
  readonly from: number;
  readonly until: number;
}

/** The best number of slots in front of the rest, between two bounds. */
function pickSlots(levels: Levels, {gain, idleLoss, slotLoss, from, until}: SlotTerms, out: BestSlots): void {
  const {count, wakesPerSecond, coldPerSecond, idleShare, spillShare} = levels;
  let spill = 0;
  let net = 0;
  for (let k = 0; k < count; k++) {
    spill += spillShare[k]!;
    net += gain * (wakesPerSecond[k]! - coldPerSecond[k]!);
  }
  net -= (idleLoss + slotLoss) * spill;
  let kept = 0;
  const most = Math.min(count, until);
  out.net = Number.NEGATIVE_INFINITY;
  for (let n = 0; ; n++) {
    if (n >= from && net > out.net) {
      out.net = net;
      out.slots = n;
      out.spill = spill;
      out.idle = kept + spill;
    }
    if (n >= most) break;
    const own = spillShare[n]!;
    const avoided = n > 0 ? coldPerSecond[n]! : coldPerSecond[0]! - levels.missedPerSecond;
    net += gain * avoided - idleLoss * (idleShare[n]! - own) - slotLoss * (1 - own);
    spill -= own;
    kept += idleShare[n]!;
  }
}
