import {grown, LevelSlots} from '../../../../demand/levels/level-slots.ts';
import {EventHeap} from '../../../core/event-heap.ts';
import {BreakEven} from '../break-even.ts';
import type {KeepAlivePart, PolicyContext} from '../keep-alive.ts';
import type {RestPolicy} from '../targets/targets-over-rest.ts';
import {BurstLaws} from './burst-law.ts';
import {Habit, PlanBench} from './habit.ts';

/** The policy's own wake-ups are all asked for in the name of this function. */
const ALARM = 0;
/** Break-even gaps are cut here, at 31 years: warm time may be free. */
const FOR_GOOD_US = 1e15;

/**
 * Our own: online, no training run, built on METHODS E1.2. Demand is split into levels (LevelSlots): the k-th instance
 * of a function is wanted for as long as k calls run, and what happens at its level is a renewal process of its own.
 *
 * - Known levels. For every function and octave of levels the policy counts the times from one rise to the level to the
 *   next, and keeps or starts instances by the warm set {t : hazard(t) >= c/C} of the price sheet in use (GapPlan). What
 *   few gaps cannot tell comes from gaps of other functions in units of the mean gap, by how regular it has been so far
 *   (priorHazard). So a timer's instance, or a whole burst of them, goes after its call and is back when the next is
 *   due, while a steady function is simply kept.
 * - Levels above. A call that opens a level which was not kept starts instances for those above it, as many and for as
 *   long as bursts in this cell have gone on from there (BurstLaws): the first burst ever is met half-way.
 *
 * A function should have as many instances as it has levels that run, are kept, or are kept ahead of a burst; which of
 * its instances stand for them does not matter. A call costs O(1) amortised, whatever the number of levels: a level has
 * one wake-up at most on its way, asked for when its call finishes, and a plan is made anew when a tenth more gaps have
 * been seen.
 */
export class Adaptive implements RestPolicy {
  private readonly context: PolicyContext;
  private readonly breakEven: BreakEven;
  private readonly slots: LevelSlots;
  private readonly habits: (Habit | undefined)[] = []; // [block]
  private readonly laws = new BurstLaws();
  private readonly bench = new PlanBench();
  /** The level is running or kept; levels of each function that are. */
  private held: Uint8Array; // [slot]
  private readonly heldLevels: Int32Array; // [function]
  /** Until when a level that does not run is kept. */
  private untilUs: Float64Array; // [slot]
  /** The last step of a burst: when it began, the highest level it has opened, 0 before the first, and if for the first time. */
  private readonly burstUs: Float64Array; // [function]
  private readonly burstLevel: Int32Array; // [function]
  private readonly burstFresh: Uint8Array; // [function]
  /** The level that the step before it had come to, and how long it was quiet between. */
  private readonly baseLevel: Int32Array; // [function]
  private readonly baseFresh: Uint8Array; // [function]
  private readonly quietUs: Float64Array; // [function]
  /** How many levels above the burst are kept for it to go on. */
  private readonly spare: Int32Array; // [function]
  /** Wake-ups: of slots, and of bursts as -1 - function. */
  private readonly alarms = new EventHeap();
  private sequence = 0;
  private alarmUs = Number.POSITIVE_INFINITY;
  private slotAlarmUs: Float64Array; // [slot]
  private readonly burstAlarmUs: Float64Array; // [function]

  constructor(context: PolicyContext) {
    const {functions} = context;
    this.context = context;
    this.breakEven = new BreakEven(context);
    this.slots = new LevelSlots(functions, context.places);
    this.held = new Uint8Array(functions);
    this.heldLevels = new Int32Array(functions);
    this.untilUs = new Float64Array(functions);
    this.slotAlarmUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
    this.burstLevel = new Int32Array(functions);
    this.burstUs = new Float64Array(functions);
    this.spare = new Int32Array(functions);
    this.burstFresh = new Uint8Array(functions);
    this.baseLevel = new Int32Array(functions);
    this.baseFresh = new Uint8Array(functions);
    this.quietUs = new Float64Array(functions);
    this.burstAlarmUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
  }

  onArrival(fn: number, nowUs: number): void {
    const {slots} = this;
    this.breakEven.arrived(fn, nowUs);
    const level = slots.rise(fn);
    if (level === 0) return;
    if (slots.size > this.held.length) this.grow();
    const slot = slots.slotOf(fn, level);
    const roseUs = slots.roseUs[slot]!;
    if (!Number.isNaN(roseUs)) this.habitOf(slot).ended(slots.fellUs[slot]! - roseUs, nowUs - roseUs);
    if (this.held[slot] === 0) {
      this.held[slot] = 1;
      this.heldLevels[fn]! += 1;
      this.opened(fn, level, Number.isNaN(roseUs), nowUs);
    }
    slots.roseUs[slot] = nowUs;
  }

  onFinish(fn: number, nowUs: number): void {
    const {slots} = this;
    this.breakEven.finished(fn);
    const level = slots.fall(fn);
    if (level === 0) return;
    const slot = slots.slotOf(fn, level);
    const roseUs = slots.roseUs[slot]!;
    const busyUs = nowUs - roseUs;
    const habit = this.habitOf(slot);
    slots.fellUs[slot] = nowUs;
    habit.began(busyUs);
    if (habit.outdated) habit.solve(this.breakEvenUs(fn), this.context.coldUs[fn]!, this.bench);
    const keptUs = habit.plan.keepUntilUs(busyUs);
    this.untilUs[slot] = roseUs + keptUs;
    if (keptUs > busyUs) this.wakeSlot(slot, roseUs + keptUs, nowUs);
    else this.close(fn, slot, habit, busyUs, nowUs);
  }

  keepAliveUs(fn: number): number {
    return this.context.pool.live(fn) > this.wanted(fn) ? 0 : Number.POSITIVE_INFINITY;
  }

  onWake(_: number, nowUs: number): void {
    const {alarms} = this;
    this.alarmUs = Number.POSITIVE_INFINITY;
    while (alarms.size > 0 && alarms.top[0]! <= nowUs) {
      const at = alarms.topPayload;
      const atUs = alarms.top[0]!;
      alarms.pop();
      if (at < 0) {
        if (this.burstAlarmUs[-1 - at] === atUs) this.onBurstAlarm(-1 - at, nowUs);
      } else if (this.slotAlarmUs[at] === atUs) this.onSlotAlarm(at, nowUs);
    }
    this.setAlarm();
  }

  private breakEvenUs(fn: number): number {
    return Math.min(this.breakEven.us(fn), FOR_GOOD_US);
  }

  wanted(fn: number): number {
    const spare = this.spare[fn]!;
    const held = this.heldLevels[fn]!;
    return spare === 0 ? held : Math.max(held, this.burstLevel[fn]! + spare);
  }

  enough(fn: number): number {
    return this.wanted(fn);
  }

  /** The level is not kept any more. */
  private close(fn: number, slot: number, habit: Habit, sinceUs: number, nowUs: number): void {
    this.held[slot] = 0;
    this.heldLevels[fn]! -= 1;
    const openUs = habit.plan.nextOpenUs(sinceUs);
    this.wakeSlot(slot, this.slots.roseUs[slot]! + openUs - this.context.coldUs[fn]!, nowUs);
  }

  private onSlotAlarm(slot: number, nowUs: number): void {
    const {slots, context} = this;
    this.slotAlarmUs[slot] = Number.POSITIVE_INFINITY;
    const fn = slots.fnOf(slot);
    if (slots.levelOf(slot) <= slots.level(fn)) return;
    const habit = this.habitOf(slot);
    const roseUs = slots.roseUs[slot]!;
    if (this.held[slot] === 1) {
      if (this.untilUs[slot]! > nowUs) {
        this.wakeSlot(slot, this.untilUs[slot]!, nowUs);
      } else {
        this.close(fn, slot, habit, nowUs - roseUs, nowUs);
        this.shed(fn);
      }
      return;
    }
    const sinceUs = nowUs + context.coldUs[fn]! - roseUs;
    if (habit.plan.opens(sinceUs)) {
      this.held[slot] = 1;
      this.heldLevels[fn]! += 1;
      this.untilUs[slot] = roseUs + habit.plan.keepUntilUs(sinceUs);
      this.wakeSlot(slot, this.untilUs[slot]!, nowUs);
      this.fill(fn);
    } else {
      this.wakeSlot(slot, roseUs + habit.plan.nextOpenUs(sinceUs) - context.coldUs[fn]!, nowUs);
    }
  }

  /** A level that was not kept has been reached: more may follow. */
  private opened(fn: number, level: number, fresh: boolean, nowUs: number): void {
    const {laws} = this;
    const sinceUs = nowUs - this.burstUs[fn]!;
    const top = this.burstLevel[fn]!;
    if (top > 0 && sinceUs < this.context.coldUs[fn]!) {
      // The same step of the burst: no instance could have been started since.
      laws.count(this.burstFresh[fn] === 1, top, -1);
      if (level > top) this.burstLevel[fn] = level;
      if (fresh) this.burstFresh[fn] = 1;
    } else {
      const base = this.baseLevel[fn]!;
      if (base > 0) laws.ended(this.baseFresh[fn] === 1, base, top - base, this.quietUs[fn]!);
      this.baseLevel[fn] = top;
      this.baseFresh[fn] = this.burstFresh[fn]!;
      this.quietUs[fn] = sinceUs;
      this.burstUs[fn] = nowUs;
      this.burstLevel[fn] = level;
      this.burstFresh[fn] = fresh ? 1 : 0;
    }
    laws.count(this.burstFresh[fn] === 1, this.burstLevel[fn]!, 1);
    // Not before this call has found its own instance.
    this.wakeBurst(fn, nowUs + 1);
  }

  /** Sees how many levels above the burst are worth an instance by now. */
  private onBurstAlarm(fn: number, nowUs: number): void {
    const level = this.burstLevel[fn]!;
    const passedUs = nowUs - this.burstUs[fn]!;
    this.burstAlarmUs[fn] = Number.POSITIVE_INFINITY;
    let spare = 0;
    let untilUs = 0;
    const fresh = this.burstFresh[fn] === 1;
    for (let step = 0, steps = this.laws.steps(level); step < steps; step++) {
      const holdUs = this.laws.holdUs(fresh, level, step, this.breakEvenUs(fn), this.context.coldUs[fn]!);
      if (holdUs <= passedUs) break;
      spare = 2 ** step;
      untilUs = holdUs;
    }
    this.spare[fn] = spare;
    if (spare > 0) this.wakeBurst(fn, this.burstUs[fn]! + untilUs);
    this.fill(fn);
    this.shed(fn);
  }

  private fill(fn: number): void {
    const missing = this.wanted(fn) - this.context.pool.live(fn);
    if (missing > 0) this.context.pool.prewarm(fn, missing);
  }

  private shed(fn: number): void {
    const excess = this.context.pool.live(fn) - this.wanted(fn);
    if (excess > 0) this.context.pool.drop(fn, excess);
  }

  /** Sees to it that the slot is looked at no later than `atUs`; Infinity: no need. */
  private wakeSlot(slot: number, atUs: number, nowUs: number): void {
    const dueUs = Math.max(nowUs + 1, Math.round(atUs));
    if (this.slotAlarmUs[slot]! <= dueUs) return;
    this.slotAlarmUs[slot] = dueUs;
    this.alarms.push(dueUs, this.sequence++, slot);
    this.setAlarm();
  }

  private wakeBurst(fn: number, atUs: number): void {
    this.burstAlarmUs[fn] = atUs;
    this.alarms.push(atUs, this.sequence++, -1 - fn);
    this.setAlarm();
  }

  private setAlarm(): void {
    const atUs = this.alarms.top[0]!;
    if (atUs >= this.alarmUs) return;
    this.alarmUs = atUs;
    this.context.pool.wakeAt(ALARM, atUs);
  }

  private habitOf(slot: number): Habit {
    const block = this.slots.blockOf(slot);
    let habit = this.habits[block];
    if (habit === undefined) {
      while (this.habits.length <= block) this.habits.push(undefined);
      habit = this.habits[block] = new Habit(block >= this.context.functions);
    }
    return habit;
  }

  private grow(): void {
    const {size} = this.slots;
    this.held = grown(this.held, size, 0);
    this.untilUs = grown(this.untilUs, size, 0);
    this.slotAlarmUs = grown(this.slotAlarmUs, size, Number.POSITIVE_INFINITY);
  }
}

export const adaptive: KeepAlivePart = {
  name: 'adaptive',
  summary:
    'ours: warm while the hazard, learnt per function and level of demand, is worth its price; goes ahead of bursts',
  kind: 'ours',
  // What gaps and bursts are like is learnt from all functions together.
  scope: 'cell',
  parameters: {},
  sweep: {variants: [''], fleets: 'all'},
  goesByPrices: true,
  create: (_, context) => new Adaptive(context),
};
