import {exactSum} from '../../base/exact-sum.ts';
import {QuantileSketch} from '../../base/sketch.ts';
import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {meanDurations} from '../../demand/durations/mean-durations.ts';
import {hostsOfPool} from '../../fleet/batch.ts';
import {memoryOf} from '../../fleet/memory.ts';
import type {Workload} from '../../workload/workload.ts';
import {type Ledger, unservedOf} from '../ledger.ts';
import {longFromUs, type ReplayOptions} from '../options.ts';
import {poolUsd} from '../run/batch-pool.ts';
import {type DelayMs, delayMs} from './delays.ts';

/** What came of the time that calls took, and of long calls beside short ones. */
export interface WorkReport {
  /** Work of calls that ran to their end over all time that calls took; null where none did. */
  readonly goodput: number | null;
  readonly usefulSeconds: number;
  /** To save, to restore and to resume; lost to failures; of calls that were cut; of attempts that nobody needed. */
  readonly overheadSeconds: number;
  readonly lostSeconds: number;
  readonly cutSeconds: number;
  readonly duplicatedSeconds: number;
  /** Functions whose calls take as long on average or longer: how many of their calls ended, arrival to end. */
  readonly long: {
    readonly fromMs: number;
    readonly functions: number;
    readonly calls: number;
    readonly ended: number;
    readonly completionMs: DelayMs;
  };
  /** The others: arrival to start. */
  readonly short: {readonly calls: number; readonly startDelayMs: DelayMs};
}

/** Undefined where nobody asks. */
export function workReport(workload: Workload, ledger: Ledger, options: ReplayOptions): WorkReport | undefined {
  const {functions, work, slices, completion} = ledger;
  const fromUs = longFromUs(options);
  if (work === undefined || fromUs === undefined) return undefined;
  const isLong = meanDurations(workload, options.defaultDurationUs).us.map((us) => (us >= fromUs ? 1 : 0));
  const [overheadUs, lostUs] = [slices?.overheadUs ?? 0, slices?.lostUs ?? 0];
  const {usefulUs, cutUs, duplicatedUs} = work;
  const allUs = usefulUs + overheadUs + lostUs + cutUs + duplicatedUs;
  const delays = ledger.delaysByRow();
  const short = new QuantileSketch();
  let started = 0;
  for (let row = 0; row < workload.functions; row++) {
    if (isLong[row] === 1) continue;
    delays.addTo(short, row);
    started += functions.calls[row]! - unservedOf(functions, row);
  }
  short.addZeros(started - short.count);
  const callsOf = (which: number): number => exactSum(functions.calls.map((n, row) => (isLong[row] === which ? n : 0)));
  return {
    goodput: allUs === 0 ? null : usefulUs / allUs,
    usefulSeconds: usefulUs / US_PER_SECOND,
    overheadSeconds: overheadUs / US_PER_SECOND,
    lostSeconds: lostUs / US_PER_SECOND,
    cutSeconds: cutUs / US_PER_SECOND,
    duplicatedSeconds: duplicatedUs / US_PER_SECOND,
    long: {
      fromMs: fromUs / US_PER_MS,
      functions: exactSum(isLong),
      calls: callsOf(1),
      ended: completion.count,
      completionMs: delayMs(completion),
    },
    short: {calls: callsOf(0), startDelayMs: delayMs(short)},
  };
}

/** A pool of hosts for long calls, and what it costs. */
export interface BatchReport {
  readonly hosts: number;
  readonly functions: number;
  readonly calls: number;
  /** Memory that is busy over all of its hosts' memory. */
  readonly utilisation: number;
  readonly usd: number;
}

/** Undefined where there is none. */
export function batchReport(workload: Workload, ledger: Ledger, options: ReplayOptions): BatchReport | undefined {
  const {pool, functions} = ledger;
  const {batch, fleet, fromUs, untilUs, defaultMemoryMib} = options;
  if (pool === undefined || batch === undefined) return undefined;
  const {count, memoryMib} = hostsOfPool(batch, fleet);
  const busy = pool.reduce(
    (sum, its, row) => sum + its * functions.busyUs[row]! * memoryOf(workload, row, defaultMemoryMib),
    0,
  );
  return {
    hosts: count,
    functions: exactSum(Float64Array.from(pool)),
    calls: exactSum(functions.calls.map((n, row) => n * pool[row]!)),
    utilisation: busy / (count * memoryMib * (untilUs - fromUs)),
    usd: poolUsd(batch, options),
  };
}

/** A rolling restart. */
export interface RestartReport {
  readonly hosts: number;
  /** Of the cell with most of them. */
  readonly waves: number;
  /** Hosts that were empty by the end, and how long each took to be. */
  readonly emptied: number;
  readonly drainMs: DelayMs;
  /** From its beginning until the last host was back; null: not by the end. */
  readonly wholeMs: number | null;
}

/** Undefined where nothing restarts. */
export function restartReport({drains}: Ledger): RestartReport | undefined {
  if (drains.length === 0) return undefined;
  const all = new QuantileSketch();
  for (const {drainUs} of drains) for (const us of drainUs) all.add(us);
  const wholeUs = drains.reduce((most, its) => Math.max(most, its.wholeUs), 0);
  return {
    hosts: drains.reduce((sum, {hosts}) => sum + hosts, 0),
    waves: drains.reduce((most, {waves}) => Math.max(most, waves), 0),
    emptied: all.count,
    drainMs: delayMs(all),
    wholeMs: wholeUs === Number.POSITIVE_INFINITY ? null : wholeUs / US_PER_MS,
  };
}
