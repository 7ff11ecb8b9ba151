import {Levels} from '../curves/level-columns.ts';
import type {Demand} from '../demand/demand.ts';
import type {RestInForce} from '../rest/rest-in-force.ts';

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
  /** Slot-seconds a day in which instances of each function serve. [function] */
  readonly busyOf: Float64Array;
  /** Idle slot-seconds a day of each function, kept and spill-over. [function] */
  readonly idleOf: Float64Array;
  /** Cold starts a day that the slots of each function avoid, beyond what the rest would. [function] */
  readonly avoidedOf: Float64Array;
  /** Slot-seconds a day that they idle, beyond what the rest would; below 0 where that keeps longer. [function] */
  readonly slotIdleOf: Float64Array;
  /** Slots held on average in each window: kept, and busy or idle beyond the plan. [window] */
  readonly heldOf: Float64Array;
}

export interface OutcomeOptions {
  /** What becomes of instances beyond the plan. */
  readonly rest: RestInForce;
  /** Seconds of each window in a mean day. [window] */
  readonly secondsPerDay: Float64Array;
}

/**
 * Expects what a replay of the plan would find: the first levels of each function are kept, and what the others do is
 * the rest's.
 */
export function expectOutcome(demand: Demand, slots: Int32Array, {rest, secondsPerDay}: OutcomeOptions): Outcome {
  const {functions, windows} = demand;
  const count = windows.startUs.length;
  const unit = new UnitOutcome(demand, rest);
  const callsOf = new Float64Array(functions);
  const coldOf = new Float64Array(functions);
  const idleOf = new Float64Array(functions);
  const busyOf = new Float64Array(functions);
  const avoidedOf = new Float64Array(functions);
  const slotIdleOf = new Float64Array(functions);
  const heldOf = new Float64Array(count);
  const {unseen} = demand;
  const totals = {
    callsPerDay: unseen.callsPerDay,
    coldPerDay: unseen.coldPerDay,
    keptIdleSeconds: 0,
    spillIdleSeconds: unseen.idleSecondsPerDay,
  };
  for (let w = 0; w < count; w++) {
    const perDay = secondsPerDay[w]!;
    for (let f = 0; f < functions; f++) {
      const u = w * functions + f;
      const kept = slots[u]!;
      if (demand.ratePerSecond[u] === 0 && kept === 0) continue;
      unit.expect(u, kept);
      const calls = perDay * demand.ratePerSecond[u]!;
      const cold = perDay * unit.coldPerSecond;
      callsOf[f]! += calls;
      coldOf[f]! += cold;
      idleOf[f]! += perDay * (unit.keptIdle + unit.spillIdle);
      busyOf[f]! += perDay * unit.busy;
      avoidedOf[f]! += perDay * unit.avoidedPerSecond;
      slotIdleOf[f]! += perDay * unit.slotIdle;
      heldOf[w]! += unit.keptIdle + unit.spillIdle + unit.busy;
      totals.callsPerDay += calls;
      totals.coldPerDay += cold;
      totals.keptIdleSeconds += perDay * unit.keptIdle;
      totals.spillIdleSeconds += perDay * unit.spillIdle;
    }
  }
  return {...totals, callsOf, coldOf, busyOf, idleOf, avoidedOf, slotIdleOf, heldOf};
}

/** The expectation for one unit at a time. Shares of time, so slots on average. */
export class UnitOutcome {
  coldPerSecond = 0;
  keptIdle = 0;
  spillIdle = 0;
  busy = 0;
  /** Of the slots, beyond what the rest would do without them. */
  avoidedPerSecond = 0;
  slotIdle = 0;
  private readonly levels = new Levels();
  private readonly demand: Demand;
  private readonly rest: RestInForce;

  constructor(demand: Demand, rest: RestInForce) {
    this.demand = demand;
    this.rest = rest;
  }

  /** What `kept` slots of the unit do, and the rest beyond them. */
  expect(unit: number, kept: number): void {
    const {rest} = this;
    this.keptIdle = this.avoidedPerSecond = this.slotIdle = 0;
    if (kept === 0 && this.demand.places === undefined && !Number.isNaN(rest.leftPerSecond[unit]!)) {
      this.coldPerSecond = rest.leftPerSecond[unit]!;
      this.spillIdle = rest.expectedIdle[unit]!;
      this.busy = busyOf(this.demand, unit, this.levels);
    } else this.addLevels(unit, kept);
    this.coldPerSecond = (1 - rest.surpriseShare(unit)) * this.coldPerSecond + rest.surpriseCold(unit);
    this.spillIdle += rest.surpriseIdle(unit);
    // Sums of shares may come out a rounding error too high.
    this.coldPerSecond = Math.min(this.coldPerSecond, this.demand.ratePerSecond[unit]!);
  }

  private addLevels(unit: number, kept: number): void {
    const {levels, rest} = this;
    rest.fill(unit, 0, kept, levels);
    this.busy = busyOf(this.demand, unit, levels);
    const {idleShare, coldPerSecond, spillShare} = levels;
    this.coldPerSecond = this.spillIdle = 0;
    for (let k = 0; k < kept; k++) {
      this.keptIdle += idleShare[k]!;
      this.slotIdle += idleShare[k]! - spillShare[k]!;
      this.avoidedPerSecond += coldPerSecond[k]!;
    }
    for (let k = kept; k < levels.count; k++) {
      this.coldPerSecond += coldPerSecond[k]!;
      this.spillIdle += spillShare[k]!;
    }
    if (kept > 0) {
      this.coldPerSecond += levels.missedPerSecond;
      this.avoidedPerSecond -= levels.missedPerSecond;
    }
    this.avoidedPerSecond *= 1 - rest.surpriseShare(unit);
  }
}

/** Instances of a unit that are busy on average, `levels` being its own. */
function busyOf({functions, holdSeconds, places, ratePerSecond}: Demand, unit: number, levels: Levels): number {
  const f = unit % functions;
  return (places?.[f] ?? 1) === 1 ? ratePerSecond[unit]! * holdSeconds[f]! : levels.busy;
}
