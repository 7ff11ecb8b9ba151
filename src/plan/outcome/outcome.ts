import {normalQuantile} from '../../base/distributions.ts';
import {fillErlang, Levels} from '../curves/levels.ts';
import {curveCodes, type Demand, windowSeconds} from '../demand/demand.ts';

/**
 * What a plan is expected to do, a mean day. Slot-time in slot-seconds a day. Totals include functions that history does
 * not know; columns by function do not.
 */
export interface Outcome {
  readonly callsPerDay: number;
  readonly coldPerDay: number;
  /** Kept slots that serve nothing. */
  readonly keptIdleSeconds: number;
  /** Instances beyond the plan that stay for their keep-alive. */
  readonly spillIdleSeconds: number;
  /** Cold starts a day of each function. [function] */
  readonly coldOf: Float64Array;
  readonly callsOf: Float64Array;
  /** Idle slot-seconds a day of each function, kept and spill-over. [function] */
  readonly idleOf: Float64Array;
  /** Slots held on average in each window: kept, and busy or idle beyond the plan. [window] */
  readonly heldOf: Float64Array;
}

export interface OutcomeOptions {
  /** How long an instance beyond the plan stays idle. [function] */
  readonly spillUs: Float64Array;
  /** Seconds of each window in a mean day. [window] */
  readonly secondsPerDay: Float64Array;
  /** The first window begins with an empty fleet, as a replay from time 0 does. */
  readonly fromEmpty: boolean;
}

/**
 * Expects what a replay of the plan would find. An instance beyond the plan is cold when its level of concurrency was
 * left for longer than the keep-alive; gaps of an Erlang level are taken as exponential with its rate of wakes while
 * idle, d / (1 - hold d), which holds exactly for the first level and within 5 % in simulation for all.
 */
export function expectOutcome(demand: Demand, slots: Int32Array, options: OutcomeOptions): Outcome {
  const {functions, windows} = demand;
  const count = windows.startUs.length;
  const callsOf = new Float64Array(functions);
  const coldOf = new Float64Array(functions);
  const idleOf = new Float64Array(functions);
  const heldOf = new Float64Array(count);
  const {unseen} = demand;
  const totals = {
    callsPerDay: unseen.callsPerDay,
    coldPerDay: unseen.coldPerDay,
    keptIdleSeconds: 0,
    spillIdleSeconds: unseen.idleSecondsPerDay,
  };
  const unit = new UnitOutcome(demand, options.spillUs);
  for (let w = 0; w < count; w++) {
    const perDay = options.secondsPerDay[w]!;
    const length = windowSeconds(windows, w);
    for (let f = 0; f < functions; f++) {
      const u = w * functions + f;
      const kept = slots[u]!;
      if (demand.ratePerSecond[u] === 0 && kept === 0) continue;
      unit.expect(u, kept, options.fromEmpty && w === 0 ? length : 0);
      const calls = perDay * demand.ratePerSecond[u]!;
      const cold = perDay * unit.coldPerSecond;
      callsOf[f]! += calls;
      coldOf[f]! += cold;
      idleOf[f]! += perDay * (unit.keptIdle + unit.spillIdle);
      heldOf[w]! += unit.keptIdle + unit.spillIdle + demand.ratePerSecond[u]! * demand.holdSeconds[f]!;
      totals.callsPerDay += calls;
      totals.coldPerDay += cold;
      totals.keptIdleSeconds += perDay * unit.keptIdle;
      totals.spillIdleSeconds += perDay * unit.spillIdle;
    }
  }
  return {...totals, callsOf, coldOf, idleOf, heldOf};
}

/** Above this squared coefficient of variation a gamma distribution is mostly near 0, and its cube root not normal. */
const BURSTS = 0.5;
/** Rates at which a varying rate is looked at: midpoints of as many equally likely parts. */
const PARTS = 16;
const normalMidpoints = Float64Array.from({length: PARTS}, (_, i) => normalQuantile((i + 0.5) / PARTS));

/** The expectation for one unit at a time. Shares of time, so slots on average. */
export class UnitOutcome {
  coldPerSecond = 0;
  keptIdle = 0;
  spillIdle = 0;
  private readonly levels = new Levels();
  private readonly rates = new Float64Array(PARTS);
  private readonly demand: Demand;
  private readonly spillUs: Float64Array; // [function]
  private spillSeconds = 0;

  constructor(demand: Demand, spillUs: Float64Array) {
    this.demand = demand;
    this.spillUs = spillUs;
  }

  /** `emptySeconds` > 0: the unit starts with none but its kept slots and lasts so long. */
  expect(unit: number, kept: number, emptySeconds: number): void {
    const {demand} = this;
    const active = demand.activeShare?.[unit] ?? 1;
    const rate = demand.ratePerSecond[unit]! / active;
    const hold = demand.holdSeconds[unit % demand.functions]!;
    this.spillSeconds = this.spillUs[unit % demand.functions]! / 1e6;
    this.coldPerSecond = this.keptIdle = this.spillIdle = 0;
    if (demand.curve[unit] === curveCodes.empirical) this.addMeasured(unit, kept);
    else {
      this.addModelled(unit, rate, kept, emptySeconds, active * active);
      if (active < 1) {
        // After a window in which the function was not in use nothing of it lingers.
        const seconds = windowSeconds(demand.windows, Math.floor(unit / demand.functions));
        this.addModelled(unit, rate, kept, seconds, active * (1 - active));
        this.addErlang(0, hold, kept, 0, 1 - active);
      }
    }
    this.keptIdle = Math.min(this.keptIdle, kept * demand.heldShare[unit % demand.functions]!);
    if (kept > 0) this.coldPerSecond += demand.missesPerSecond[unit % demand.functions]!;
    // The first rises of an empty fleet may count calls that are cold anyway.
    this.coldPerSecond = Math.min(this.coldPerSecond, demand.ratePerSecond[unit]!);
  }

  private addModelled(unit: number, rate: number, kept: number, emptySeconds: number, weight: number): void {
    const {demand} = this;
    const hold = demand.holdSeconds[unit % demand.functions]!;
    const variation = demand.rateVariation[unit]!;
    if (demand.curve[unit] === curveCodes['negative-binomial'] && variation > BURSTS) {
      // Calls come in bursts with nothing between them: the two rates that have this mean and variation.
      this.addErlang(rate * (1 + variation), hold, kept, emptySeconds, weight / (1 + variation));
      this.addErlang(0, hold, kept, 0, (weight * variation) / (1 + variation));
    } else if (demand.curve[unit] === curveCodes['negative-binomial'] && variation > 0) {
      this.spreadRates(rate, variation);
      for (const part of this.rates) this.addErlang(part, hold, kept, emptySeconds, weight / PARTS);
    } else this.addErlang(rate, hold, kept, emptySeconds, weight);
  }

  private addErlang(rate: number, hold: number, kept: number, emptySeconds: number, weight: number): void {
    const {levels, spillSeconds} = this;
    fillErlang(rate, hold, 0, kept, levels);
    const {wakesPerSecond, idleShare} = levels;
    for (let k = 0; k < kept; k++) this.keptIdle += weight * idleShare[k]!;
    for (let k = kept; k < levels.count; k++) {
      const wakes = wakesPerSecond[k]!;
      const idle = idleShare[k]!;
      const late = idle > 0 ? Math.exp((-wakes * spillSeconds) / idle) : 1;
      this.coldPerSecond += weight * wakes * late;
      this.spillIdle += weight * idle * (1 - late);
      // In an empty fleet the first rise to a level is cold even where spill-over would have been there.
      if (emptySeconds > 0 && idle > 0) {
        const within = Math.min(spillSeconds, emptySeconds);
        this.coldPerSecond += (weight * (1 - Math.exp((-wakes * within) / idle))) / emptySeconds;
      }
    }
  }

  private addMeasured(unit: number, kept: number): void {
    const {measured, functions, ratePerSecond} = this.demand;
    const f = unit % functions;
    const scale = ratePerSecond[unit]! / measured.ratePerSecond[f]!;
    const from = measured.start[f]!;
    const levels = measured.start[f + 1]! - from;
    for (let k = 0; k < Math.max(kept, levels); k++) {
      const row = from + k;
      if (k < kept) this.keptIdle += k < levels ? Math.max(0, 1 - scale * (1 - measured.idleShare[row]!)) : 1;
      else {
        this.coldPerSecond += scale * measured.coldPerSecond[row]!;
        this.spillIdle += Math.min(1, scale * measured.spillShare[row]!);
      }
    }
  }

  /** Equally likely rates of a gamma distribution with that mean and squared coefficient of variation (Wilson-Hilferty). */
  private spreadRates(mean: number, variation: number): void {
    const ninth = variation / 9;
    let sum = 0;
    for (let i = 0; i < PARTS; i++) {
      const cubeRoot = Math.max(0, 1 - ninth + normalMidpoints[i]! * Math.sqrt(ninth));
      this.rates[i] = cubeRoot ** 3;
      sum += this.rates[i]!;
    }
    for (let i = 0; i < PARTS; i++) this.rates[i]! *= (mean * PARTS) / sum;
  }
}
