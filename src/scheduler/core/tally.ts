import {QuantileSketch} from '../../base/sketch.ts';
import {attemptOf} from './attempts.ts';
import type {CallLog} from './call-log.ts';
import {functionOutcomes, unservedNames} from './call-outcomes.ts';
import type {CallWorth} from './call-worth.ts';
import {Delays} from './delays.ts';
import type {QueueTime} from './queue-time.ts';

/**
 * What became of the calls of a cell, filled by whoever serves. Only calls that arrive in the counted part count:
 * whoever reports a call says when it arrived.
 */
export class Tally {
  arrivals = 0;
  warm = 0;
  cold = 0;
  /** Cold starts that were their function's first call ever: no online policy escapes them. */
  firstStarts = 0;
  /** Calls that waited for room in the fleet, whatever became of them. */
  queued = 0;
  dropped = 0;
  /** Calls that a limit of their function, or on starts, left without an attempt. */
  throttled = 0;
  /** Calls that were cut; they are warm or cold besides. */
  timeouts = 0;
  /** Further attempts of calls that were throttled or cut. */
  retried = 0;
  abandoned = 0;
  stillQueued = 0;
  /** Left a queue because their deadline had passed, because they were worth less than they cost, or for a newer call. */
  expired = 0;
  shed = 0;
  coalesced = 0;
  /** Were running when a host failed, and are not tried again. */
  lost = 0;
  /** Attempts of calls that were over when another attempt of theirs was already. */
  duplicated = 0;
  evictions = 0;
  expirations = 0;
  prewarms = 0;
  /** Start delays above 0; warm calls without delay are added as zeros when the run ends. */
  startDelay = new QuantileSketch();
  coldTime = new QuantileSketch();
  queueWait = new QuantileSketch();
  /** Waits for room that are start delays as well, to the microsecond: added to both when the run ends. */
  private waitedWarm = new QuantileSketch();
  /** Start delays above 0, function by function. */
  readonly delays: Delays;
  readonly byFunction: FunctionOutcomes;
  /** Set where calls have deadlines, or a value that fades. */
  worth: CallWorth | undefined;
  /** Set where calls are written down one by one: told of those that leave unserved. */
  log: CallLog | undefined;
  /** Set where somebody asks for how long calls wait, over time: told of those that wait no longer. */
  queueTime: QueueTime | undefined;
  /** Set where somebody asks who waits: told of everybody who begins to, or no longer does. */
  waiting: {waits(fn: number): void; left(fn: number): void} | undefined;
  /** Instances of each function that were created before they were asked for. */
  readonly prewarmed: Float64Array; // [function]
  /** Calls that left unserved so far, before the counted part too. [function] */
  readonly turnedAway: Float64Array;
  protected fromUs = 0;

  constructor(functions: number) {
    this.turnedAway = new Float64Array(functions);
    this.prewarmed = new Float64Array(functions);
    this.byFunction = Object.fromEntries(
      functionOutcomes.map((name) => [name, new Float64Array(functions)]),
    ) as unknown as FunctionOutcomes;
    this.delays = new Delays(functions);
  }

  /** A call of `fn` had to create its instance, which took `coldUs` once it began to start. */
  startedCold(fn: number, arrivalUs: number, coldUs: number): void {
    if (arrivalUs < this.fromUs) return;
    this.cold++;
    this.byFunction.cold[fn]! += 1;
    this.coldTime.add(coldUs);
  }

  /** A cold start was its function's first call ever. */
  startedFirst(arrivalUs: number): void {
    if (arrivalUs >= this.fromUs) this.firstStarts++;
  }

  /** A call of `fn` that waited for room is served by an instance that became free. */
  servedWaiting(fn: number, arrivalUs: number, nowUs: number): void {
    if (arrivalUs < this.fromUs) return;
    this.warm++;
    const waitUs = nowUs - arrivalUs;
    if (waitUs === 0) return;
    this.waitedWarm.add(waitUs);
    this.worth?.delayed(fn, waitUs);
    this.delays.add(fn, waitUs);
  }

  /** A call that waited for room until now is bound to an instance that another has opened. */
  boundWaiting(arrivalUs: number, nowUs: number): void {
    if (arrivalUs < this.fromUs) return;
    this.warm++;
    this.waited(arrivalUs, nowUs);
  }

  /** A call waited until `untilUs` for room, or for its instance to begin to start. */
  waited(arrivalUs: number, untilUs: number): void {
    if (untilUs > arrivalUs && arrivalUs >= this.fromUs) this.queueWait.add(untilUs - arrivalUs);
  }

  /** A call of `fn` starts at `startUs`. Need not be told of calls that start when they arrive. */
  started(fn: number, arrivalUs: number, startUs: number): void {
    if (startUs <= arrivalUs || arrivalUs < this.fromUs) return;
    this.startDelay.add(startUs - arrivalUs);
    this.worth?.delayed(fn, startUs - arrivalUs);
    this.delays.add(fn, startUs - arrivalUs);
  }

  /** An instance of `fn` is created that no call has asked for. */
  prewarm(fn: number): void {
    this.prewarms++;
    this.prewarmed[fn]! += 1;
  }

  /** A call of `fn` waits for room. */
  queue(fn: number, arrivalUs: number): void {
    if (arrivalUs >= this.fromUs) this.queued++;
    this.waiting?.waits(fn);
  }

  /** A call of `fn` that waited for room does so no longer, whatever becomes of it. */
  leftQueue(fn: number, arrivalUs: number): void {
    this.queueTime?.left(fn, arrivalUs);
    this.waiting?.left(fn);
  }

  /** A call of `fn` is beyond what it may have, and has no attempt left of so many. */
  throttle(fn: number, arrivalUs: number, attempts: number): void {
    this.turnedAway[fn]! += 1;
    this.log?.left(fn, arrivalUs, 'throttled', attempts);
    if (arrivalUs < this.fromUs) return;
    this.throttled++;
    this.byFunction.throttled[fn]! += 1;
  }

  /** A call was cut. */
  timeout(arrivalUs: number): void {
    if (arrivalUs >= this.fromUs) this.timeouts++;
  }

  /** A call is tried again. */
  retry(nowUs: number): void {
    if (nowUs >= this.fromUs) this.retried++;
  }

  /** A call of `fn` finds no room and does not wait. */
  drop(fn: number, arrivalUs: number, attempts = 1): void {
    this.turnedAway[fn]! += 1;
    this.log?.left(fn, arrivalUs, 'dropped', attempts);
    if (arrivalUs < this.fromUs) return;
    this.dropped++;
    this.byFunction.dropped[fn]! += 1;
  }

  /** A call of `fn` has waited for as long as it would. */
  abandon(fn: number, arrivalUs: number, attempts = 1): void {
    this.turnedAway[fn]! += 1;
    this.log?.left(fn, arrivalUs, 'abandoned', attempts);
    if (arrivalUs < this.fromUs) return;
    this.abandoned++;
    this.byFunction.abandoned[fn]! += 1;
  }

  /** A call of `fn` was running when its host failed, and is not tried again. */
  lose(fn: number, arrivalUs: number): void {
    this.turnedAway[fn]! += 1;
    if (arrivalUs < this.fromUs) return;
    this.lost++;
    this.byFunction.lost[fn]! += 1;
  }

  /** An attempt of a call of `fn` is over that nobody needed. */
  duplicate(fn: number, arrivalUs: number): void {
    if (arrivalUs < this.fromUs) return;
    this.duplicated++;
    this.byFunction.duplicated[fn]! += 1;
  }

  /** A call of `fn` leaves a queue unserved. */
  leave(fn: number, arrivalUs: number, as: 'expired' | 'shed' | 'coalesced'): void {
    this.turnedAway[fn]! += 1;
    this.log?.left(fn, arrivalUs, as);
    if (arrivalUs < this.fromUs) return;
    this[as]++;
    this.byFunction[as][fn]! += 1;
  }

  /** A call of `fn` waits as the span ends, after so many attempts; of what comes back its arrival says how many. */
  leaveWaiting(fn: number, arrivalUs: number, attempts = attemptOf(arrivalUs)): void {
    this.log?.left(fn, arrivalUs, 'stillQueued', attempts);
    if (arrivalUs < this.fromUs) return;
    this.stillQueued++;
    this.byFunction.stillQueued[fn]! += 1;
  }

  /** Sums of a window of the counted part: so many calls, of which so many were served cold, told one by one. */
  addWindow(calls: number, cold: number): void {
    this.arrivals += calls;
    this.warm += calls - cold;
  }

  /** Calls so far that surely started later than `limitUs`, or left unserved. */
  lateSoFar(limitUs: number): number {
    return unservedNames.reduce(
      (sum, name) => sum + this[name],
      this.startDelay.above(limitUs) + this.waitedWarm.above(limitUs),
    );
  }

  /** The counted part begins at `fromUs`: what was tallied so far counts no longer. */
  beginCounting(fromUs: number): void {
    this.fromUs = fromUs;
    this.arrivals = this.warm = this.cold = this.firstStarts = this.queued = 0;
    this.dropped = this.abandoned = this.stillQueued = 0;
    this.expired = this.shed = this.coalesced = this.lost = this.duplicated = 0;
    this.throttled = this.timeouts = this.retried = 0;
    this.evictions = this.expirations = this.prewarms = 0;
    this.startDelay = new QuantileSketch();
    this.coldTime = new QuantileSketch();
    this.queueWait = new QuantileSketch();
    this.waitedWarm = new QuantileSketch();
    this.delays.reset();
    this.prewarmed.fill(0);
    this.worth?.reset();
    this.queueTime?.beginCounting(fromUs);
    for (const column of Object.values(this.byFunction)) column.fill(0);
  }

  /** What became of the calls by function; the columns are copies. */
  columns(): FunctionOutcomes {
    return Object.fromEntries(
      functionOutcomes.map((name) => [name, this.byFunction[name].slice()]),
    ) as unknown as FunctionOutcomes;
  }

  /** The run, or a stage of it, is over: calls that started without being told of started when they arrived. */
  finish(): void {
    this.queueWait.merge(this.waitedWarm);
    this.startDelay.merge(this.waitedWarm);
    this.startDelay.addZeros(this.warm + this.cold - this.startDelay.count);
  }
}

/** Columns by function of a cell: what became of its calls; the rest was served warm. */
export type FunctionOutcomes = Readonly<Record<(typeof functionOutcomes)[number], Float64Array>>;
