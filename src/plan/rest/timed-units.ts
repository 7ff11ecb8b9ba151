import type {Constraint} from '../bounds/constraints.ts';
import {coldWithoutSlots} from '../curves/cold-without-slots.ts';
import {type LevelRest, Levels} from '../curves/level-columns.ts';
import {fillLevels, restLevels} from '../curves/levels.ts';
import type {PricedDemand} from '../curves/valuation.ts';
import {curveCodes, windowSeconds} from '../demand/demand.ts';
import {ErlangTimes, type ErlangUnit, type SlotTerms} from './erlang-times.ts';
import {GRID_TIMES, keepAliveGridUs} from './keep-alive-grid.ts';
import {type GroupPrices, KnownChoices} from './known-choices.ts';
import type {RestConditions} from './rest-in-force.ts';
import type {SurpriseLaw} from './surprises.ts';

/** Times that a function may be kept for: none, those of the grid, and last what is suggested for it. */
export const CHOICES = GRID_TIMES + 2;

/** Times are first compared by levels that so great a share of the calls reaches, then by more, and last by all. */
const CALLS_REACHED = [1e-8, 0] as const;

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
  private prices: readonly GroupPrices[] = [];
  private readonly known: KnownChoices;
  private readonly windows: number;
  private readonly emptySeconds: number;
  private readonly rest: LevelRest = {keepSeconds: 0, idleFactor: 1, emptySeconds: 0, counted: false};
  private readonly levels = new Levels();
  private readonly erlang = new ErlangTimes();
  /** Times of the function in hand, NaN where it may not have one, and what its best slots come to. [choice] */
  private readonly seconds = new Float64Array(CHOICES);
  private readonly nets = new Float64Array(CHOICES);
  /** How much levels not looked at may add to them or take, and may take for a second of keep-alive. */
  private tailValue = 0;
  private tailLoss = 0;
  private readonly terms: SlotTerms = {gain: 0, slotGain: 0, idleLoss: 0, slotLoss: 0, from: 0, until: 0};
  private readonly plain: ErlangUnit = {
    ...{ratePerSecond: 0, holdSeconds: 0, missedPerSecond: 0, counted: false, emptySeconds: 0},
  };
  private law: SurpriseLaw | undefined;
  private surprised: Surprised = {coldShare: 0, idleSeconds: 0};
  private readonly onGrid: (Surprised | undefined)[] = []; // [kind * CHOICES + choice]
  private readonly unit: BestSlots = {net: 0, slots: 0, spill: 0, idle: 0};

  constructor(problem: TimedDemand) {
    const {windows} = problem.demand;
    const count = windows.startUs.length;
    this.problem = problem;
    this.known = new KnownChoices(problem.demand.functions);
    this.windows = count;
    this.rest.counted = problem.counted;
    this.emptySeconds = problem.fromEmpty ? windowSeconds(windows, 0) : 0;
    this.slots = new Int32Array(count);
    this.spill = new Float64Array(count);
    this.idle = new Float64Array(count);
  }

  /** What a keep-alive does about surprises. Those of the grid are worked out once for all functions of a kind. */
  private surprise(f: number, seconds: number, j: number): void {
    const law = this.lawOf(f);
    this.law = law;
    if (!law) return;
    const at = this.problem.surprises!.kind[f]! * CHOICES + j;
    const known = j > GRID_TIMES || this.problem.fixedSeconds ? undefined : this.onGrid[at];
    this.surprised = known ?? {coldShare: law.coldShare(seconds), idleSeconds: law.idleSeconds(seconds)};
    if (j <= GRID_TIMES) this.onGrid[at] = this.surprised;
  }

  private lawOf(f: number): SurpriseLaw | undefined {
    const {surprises} = this.problem;
    return surprises?.laws[surprises.kind[f]!];
  }

  /** What the surprises of a unit come to under the keep-alive in hand. */
  private surpriseNet(perSecond: number): number {
    const {gain, idleLoss, slotLoss} = this.terms;
    const {coldShare, idleSeconds} = this.surprised;
    return perSecond * (gain * (1 - coldShare) - (idleLoss + slotLoss) * idleSeconds);
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

  /** Prices of all choices that follow; they are not to change meanwhile. */
  setPrices(prices: readonly GroupPrices[]): void {
    this.prices = prices;
    this.known.setPrices(prices);
  }

  /** Finds the best choice of function `f` at the prices set. */
  choose(f: number): void {
    const known = this.known.of(f);
    if (known >= 0) {
      this.take(f, known);
      if (this.net >= this.known.othersAtMost(f, this.mostValue(f))) return;
    }
    for (let j = 0; j < CHOICES; j++) this.seconds[j] = this.secondsOf(f, j);
    const best = this.bestTime(f);
    if (best !== known) this.take(f, best);
  }

  /** Takes the `j`-th time with its best slots. */
  private take(f: number, j: number): void {
    const {unit, windows, prices} = this;
    const {functions} = this.problem.demand;
    this.net = 0;
    this.keepSeconds = this.secondsOf(f, j);
    this.surprise(f, this.keepSeconds, j);
    for (let w = 0; w < windows; w++) {
      const u = w * functions + f;
      this.load(u, this.keepSeconds, 'again');
      this.pick(u, this.least(u), this.most(u), prices);
      this.net += unit.net;
      this.slots[w] = unit.slots;
      this.spill[w] = unit.spill;
      this.idle[w] = unit.idle;
    }
  }

  /** What avoiding every cold start of a function would be worth. */
  private mostValue(f: number): number {
    const {demand, valuation} = this.problem;
    let value = 0;
    for (let w = 0; w < this.windows; w++) {
      const u = w * demand.functions + f;
      value += valuation.secondsPerDay[w]! * Math.max(demand.ratePerSecond[u]!, coldWithoutSlots(demand, u));
    }
    return valuation.gainPerWake[f]! * value;
  }

  /** Which time of the function in hand is best: by the levels that most calls are on where those decide it. */
  private bestTime(f: number): number {
    const {nets, seconds} = this;
    let best = 0;
    let next = 0;
    for (const share of CALLS_REACHED) {
      best = this.bestBy(f, share);
      next = this.nextBest(best);
      if (next < nets[best]! - this.tailValue - this.tailLoss * seconds[best]! || this.tailValue === 0) break;
    }
    this.known.remember(f, best, next);
    return best;
  }

  /** What all other times come to at most. */
  private nextBest(best: number): number {
    let next = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < CHOICES; j++) if (j !== best && this.nets[j]! > next) next = this.nets[j]!;
    return next + this.tailValue;
  }

  private bestBy(f: number, share: number): number {
    const {seconds, nets} = this;
    const {functions} = this.problem.demand;
    for (let j = 0; j < CHOICES; j++) nets[j] = Number.isNaN(seconds[j]!) ? Number.NEGATIVE_INFINITY : 0;
    this.tailValue = this.tailLoss = 0;
    for (let w = 0; w < this.windows; w++) this.addNets(w * functions + f, share);
    let best = 0;
    for (let j = 1; j < CHOICES; j++) if (nets[j]! > nets[best]!) best = j;
    return best;
  }

  /** Adds to `nets` what the best slots of a unit come to under each of its times. */
  private addNets(u: number, share: number): void {
    const {seconds, nets, unit, problem} = this;
    const f = u % problem.demand.functions;
    if (this.isPlain(u)) {
      this.addPlainNets(u, share);
      return;
    }
    let when: When = 'first';
    for (let j = 0; j < CHOICES; j++) {
      if (Number.isNaN(seconds[j]!)) continue;
      this.surprise(f, seconds[j]!, j);
      this.load(u, seconds[j]!, when);
      this.pick(u, this.least(u), this.most(u), this.prices);
      nets[j]! += unit.net;
      when = 'next';
    }
  }

  /** Whether all times of a unit can be looked at together: it has Erlang levels in use and held at all times. */
  private isPlain(u: number): boolean {
    const {demand, fixedSeconds, suggestedSeconds} = this.problem;
    const f = u % demand.functions;
    return (
      demand.curve[u] === curveCodes.erlang &&
      demand.ratePerSecond[u]! * demand.holdSeconds[f]! > 0 &&
      demand.heldShare[f] === 1 &&
      (demand.places?.[f] ?? 1) === 1 &&
      (demand.activeShare?.[u] ?? 1) === 1 &&
      fixedSeconds === undefined &&
      suggestedSeconds[f]! < Number.POSITIVE_INFINITY
    );
  }

  private addPlainNets(u: number, ofCalls: number): void {
    const {terms, plain, seconds, nets, erlang} = this;
    const {demand, counted} = this.problem;
    const f = u % demand.functions;
    const rate = demand.ratePerSecond[u]!;
    const share = this.lawOf(f)?.shareOf(rate) ?? 0;
    this.setTerms(u, share, this.least(u), this.most(u), this.prices);
    plain.ratePerSecond = rate;
    plain.holdSeconds = demand.holdSeconds[f]!;
    plain.missedPerSecond = demand.missesPerSecond[f]!;
    plain.counted = counted;
    plain.emptySeconds = this.emptySecondsOf(u);
    erlang.add(plain, terms, seconds[CHOICES - 1]!, ofCalls, nets);
    // An instance that is woken so often idles for its keep-alive each time at most.
    this.tailValue += terms.slotGain * erlang.tailPerSecond;
    this.tailLoss += (terms.idleLoss + terms.slotLoss) * erlang.tailPerSecond;
    if (share === 0) return;
    for (let j = 0; j < CHOICES; j++) {
      if (Number.isNaN(seconds[j]!)) continue;
      this.surprise(f, seconds[j]!, j);
      nets[j]! += this.surpriseNet(share * rate);
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
    let when: When = 'first';
    for (let j = 0; j < CHOICES; j++) {
      const seconds = this.secondsOf(f, j);
      if (Number.isNaN(seconds)) continue;
      this.surprise(f, seconds, j);
      this.load(u, seconds, when);
      when = 'next';
      const most = Math.min(this.most(u), slots + reach, Math.max(slots, this.levels.count));
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

  /** Takes a unit in hand under a keep-alive. */
  private load(u: number, keepSeconds: number, when: When): void {
    const {rest, problem, levels} = this;
    const {demand, known} = problem;
    const from = this.least(u);
    if (demand.ratePerSecond[u] === 0 && from === 0) return;
    rest.keepSeconds = keepSeconds;
    rest.emptySeconds = this.emptySecondsOf(u);
    if (when === 'next') restLevels(demand, u, from, levels, rest);
    else if (when === 'again' && known) known.fill(demand, u, from, levels, rest);
    else fillLevels(demand, u, 0, from, levels, rest);
  }

  private emptySecondsOf(u: number): number {
    return u < this.problem.demand.functions ? this.emptySeconds : 0;
  }

  /** What a unit is worth at these prices, such a share of its calls coming as a surprise. */
  private setTerms(u: number, share: number, from: number, until: number, prices: readonly GroupPrices[]): void {
    const {terms} = this;
    const {demand, valuation} = this.problem;
    const f = u % demand.functions;
    const seconds = valuation.secondsPerDay[(u - f) / demand.functions]!;
    terms.gain = seconds * valuation.gainPerWake[f]!;
    terms.slotGain = terms.gain * (1 - share);
    terms.idleLoss = seconds * valuation.lossPerIdleSecond[f]!;
    terms.slotLoss = 0;
    for (const {constraint, price} of prices) {
      const p = price[constraint.groups.of(u)]!;
      terms.idleLoss += p * seconds * constraint.usePerIdleSecond[f]!;
      terms.slotLoss += p * constraint.usePerSlot[f]!;
    }
    terms.from = from;
    terms.until = until;
  }

  /** The best number of slots of the unit in hand between two bounds, at these prices. */
  private pick(u: number, from: number, until: number, prices: readonly GroupPrices[]): void {
    const {unit} = this;
    const rate = this.problem.demand.ratePerSecond[u]!;
    if (rate === 0 && until === 0) {
      unit.net = unit.slots = unit.spill = unit.idle = 0;
      return;
    }
    const share = this.law?.shareOf(rate) ?? 0;
    this.setTerms(u, share, from, until, prices);
    pickSlots(this.levels, this.terms, unit);
    if (share === 0) return;
    const idle = share * rate * this.surprised.idleSeconds;
    unit.net += this.surpriseNet(share * rate);
    unit.spill += idle;
    unit.idle += idle;
  }
}

/** The `first` of several keep-alives of a unit, one after it, for which the rest is known, or one that is asked for again. */
type When = 'first' | 'next' | 'again';

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

/** The best number of slots in front of the rest, between two bounds. */
function pickSlots(levels: Levels, {slotGain: gain, idleLoss, slotLoss, from, until}: SlotTerms, out: BestSlots): void {
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
