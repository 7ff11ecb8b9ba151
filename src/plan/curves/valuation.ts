import type {Constraint} from '../bounds/constraints.ts';
import {curveCodes, type Demand} from '../demand/demand.ts';
import type {RestInForce} from '../rest/rest-in-force.ts';
import {KnownRuns} from './known-runs.ts';
import {type LevelRest, Levels, noRest} from './level-columns.ts';
import {fillLevels} from './levels.ts';
import {Segments} from './segments.ts';

/**
 * What an avoided cold start is worth and what an idle slot costs, in units of the objective. Every objective is one
 * choice of these columns.
 */
export interface Valuation {
  /** Objective for each cold start avoided. [function] */
  readonly gainPerWake: Float64Array;
  /** Objective lost for each second that a kept slot idles. [function] */
  readonly lossPerIdleSecond: Float64Array;
  /** Seconds of each window in a mean day; they add up to 86,400, so values are a day. [window] */
  readonly secondsPerDay: Float64Array;
}

/** Slots that the user has decided on, whatever they are worth: one number a function, or one a unit. */
export interface SlotBounds {
  readonly atLeast: Int32Array; // [function] or [unit]
  readonly atMost: Int32Array; // [function] or [unit]
  /** 1: no slot is given that need not be, what runs beyond the slots has cost less without. Undefined: 0. [function] */
  readonly restIsCheaper?: Uint8Array;
}

/** Runs of up to so many units are remembered: 20 bytes each, five or so a unit. */
const REMEMBERED_UNITS = 1 << 20;

/** No more slots than this, where the user sets no maximum. */
export const UNBOUNDED_SLOTS = 0x7fffffff;

/** What the slots on both sides of a decision are worth. */
export interface Margins {
  last: number;
  next: number;
  nextWakesPerSecond: number;
}

/** A further constraint that is kept by its price instead of by counting. */
export interface Charge {
  readonly constraint: Constraint;
  /** Objective for a unit of the resource. [group of the constraint] */
  readonly price: Float64Array;
}

/** What slots are priced by. */
export interface PricedDemand {
  readonly demand: Demand;
  readonly valuation: Valuation;
  readonly bounds: SlotBounds;
  /** What becomes of instances beyond the slots; undefined: they go when their call is over. */
  readonly rest?: RestInForce | undefined;
}

/**
 * Prices all units of a demand; the solver asks for one after the other, as often as it needs. Values are against
 * unloading after each call; a slot adds to them and to what is taken what it does beyond the rest.
 */
export class PricedUnits {
  readonly units: number;
  readonly functions: number;
  private readonly demand: Demand;
  private readonly valuation: Valuation;
  private readonly bounds: SlotBounds;
  private readonly rest: RestInForce | undefined;
  /** The resource that runs compete for. */
  readonly resource: Constraint;
  readonly charges: readonly Charge[];
  private readonly levels = new Levels();
  private readonly segments = new Segments();
  private known: KnownRuns | undefined;
  // Coefficients of the unit in hand: value = gain x cold - idleLoss x idle - slotLoss, idle time of the rest taken off.
  private gain = 0;
  /** Of a cold start that a slot may avoid: the others are those of surprises. */
  private slotGain = 0;
  private idleLoss = 0;
  private slotLoss = 0;
  private slotUse = 0;
  private idleUse = 0;
  private inForce: LevelRest = noRest;

  constructor({demand, valuation, bounds, rest}: PricedDemand, resource: Constraint, charges: readonly Charge[] = []) {
    this.demand = demand;
    this.valuation = valuation;
    this.bounds = bounds;
    this.rest = rest;
    this.resource = resource;
    this.charges = charges;
    this.functions = demand.functions;
    this.units = demand.functions * demand.windows.startUs.length;
  }

  /** From now on runs are worked out once, where there are few enough units to hold them all. */
  remember(): this {
    if (this.units <= REMEMBERED_UNITS) this.known ??= new KnownRuns(this.units);
    return this;
  }

  /** Slots that the unit has to get before any is chosen. */
  forced(unit: number): number {
    const {atLeast} = this.bounds;
    return atLeast[unit % atLeast.length]!;
  }

  /** The runs worth buying beyond the forced slots, best first. The same scratch object each time. */
  runs(unit: number): Segments {
    const {segments, known} = this;
    if (!known) return this.workOut(unit);
    if (!known.read(unit, segments)) known.keep(unit, this.workOut(unit));
    return segments;
  }

  private workOut(unit: number): Segments {
    const {segments, levels, bounds, demand} = this;
    segments.count = 0;
    const from = this.forced(unit);
    const until = bounds.atMost[unit % bounds.atMost.length]!;
    if (until <= from || demand.ratePerSecond[unit] === 0) return segments;
    this.load(unit, from);
    const count = Math.min(levels.count, until);
    const {keepSeconds, counted} = this.inForce;
    const isShared = (demand.places?.[unit % this.functions] ?? 1) > 1;
    const isLost = demand.curve[unit] === curveCodes.erlang && keepSeconds === 0 && !counted && !isShared;
    if (isLost && levels.missedPerSecond === 0) this.listConcave(from, count);
    else {
      for (let k = from; k < count; k++) segments.push(this.valueAt(k), this.takesAt(k));
      segments.dropWorthless();
    }
    return segments;
  }

  /** Value and resource of keeping `slots` of the unit and the rest besides, by its true curve and not by the hull. */
  exact(unit: number, slots: number, out: {value: number; use: number}): void {
    out.value = 0;
    out.use = 0;
    if (slots === 0 && !this.rest) return;
    this.price(unit);
    if (this.rest) {
      const idle = this.rest.idleInstances[unit]!;
      out.value = this.gain * this.rest.avoidedPerSecond[unit]! - (this.idleLoss + this.slotLoss) * idle;
      out.use = (this.slotUse + this.idleUse) * idle;
    }
    if (slots === 0) return;
    this.load(unit, slots);
    for (let k = 0; k < slots; k++) {
      out.value += this.valueAt(k);
      out.use += this.takesAt(k);
    }
  }

  /** Value of the last of `slots` and of one more, each by itself, and the cold starts a second that one more avoids. */
  margins(unit: number, slots: number, out: Margins): void {
    this.load(unit, slots + 1);
    out.last = slots === 0 ? 0 : this.valueAt(slots - 1);
    out.next = this.valueAt(slots);
    out.nextWakesPerSecond = (this.gain > 0 ? this.slotGain / this.gain : 1) * this.levels.coldPerSecond[slots]!;
  }

  /**
   * The most valuable number of slots, fewer than `slots`, that fits into `room` on top of the forced ones and of
   * `from` chosen ones: what can be had of a run that does not fit whole.
   */
  part(unit: number, from: number, slots: number, room: number): {slots: number; value: number; use: number} {
    const best = {slots: 0, value: 0, use: 0};
    if (slots === 1) return best;
    const first = this.forced(unit) + from;
    this.load(unit, first + slots);
    let value = 0;
    let use = 0;
    for (let k = first; k < first + slots - 1; k++) {
      value += this.valueAt(k);
      use += this.takesAt(k);
      if (use > room) break;
      if (value > best.value) Object.assign(best, {slots: k + 1 - first, value, use});
    }
    return best;
  }

  private valueAt(k: number): number {
    const {coldPerSecond, idleShare, spillShare} = this.levels;
    const spill = spillShare[k]!;
    const avoided = k > 0 ? coldPerSecond[k]! : coldPerSecond[0]! - this.levels.missedPerSecond;
    return this.slotGain * avoided - this.idleLoss * (idleShare[k]! - spill) - this.slotLoss * (1 - spill);
  }

  private takesAt(k: number): number {
    const {idleShare, spillShare} = this.levels;
    const spill = spillShare[k]!;
    return this.slotUse * (1 - spill) + this.idleUse * (idleShare[k]! - spill);
  }

  /** Takes a unit in hand: its levels, at least `atLeast` of them, and its coefficients. */
  private load(unit: number, atLeast: number): void {
    this.price(unit);
    this.inForce = this.rest?.of(unit) ?? noRest;
    const loss = this.idleLoss + this.slotLoss;
    const f = unit % this.functions;
    // An Erlang level is idle for 1 - hold x wakes of the time: where wakes fall to this it no longer pays.
    const floor = loss === 0 ? 0 : loss / (this.slotGain + this.idleLoss * this.demand.holdSeconds[f]!);
    const {keepSeconds, emptySeconds, counted} = this.inForce;
    const mayBeEmpty = emptySeconds > 0 || (this.demand.activeShare?.[unit] ?? 1) < 1;
    // A slot held around its calls alone idles less, so it pays further down, and so does one of a fleet that is empty.
    const isDeep = (mayBeEmpty && keepSeconds > 0) || counted;
    const pays = isDeep ? 0 : floor * this.demand.heldShare[f]!;
    if (this.rest) this.rest.fill(unit, pays, atLeast, this.levels);
    else fillLevels(this.demand, unit, pays, atLeast, this.levels, noRest);
  }

  /** The coefficients of a unit. */
  private price(unit: number): void {
    const {valuation, resource} = this;
    const f = unit % this.functions;
    const seconds = valuation.secondsPerDay[(unit - f) / this.functions]!;
    this.gain = seconds * valuation.gainPerWake[f]!;
    this.slotGain = this.rest ? this.gain * (1 - this.rest.surpriseShare(unit)) : this.gain;
    this.idleLoss = seconds * valuation.lossPerIdleSecond[f]!;
    this.slotLoss = 0;
    this.slotUse = resource.usePerSlot[f]!;
    this.idleUse = seconds * resource.usePerIdleSecond[f]!;
    for (const {constraint, price} of this.charges) {
      const p = price[constraint.groups.of(unit)]!;
      this.slotLoss += p * constraint.usePerSlot[f]!;
      this.idleLoss += p * seconds * constraint.usePerIdleSecond[f]!;
    }
  }

  /** Erlang curves are concave by themselves: the hot path of half a million functions. */
  private listConcave(from: number, count: number): void {
    const {segments, slotGain, idleLoss, slotLoss, slotUse, idleUse} = this;
    segments.reserve(count - from);
    const {wakesPerSecond, idleShare} = this.levels;
    const {value, use, slots} = segments;
    let n = 0;
    for (let k = from; k < count; k++) {
      const worth = slotGain * wakesPerSecond[k]! - idleLoss * idleShare[k]! - slotLoss;
      if (worth <= 0) break;
      value[n] = worth;
      use[n] = slotUse + idleUse * idleShare[k]!;
      slots[n++] = 1;
    }
    segments.count = n;
  }
}
