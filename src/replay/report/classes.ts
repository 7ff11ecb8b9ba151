import type {Judged} from '../../base/outliers.ts';
import {US_PER_SECOND} from '../../base/units.ts';
import type {ContentionRule} from '../../fleet/contention/contention-class.ts';
import type {ClassOutcomes} from '../../scheduler/parts/contention/class-outcomes.ts';
import type {DetectedColumns} from '../run/detected.ts';
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

/** How a rule that looks for noisy neighbours fares, where it is known what the replay slowed down. */
export interface RuleReport {
  /** Minutes of functions with an alarm. */
  readonly alarms: number;
  /** Share of these with a slowed minute among the five that an alarm goes by; null without alarms. */
  readonly precision: number | null;
  /** Share of the spells in which an alarm was raised; null without spells. */
  readonly recall: number | null;
  /** From the beginning of a spell that was found until its alarm, mean; null where none was. */
  readonly minutesToDetect: number | null;
}

export interface DetectionReport {
  /** A minute of a function counts as slowed down in which its calls took longer by so much, as a share. */
  readonly slower: number;
  /** Functions of which enough was learned to watch them, functions of several cells once in each. */
  readonly functionsWatched: number;
  /** Spells of slowed minutes of a function in the watched part, and how many were too short for a rule of three minutes. */
  readonly spells: number;
  readonly shortSpells: number;
  /** CPI2's: time over time alone above mean and two standard deviations. */
  readonly cpi: RuleReport;
  /** Mean logarithm of time above median and two median absolute deviations, which is all that a trace tells. */
  readonly robust: RuleReport;
  /** Functions that were slowed down over the whole counted part, and those that were called. */
  readonly functionsSlowed: number;
  readonly functionsCalled: number;
  /**
   * Share of pairs of a slowed function and one that was not in which the score of who is latency-sensitive is higher for the
   * slowed one; null without both, or where nobody has scored.
   */
  readonly scoreRanks: number | null;
}

export interface ContentionReport {
  readonly coresPerHost: number;
  /** What keeps classes apart, as it was written. */
  readonly isolation: string;
  /** Core time that calls used. */
  readonly coreSeconds: number;
  /** Hosts that held an instance at once, at most. */
  readonly hosts: number;
  readonly classes: readonly ClassReport[];
  /** Who would find what was slowed down; left out where nobody asked. */
  readonly detection?: DetectionReport;
}

/** Classes in the file's order, functions of none last; classes without calls are left out. `usdOf`: the bill of a row. */
export function contentionReport(
  {cores, classes, classOf, isolation, detect}: ContentionRule,
  outcomes: ClassOutcomes,
  usdOf: (row: number) => number,
  detected: DetectedColumns | undefined,
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
    ...(detect && detected && {detection: detectionReport(detect.slower, detected)}),
  };
}

function detectionReport(slower: number, detected: DetectedColumns): DetectionReport {
  const {watched, shortSpells, cpi, robust, workUs} = detected;
  return {
    slower,
    functionsWatched: watched,
    spells: cpi.spells,
    shortSpells,
    cpi: ruleReport(cpi),
    robust: ruleReport(robust),
    functionsSlowed: slowedRows(slower, detected).filter((one) => one === true).length,
    functionsCalled: workUs.reduce((count, us) => count + (us > 0 ? 1 : 0), 0),
    scoreRanks: null,
  };
}

function ruleReport({alarms, right, spells, found, minutes}: Judged): RuleReport {
  return {
    alarms,
    precision: alarms === 0 ? null : right / alarms,
    recall: spells === 0 ? null : found / spells,
    minutesToDetect: found === 0 ? null : minutes / found,
  };
}

/** Which functions took longer by so much over the whole counted part; undefined: it had no work there. [row] */
export function slowedRows(slower: number, {workUs, serviceUs}: DetectedColumns): (boolean | undefined)[] {
  return Array.from(workUs, (us, row) => (us > 0 ? serviceUs[row]! / us >= 1 + slower : undefined));
}
