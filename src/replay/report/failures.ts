import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import type {Ledger, OutageOfFleet} from '../ledger.ts';
import type {ReplayOptions} from '../options.ts';
import type {DelayMs} from './delays.ts';

/** What failures have cost a run, besides the calls that it counts as lost, retried and duplicated. */
export interface FailureReport {
  /** Of hosts and of schedulers. */
  readonly outages: number;
  /** Calls on hosts when they failed: no more of them are lost or duplicated. */
  readonly inFlight: number;
  /** Work since the last save of calls whose host failed. */
  readonly lostWorkSeconds: number;
  /** From the beginning of an outage until nothing is down and nobody waits, the longest; null: never. */
  readonly longestRecoveryMs: number | null;
  /** Outages from which it did not recover by the end. */
  readonly unrecovered: number;
  /** By how much the 99th percentile of start delay is above that of the same run without failures; null: not known. */
  readonly addedP99StartMs: number | null;
  /** One by one, in order of time; not more than MOST_TOLD of them. */
  readonly recoveries: readonly RecoveryReport[];
}

export interface RecoveryReport {
  /** Which fault that was asked for, from 1 on; and the host or cell, from 1 on. */
  readonly fault: number;
  readonly what: 'host' | 'cell';
  readonly number: number;
  readonly atMs: number;
  /** null: it was felt until the end. */
  readonly recoveryMs: number | null;
}

/** Outages that are told one by one at most. */
const MOST_TOLD = 1000;

/** Undefined where nothing fails. */
export function failureReport(
  {outages, inFlight, slices}: Pick<Ledger, 'outages' | 'inFlight' | 'slices'>,
  {warmUpUs = 0}: Pick<ReplayOptions, 'warmUpUs'>,
): FailureReport | undefined {
  if (inFlight === undefined) return undefined;
  const over = outages.filter(({feltUs}) => feltUs < Number.POSITIVE_INFINITY);
  const inOrder = outages.toSorted((a, b) => a.beganUs - b.beganUs || byThing(a, b));
  return {
    outages: outages.length,
    inFlight,
    lostWorkSeconds: slices!.lostUs / US_PER_SECOND,
    longestRecoveryMs:
      over.length === 0 ? null : over.reduce((most, {feltUs}) => Math.max(most, feltUs), 0) / US_PER_MS,
    unrecovered: outages.length - over.length,
    addedP99StartMs: null,
    recoveries: inOrder.slice(0, MOST_TOLD).map(({fault, what, number, beganUs, feltUs}) => ({
      fault: fault + 1,
      what,
      number: number + 1,
      atMs: (beganUs - warmUpUs) / US_PER_MS,
      recoveryMs: feltUs === Number.POSITIVE_INFINITY ? null : feltUs / US_PER_MS,
    })),
  };
}

function byThing(a: OutageOfFleet, b: OutageOfFleet): number {
  if (a.fault !== b.fault) return a.fault - b.fault;
  return a.what === b.what ? a.number - b.number : a.what < b.what ? -1 : 1;
}

interface FailedRun {
  readonly startDelayMs: DelayMs;
  readonly failures?: FailureReport;
}

/** The run with what its failures add to start delays, beside the same run without them. */
export function besideCalm<Run extends FailedRun>(run: Run, calm: Pick<FailedRun, 'startDelayMs'>): Run {
  const [p99, before] = [run.startDelayMs.p99, calm.startDelayMs.p99];
  if (run.failures === undefined || p99 === null || before === null) return run;
  return {...run, failures: {...run.failures, addedP99StartMs: p99 - before}};
}
