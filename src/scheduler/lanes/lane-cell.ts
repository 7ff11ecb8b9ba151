import type {Account} from '../core/account.ts';
import type {Cell} from '../core/cell.ts';
import {type CellSetup, longStartsUs} from '../core/cell-setup.ts';
import type {Changes} from '../core/changes.ts';
import type {WindowOfCalls} from '../core/window-of-calls.ts';
import {DueLanes} from './due-lanes.ts';
import type {EventLog} from './event-log.ts';
import {Evictions} from './evictions.ts';
import type {LaneKernel} from './lane-kernel.ts';
import {LaneWalk} from './lane-walk.ts';
import {BAG, BOTTOM, BUSY, LANE_INTS, Lanes, TOP} from './lanes.ts';
import {moveIntoCell, moveIntoLanes} from './move.ts';
import {PendingStarts} from './pending-starts.ts';
import {ALIVE_US, BUSY_US, CALLS, EXPIRED, FN, STARTING_US, VERSION, VISIT_INTS, VISIT_US} from './visits.ts';

const NONE = -1;
/** Windows that the cell serves itself after one that the lanes could not, at first and at most. */
const LEAST_PATIENCE = 1;
const MOST_PATIENCE = 64;

/**
 * A cell taken function by function: in each window every function is simulated as if it were alone, with all that it
 * needs in the first-level cache and no event queue at all, and then the few events that concern the others are put
 * in order (optimistic simulation, after Jefferson's Time Warp, TOPLAS 1985). Where that cannot decide, because calls
 * must queue, the cell itself serves the window event by event. Outcomes are the cell's own to the last unit.
 */
export class LaneCell {
  readonly lanes: Lanes;
  readonly cell: Cell;
  /** Up to when each lane has been taken, us. */
  readonly settledUs: Float64Array; // [function]
  /** Cold starts that were not over when the last window ended. */
  readonly starts: PendingStarts;
  /** A kernel draws and counts calls where that is enough. */
  readonly hasKernel: boolean;
  private readonly account: Account;
  private readonly walk: LaneWalk;
  private readonly evictions: Evictions;
  private readonly due: DueLanes;
  private readonly dueNow: Int32Array;
  private readonly ttlUs: number;
  private readonly coldTime: CellSetup['coldTime'];
  /** The cell holds the instances and serves. */
  private exact = false;
  private patience = 0;
  private nextPatience = LEAST_PATIENCE;

  constructor(cell: Cell, setup: CellSetup, ttlUs: number, endUs: number, kernels?: () => LaneKernel) {
    const {functions, hosts} = cell.fleet;
    this.cell = cell;
    this.hasKernel = kernels !== undefined;
    this.account = cell.account;
    this.ttlUs = ttlUs;
    this.coldTime = setup.coldTime;
    this.lanes = new Lanes(functions.count);
    this.starts = new PendingStarts(functions.count);
    this.settledUs = new Float64Array(functions.count);
    this.due = new DueLanes(functions.count, endUs);
    this.dueNow = new Int32Array(functions.count);
    const capacity = hosts.unlimited ? Number.POSITIVE_INFINITY : setup.hosts.count * Math.floor(setup.hosts.slots);
    this.walk = new LaneWalk(this.lanes, ttlUs, setup.coldTime, !hosts.unlimited, kernels);
    this.evictions = new Evictions(this.walk, cell.account, capacity, longStartsUs(setup), (fn) =>
      this.settle(fn, this.lowUs),
    );
  }

  private lowUs = 0;

  /** Serves a window, none earlier than those before; false when the cell must serve it, and `served` be told of it. */
  run(window: WindowOfCalls): boolean {
    this.lowUs = window.lowUs;
    if (this.exact) return false;
    this.expireBefore(window.lowUs);
    if (!this.overruns(window)) {
      this.takeLanes(window);
      if (this.share()) {
        this.commit(window);
        this.nextPatience = LEAST_PATIENCE;
        return true;
      }
      this.evictions.revoke();
      for (let v = 0; v < this.walk.visits.count; v++) this.walk.revoke(v);
    }
    this.settleAll(window.lowUs);
    moveIntoCell(this, window.lowUs);
    this.exact = true;
    this.patience = this.nextPatience;
    this.nextPatience = Math.min(MOST_PATIENCE, 2 * this.nextPatience);
    return false;
  }

  /** From an empty fleet every call starts cold at first: where that alone takes more slots than there are, calls must queue. */
  private overruns(window: WindowOfCalls): boolean {
    const {account, coldTime, evictions} = this;
    if (account.alive > 0 || evictions.capacity === Number.POSITIVE_INFINITY || !window.drawable) return false;
    const lengthUs = window.highUs - window.lowUs;
    let startingUs = 0;
    for (let k = 0; k < window.functions; k++) {
      const calls = window.drawable(k);
      if (calls > 0) startingUs += calls * Math.min(lengthUs, coldTime.meanUs(window.fn[k]!));
    }
    return startingUs > evictions.capacity * lengthUs;
  }

  /** The cell has served the window that ends at `highUs`. */
  served(highUs: number): void {
    this.cell.advanceTo(highUs);
    if (--this.patience > 0 || !this.cell.calm) return;
    moveIntoLanes(this, highUs);
    this.exact = false;
    const {lanes, evictions} = this;
    evictions.oldest.clear();
    this.due.clear();
    for (let fn = 0; fn < lanes.count; fn++) {
      this.settledUs[fn] = highUs;
      this.file(fn, highUs);
    }
  }

  /** Starts the counted part: events before `fromUs` happen first, what they tallied no longer counts. */
  beginCounting(fromUs: number): void {
    if (!this.exact) this.settleAll(fromUs);
    this.cell.beginCounting(fromUs);
  }

  /** Ends a stage, as the cell's `cut` does. */
  cut(atUs: number): void {
    if (!this.exact) this.settleAll(atUs);
    this.cell.cut(atUs);
  }

  /** Ends the run, as the cell's `finish` does. */
  finish(endUs: number): void {
    if (!this.exact) this.settleAll(endUs);
    this.cell.finish(endUs);
    this.walk.finish();
  }

  /** Lets expire what does so before the window at hand. */
  private expireBefore(lowUs: number): void {
    const count = this.due.take(lowUs, this.dueNow);
    for (let k = 0; k < count; k++) {
      const fn = this.dueNow[k]!;
      this.settle(fn, lowUs);
      this.file(fn, lowUs);
    }
  }

  private takeLanes(window: WindowOfCalls): void {
    const {walk, evictions, due, dueNow} = this;
    walk.begin(window);
    evictions.begin(window);
    for (let k = 0; k < window.functions; k++) if (window.has(k)) this.visit(window.fn[k]!, k);
    const count = due.take(window.highUs, dueNow);
    for (let k = 0; k < count; k++) if (!evictions.wasVisited(dueNow[k]!)) this.visit(dueNow[k]!, NONE);
  }

  private visit(fn: number, place: number): void {
    this.settle(fn, this.lowUs);
    this.evictions.visited(fn, this.walk.visits.count);
    this.walk.visit(fn, place);
  }

  /** Puts the window's creations and expiries in order, if it matters; false when the lanes cannot decide. */
  private share(): boolean {
    const {evictions, walk, account} = this;
    const {created, expired} = walk;
    if (account.changes !== undefined) this.note(account.changes);
    const bornMib = this.memoryMibOf(created);
    const most = account.alive + created.count;
    const mostMib = account.memoryMib + bornMib;
    if (
      account.changes === undefined &&
      created.count > 0 &&
      (most > account.peakSlots || mostMib > account.peakMemoryMib || most > evictions.capacity)
    ) {
      const before = account.population();
      if (evictions.run()) return true;
      account.restore(before);
      return false;
    }
    account.changed(created.count - expired.count, bornMib - this.memoryMibOf(expired));
    return true;
  }

  /** Notes who comes and goes in the window, in a fleet without limits: nothing is taken back there. */
  private note(changes: Changes): void {
    const {created, expired, visits} = this.walk;
    for (let k = 0; k < created.count; k++)
      changes.came(visits.ints[created.visit[k]! * VISIT_INTS + FN]!, this.lowUs + created.at[k]!);
    for (let k = 0; k < expired.count; k++)
      changes.went(visits.ints[expired.visit[k]! * VISIT_INTS + FN]!, this.lowUs + expired.at[k]!);
  }

  private memoryMibOf({count, visit}: EventLog): number {
    const {memoryMib} = this.cell.fleet.functions;
    const {ints} = this.walk.visits;
    let sumMib = 0;
    for (let k = 0; k < count; k++) sumMib += memoryMib[ints[visit[k]! * VISIT_INTS + FN]!]!;
    return sumMib;
  }

  /** The window is decided: what it came to goes into account and tally. */
  private commit({lowUs, highUs}: WindowOfCalls): void {
    const {account, settledUs, starts} = this;
    const {tally} = this.cell;
    const {count, ints, us} = this.walk.visits;
    this.commitEvictions(lowUs);
    let arrivals = 0;
    for (let v = 0; v < count; v++) {
      const r = v * VISIT_INTS;
      const u = v * VISIT_US;
      const fn = ints[r + FN]!;
      const calls = ints[r + CALLS]!;
      // Nothing of a function is there before its first call ever, which is cold whatever the policy.
      if (calls > 0 && account.callsEver(fn) === 0) tally.startedFirst(lowUs);
      const pendingUs = starts.pass(fn, lowUs, highUs);
      const startingUs = us[u + STARTING_US]!;
      const busyUs = us[u + BUSY_US]!;
      const idleUs = us[u + ALIVE_US]! - startingUs - busyUs;
      account.addWindow(fn, calls, startingUs + pendingUs, busyUs - pendingUs, idleUs);
      tally.expirations += ints[r + EXPIRED]!;
      arrivals += calls;
      settledUs[fn] = highUs;
      this.file(fn, highUs);
    }
    tally.addWindow(arrivals, this.commitCreations(lowUs, highUs));
  }

  /** Returns how many calls were cold. */
  private commitCreations(lowUs: number, highUs: number): number {
    const {starts} = this;
    const {tally} = this.cell;
    const {created, visits} = this.walk;
    let cold = 0;
    for (let k = 0; k < created.count; k++) {
      const r = created.visit[k]! * VISIT_INTS;
      if (created.version[k] !== visits.ints[r + VERSION]) continue;
      const fn = visits.ints[r + FN]!;
      const arrivalUs = lowUs + created.at[k]!;
      const readyUs = arrivalUs + created.tookUs[k]!;
      tally.startedCold(fn, arrivalUs, created.tookUs[k]!);
      tally.started(fn, arrivalUs, readyUs);
      if (readyUs > highUs) starts.add(fn, readyUs, lowUs + created.finishAt[k]!);
      cold++;
    }
    return cold;
  }

  private commitEvictions(lowUs: number): void {
    const {evictions, account, settledUs, cell} = this;
    for (const [k, fn] of evictions.fn.entries()) {
      // A lane that was visited knows how long its instances were there.
      if (!evictions.wasVisited(fn)) account.leftIdle(fn, settledUs[fn]!, lowUs + evictions.at[k]!);
      cell.fleet.evictions++;
    }
  }

  /** Notes when lane `fn`, taken up to `nowUs`, may next lose an instance. */
  private file(fn: number, nowUs: number): void {
    const {lanes, evictions} = this;
    const bottom = lanes.ints[fn * LANE_INTS + BOTTOM]!;
    const idle = bottom < lanes.ints[fn * LANE_INTS + TOP]!;
    if (!idle && lanes.ints[fn * LANE_INTS + BUSY] === 0) return;
    const sinceUs = idle ? lanes.times[bottom]! : nowUs;
    this.due.file(fn, sinceUs + this.ttlUs);
    if (evictions.capacity === Number.POSITIVE_INFINITY || evictions.oldest.has(fn)) return;
    evictions.oldest.key[fn] = sinceUs;
    evictions.oldest.add(fn);
  }

  private settleAll(toUs: number): void {
    for (let fn = 0; fn < this.lanes.count; fn++) this.settle(fn, toUs);
  }

  /** Takes a lane that no call visits up to `toUs`: finishes and expiries before it happen. */
  private settle(fn: number, toUs: number): void {
    const fromUs = this.settledUs[fn]!;
    if (fromUs >= toUs) return;
    this.settledUs[fn] = toUs;
    const {lanes, ttlUs, account} = this;
    const {ints} = lanes;
    const row = fn * LANE_INTS;
    const alive = lanes.alive(fn);
    if (alive === 0) return;
    let aliveUs = alive * (toUs - fromUs);
    const busyUs = ints[row + BUSY]! > 0 ? finishBefore(lanes, fn, fromUs, toUs) : 0;
    while (ints[row + BOTTOM]! < ints[row + TOP]!) {
      const expiryUs = lanes.times[ints[row + BOTTOM]!]! + ttlUs;
      if (expiryUs >= toUs) break;
      ints[row + BOTTOM]! += 1;
      aliveUs -= toUs - expiryUs;
      account.ended(fn);
      account.changes?.went(fn, expiryUs);
      this.cell.tally.expirations++;
    }
    const startingUs = this.starts.pass(fn, fromUs, toUs);
    account.addWindow(fn, 0, startingUs, busyUs - startingUs, aliveUs - busyUs);
  }
}

/** Moves to the stack what finishes before `toUs`, in order; returns how long instances had a call since `fromUs`. */
function finishBefore(lanes: Lanes, fn: number, fromUs: number, toUs: number): number {
  const {ints, times} = lanes;
  const bag = ints[fn * LANE_INTS + BAG]!;
  const busy = ints[fn * LANE_INTS + BUSY]!;
  const finished: number[] = [];
  let kept = 0;
  let busyUs = 0;
  for (let k = bag; k < bag + busy; k++) {
    if (times[k]! < toUs) finished.push(times[k]!);
    else times[bag + kept++] = times[k]!;
  }
  ints[fn * LANE_INTS + BUSY] = kept;
  for (const finishUs of finished.sort((a, b) => a - b)) {
    busyUs += finishUs - fromUs;
    lanes.pushIdle(fn, finishUs);
  }
  return busyUs + kept * (toUs - fromUs);
}
