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
}

export interface ContentionReport {
  readonly coresPerHost: number;
  /** Core time that calls used. */
  readonly coreSeconds: number;
  readonly classes: readonly ClassReport[];
}

/** Classes in the file's order, functions of none last; classes without calls are left out. */
export function contentionReport({cores, classes}: ContentionRule, outcomes: ClassOutcomes): ContentionReport {
  const {calls, workUs, serviceUs, response, coreUs} = outcomes;
  const rows = [...classes.map(({name}) => name), ''].map((name, k): ClassReport => {
    const inflation = workUs[k] === 0 ? null : serviceUs[k]! / workUs[k]!;
    return {class: name, calls: calls[k]!, serviceInflation: inflation, responseMs: delayMs(response[k]!)};
  });
  return {
    coresPerHost: cores,
    coreSeconds: coreUs / US_PER_SECOND,
    classes: rows.filter((row) => row.calls > 0),
  };
}
