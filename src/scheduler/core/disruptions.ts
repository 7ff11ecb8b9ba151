import type {Jobs} from '../parts/attempts/jobs.ts';
import type {KeepAlive} from '../parts/keep-alive/keep-alive.ts';
import {NOW_US} from './at-hand.ts';
import {Failing, type FailingParts} from './failing.ts';
import {KeptElsewhere} from './kept-elsewhere.ts';
import type {LateTally} from './late-tally.ts';
import {Restarting} from './restarting.ts';

/** The cell whose hosts fail or restart. */
interface Disrupted extends Omit<FailingParts, 'jobs' | 'tally' | 'elsewhere'> {
  readonly jobs: Jobs | undefined;
}

/** What takes hosts away from a cell, as its setup has it. */
export interface Disruptions {
  /** Hosts or the scheduler fail. */
  readonly failing: Failing | undefined;
  /** Hosts restart in waves. */
  readonly restarting: Restarting | undefined;
}

export function disruptionsOf(cell: Disrupted, tally: LateTally | undefined, keepAlive: KeepAlive): Disruptions {
  const {faults, restart} = cell.dispatcher.setup;
  const elsewhere = new KeptElsewhere(cell);
  const restarting = restart && new Restarting({...cell, elsewhere}, restart);
  cell.endings.restarting = restarting;
  const failing = faults && new Failing({...cell, jobs: cell.jobs!, tally: tally!, elsewhere}, faults, keepAlive);
  // A policy hears of an arrival for each end that it hears of.
  if (keepAlive.onArrival) cell.dispatcher.onReturn = (fn) => keepAlive.onArrival!(fn, cell.atHand[NOW_US]!);
  return {failing, restarting};
}
