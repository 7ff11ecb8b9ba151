import {unlimited} from '../bounds/constraints.ts';
import {valuationOf} from '../bounds/objectives.ts';
import {type Margins, PricedUnits} from '../curves/valuation.ts';
import type {TimerSchedule} from '../demand/timer-schedule.ts';
import type {Plan} from '../make-plan.ts';
import {type Reason, reasonOf, reasons, refusalOf} from '../outcome/reasons.ts';

/** Rows of a plan that share their times, or a stretch of rows with times of their own. Columns of equal length. */
export interface RowBatch {
  readonly function: Int32Array; // row of the workload
  readonly slots: Int32Array;
  /** Index into `reasons`. */
  readonly reason: Uint8Array;
  /** Dollars a day that one more slot would save, less its cost; below 0 where it does not pay. */
  readonly nextSlotUsdPerDay: Float32Array;
  /** One value for all rows, or one a row. Microseconds. */
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
  readonly repeatUs: Float64Array;
  readonly leadUs: Float64Array;
}

/** A slot that was not given, and what it would have been worth. */
export interface RefusedSlot {
  readonly unit: number;
  /** Dollars a day it would save, less its cost. */
  readonly usdPerDay: number;
  /** Cold starts it would avoid in a day of such a window. */
  readonly coldStartsPerDay: number;
  readonly reason: Reason;
}

export interface PlanRows {
  readonly batches: readonly RowBatch[];
  readonly rows: number;
  /** How long instances beyond the plan stay; undefined: as the file says for all. [function] */
  readonly spillUs: Float64Array | undefined;
  /** Calls that an instance serves at once; undefined: one. [function] */
  readonly places: Int32Array | undefined;
  /** Instances at most, Infinity: no limit; undefined: none has any. [function] */
  readonly most?: Float64Array | undefined;
  /** Units of each reason. [reason] */
  readonly unitsOf: Float64Array;
  /** The most valuable slots that were not given, best first. */
  readonly refused: readonly RefusedSlot[];
}

/**
 * What goes into the plan file: a row for each function and window with slots, and one over all windows for each
 * function that has none at all. A function on a timer's schedule has one row that repeats with its period.
 */
export function planRows(plan: Plan, schedule: TimerSchedule | undefined, refusedShown: number): PlanRows {
  const {demand, solution} = plan;
  const {functions, windows} = demand;
  const judge = new Judge(plan, refusedShown);
  const batches: RowBatch[] = [];
  const kept = new Uint8Array(functions);
  for (let w = 0; w < windows.startUs.length; w++) {
    const rows = new RowList(functions);
    for (let f = 0; f < functions; f++) {
      const unit = w * functions + f;
      judge.judge(unit);
      if (solution.slots[unit] === 0) continue;
      kept[f] = 1;
      if (demand.heldShare[f] === 1) rows.push(f, solution.slots[unit]!, judge);
    }
    const times = [windows.startUs[w]!, windows.endUs[w]!, windows.repeatUs, plan.leadUs[w]!] as const;
    if (rows.count > 0) batches.push(rows.batch(...times.map((us) => Float64Array.of(us))));
  }
  const timed = schedule && timerRows(plan, schedule, judge);
  if (timed) batches.push(timed);
  const refused = refusedRows(plan, kept, judge);
  if (refused) batches.push(refused);
  return {
    batches,
    rows: batches.reduce((sum, batch) => sum + batch.function.length, 0),
    spillUs: plan.terms.rest.kind === 'kept' ? plan.rest.times.keepSeconds.map((seconds) => seconds * 1e6) : undefined,
    places: demand.places,
    unitsOf: judge.unitsOf,
    refused: judge.refused,
  };
}

class RowList {
  count = 0;
  private readonly function: Int32Array;
  private readonly slots: Int32Array;
  private readonly reason: Uint8Array;
  private readonly next: Float32Array;

  constructor(room: number) {
    this.function = new Int32Array(room);
    this.slots = new Int32Array(room);
    this.reason = new Uint8Array(room);
    this.next = new Float32Array(room);
  }

  push(f: number, slots: number, {reason, nextUsdPerDay}: Judge): void {
    const row = this.count++;
    this.function[row] = f;
    this.slots[row] = slots;
    this.reason[row] = reason;
    this.next[row] = nextUsdPerDay;
  }

  batch(startUs?: Float64Array, endUs?: Float64Array, repeatUs?: Float64Array, leadUs?: Float64Array): RowBatch {
    const {count} = this;
    return {
      function: this.function.slice(0, count),
      slots: this.slots.slice(0, count),
      reason: this.reason.slice(0, count),
      nextSlotUsdPerDay: this.next.slice(0, count),
      startUs: startUs!,
      endUs: endUs!,
      repeatUs: repeatUs!,
      leadUs: leadUs!,
    };
  }
}

/** One row a timer: its slots in the window where it has fewest, around each stroke. */
function timerRows({demand, solution}: Plan, schedule: TimerSchedule, judge: Judge): RowBatch | undefined {
  const {functions, windows} = demand;
  const {timers} = schedule;
  const rows = new RowList(timers.function.length);
  const chosen: number[] = [];
  for (let i = 0; i < timers.function.length; i++) {
    const f = timers.function[i]!;
    if (demand.heldShare[f] === 1) continue;
    let slots = Number.POSITIVE_INFINITY;
    for (let w = 0; w < windows.startUs.length; w++) slots = Math.min(slots, solution.slots[w * functions + f]!);
    if (slots === 0) continue;
    judge.judge(f, false);
    rows.push(f, slots, judge);
    chosen.push(i);
  }
  if (rows.count === 0) return undefined;
  const column = (at: (i: number) => number): Float64Array => Float64Array.from(chosen, at);
  // The first stroke whose preparation begins at or after the plan's start.
  const turn = (i: number): number =>
    Math.ceil((windows.startUs[0]! - schedule.startUs[i]!) / timers.periodUs[i]!) * timers.periodUs[i]!;
  return rows.batch(
    column((i) => schedule.startUs[i]! + turn(i)),
    column((i) => schedule.endUs[i]! + turn(i)),
    column((i) => timers.periodUs[i]!),
    column(() => 0),
  );
}

function refusedRows({demand}: Plan, kept: Uint8Array, judge: Judge): RowBatch | undefined {
  const {functions, windows} = demand;
  const rows = new RowList(functions);
  for (let f = 0; f < functions; f++) {
    if (kept[f] === 1) continue;
    judge.judge(judge.bestUnit(f), false);
    rows.push(f, 0, judge);
  }
  if (rows.count === 0) return undefined;
  const last = windows.startUs.length - 1;
  const times = [windows.startUs[0]!, windows.endUs[last]!, windows.repeatUs, 0];
  return rows.batch(...times.map((us) => Float64Array.of(us)));
}

/** Finds out for one unit after the other why it has what it has. */
class Judge {
  /** Of the unit last judged. */
  reason = 0;
  nextUsdPerDay = 0;
  readonly unitsOf = new Float64Array(reasons.length);
  readonly refused: RefusedSlot[] = [];
  private readonly plan: Plan;
  private readonly shown: number;
  private readonly dollars: PricedUnits;
  private readonly valued: PricedUnits;
  private readonly margins: Margins = {last: 0, next: 0, nextWakesPerSecond: 0};
  /** The same by the objective, of the slot beyond those of a unit. */
  private readonly further: Margins = {last: 0, next: 0, nextWakesPerSecond: 0};
  /** Some budget binds: slots may be worth it and still not be given. */
  private readonly short: boolean;
  private readonly rule: 'dollars' | 'budget' | 'start-delay';

  constructor(plan: Plan, shown: number) {
    const {demand, problem, terms, prices, solution} = plan;
    this.plan = plan;
    this.shown = shown;
    const [first] = solution.resources;
    const resource = first?.constraint ?? unlimited(demand);
    this.dollars = new PricedUnits({...problem, valuation: valuationOf('dollars', demand, prices)}, resource);
    this.valued = new PricedUnits(problem, resource);
    this.short = solution.resources.some(({price}) => price.some((p) => p > 0));
    this.rule = terms.objective !== 'dollars' ? 'budget' : plan.slowPrice > 0 ? 'start-delay' : 'dollars';
  }

  judge(unit: number, counted = true): void {
    const {demand, solution, terms, teamShares} = this.plan;
    const slots = solution.slots[unit]!;
    const f = unit % demand.functions;
    this.dollars.margins(unit, slots, this.margins);
    const {atLeast, atMost} = terms.bounds;
    const reason = reasonOf({
      slots,
      atLeast: atLeast[f]!,
      atMost: atMost[f]!,
      restIsCheaper: this.isRestCheaper(f),
      ratePerSecond: demand.ratePerSecond[unit]!,
      timed: demand.heldShare[f]! < 1,
      pays: this.margins.last > 0,
      worthMore: this.short && slots === 0 && this.valued.runs(unit).count > 0,
      rule: this.rule,
      sharedByTeam: teamShares !== undefined,
    });
    this.reason = reasons.indexOf(reason);
    this.nextUsdPerDay = this.margins.next;
    if (!counted) return;
    this.unitsOf[this.reason]! += 1;
    if (slots < atMost[f]! && demand.ratePerSecond[unit]! > 0) this.note(unit, slots, reason);
  }

  private isRestCheaper(f: number): boolean {
    return this.plan.terms.bounds.restIsCheaper?.[f] === 1;
  }

  /** The unit of function `f` in which a slot would be worth most for its time. */
  bestUnit(f: number): number {
    const {functions, ratePerSecond} = this.plan.demand;
    let best = f;
    for (let unit = f; unit < ratePerSecond.length; unit += functions) {
      if (ratePerSecond[unit]! > ratePerSecond[best]!) best = unit;
    }
    return best;
  }

  private note(unit: number, slots: number, ofUnit: Reason): void {
    const {refused, shown} = this;
    const {next: usdPerDay, nextWakesPerSecond} = this.margins;
    if (refused.length === shown && !(usdPerDay > (refused.at(-1)?.usdPerDay ?? Number.POSITIVE_INFINITY))) return;
    const at = refused.findIndex((one) => one.usdPerDay < usdPerDay);
    const reason = slots === 0 ? ofUnit : this.refusal(unit, slots);
    refused.splice(at < 0 ? refused.length : at, 0, {
      unit,
      usdPerDay,
      coldStartsPerDay: 86_400 * nextWakesPerSecond,
      reason,
    });
    if (refused.length > shown) refused.pop();
  }

  /** Why the unit, which has some slots, does not have one more. */
  private refusal(unit: number, slots: number): Reason {
    const {demand, terms, teamShares} = this.plan;
    const f = unit % demand.functions;
    this.valued.margins(unit, slots, this.further);
    return refusalOf(
      {
        atMost: terms.bounds.atMost[f]!,
        restIsCheaper: this.isRestCheaper(f),
        ratePerSecond: demand.ratePerSecond[unit]!,
        worthMore: this.short && this.further.next > 0,
        sharedByTeam: teamShares !== undefined,
      },
      slots,
    );
  }
}
