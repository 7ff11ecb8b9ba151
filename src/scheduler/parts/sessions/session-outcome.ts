import {QuantileSketch, type SketchJson} from '../../../base/sketch.ts';
import {noStateCounts, type StateCounts, stateCountNames} from './state-counts.ts';

/** What a cell tells of sessions: plain data that crosses thread borders. */
export interface SessionOutcome {
  /** Sessions of functions: one that calls two functions counts twice. */
  readonly sessions: number;
  /** From arrival to end with the network, of actions that are over; and how many of them took longer than they were to. */
  readonly actionUs: SketchJson;
  readonly late: number;
  readonly counts: StateCounts;
  /** Of each function whose instances sessions, or rooms, are bound to. */
  readonly spreads: readonly {
    /** By its number in the cell. */
    readonly fn: number;
    readonly seats: number;
    /** Bound at once, in all and to one. */
    readonly most: number;
    readonly mostInOne: number;
    /** How long instances were busy, all and the busiest. */
    readonly busyUs: number;
    readonly busiestUs: number;
  }[];
  /** What all sessions share; undefined: nothing. */
  readonly world: {readonly staleUs: SketchJson; readonly fetches: number; readonly updates: number} | undefined;
}

/** What cells tell, added up: sums, and the most uneven of the functions. */
export class SessionTotals {
  readonly actionUs = new QuantileSketch();
  readonly staleUs = new QuantileSketch();
  readonly counts = {...noStateCounts};
  sessions = 0;
  late = 0;
  /** Reads of what all sessions share by instances, and updates of it; undefined: nothing is shared. */
  world: {fetches: number; updates: number} | undefined;
  /** Of the function with the largest: the most bound to one instance, over the mean of all when most were bound; 0: none is. */
  imbalance = 0;
  /** The same of the time for which its busiest instance was busy. */
  busyImbalance = 0;
  mostInOne = 0;
  mostBound = 0;
  seats = 0;

  add({sessions, late, actionUs, counts, spreads, world}: SessionOutcome): void {
    this.sessions += sessions;
    this.late += late;
    this.actionUs.mergeJson(actionUs);
    for (const name of stateCountNames) this.counts[name] += counts[name];
    for (const {seats, most, mostInOne, busyUs, busiestUs} of spreads) {
      this.seats += seats;
      this.mostBound += most;
      this.mostInOne = Math.max(this.mostInOne, mostInOne);
      if (most > 0) this.imbalance = Math.max(this.imbalance, (mostInOne * seats) / most);
      if (busyUs > 0) this.busyImbalance = Math.max(this.busyImbalance, (busiestUs * seats) / busyUs);
    }
    if (world === undefined) return;
    this.staleUs.mergeJson(world.staleUs);
    this.world ??= {fetches: 0, updates: 0};
    this.world.fetches += world.fetches;
    // All see the same updates.
    this.world.updates = Math.max(this.world.updates, world.updates);
  }
}
