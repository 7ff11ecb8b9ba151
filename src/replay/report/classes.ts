import {US_PER_SECOND} from '../../base/units.ts';
import type {ContentionRule} from '../../fleet/contention/contention-class.ts';
import type {ClassOutcomes} from '../../scheduler/parts/contention/class-outcomes.ts';
import {type DelayMs, delayMs} from './delays.ts';

/** What sharing cores and caches did to the calls of a class that ran to their end, or were cut. */
export interface ClassReport {
  /** '' for functions of no class. */
  readonly class: string;
  readonly calls: number;
  /** Time that they took over time that they would have taken alone; null without work. */
  readonly serviceInflation: number | null;
  /** From arrival to end. */
  readonly responseMs: DelayMs;
  /** Hosts that held an instance of it at once, at most; sums of the cells' most. */
  readonly hosts: number;
  /**
   * Core time that it left idle while another class wanted more than it had; 0 where nothing is kept apart. Of all classes
   * that are not kept apart from each other the last has what they leave together.
   */
  readonly strandedCoreSeconds: number;
  /** What its functions are billed; what belongs to nobody is left out. */
  readonly usd: number;
}

export interface ContentionReport {
  readonly coresPerHost: number;
  /** Core time that calls used. */
  /** What keeps classes apart, as it was written. */
  readonly isolation: string;
  readonly coreSeconds: number;
  /** Hosts that held an instance at once, at most. */
  readonly hosts: number;
  readonly classes: readonly ClassReport[];
}

/** Classes in the file's order, functions of none last; classes without calls are left out. `usdOf`: the bill of a row. */
export function contentionReport(
  {cores, classes, classOf, isolation}: ContentionRule,
  outcomes: ClassOutcomes,
  usdOf: (row: number) => number,
): ContentionReport {
  const {calls, workUs, serviceUs, response, coreUs, hosts, strandedUs} = outcomes;
  const usd = new Float64Array(classes.length + 1);
  for (const [row, its] of classOf.entries()) usd[its < 0 ? classes.length : its]! += usdOf(row);
  const rows = [...classes.map(({name}) => name), ''].map((name, k): ClassReport => {
    const inflation = workUs[k] === 0 ? null : serviceUs[k]! / workUs[k]!;
    return {
      class: name,
      calls: calls[k]!,
      serviceInflation: inflation,
      responseMs: delayMs(response[k]!),
      hosts: hosts[k]!,
      strandedCoreSeconds: strandedUs[k]! / US_PER_SECOND,
      usd: usd[k]!,
    };
  });
  return {
    coresPerHost: cores,
    isolation: isolation?.text ?? 'none',
    coreSeconds: coreUs / US_PER_SECOND,
    hosts: hosts[classes.length + 1]!,
    classes: rows.filter((row) => row.calls > 0 || row.strandedCoreSeconds > 0),
  };
}
