import {invariant} from '../../base/errors.ts';
import type {Cell} from '../core/cell.ts';
import {F_INTS, IDLE_HEAD} from '../core/functions.ts';
import {DOUBLES, FINISH_US, FN, INTS, LINK, NONE, SINCE_US, STATE, State} from '../core/instances.ts';
import {BAG, BOTTOM, BUSY, LANE_INTS, type Lanes, TOP} from './lanes.ts';
import type {PendingStarts} from './pending-starts.ts';

/** What moves between lanes and their cell. */
interface Movable {
  readonly lanes: Lanes;
  readonly cell: Cell;
  /** An instance that finishes when one of these does is ready when it says, and else long since. */
  readonly starts: PendingStarts;
}

/** Gives all instances of the lanes, taken up to `nowUs`, to the cell, which has none. */
export function moveIntoCell(from: Movable, nowUs: number): void {
  const {lanes, cell, starts} = from;
  const {ints, times} = lanes;
  const {pool} = cell.fleet;
  const idle: {readonly fn: number; readonly sinceUs: number}[] = [];
  for (let fn = 0; fn < lanes.count; fn++) {
    const row = fn * LANE_INTS;
    for (let k = ints[row + BOTTOM]!; k < ints[row + TOP]!; k++) idle.push({fn, sinceUs: times[k]!});
    const bag = ints[row + BAG]!;
    starts.file(fn);
    for (let k = bag; k < bag + ints[row + BUSY]!; k++) {
      // Starts whose calls finish at one time differ in when they are ready alone, and so it does not matter which is which.
      const readyUs = Math.max(nowUs, starts.take(times[k]!));
      const i = cell.fleet.adopt(fn, nowUs, readyUs);
      pool.doubles[i * DOUBLES + SINCE_US] = readyUs;
      pool.doubles[i * DOUBLES + FINISH_US] = times[k]!;
      pool.ints[i * INTS + STATE] = readyUs > nowUs ? State.claimed : State.busy;
      cell.wheel.insert(i, fn);
    }
    lanes.clear(fn);
  }
  // Evictions and expiries of one time go by the order in which instances went idle.
  idle.sort((a, b) => a.sinceUs - b.sinceUs || a.fn - b.fn);
  for (const {fn, sinceUs} of idle) {
    const i = cell.fleet.adopt(fn, nowUs, nowUs);
    pool.doubles[i * DOUBLES + SINCE_US] = sinceUs;
    cell.account.reopenIdle(fn, sinceUs, nowUs);
    cell.fleet.goIdle(i, fn);
  }
  for (let fn = 0; fn < lanes.count; fn++) if (cell.fleet.idle.oldest(fn) !== NONE) cell.expiry.armFunction(fn);
}

/** Takes all instances of the cell, which is calm and has come to `nowUs`, back into the lanes, which have none. */
export function moveIntoLanes(to: Movable, nowUs: number): void {
  const {lanes, cell} = to;
  const {fleet} = cell;
  const {pool, functions} = fleet;
  const stack: number[] = [];
  for (let fn = 0; fn < lanes.count; fn++) {
    stack.length = 0;
    for (let i = functions.ints[fn * F_INTS + IDLE_HEAD]!; i !== NONE; i = pool.ints[i * INTS + LINK]!) stack.push(i);
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      lanes.pushIdle(fn, pool.doubles[i * DOUBLES + SINCE_US]!);
      fleet.handOver(i, nowUs);
    }
  }
  for (let i = 0; i < pool.used; i++) {
    const state = pool.ints[i * INTS + STATE]!;
    if (state === State.free) continue;
    invariant(state === State.busy || state === State.claimed, () => `instance ${i} has no call and is not idle`);
    const fn = pool.ints[i * INTS + FN]!;
    const finishUs = pool.doubles[i * DOUBLES + FINISH_US]!;
    const readyUs = pool.doubles[i * DOUBLES + SINCE_US]!;
    lanes.addBusy(fn, finishUs);
    if (readyUs > nowUs) to.starts.add(fn, readyUs, finishUs);
    fleet.handOver(i, nowUs);
  }
  cell.wheel.clear();
  cell.clearTimers();
}
