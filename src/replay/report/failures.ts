import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import type {Recoveries} from '../../scheduler/core/failing.ts';
import type {DelayMs} from './delays.ts';

/** What failures have cost a run, besides the calls that it counts as lost and retried. */
export interface FailureReport {
  /** Of hosts and of schedulers. */
  readonly outages: number;
  /** Work since the last save of calls whose host failed. */
  readonly lostWorkSeconds: number;
  /** From the beginning of an outage until nothing is down and nobody waits, the longest; null: never. */
  readonly longestRecoveryMs: number | null;
  /** Outages from which it did not recover by the end. */
  readonly unrecovered: number;
  /** By how much the 99th percentile of start delay is above that of the same run without failures; null: not known. */
  readonly addedP99StartMs: number | null;
}

export function failureReport({outages, open, longestUs}: Recoveries, lostUs: number): FailureReport {
  return {
    outages,
    lostWorkSeconds: lostUs / US_PER_SECOND,
    longestRecoveryMs: outages > open ? longestUs / US_PER_MS : null,
    unrecovered: open,
    addedP99StartMs: null,
  };
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
