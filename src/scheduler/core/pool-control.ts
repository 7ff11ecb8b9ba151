import type {PoolControl} from '../parts/keep-alive/keep-alive.ts';
import type {Dispatcher} from './dispatcher.ts';
import type {EventHeap} from './event-heap.ts';
import {orderOf, WAKE} from './events.ts';
import type {Fleet} from './fleet.ts';
import {F_INTS, IDLE_HEAD} from './functions.ts';
import {INTS, LINK, NONE} from './instances.ts';
import type {Tally} from './tally.ts';

/** What the pool's control needs from its cell. */
interface CellHandle {
  readonly fleet: Fleet;
  readonly dispatcher: Dispatcher;
  readonly timers: EventHeap;
  readonly tally: Tally;
  readonly nowUs: number;
}

/** The hands of a keep-alive policy: see PoolControl. */
export class CellPool implements PoolControl {
  private readonly cell: CellHandle;
  /** When each function is to be woken; Infinity: not at all. */
  readonly wakeUs: Float64Array; // [function]
  private wakes = 0;

  constructor(cell: CellHandle, functions: number) {
    this.cell = cell;
    this.wakeUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
  }

  wakeAt(fn: number, atUs: number): void {
    const dueUs = Math.max(atUs, this.cell.nowUs);
    if (this.wakeUs[fn] === dueUs) return;
    this.wakeUs[fn] = dueUs;
    if (dueUs !== Number.POSITIVE_INFINITY) this.cell.timers.push(dueUs, orderOf(WAKE, this.wakes++), fn);
  }

  prewarm(fn: number, count: number): number {
    const {fleet, dispatcher} = this.cell;
    if (dispatcher.asleep || !fleet.hosts.couldFit(fleet.functions.memoryMib[fn]!)) return 0;
    for (let started = 0; started < count; started++) {
      if (dispatcher.admission?.mayOpen(fn) === false) return started;
      const host = fleet.findRoom(fn);
      if (host === NONE) return started;
      dispatcher.startPrewarm(fn, host);
    }
    return count;
  }

  trim(fn: number, keep: number): void {
    this.drop(fn, this.idle(fn) - keep);
  }

  drop(fn: number, count: number): void {
    const {fleet, nowUs} = this.cell;
    for (let left = count; left > 0; left--) {
      const i = fleet.idle.last(fn);
      if (i === NONE) return;
      fleet.destroyIdle(i, nowUs);
    }
  }

  live(fn: number): number {
    return this.cell.fleet.functions.live[fn]!;
  }

  lost(fn: number): number {
    this.cell.dispatcher.backlog.letGo(fn, this.cell.nowUs);
    return this.cell.tally.turnedAway[fn]!;
  }

  hasIdle(fn: number): boolean {
    return this.cell.fleet.nextIdle(fn) !== NONE;
  }

  idle(fn: number): number {
    const {functions, pool} = this.cell.fleet;
    let n = this.cell.fleet.kept?.idle(fn) ?? 0;
    for (let i = functions.ints[fn * F_INTS + IDLE_HEAD]!; i !== NONE; n++) i = pool.ints[i * INTS + LINK]!;
    return n;
  }

  startWaitUs(fn: number): number {
    const {fleet, dispatcher} = this.cell;
    const host = fleet.hosts.single ? 0 : fleet.findRoom(fn);
    return host === NONE ? 0 : dispatcher.starting.waitUs(host, fn);
  }

  usualStartWaitUs(): number {
    return this.cell.dispatcher.starting.usualWaitUs;
  }
}
