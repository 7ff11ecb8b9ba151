import type {CallLog} from './call-log.ts';
import type {Dispatcher} from './dispatcher.ts';
import type {EventHeap} from './event-heap.ts';
import type {Tally} from './tally.ts';
import {EARLIEST_US, type TimingWheel} from './timing-wheel.ts';

/** A policy's timers may go on for ever while nobody can be served: so many events and no more. */
const MOST_IN_VAIN = 1_000_000;

/** A cell that goes on. */
interface GoesOn {
  readonly wheel: TimingWheel;
  readonly timers: EventHeap;
  readonly tally: Tally;
  readonly dispatcher: Dispatcher;
  readonly log: CallLog | undefined;
  readonly failing?: {tellStanding(): void} | undefined;
  readonly nowUs: number;
  /** Nobody waits. */
  readonly calm: boolean;
  advanceTo(timeUs: number): void;
}

/**
 * The run is over and told. A log that follows calls on has those served that still wait, with nobody else to come; nothing
 * of it counts.
 */
export function followOn(cell: GoesOn): void {
  const {log} = cell;
  if (!log?.runsOn) return;
  cell.tally.log = log;
  serveWaiting(cell);
  cell.dispatcher.settle(cell.nowUs);
  cell.failing?.tellStanding();
  log.finish();
}

/** Lets happen what will until nobody waits any more or nobody ever will be served. */
function serveWaiting(cell: GoesOn): void {
  const {wheel, timers, tally} = cell;
  let served = 0;
  for (let inVain = 0; !cell.calm && inVain < MOST_IN_VAIN; inVain++) {
    const nextUs = Math.min(wheel.times[EARLIEST_US]!, timers.top[0]!);
    if (nextUs === Number.POSITIVE_INFINITY) return;
    cell.advanceTo(nextUs + 1);
    if (tally.warm + tally.cold > served) inVain = 0;
    served = tally.warm + tally.cold;
  }
}
