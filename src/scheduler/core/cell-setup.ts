import type {Choice} from '../../base/part.ts';
import type {Checkpoint} from '../../fleet/checkpoint.ts';
import type {ColdTime} from '../../fleet/cold-time/cold-time.ts';
import type {ContentionRule} from '../../fleet/contention/contention-class.ts';
import type {HostShape} from '../../fleet/host-shape.ts';
import type {Containers} from '../parts/containers/containers.ts';
import type {FaultRule} from '../parts/faults/fault-rule.ts';
import type {RestartRule} from '../parts/faults/restart-rule.ts';
import type {FunctionLimits, RetryRule} from '../parts/limits/function-limits.ts';
import type {PaceLimits} from '../parts/limits/pace.ts';
import type {CallClasses} from '../parts/queue/call-classes.ts';
import type {SessionRule} from '../parts/sessions/session-rule.ts';
import type {BillingTerms} from './billing.ts';
import type {LogSetup} from './call-log.ts';
import type {WorthOfCalls} from './call-worth.ts';
import {type Semantics, waitsToEvict} from './semantics.ts';

/** Calls in order of time, as columns; only the first `length` rows count. */
export interface CallBatch {
  length: number;
  readonly timeUs: Float64Array;
  readonly fn: Int32Array;
  readonly durationUs: Float64Array;
  /** Cold time of each call if it is cold; undefined: the cell's cold-time model decides. */
  readonly coldUs: Float64Array | undefined;
  /** Which of all calls each is; undefined: nobody asks. */
  readonly call?: Int32Array | undefined;
}

/** In which order calls wait for room, and what is known of them. */
export interface QueueSetup {
  readonly choice: Choice;
  /** A newer call of a function takes the place of one that waits. */
  readonly coalesce: boolean;
  readonly classes: CallClasses;
}

export interface CellSetup {
  readonly memoryMib: Float64Array; // [function]
  readonly hosts: HostShape;
  readonly placement: Choice;
  readonly semantics: Semantics;
  readonly coldTime: ColdTime;
  /** How long a call waits for room before it gives up; Infinity: for good. */
  readonly maxWaitUs: number;
  /** Deadlines and fading values of calls; undefined: none has any. */
  readonly worth?: WorthOfCalls | undefined;
  /** How calls wait; undefined: by today's rule, `warm-first`, each for itself. */
  readonly queue?: QueueSetup | undefined;
  /** Cores that starts on one host share; undefined: they do not feel each other. Needs faults, if none but the rule of those. */
  readonly startCores?: number | undefined;
  /** Concurrent starts on one host and starts a second in the cell; Infinity: no limit. */
  readonly startsPerHost: number;
  readonly startsPerSecond: number;
  /** Starts at once after a long rest; undefined: 1. */
  readonly startBurst?: number | undefined;
  /** Every function has that rate and that burst for itself. */
  readonly startsPerFunction?: boolean | undefined;
  /** Of how many equal parts of a function one is here; undefined: functions are whole. [function] */
  readonly parts?: Int32Array | undefined;
  /** What single functions may have; undefined: nobody is limited. */
  readonly limits?: FunctionLimits | undefined;
  /** Undefined: no call is tried again. */
  readonly retry?: RetryRule | undefined;
  /** How long calls are cut into slices; undefined: they are not. */
  readonly checkpoint?: Checkpoint | undefined;
  /** What fails; undefined: nothing does. Not with late binding. */
  readonly faults?: FaultRule | undefined;
  /** 1: the function's calls are long: how long they take from arrival to end is told; undefined: nobody asks. [function] */
  readonly longCalls?: Uint8Array | undefined;
  /** What a placement expects calls to take, us; undefined: nothing. [function] */
  readonly expectedUs?: Float64Array | undefined;
  /** When hosts restart in waves; undefined: never. */
  readonly restart?: RestartRule | undefined;
  /** How calls on one host slow each other down; undefined: they do not. */
  readonly contention?: ContentionRule | undefined;
  /** Calls of sessions, and where those and their state go; undefined: nothing is said of any. Calls are named then. */
  readonly sessions?: SessionRule | undefined;
  /** No host holds functions of two numbers at once; from 0. Undefined: any may share one. Not with faults. */
  readonly hostGroupOf?: Int32Array | undefined; // [function]
  readonly seed: number;
  /** How the platform measures what it charges for; undefined: time by state is all that is asked. */
  readonly billing?: BillingTerms | undefined;
  /** How hosts keep containers at hand; undefined: they keep none, and pause none. */
  readonly containers?: Containers | undefined;
  /** Hosts are charged whole, as long as they hold an instance, and so many at least. */
  readonly billsHosts?: {readonly least: number} | undefined;
  /** The most instances of each function at a time are told. */
  readonly notesPeaks?: boolean | undefined;
  /** How often an instance may begin a call; undefined: whenever it has a place. Needs `places`. */
  readonly pace?: PaceLimits | undefined;
  /** How many calls an instance serves at once, UNLIMITED_PLACES without a limit; undefined: one, everywhere. */
  readonly places?: Int32Array | undefined; // [function]
  /** Undefined: calls are not written down one by one. */
  readonly log?: LogSetup | undefined;
  /** What calls take on average, us; undefined: nothing is known, and no start is long beside them. */
  readonly meanDurationUs?: Float64Array | undefined; // [function]
  /** Calls a second, roughly; only speed depends on it. */
  readonly callsPerSecond?: number;
}

/** What hosts and instances depend on. */
export type FleetSetup = Pick<CellSetup, 'memoryMib' | 'hosts' | 'placement' | 'semantics' | 'seed' | 'expectedUs'>;

/**
 * A start of so many mean durations is long beside a function's calls: there patience takes up to 88 % off what a full
 * fleet costs, and adds at most 7 %. For shorter ones it may add more than it takes (ARCHITECTURE, "A full fleet").
 */
const LONG_START = 3;

/** The shortest start of each function that makes a newcomer wait before it evicts, us; undefined: nobody ever waits for that. */
export function longStartsUs({memoryMib, semantics, meanDurationUs}: CellSetup): Float64Array | undefined {
  if (!waitsToEvict(semantics)) return undefined;
  if (semantics.evict !== 'auto') return new Float64Array(memoryMib.length);
  return meanDurationUs?.map((us) => LONG_START * us);
}
