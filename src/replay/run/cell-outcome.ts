import type {Account} from '../../scheduler/core/account.ts';
import {NOW_US} from '../../scheduler/core/at-hand.ts';
import {Changes} from '../../scheduler/core/changes.ts';
import type {Completions} from '../../scheduler/core/completions.ts';
import type {Dispatcher} from '../../scheduler/core/dispatcher.ts';
import type {Fleet} from '../../scheduler/core/fleet.ts';
import {DOWN_HOST, OUTAGE_FIELDS, type Recoveries} from '../../scheduler/core/recoveries.ts';
import type {Drains} from '../../scheduler/core/restarting.ts';
import type {Tally} from '../../scheduler/core/tally.ts';
import type {Overhead} from '../../scheduler/parts/attempts/jobs.ts';
import type {Contention} from '../../scheduler/parts/contention/contention.ts';
import type {Sessions} from '../../scheduler/parts/sessions/sessions.ts';
import type {CellOutcome} from '../ledger.ts';
import {teamsOfCell} from './cell-queue.ts';
import {detectedOf} from './detected.ts';
import type {CellTask} from './replay-plan.ts';

/** Account and tally of a cell, whoever has filled them. */
interface Filled {
  readonly tally: Tally;
  readonly account: Account;
  /** Undefined: nobody waited for room. */
  readonly dispatcher?: Pick<Dispatcher, 'meter' | 'admission' | 'atHand'>;
  /** What is charged besides time by state. */
  readonly fleet?: Pick<Fleet, 'billing' | 'hostUse' | 'functions'>;
  /** Up to when it is charged. */
  readonly nowUs?: number;
  /** Undefined where calls do not slow each other down. */
  readonly contention?: Contention | undefined;
  /** Undefined where calls do not run in slices. */
  readonly jobs?: Overhead | undefined;
  /** Undefined where nothing is said of sessions. */
  readonly sessions?: Sessions | undefined;
  /** Undefined where nothing fails. */
  readonly failing?: {readonly recoveries: Recoveries} | undefined;
  /** Undefined where nothing restarts. */
  readonly restarting?: {readonly drains: Drains} | undefined;
  /** Undefined where nobody asks what comes of the time that calls take. */
  readonly completions?: Completions | undefined;
}

/** What a cell of the task notes of its instances' coming and going; undefined: nothing. */
export function changesOf({notesChanges, options, watched}: CellTask, memoryMib: Float64Array): Changes | undefined {
  return notesChanges ? new Changes(memoryMib, options.untilUs, watched) : undefined;
}

/** What came of teams' quotas up to now; undefined where none has any. */
function quotasOf({admission, atHand}: NonNullable<Filled['dispatcher']>, task: CellTask): CellOutcome['quotas'] {
  const told = admission?.quotas?.toldUntil(atHand[NOW_US]!);
  return told && {...told, team: teamsOfCell(task).number};
}

function detectedBy({slowed}: Contention, {options, functions}: CellTask): CellOutcome['detected'] {
  return slowed && detectedOf(slowed, functions.rows.length, options.contention!.detect!, options);
}

function workOf({sketch, usefulUs, cutUs, duplicatedUs}: Completions): CellOutcome['work'] {
  return {completion: sketch.toJSON(), usefulUs, cutUs, duplicatedUs};
}

/** The same with numbers of the whole fleet: hosts are dealt to cells in turn; a cell is -1 less its number. */
function ofFleet({inFlight, rows}: Recoveries, {cell, cells, firstHost = 0}: CellTask): Recoveries {
  const told = rows.slice();
  for (let at = DOWN_HOST; at < told.length; at += OUTAGE_FIELDS) {
    told[at] = told[at]! < 0 ? -1 - cell : firstHost + told[at]! * cells + cell;
  }
  return {inFlight, rows: told};
}

/** What a cell has tallied and been charged so far. */
export function cellOutcome(
  {tally, account, dispatcher, fleet, nowUs = 0, contention, jobs, ...more}: Filled,
  task: CellTask,
  relaxed = false,
  served: CellOutcome['served'] = {},
): CellOutcome {
  const totals = account.totals();
  const {failing, restarting, completions, sessions} = more;
  return {
    counts: {
      invocations: tally.arrivals,
      warm: tally.warm,
      cold: tally.cold,
      firstStarts: tally.firstStarts,
      queued: tally.queued,
      dropped: tally.dropped,
      throttled: tally.throttled,
      abandoned: tally.abandoned,
      stillQueued: tally.stillQueued,
      expired: tally.expired,
      shed: tally.shed,
      coalesced: tally.coalesced,
      lost: tally.lost,
      timeouts: tally.timeouts,
      retried: tally.retried,
      duplicated: tally.duplicated,
      // FaasCache counts what it finds expired as evicted.
      evictions: tally.evictions + (task.options.semantics.expiry === 'lookup' ? tally.expirations : 0),
      expirations: tally.expirations,
      prewarms: tally.prewarms,
    },
    rows: task.functions.rows,
    functions: {...totals, ...tally.columns()},
    startDelay: tally.startDelay.toJSON(),
    coldTime: tally.coldTime.toJSON(),
    queueWait: tally.queueWait.toJSON(),
    delays: tally.delays.columns(),
    peakSlots: account.peakSlots,
    peakMemoryMib: account.peakMemoryMib,
    changes: account.changes?.noted(),
    served,
    largestLagUs: dispatcher?.meter?.largestLagUs,
    quotas: dispatcher && quotasOf(dispatcher, task),
    late: tally.worth?.late.slice(),
    gone: tally.worth?.gone.slice(),
    billed: fleet?.billing?.totals(),
    classes: contention?.outcomes.columns(contention),
    detected: contention && detectedBy(contention, task),
    slices: jobs && {checkpoints: jobs.checkpoints, overheadUs: jobs.overheadUs, lostUs: jobs.lostUs},
    sessions: sessions?.outcome(totals.busyUs, nowUs),
    recoveries: task.options.faults && failing && ofFleet(failing.recoveries, task),
    drains: restarting?.drains,
    work: completions && workOf(completions),
    hosts: fleet?.hostUse && {usedUs: fleet.hostUse.until(nowUs), peak: fleet.hostUse.peak},
    peaks: fleet?.functions.peak?.slice(),
    relaxed,
  };
}
