import type {FunctionLimits, MinimumChanges} from '../parts/limits/function-limits.ts';
import type {Dispatcher} from './dispatcher.ts';
import type {EventHeap} from './event-heap.ts';
import {MINIMUM, orderOf} from './events.ts';
import type {Fleet} from './fleet.ts';
import {NONE} from './instances.ts';
import {createOne, dropSurplus} from './kept-instances.ts';
import type {Sharing} from './sharing.ts';

/** The cell whose functions keep more instances with time, or fewer. */
interface Keeping {
  readonly fleet: Fleet;
  readonly sharing: Sharing | undefined;
  readonly timers: EventHeap;
  readonly endings: {goIdle(i: number, fn: number): void};
}

/** How many instances functions keep changes with time; what they keep more is ready at that moment. */
export class Minimums {
  private readonly cell: Keeping;
  private readonly changes: MinimumChanges;
  private readonly dispatcher: Dispatcher;

  constructor(cell: Keeping, changes: MinimumChanges, dispatcher: Dispatcher) {
    this.cell = cell;
    this.changes = changes;
    this.dispatcher = dispatcher;
    this.await(0);
  }

  /** Change number `at` is the next: one timer is enough for all. */
  private await(at: number): void {
    const {atUs} = this.changes;
    if (at < atUs.length) this.cell.timers.push(atUs[at]!, orderOf(MINIMUM, at), at);
  }

  /** Changes from number `first` on are due that happen now. */
  fire(first: number, nowUs: number): void {
    const {atUs, fn, min} = this.changes;
    let at = first;
    for (; at < atUs.length && atUs[at] === nowUs; at++) this.keep(fn[at]!, min[at]!, nowUs);
    this.await(at);
    this.dispatcher.roomAppeared();
  }

  /** From now on `fn` keeps so many instances, as far as they find room. */
  private keep(fn: number, count: number, nowUs: number): void {
    const {fleet, sharing} = this.cell;
    const kept = fleet.kept!;
    kept.want(fn, count);
    dropSurplus(fleet, kept, fn, nowUs);
    while (kept.missing(fn) > 0) {
      const i = createOne(fleet, sharing, fn, nowUs);
      if (i === NONE) return;
      if (sharing !== undefined || !this.dispatcher.serveNext(i, fn)) this.cell.endings.goIdle(i, fn);
    }
  }
}

/** Undefined where functions keep as many throughout. */
export function minimumsOf(
  cell: Keeping,
  limits: FunctionLimits | undefined,
  dispatcher: Dispatcher,
): Minimums | undefined {
  return limits?.minChanges && new Minimums(cell, limits.minChanges, dispatcher);
}
