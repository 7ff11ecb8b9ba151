import type {Cell} from '../core/cell.ts';
import type {CellSetup} from '../core/cell-setup.ts';
import {BUSY_US, CALLS as CALLS_EVER, F_DOUBLES} from '../core/functions.ts';
import type {WindowOfCalls} from '../core/window-of-calls.ts';
import {DueLanes} from './due-lanes.ts';
import {Evictions} from './evictions.ts';
import {CALLS, FN, HEIGHT, KEPT, LaneWalk, MOVED_COUNT, VERSION, VISIT_INTS} from './lane-walk.ts';
import {BAG, BOTTOM, BUSY, LANE_INTS, Lanes, TOP} from './lanes.ts';
import {moveIntoCell, moveIntoLanes, type PendingStart} from './move.ts';

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
  starts: PendingStart[] = [];
  private readonly walk: LaneWalk;
  private readonly evictions: Evictions;
  private readonly due: DueLanes;
  private readonly dueNow: Int32Array;
  private readonly ttlUs: number;
  /** The cell holds the instances and serves. */
  private exact = false;
  private patience = 0;
  private nextPatience = LEAST_PATIENCE;

  constructor(cell: Cell, setup: CellSetup, ttlUs: number, endUs: number) {
    const {functions, hosts} = cell.fleet;
    this.cell = cell;
    this.ttlUs = ttlUs;
    this.lanes = new Lanes(functions.count);
    this.settledUs = new Float64Array(functions.count);
    this.due = new DueLanes(functions.count, endUs);
    this.dueNow = new Int32Array(functions.count);
    const capacity = hosts.unlimited ? Number.POSITIVE_INFINITY : setup.hosts.count * Math.floor(setup.hosts.slots);
    this.walk = new LaneWalk(this.lanes, ttlUs, setup.coldTime, !hosts.unlimited);
    this.evictions = new Evictions(this.walk, functions.memoryMib, capacity, (fn) => this.settle(fn, this.lowUs));
  }

  private lowUs = 0;

  /** Serves a window, none earlier than those before; false when the cell must serve it, and `served` be told of it. */
  run(window: WindowOfCalls): boolean {
    this.lowUs = window.lowUs;
    if (this.exact) return false;
    this.expireBefore(window.lowUs);
    this.takeLanes(window);
    if (this.share()) {
      this.commit(window);
      this.nextPatience = LEAST_PATIENCE;
      return true;
    }
    this.evictions.revoke();
    for (let v = 0; v < this.walk.visitCount; v++) this.walk.revoke(v);
    this.settleAll(window.lowUs);
    moveIntoCell(this, window.lowUs);
    this.exact = true;
    this.patience = this.nextPatience;
    this.nextPatience = Math.min(MOST_PATIENCE, 2 * this.nextPatience);
    return false;
  }

  /** The cell has served the window that ends at `highUs`. */
  served(highUs: number): void {
    this.cell.advanceTo(highUs);
    if (--this.patience > 0 || !this.cell.calm) return;
    moveIntoLanes(this, highUs);
    this.exact = false;
    const {lanes, evictions} = this;
    evictions.alive = evictions.memoryMib = 0;
    evictions.oldest.clear();
    this.due.clear();
    for (let fn = 0; fn < lanes.count; fn++) {
      this.settledUs[fn] = highUs;
      evictions.alive += lanes.alive(fn);
      evictions.memoryMib += lanes.alive(fn) * this.cell.fleet.functions.memoryMib[fn]!;
      this.file(fn, highUs);
    }
  }

  /** Starts the counted part: events before `fromUs` happen first, what they tallied no longer counts. */
  beginCounting(fromUs: number): void {
    if (!this.exact) this.settleAll(fromUs);
    this.cell.beginCounting(fromUs);
    if (this.exact) return;
    const {hosts} = this.cell.fleet;
    hosts.peakSlots = this.evictions.alive;
    hosts.peakMemoryMib = this.evictions.memoryMib;
    this.addRemaining(fromUs, 1);
  }

  /** Ends the run, as the cell's `finish` does. */
  finish(endUs: number): void {
    if (!this.exact) {
      this.settleAll(endUs);
      this.addRemaining(endUs, -1);
    }
    this.cell.finish(endUs);
  }

  /** What the lanes still have before them at `cutUs` of the busy and starting time that was added at once. */
  private addRemaining(cutUs: number, sign: 1 | -1): void {
    const {doubles, startingUs} = this.cell.fleet.functions;
    const {ints, times, count} = this.lanes;
    for (let fn = 0; fn < count; fn++) {
      const bag = ints[fn * LANE_INTS + BAG]!;
      for (let k = bag; k < bag + ints[fn * LANE_INTS + BUSY]!; k++) {
        doubles[fn * F_DOUBLES + BUSY_US]! += sign * (times[k]! - cutUs);
      }
    }
    for (const {fn, readyUs} of this.starts) {
      if (readyUs <= cutUs) continue;
      doubles[fn * F_DOUBLES + BUSY_US]! -= sign * (readyUs - cutUs);
      startingUs[fn]! += sign * (readyUs - cutUs);
    }
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
    for (let k = 0; k < window.functions; k++) if (window.has(k)) this.visit(window.fn[k]!, k);
    const count = due.take(window.highUs, dueNow);
    for (let k = 0; k < count; k++) if (!evictions.wasVisited(dueNow[k]!)) this.visit(dueNow[k]!, NONE);
  }

  private visit(fn: number, place: number): void {
    this.settle(fn, this.lowUs);
    this.evictions.visited(fn, this.walk.visitCount);
    this.walk.visit(fn, place);
  }

  /** Puts the window's creations and expiries in order, if it matters; false when the lanes cannot decide. */
  private share(): boolean {
    const {evictions, walk} = this;
    const {hosts, functions} = this.cell.fleet;
    const {created, expired} = walk;
    let memoryMib = evictions.memoryMib;
    for (let k = 0; k < created.count; k++) {
      memoryMib += functions.memoryMib[walk.visits[created.visit[k]! * VISIT_INTS + FN]!]!;
    }
    const alive = evictions.alive + created.count;
    evictions.at.length = evictions.fn.length = 0;
    if (
      created.count > 0 &&
      (alive > hosts.peakSlots || memoryMib > hosts.peakMemoryMib || alive > evictions.capacity)
    ) {
      const before = [evictions.alive, evictions.memoryMib] as const;
      evictions.peak = hosts.peakSlots;
      evictions.peakMemoryMib = hosts.peakMemoryMib;
      if (!evictions.run(this.lowUs)) {
        [evictions.alive, evictions.memoryMib] = before;
        return false;
      }
      hosts.peakSlots = evictions.peak;
      hosts.peakMemoryMib = evictions.peakMemoryMib;
      return true;
    }
    for (let k = 0; k < expired.count; k++) {
      memoryMib -= functions.memoryMib[walk.visits[expired.visit[k]! * VISIT_INTS + FN]!]!;
    }
    evictions.alive = alive - expired.count;
    evictions.memoryMib = memoryMib;
    return true;
  }

  private commit({lowUs, highUs}: WindowOfCalls): void {
    const {walk, cell, settledUs} = this;
    const {functions} = cell.fleet;
    const {tally} = cell;
    const {visits} = walk;
    this.commitEvictions(lowUs, highUs);
    for (let v = 0; v < walk.visitCount; v++) {
      const r = v * VISIT_INTS;
      const fn = visits[r + FN]!;
      const calls = visits[r + CALLS]!;
      const alive = visits[r + HEIGHT]! + visits[r + KEPT]! + visits[r + MOVED_COUNT]!;
      functions.lifeUs[fn]! += alive * (highUs - lowUs);
      settledUs[fn] = highUs;
      // Nothing of a function is there before its first call ever, which is cold whatever the policy.
      if (calls > 0 && functions.doubles[fn * F_DOUBLES + CALLS_EVER] === 0) tally.firstStarts++;
      functions.doubles[fn * F_DOUBLES + CALLS_EVER]! += calls;
      functions.doubles[fn * F_DOUBLES + BUSY_US]! += walk.busyUs[v]!;
      tally.arrivals += calls;
      tally.warm += calls;
      this.file(fn, highUs);
    }
    this.commitCreations(lowUs, highUs);
    const {expired} = walk;
    for (let k = 0; k < expired.count; k++) {
      const r = expired.visit[k]! * VISIT_INTS;
      if (expired.version[k] !== visits[r + VERSION]) continue;
      functions.lifeUs[visits[r + FN]!]! -= highUs - lowUs - expired.at[k]!;
      tally.expirations++;
    }
  }

  private commitCreations(lowUs: number, highUs: number): void {
    const {walk, cell} = this;
    const {functions} = cell.fleet;
    const {tally} = cell;
    const {created, visits} = walk;
    if (this.starts.length > 0) this.starts = this.starts.filter(({readyUs}) => readyUs > highUs);
    for (let k = 0; k < created.count; k++) {
      const r = created.visit[k]! * VISIT_INTS;
      if (created.version[k] !== visits[r + VERSION]) continue;
      const fn = visits[r + FN]!;
      const tookUs = created.tookUs[k]!;
      const readyUs = lowUs + created.at[k]! + tookUs;
      functions.lifeUs[fn]! += highUs - lowUs - created.at[k]!;
      functions.startingUs[fn]! += tookUs;
      functions.cold[fn]! += 1;
      tally.warm--;
      tally.cold++;
      tally.coldTime.add(tookUs);
      if (tookUs > 0) tally.recordDelay(fn, tookUs);
      if (readyUs > highUs) this.starts.push({fn, readyUs, finishUs: lowUs + created.finishAt[k]!});
    }
  }

  private commitEvictions(lowUs: number, highUs: number): void {
    const {evictions, cell, settledUs} = this;
    const {functions} = cell.fleet;
    for (const [k, fn] of evictions.fn.entries()) {
      const atUs = lowUs + evictions.at[k]!;
      functions.lifeUs[fn]! += evictions.wasVisited(fn) ? atUs - highUs : atUs - settledUs[fn]!;
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
    const {lanes, ttlUs, evictions, cell} = this;
    const {ints} = lanes;
    const row = fn * LANE_INTS;
    const alive = lanes.alive(fn);
    if (alive === 0) return;
    let lifeUs = alive * (toUs - fromUs);
    if (ints[row + BUSY]! > 0) finishBefore(lanes, fn, toUs);
    while (ints[row + BOTTOM]! < ints[row + TOP]!) {
      const expiryUs = lanes.times[ints[row + BOTTOM]!]! + ttlUs;
      if (expiryUs >= toUs) break;
      ints[row + BOTTOM]! += 1;
      lifeUs -= toUs - expiryUs;
      evictions.alive--;
      evictions.memoryMib -= cell.fleet.functions.memoryMib[fn]!;
      cell.tally.expirations++;
    }
    cell.fleet.functions.lifeUs[fn]! += lifeUs;
  }
}

/** Moves to the stack what finishes before `toUs`, in order. */
function finishBefore(lanes: Lanes, fn: number, toUs: number): void {
  const {ints, times} = lanes;
  const bag = ints[fn * LANE_INTS + BAG]!;
  const busy = ints[fn * LANE_INTS + BUSY]!;
  const finished: number[] = [];
  let kept = 0;
  for (let k = bag; k < bag + busy; k++) {
    if (times[k]! < toUs) finished.push(times[k]!);
    else times[bag + kept++] = times[k]!;
  }
  ints[fn * LANE_INTS + BUSY] = kept;
  for (const finishUs of finished.sort((a, b) => a - b)) lanes.pushIdle(fn, finishUs);
}
