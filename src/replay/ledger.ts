import {invariant} from '../base/errors.ts';
import {addedJudged} from '../base/outliers.ts';
import {QuantileSketch, type SketchJson} from '../base/sketch.ts';
import {type BilledColumns, billedColumns, billedNames} from '../scheduler/core/billing.ts';
import {lostNames, unservedNames} from '../scheduler/core/call-outcomes.ts';
import type {CellChanges} from '../scheduler/core/changes.ts';
import type {WorkTime} from '../scheduler/core/completions.ts';
import {type DelayColumns, Delays} from '../scheduler/core/delays.ts';
import {BEGAN_US, DOWN_HOST, FAULT, FELT_US, OUTAGE_FIELDS, type Recoveries} from '../scheduler/core/recoveries.ts';
import type {Drains} from '../scheduler/core/restarting.ts';
import type {Overhead} from '../scheduler/parts/attempts/jobs.ts';
import {type ClassColumns, ClassOutcomes} from '../scheduler/parts/contention/class-outcomes.ts';
import type {QuotaUse} from '../scheduler/parts/limits/team-quotas.ts';
import {type SessionOutcome, SessionTotals} from '../scheduler/parts/sessions/session-outcome.ts';
import type {Engine, MinimumSchedule} from './options.ts';
import type {DetectedColumns} from './run/detected.ts';

/** Counts of a run; all add up over cells. */
export const countNames = [
  'invocations',
  'warm',
  'cold',
  'firstStarts',
  'queued',
  ...unservedNames,
  'timeouts',
  'retried',
  'duplicated',
  'evictions',
  'expirations',
  'prewarms',
] as const;
export type Counts = Record<(typeof countNames)[number], number>;

/** Columns of outcomes by function. */
export const outcomeNames = [
  ...(['calls', 'cold'] as const),
  ...unservedNames,
  ...(['duplicated', 'busyUs', 'idleUs', 'startingUs'] as const),
] as const;

/** Those that are 0 in no run. */
const timeNames = [
  'calls',
  'cold',
  'busyUs',
  'idleUs',
  'startingUs',
] as const satisfies readonly (typeof outcomeNames)[number][];

/** Per-function outcomes, one element a row of the part they describe. */
export type FunctionOutcomes = Readonly<Record<(typeof outcomeNames)[number], Float64Array>>;

/** How many calls of a row were served neither warm nor cold. */
export function unservedOf(functions: Pick<FunctionOutcomes, (typeof unservedNames)[number]>, row: number): number {
  return unservedNames.reduce((sum, name) => sum + functions[name][row]!, 0);
}

/** How many calls of a row are lost. */
export function lostOf(functions: Pick<FunctionOutcomes, (typeof lostNames)[number]>, row: number): number {
  return lostNames.reduce((sum, name) => sum + functions[name][row]!, 0);
}

/** How many calls of a run are lost. */
export function lostCalls(counts: Pick<Counts, (typeof lostNames)[number]>): number {
  return lostNames.reduce((sum, name) => sum + counts[name], 0);
}

/** An outage, by numbers of the whole fleet from 0 on, in us since time 0 of the run; `feltUs` Infinity: until the end. */
export interface OutageOfFleet {
  readonly fault: number;
  readonly what: 'host' | 'cell';
  readonly number: number;
  readonly beganUs: number;
  readonly feltUs: number;
}

function outagesOfFleet({rows}: Recoveries): OutageOfFleet[] {
  return Array.from({length: rows.length / OUTAGE_FIELDS}, (_, k) => {
    const row = rows.subarray(k * OUTAGE_FIELDS, (k + 1) * OUTAGE_FIELDS);
    const number = row[DOWN_HOST]!;
    return {
      fault: row[FAULT]!,
      what: number < 0 ? 'cell' : 'host',
      number: number < 0 ? -1 - number : number,
      beganUs: row[BEGAN_US]!,
      feltUs: row[FELT_US]!,
    };
  });
}

/** What one policy did to one cell: plain data that crosses thread borders. */
export interface CellOutcome {
  readonly counts: Counts;
  /** Rows of the workload that the outcome columns stand for. */
  readonly rows: Int32Array;
  readonly functions: FunctionOutcomes;
  readonly startDelay: SketchJson;
  readonly coldTime: SketchJson;
  readonly queueWait: SketchJson;
  /** Start delays above 0 of each function of the cell. */
  readonly delays: DelayColumns;
  readonly peakSlots: number;
  readonly peakMemoryMib: number;
  /** When instances came and went; undefined: nobody asked. */
  readonly changes: CellChanges | undefined;
  /** What served its calls; several where lanes left some windows to the cell. */
  readonly served: Readonly<Partial<Record<Engine, number>>>;
  /** How far apart teams that waited got, us of estimated cost by weight; undefined: nobody asked. */
  readonly largestLagUs?: number | undefined;
  /** What came of teams' quotas; `team`: their numbers in the fleet. Undefined: no team has any. */
  readonly quotas?: (QuotaUse & {readonly team: Int32Array}) | undefined;
  /** Starts after their deadline, and value that has gone, in parts of a call's; undefined: calls have neither. */
  readonly late?: Float64Array | undefined;
  readonly gone?: Float64Array | undefined;
  /** What a bill needs besides; undefined where time by state says all. */
  readonly billed: BilledColumns | undefined;
  /** Where hosts are charged whole: for how long they held an instance, us, and how many did at most. */
  readonly hosts: {readonly usedUs: number; readonly peak: number} | undefined;
  /** The most instances of each function at a time; undefined: nobody asked. */
  readonly peaks?: Int32Array | undefined;
  /** What became of calls by class of contention; undefined: calls do not slow each other down. */
  readonly classes?: ClassColumns | undefined;
  /** Who would find what neighbours slow down; undefined: nobody asked. */
  readonly detected?: DetectedColumns | undefined;
  /** Calls that ran in slices; undefined: none do. */
  readonly slices?: Overhead | undefined;
  /** How long outages were felt, hosts by numbers of the fleet and cells by -1 less theirs; undefined: nothing fails. */
  readonly recoveries?: Recoveries | undefined;
  /** What became of sessions; undefined: nothing is said of any. */
  readonly sessions?: SessionOutcome | undefined;
  /** What came of a rolling restart; undefined: there is none. */
  readonly drains?: Drains | undefined;
  /** What came of the time that calls take, and how long those take that are long; undefined: nobody asked. */
  readonly work?: (WorkTime & {readonly completion: SketchJson}) | undefined;
  /** A bound that leaves out limits or rules in force: nothing costs so little. */
  readonly relaxed: boolean;
}

/** What one policy did to the whole workload. Cells are added in any order with the same result. */
export class Ledger {
  readonly policy: string;
  readonly counts: Counts = Object.fromEntries(countNames.map((name) => [name, 0])) as Counts;
  readonly functions: FunctionOutcomes;
  readonly startDelay = new QuantileSketch();
  readonly coldTime = new QuantileSketch();
  readonly queueWait = new QuantileSketch();
  /** What each cell says of its functions' delays: many rows of which few are asked for. */
  private readonly cellDelays: {readonly rows: Int32Array; readonly delays: DelayColumns}[] = [];
  /** Sums of the cells' peaks, which peak at times of their own; of a fleet without limits, what all had at a time. */
  peakSlots = 0;
  peakMemoryMib = 0;
  /** Calls by what served them: how it went, not what came of it. */
  readonly served = new Map<Engine, number>();
  /** The largest of the cells; undefined: nobody asked. */
  largestLagUs: number | undefined;
  /** Slot-time by team number: beyond what it has reserved, and reclaimed. */
  readonly quotaUse = new Map<number, TeamQuotaUse>();
  /** Slot-time on slots that others have reserved; undefined: no team has quotas. */
  borrowedUs: number | undefined;
  late: Float64Array; // [row]
  gone: Float64Array; // [row]
  /** What a bill needs besides; undefined where time by state says all. */
  billed: BilledColumns | undefined;
  /** Where hosts are charged whole, sums over cells: for how long they held an instance, us, and how many did at most. */
  hosts: {readonly usedUs: number; readonly peak: number} | undefined;
  /** The most instances of each function at a time, sums over its parts in cells; undefined: nobody asked. [row] */
  peaks: Float64Array | undefined;
  /** By class of contention, the last for functions of none; undefined: calls do not slow each other down. */
  classes: ClassOutcomes | undefined;
  /** Who would find what neighbours slow down, by row of the workload; undefined: nobody asked. */
  detected: DetectedColumns | undefined;
  /** What slices cost; undefined: calls do not run in slices. */
  slices: Overhead | undefined;
  /** What became of sessions; undefined: nothing is said of any. */
  sessions: SessionTotals | undefined;
  /** Calls on hosts when they failed; undefined: nothing fails. And how long outages were felt, in each cell for itself. */
  inFlight: number | undefined;
  readonly outages: OutageOfFleet[] = [];
  /** Of each cell that restarts. */
  readonly drains: Drains[] = [];
  /** Undefined: nobody asked. */
  work: WorkTime | undefined;
  readonly completion = new QuantileSketch();
  /** 1: its calls went to the batch pool; undefined: there is none. [row] */
  pool: Uint8Array | undefined;
  /** Some cell's outcome is. */
  relaxed = false;
  /** What functions kept in this run; undefined: as the options say. */
  minimums: MinimumSchedule | undefined;
  /** Stands for every column in which all is 0, as most are of a ledger a stage: never written to. [row] */
  private readonly zeros: Float64Array;

  constructor(policy: string, functions: number) {
    this.policy = policy;
    this.zeros = this.late = this.gone = new Float64Array(functions);
    const own = new Set<string>(timeNames);
    this.functions = Object.fromEntries(
      outcomeNames.map((name) => [name, own.has(name) ? new Float64Array(functions) : this.zeros]),
    ) as unknown as FunctionOutcomes;
  }

  add(cell: CellOutcome): void {
    for (const name of countNames) this.counts[name] += cell.counts[name];
    const columns = this.functions as Record<(typeof outcomeNames)[number], Float64Array>;
    for (const name of outcomeNames) columns[name] = this.added(columns[name], cell.functions[name], cell.rows);
    this.startDelay.mergeJson(cell.startDelay);
    this.coldTime.mergeJson(cell.coldTime);
    this.queueWait.mergeJson(cell.queueWait);
    this.cellDelays.push({rows: cell.rows, delays: cell.delays});
    this.peakSlots += cell.peakSlots;
    this.peakMemoryMib += cell.peakMemoryMib;
    for (const [engine, calls] of Object.entries(cell.served) as [Engine, number][])
      this.served.set(engine, (this.served.get(engine) ?? 0) + calls);
    if (cell.largestLagUs !== undefined) this.largestLagUs = Math.max(this.largestLagUs ?? 0, cell.largestLagUs);
    if (cell.quotas !== undefined) this.addQuotas(cell.quotas);
    if (cell.late !== undefined) this.late = this.added(this.late, cell.late, cell.rows);
    if (cell.gone !== undefined) this.gone = this.added(this.gone, cell.gone, cell.rows);
    this.relaxed ||= cell.relaxed;
    if (cell.hosts !== undefined) {
      const {usedUs, peak} = this.hosts ?? {usedUs: 0, peak: 0};
      this.hosts = {usedUs: usedUs + cell.hosts.usedUs, peak: peak + cell.hosts.peak};
    }
    if (cell.classes !== undefined) {
      this.classes ??= new ClassOutcomes(cell.classes.calls.length);
      this.classes.add(cell.classes);
    }
    if (cell.detected !== undefined) this.addDetected(cell.rows, cell.detected);
    if (cell.slices !== undefined) {
      const {checkpoints, overheadUs, lostUs} = this.slices ?? {checkpoints: 0, overheadUs: 0, lostUs: 0};
      this.slices = {
        checkpoints: checkpoints + cell.slices.checkpoints,
        overheadUs: overheadUs + cell.slices.overheadUs,
        lostUs: lostUs + cell.slices.lostUs,
      };
    }
    if (cell.recoveries !== undefined) {
      this.inFlight = (this.inFlight ?? 0) + cell.recoveries.inFlight;
      for (const outage of outagesOfFleet(cell.recoveries)) this.outages.push(outage);
    }
    if (cell.sessions !== undefined) {
      this.sessions ??= new SessionTotals();
      this.sessions.add(cell.sessions);
    }
    if (cell.drains !== undefined) this.drains.push(cell.drains);
    if (cell.work !== undefined) this.addWork(cell.work);
    if (cell.peaks !== undefined) {
      this.peaks ??= new Float64Array(this.functions.calls.length);
      for (let k = 0; k < cell.rows.length; k++) this.peaks[cell.rows[k]!]! += cell.peaks[k]!;
    }
    if (cell.billed === undefined) return;
    this.billed ??= billedColumns(this.functions.calls.length);
    for (const name of billedNames) {
      for (let k = 0; k < cell.rows.length; k++) this.billed[name][cell.rows[k]!]! += cell.billed[name][k]!;
    }
  }

  /** Start delays above 0 by row of the workload, made anew whenever it is asked for. */
  delaysByRow(): Delays {
    const all = new Delays(this.functions.calls.length);
    for (const {rows, delays} of this.cellDelays) all.addColumns(delays, rows);
    return all;
  }

  private addDetected(rows: Int32Array, of: DetectedColumns): void {
    const column = () => new Float64Array(this.functions.calls.length);
    const {watched = 0, shortSpells = 0, cpi, robust, workUs = column(), serviceUs = column()} = this.detected ?? {};
    for (const [k, row] of rows.entries()) {
      workUs[row]! += of.workUs[k]!;
      serviceUs[row]! += of.serviceUs[k]!;
    }
    this.detected = {
      watched: watched + of.watched,
      shortSpells: shortSpells + of.shortSpells,
      cpi: cpi === undefined ? of.cpi : addedJudged(cpi, of.cpi),
      robust: robust === undefined ? of.robust : addedJudged(robust, of.robust),
      workUs,
      serviceUs,
    };
  }

  /** A column with what a cell has, which is made once there is something in it. */
  private added(column: Float64Array, from: Float64Array, rows: Int32Array): Float64Array {
    const isEmpty = column === this.zeros;
    if (isEmpty && from.every((value) => value === 0)) return column;
    const to = isEmpty ? new Float64Array(column.length) : column;
    for (let k = 0; k < rows.length; k++) to[rows[k]!]! += from[k]!;
    return to;
  }

  private addWork({completion, ...more}: NonNullable<CellOutcome['work']>): void {
    const {usefulUs, cutUs, duplicatedUs} = this.work ?? {usefulUs: 0, cutUs: 0, duplicatedUs: 0};
    this.work = {
      usefulUs: usefulUs + more.usefulUs,
      cutUs: cutUs + more.cutUs,
      duplicatedUs: duplicatedUs + more.duplicatedUs,
    };
    this.completion.mergeJson(completion);
  }

  private addQuotas({team, opportunisticUs, reclaimedUs, borrowedUs}: NonNullable<CellOutcome['quotas']>): void {
    this.borrowedUs = (this.borrowedUs ?? 0) + borrowedUs;
    for (const [k, number] of team.entries()) {
      const before = this.quotaUse.get(number) ?? {opportunisticUs: 0, reclaimedUs: 0};
      this.quotaUse.set(number, {
        opportunisticUs: before.opportunisticUs + opportunisticUs[k]!,
        reclaimedUs: before.reclaimedUs + reclaimedUs[k]!,
      });
    }
  }
}

/** Slot-time of a team with respect to its quota, us. */
export interface TeamQuotaUse {
  readonly opportunisticUs: number;
  readonly reclaimedUs: number;
}

/** What must hold at the end of every run; a failure is a bug of ours. */
export function checkOutcome(outcome: CellOutcome): void {
  const {counts, functions} = outcome;
  const {invocations, cold} = counts;
  const started = counts.warm + cold;
  const unserved = unservedNames.reduce((sum, name) => sum + counts[name], 0);
  invariant(
    invocations === started + unserved,
    () =>
      `${invocations} arrivals are not ${started} started + ${unserved} unserved (${unservedNames.map((name) => `${counts[name]} ${name}`).join(', ')})`,
  );
  let calls = 0;
  let coldStarts = 0;
  for (let k = 0; k < outcome.rows.length; k++) {
    calls += functions.calls[k]!;
    coldStarts += functions.cold[k]!;
    const least = Math.min(functions.busyUs[k]!, functions.idleUs[k]!, functions.startingUs[k]!);
    invariant(least >= 0, () => `row ${outcome.rows[k]} was busy, idle or starting for ${least} us`);
  }
  invariant(
    calls === invocations && coldStarts === cold,
    () => `functions count ${calls} calls and ${coldStarts} cold, the cell ${invocations} and ${cold}`,
  );
  invariant(
    outcome.startDelay.count === started,
    () => `${outcome.startDelay.count} start delays of ${started} started calls`,
  );
}
