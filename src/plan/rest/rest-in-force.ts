import type {KnownLevels} from '../curves/known-levels.ts';
import {type LevelRest, Levels} from '../curves/level-columns.ts';
import {fillLevels} from '../curves/levels.ts';
import {type Demand, windowSeconds} from '../demand/demand.ts';
import type {Surprises} from './surprises.ts';

/** How long instances beyond the plan stay, and what history says of the time that they idle. */
export interface RestTimes {
  /** [function] */
  readonly keepSeconds: Float64Array;
  /** Idle time as a multiple of what such a keep-alive would make; undefined: 1 for all. [function] */
  readonly idleFactor: Float64Array | undefined;
}

/** What a rest is laid over besides the demand. */
export interface RestConditions {
  /** The first window begins with an empty fleet, as a replay from time 0 does. */
  readonly fromEmpty: boolean;
  /** As `LevelRest` has it. */
  readonly counted: boolean;
  /** Undefined: all is as the demand says. */
  readonly surprises: Surprises | undefined;
  /** Levels under the keep-alives that were looked at last; undefined: they are worked out each time. */
  readonly known?: KnownLevels | undefined;
  /** How the calls hold instances, where that is asked of a rest that is named; undefined: it is not. */
  readonly calls?: CallLaws | undefined;
}

/** `CallLaw` by function. */
export interface CallLaws {
  readonly startSeconds: Float64Array; // [function]
  readonly holdVariation: Float64Array; // [function]
}

/** A rest laid over a demand, and what it does by itself: what every slot is priced against. */
export class RestInForce {
  readonly times: RestTimes;
  /** Cold starts a second that it avoids of those that unloading after each call would have. [unit] */
  readonly avoidedPerSecond: Float64Array;
  /** Those that it leaves, surprises not among them; NaN: not worked out. [unit] */
  readonly leftPerSecond: Float64Array;
  /** Instances that it keeps idle on average, and those of them for expected calls. [unit] */
  readonly idleInstances: Float64Array;
  readonly expectedIdle: Float64Array;
  readonly units: number;
  private readonly demand: Demand;
  private readonly emptySeconds: number;
  private readonly surprises: Surprises | undefined;
  private readonly known: KnownLevels | undefined;
  /** Of the surprises of a function, the share that is cold, and the time that each idles. [function] */
  private readonly coldShare: Float64Array;
  private readonly idleSeconds: Float64Array;
  private readonly calls: CallLaws | undefined;
  private readonly scratch: LevelRest = {keepSeconds: 0, idleFactor: 1, emptySeconds: 0, counted: false};

  private readonly conditions: RestConditions;

  /** `like`: another one of the same demand and conditions, from which is taken what the times leave as it is. */
  constructor(demand: Demand, times: RestTimes, conditions: RestConditions, like?: RestInForce) {
    const {fromEmpty, surprises, counted, known, calls} = conditions;
    this.conditions = conditions;
    const {functions, ratePerSecond} = demand;
    const {keepSeconds} = times;
    this.times = times;
    this.demand = demand;
    this.surprises = surprises;
    this.known = times.idleFactor ? undefined : known;
    this.units = ratePerSecond.length;
    this.calls = calls;
    this.scratch.counted = counted;
    this.scratch.calls = calls && {startSeconds: 0, holdVariation: 1};
    this.coldShare = new Float64Array(functions);
    this.idleSeconds = new Float64Array(functions);
    for (let f = 0; surprises && f < functions; f++) {
      const law = surprises.laws[surprises.kind[f]!]!;
      this.coldShare[f] = law.coldShare(keepSeconds[f]!);
      this.idleSeconds[f] = law.idleSeconds(keepSeconds[f]!) * (times.idleFactor?.[f] ?? 1);
    }
    this.emptySeconds = fromEmpty ? windowSeconds(demand.windows, 0) : 0;
    this.avoidedPerSecond = new Float64Array(this.units);
    this.leftPerSecond = new Float64Array(this.units).fill(Number.NaN);
    this.idleInstances = new Float64Array(this.units);
    this.expectedIdle = new Float64Array(this.units);
    this.add(like);
  }

  /** What becomes of the instances of a unit. The same scratch object each time. */
  of(unit: number): LevelRest {
    const {scratch, times, calls} = this;
    const f = unit % this.demand.functions;
    if (calls) {
      scratch.calls!.startSeconds = calls.startSeconds[f]!;
      scratch.calls!.holdVariation = calls.holdVariation[f]!;
    }
    scratch.keepSeconds = times.keepSeconds[f]!;
    scratch.idleFactor = times.idleFactor?.[f] ?? 1;
    scratch.emptySeconds = unit < this.demand.functions ? this.emptySeconds : 0;
    return scratch;
  }

  /**
   * Fills `levels` for a unit under its keep-alive, at least up to level `atLeast`; levels that are woken less than
   * `floorPerSecond` times a second may be left out.
   */
  fill(unit: number, floorPerSecond: number, atLeast: number, levels: Levels): void {
    const rest = this.of(unit);
    if (this.known) this.known.fill(this.demand, unit, atLeast, levels, rest);
    else fillLevels(this.demand, unit, floorPerSecond, atLeast, levels, rest);
  }

  /** The share of a unit's calls that come as a surprise. */
  surpriseShare(unit: number): number {
    if (!this.surprises) return 0;
    const {kind, laws} = this.surprises;
    return laws[kind[unit % this.demand.functions]!]!.shareOf(this.demand.ratePerSecond[unit]!);
  }

  /** Of the surprises of a unit, those a second that are cold. */
  surpriseCold(unit: number): number {
    return this.surprisesPerSecond(unit) * this.coldShare[unit % this.demand.functions]!;
  }

  /** Instances that idle for the surprises of a unit. */
  surpriseIdle(unit: number): number {
    return this.surprisesPerSecond(unit) * this.idleSeconds[unit % this.demand.functions]!;
  }

  private surprisesPerSecond(unit: number): number {
    return this.surpriseShare(unit) * this.demand.ratePerSecond[unit]!;
  }

  /** The same with other keep-alives. */
  with(keepSeconds: Float64Array): RestInForce {
    return new RestInForce(this.demand, {...this.times, keepSeconds}, this.conditions, this);
  }

  private add(like: RestInForce | undefined): void {
    const {demand, times} = this;
    const levels = new Levels();
    for (let unit = 0; unit < this.units; unit++) {
      const f = unit % demand.functions;
      if (like && like.times.keepSeconds[f] === times.keepSeconds[f]) this.take(unit, like);
      else this.addUnit(unit, levels);
    }
  }

  private take(unit: number, {avoidedPerSecond, leftPerSecond, idleInstances, expectedIdle}: RestInForce): void {
    this.avoidedPerSecond[unit] = avoidedPerSecond[unit]!;
    this.leftPerSecond[unit] = leftPerSecond[unit]!;
    this.expectedIdle[unit] = expectedIdle[unit]!;
    this.idleInstances[unit] = idleInstances[unit]!;
  }

  private addUnit(unit: number, levels: Levels): void {
    const of = this.of(unit);
    if (this.demand.ratePerSecond[unit] === 0 || (of.keepSeconds === 0 && !of.counted)) return;
    this.fill(unit, 0, 0, levels);
    let [avoided, left, idle] = [0, 0, 0];
    for (let k = 0; k < levels.count; k++) {
      avoided += levels.wakesPerSecond[k]! - levels.coldPerSecond[k]!;
      left += levels.coldPerSecond[k]!;
      idle += levels.spillShare[k]!;
    }
    const expected = 1 - this.surpriseShare(unit);
    this.avoidedPerSecond[unit] = expected * avoided + this.surprisesPerSecond(unit) - this.surpriseCold(unit);
    this.leftPerSecond[unit] = left;
    this.expectedIdle[unit] = idle;
    this.idleInstances[unit] = idle + this.surpriseIdle(unit);
  }
}
