import type {CellFunctions} from '../../fleet/cells.ts';
import type {Watched} from '../../scheduler/core/changes.ts';
import type {CellWorkload} from '../calls/cell-workload.ts';
import type {CellOutcome} from '../ledger.ts';
import type {ReplayOptions} from '../options.ts';
import type {PolicyChoice} from '../policies/policy.ts';
import {poolOptions} from './batch-pool.ts';
import type {LateLimit} from './late-limit.ts';

/** What cells are asked to tell while they run, besides their outcomes. */
export interface Asked {
  /** A row a call. */
  readonly calls: boolean;
  /** What happens from window to window; undefined: nobody asks. */
  readonly timeline: TimelineAsked | undefined;
}

/** Windows from `fromUs` on, and to whom each row of the workload belongs; undefined: all together. */
interface TimelineAsked {
  readonly everyUs: number;
  readonly payer: Int32Array | undefined;
}

export const nothingAsked: Asked = {calls: false, timeline: undefined};

/** Rows of doubles that a cell tells. */
export type Tell = (what: keyof Asked, rows: Float64Array) => void;

/** Quota of a team in slots of the whole fleet; `team` is its number, `reserved` 0 and `max` Infinity where it has none. */
export interface NumberedQuota {
  readonly team: number;
  readonly reserved: number;
  readonly max: number;
}

/** The same as a message. */
export interface CellTold {
  readonly what: keyof Asked;
  readonly rows: Float64Array;
}

/** Everything that the tasks of a replay share: plain data, columns of numbers. */
export interface ReplayPlan {
  readonly workload: CellWorkload;
  /** The cells of each policy, or the parts that its fleet is cut into. */
  readonly cells: readonly (readonly CellFunctions[])[]; // [policy][cell]
  /** 1: its calls go to the batch pool, which is the last cell; undefined: there is none. [row] */
  readonly pool: Uint8Array | undefined;
  /** Peaks are those of all cells together: the fleet has no limit. */
  readonly wholePeaks: boolean;
  /** Stable hash of every row of the workload. */
  readonly key: Int32Array;
  /** Team of every row of the workload. */
  readonly team: Int32Array;
  /** Quotas of teams, by their numbers. */
  readonly quotas: readonly NumberedQuota[];
  /** 1: nobody waits for the answers of that row of the workload. */
  readonly asynchronous: Uint8Array;
  readonly policies: readonly PolicyChoice[];
  readonly options: ReplayOptions;
  readonly asked: Asked;
  /** Nobody asks what becomes of a run in which more calls are late; undefined: everybody does. */
  readonly lateLimit?: LateLimit | undefined;
}

/** One policy over one cell. */
export interface CellTask {
  readonly workload: CellWorkload;
  readonly cell: number;
  /** How many there are. */
  readonly cells: number;
  /** Of a batch pool: how many hosts there are besides. */
  readonly firstHost?: number;
  readonly functions: CellFunctions;
  /** Stable hash of every row of the workload. */
  readonly key: Int32Array;
  /** Team of every row of the workload. */
  readonly team: Int32Array;
  readonly quotas: readonly NumberedQuota[];
  /** 1: nobody waits for the answers of that row of the workload. */
  readonly asynchronous: Uint8Array;
  readonly policy: PolicyChoice;
  readonly options: ReplayOptions;
  /** The outcome tells when instances come and go, so that the peak of all cells together can be found. */
  readonly notesChanges: boolean;
  /** Only what happens in these spans is told; undefined: all. */
  readonly watched: Watched | undefined;
  readonly asked: Asked;
  /** The cell is left as soon as more calls are late; undefined: never. */
  readonly lateLimit?: LateLimit | undefined;
  /** Where sessions are bound to instances; undefined: nothing is said of them, or it is not worked out yet. */
  readonly seating?: Seating | undefined;
}

/** Which functions of a cell stand for single instances. */
export interface Seating {
  /** Those that calls are of; behind them stand further seats. */
  readonly functions: number;
  /** How many seats each has; 0: its instances are anybody's. */
  readonly seats: Int32Array; // [function]
  /** Its second seat, the others behind it. */
  readonly secondSeat: Int32Array; // [function]
}

/** The same by its numbers. */
export interface TaskId {
  readonly policy: number;
  readonly cell: number;
  readonly watched?: Watched;
}

export function taskOf(plan: ReplayPlan, {policy, cell, watched}: TaskId): CellTask {
  const {workload, key, team, quotas, asynchronous, options, wholePeaks, asked, lateLimit} = plan;
  const cells = plan.cells[policy]!;
  const task: CellTask = {
    workload,
    cell,
    cells: cells.length - (plan.pool ? 1 : 0),
    functions: cells[cell]!,
    key,
    team,
    quotas,
    asynchronous,
    policy: plan.policies[policy]!,
    options,
    notesChanges: wholePeaks && cells.length > 1,
    watched,
    // Who is run once more has told it all.
    asked: watched === undefined ? asked : nothingAsked,
    lateLimit,
  };
  if (!plan.pool || cell < cells.length - 1) return task;
  return {...task, cell: 0, cells: 1, options: poolOptions(options, options.batch!), firstHost: options.fleet.count};
}

/** A replay told in stages: at each of the times, ascending and after `fromUs`, what came before is handed out and no longer counts. */
export interface Stages {
  /** Whole minutes, so that no window of calls lies on both sides of one. */
  readonly atUs: readonly number[];
  take(outcome: CellOutcome): void;
}
