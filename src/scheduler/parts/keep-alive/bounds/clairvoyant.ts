import {restartUs, waitingIsDear} from '../../../../cost/cold-start.ts';
import type {Future, KeepAlive, KeepAlivePart, PolicyContext} from '../keep-alive.ts';
import {nextCallRank} from './belady.ts';
import {ClairvoyantKeep} from './clairvoyant-keep.ts';
import {type Needs, needsOf} from './next-need.ts';

/**
 * The offline bound: knows every call, starts an instance so that it is ready just when it is needed and keeps one
 * over a gap only if the gap costs less than a start: if it is shorter, where starting and idle time cost the same.
 * So no call waits but those before the first instance can be ready, and the bill is c x min(gap, cold time) a call. Its starts take the shortest cold time that any call of the
 * function has in the trace.
 *
 * Proved, for a fleet without limits, cold times that are fixed for each function or each call, and user time worth at
 * least as much as warm time: no policy costs less. Take any schedule and let every late call start on time, its instance begun no earlier than before
 * if it was cold: each waiting time saved is worth more than the warm time by which the gap behind it grows, so the
 * cheapest schedule has no waiting; and given that, the number of instances must be at least that of running calls,
 * which falls apart into levels (see LevelSlots), each with gaps to be kept over or not.
 *
 * A relaxation only, and possibly beaten, where cold times are drawn and a start may be luckier than the mean; where user
 * time is cheaper than warm time (then it starts nothing early and is `clairvoyant-keep`); with late binding or
 * limits on starts. In a fleet with limits it evicts by Belady's rule, which proves nothing.
 */
export class Clairvoyant implements KeepAlive {
  readonly eviction;
  private readonly context: PolicyContext;
  private readonly future: Future;
  private readonly needs: (Needs | undefined)[]; // [function]
  private readonly finished: Float64Array; // [function]
  private readonly opened: Int32Array; // [function] starts asked for so far
  /** How long a start takes at least. */
  private readonly startUs: Float64Array; // [function]
  /** Idle time that costs as much as that start. */
  private readonly keepUs: Float64Array; // [function]
  /** Waiting costs at least as much as warm time: worth starting early. */
  private readonly dear: Uint8Array; // [function]
  private readonly keep: ClairvoyantKeep;

  constructor(context: PolicyContext) {
    const {functions} = context;
    this.context = context;
    this.future = context.future();
    this.eviction = nextCallRank(this.future);
    this.needs = new Array<Needs | undefined>(functions).fill(undefined);
    this.finished = new Float64Array(functions);
    this.opened = new Int32Array(functions);
    this.startUs = context.coldUs.map((us, fn) => Math.min(us, leastColdUs(this.future, fn)));
    this.keepUs = restartUs({...context, coldUs: this.startUs});
    this.dear = waitingIsDear(context);
    this.keep = new ClairvoyantKeep(context);
    for (let fn = 0; fn < functions; fn++) {
      const first = this.future.start[fn]!;
      if (this.dear[fn] === 0 || first === this.future.start[fn + 1]!) continue;
      context.pool.wakeAt(fn, Math.max(0, this.future.arrivalUs[first]! - this.startUs[fn]!));
    }
  }

  onArrival(fn: number): void {
    this.keep.onArrival(fn);
  }

  onFinish(fn: number): void {
    this.keep.onFinish(fn);
  }

  keepAliveUs(fn: number, nowUs: number, prewarmed: boolean): number {
    if (this.dear[fn] === 0) return this.keep.keepAliveUs(fn, nowUs);
    if (prewarmed) return Number.POSITIVE_INFINITY;
    const {idleUs} = this.needsOf(fn);
    const k = this.finished[fn]!++;
    return idleUs[k]! < this.keepUs[fn]! ? Number.POSITIVE_INFINITY : 0;
  }

  onWake(fn: number, nowUs: number): void {
    const {opensUs} = this.needsOf(fn);
    const leadUs = this.startUs[fn]!;
    let at = this.opened[fn]!;
    let starts = 0;
    for (; at < opensUs.length && opensUs[at]! - leadUs <= nowUs; at++) starts++;
    this.opened[fn] = at;
    this.context.pool.prewarm(fn, starts, leadUs);
    if (at < opensUs.length) this.context.pool.wakeAt(fn, opensUs[at]! - leadUs);
  }

  private needsOf(fn: number): Needs {
    this.needs[fn] ??= needsOf(this.future, fn, this.startUs[fn]!, this.keepUs[fn]!);
    return this.needs[fn]!;
  }
}

/** The shortest cold time that the trace has for a call of `fn`; Infinity when it has none. */
function leastColdUs({start, coldUs}: Future, fn: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let k = start[fn]!; coldUs !== undefined && k < start[fn + 1]!; k++) least = Math.min(least, coldUs[k]!);
  return least;
}

export const clairvoyant: KeepAlivePart = {
  name: 'clairvoyant',
  summary: 'knows every call and starts instances just in time: the bound of all policies',
  kind: 'bound',
  // A full fleet gives up the instance whose next call is last.
  scope: 'cell',
  parameters: {},
  sweep: {variants: [''], fleets: 'all'},
  create: (_, context) => new Clairvoyant(context),
};
