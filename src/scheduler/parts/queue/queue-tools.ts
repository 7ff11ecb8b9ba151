import type {EventHeap} from '../../core/event-heap.ts';
import type {Fleet} from '../../core/fleet.ts';
import type {Sharing} from '../../core/sharing.ts';
import type {Starting} from '../../core/starting.ts';
import type {Tally} from '../../core/tally.ts';
import type {FairnessMeter} from './fairness-meter.ts';

/** What a queue has done for the calls whose turn has come. */
export interface Hands {
  /** Starts `call`, which no longer waits but is still readable, on `host`. */
  start(call: number, host: number): void;
  /** Gives `call`, which still waits, an instance of its function that is idle or starting for nobody; false without one. */
  serveOwn(call: number, fn: number): boolean;
}

/** What a queue works on, and what it is told by. */
export interface QueueTools {
  readonly fleet: Fleet;
  readonly starting: Starting;
  /** Set where an instance may have several calls. */
  readonly sharing: Sharing | undefined;
  readonly tally: Tally;
  readonly timers: EventHeap;
  readonly hands: Hands;
  readonly meter: FairnessMeter;
}
