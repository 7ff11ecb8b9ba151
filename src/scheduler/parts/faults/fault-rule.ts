/** A host, or the cell's scheduler, is down from then to then. Whole microseconds. */
export interface Outage {
  /** Its number in the cell; below 0: the scheduler. */
  readonly host: number;
  readonly fromUs: number;
  /** Infinity: for good. */
  readonly untilUs: number;
  /** What is on it stands still and goes on when it is back; else it is lost. */
  readonly keeps: boolean;
  /** Which of the faults that were asked for it is. */
  readonly fault: number;
}

/** Hosts, or the scheduler, fail at random: so long after they were last back, on average, each for itself. */
export interface ChanceOfOutage {
  readonly what: 'hosts' | 'scheduler';
  readonly meanUs: number;
  readonly forUs: number;
  /** Keys of random numbers, of all things of the fleet; thing k of the cell has the number `first` + k x `step` there. */
  readonly key: number;
  readonly first: number;
  readonly step: number;
  readonly keeps: boolean;
  readonly fault: number;
}

/** From then to then no more than so many instances start a second. */
export interface Slowdown {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly perSecond: number;
}

/** What fails in a cell, and what becomes of the calls that are on a host that does. */
export interface FaultRule {
  readonly outages: readonly Outage[];
  readonly chances: readonly ChanceOfOutage[];
  readonly slowdowns: readonly Slowdown[];
  /** Asynchronous calls are started again after it; of a host that keeps its work, idempotent ones too. */
  readonly leaseUs: number;
  /** 1: nobody waits for the answer; 1: it may run twice. [function] */
  readonly async: Uint8Array;
  readonly idempotent: Uint8Array;
}
