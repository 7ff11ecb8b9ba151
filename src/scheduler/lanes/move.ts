import {invariant} from '../../base/errors.ts';
import type {Cell} from '../core/cell.ts';
import {F_DOUBLES, F_INTS, IDLE_HEAD, TIMER_US} from '../core/functions.ts';
import {DOUBLES, FN, INTS, LINK, NONE, STATE, State, TIME_US} from '../core/instances.ts';
import {BAG, BOTTOM, BUSY, LANE_INTS, type Lanes, TOP} from './lanes.ts';

/** A cold start that is not over: its instance is ready at `readyUs`, its first call finishes at `finishUs`. */
export interface PendingStart {
  readonly fn: number;
  readonly readyUs: number;
  readonly finishUs: number;
}

/** What moves between lanes and their cell. */
interface Movable {
  readonly lanes: Lanes;
  readonly cell: Cell;
  starts: PendingStart[];
}

/** Gives all instances of the lanes, taken up to `nowUs`, to the cell, which has none. */
export function moveIntoCell(from: Movable, nowUs: number): void {
  const {lanes, cell, starts} = from;
  const {ints, times} = lanes;
  const {pool} = cell.fleet;
  // Starts that finish at one time are alike but for when they are ready, and so is their sum whoever is which.
  const pending = new Map<string, number[]>();
  for (const {fn, readyUs, finishUs} of starts) {
    const alike = pending.get(`${fn} ${finishUs}`);
    if (alike) alike.push(readyUs);
    else pending.set(`${fn} ${finishUs}`, [readyUs]);
  }
  const idle: {readonly fn: number; readonly sinceUs: number}[] = [];
  for (let fn = 0; fn < lanes.count; fn++) {
    const row = fn * LANE_INTS;
    for (let k = ints[row + BOTTOM]!; k < ints[row + TOP]!; k++) idle.push({fn, sinceUs: times[k]!});
    const bag = ints[row + BAG]!;
    for (let k = bag; k < bag + ints[row + BUSY]!; k++) {
      const i = cell.fleet.adopt(fn, nowUs, pending.get(`${fn} ${times[k]!}`)?.pop() ?? nowUs);
      pool.doubles[i * DOUBLES + TIME_US] = times[k]!;
      pool.ints[i * INTS + STATE] = State.busy;
      cell.wheel.insert(i, fn);
    }
    lanes.clear(fn);
  }
  // Evictions and expiries of one time go by the order in which instances went idle.
  idle.sort((a, b) => a.sinceUs - b.sinceUs || a.fn - b.fn);
  for (const {fn, sinceUs} of idle) {
    const i = cell.fleet.adopt(fn, nowUs, nowUs);
    pool.doubles[i * DOUBLES + TIME_US] = sinceUs;
    cell.fleet.goIdle(i, fn);
  }
  for (let fn = 0; fn < lanes.count; fn++) if (cell.fleet.idle.oldest(fn) !== NONE) cell.expiry.armFunction(fn);
  from.starts = [];
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
      lanes.pushIdle(fn, pool.doubles[i * DOUBLES + TIME_US]!);
      fleet.destroyIdle(i, nowUs);
    }
    functions.doubles[fn * F_DOUBLES + TIMER_US] = Number.POSITIVE_INFINITY;
  }
  for (let i = 0; i < pool.used; i++) {
    if (pool.ints[i * INTS + STATE] === State.free) continue;
    invariant(pool.ints[i * INTS + STATE] === State.busy, () => `instance ${i} is neither idle nor busy`);
    const fn = pool.ints[i * INTS + FN]!;
    const finishUs = pool.doubles[i * DOUBLES + TIME_US]!;
    lanes.addBusy(fn, finishUs);
    if (pool.readyUs[i]! > nowUs) to.starts.push({fn, readyUs: pool.readyUs[i]!, finishUs});
    fleet.destroy(i, nowUs);
  }
  cell.wheel.clear();
  cell.timers.clear();
}
