import type {Checkpoint} from '../../src/fleet/checkpoint.ts';
import type {Semantics} from '../../src/scheduler/core/semantics.ts';
import type {OracleQueueRules} from './oracle-queue.ts';

/** One call, everything about it decided: the oracle draws nothing. Whole microseconds. */
export interface OracleCall {
  readonly fn: number;
  readonly arrivalUs: number;
  readonly durationUs: number;
  /** Provisioning and initialisation, if this call has to create its instance. */
  readonly coldUs: number;
}

/** Room of one host; Infinity is no limit. */
export interface OracleHost {
  readonly slots: number;
  readonly memoryMib: number;
}

export type OraclePlacement = 'first-fit' | 'best-fit' | 'least-loaded' | 'round-robin';

/**
 * Which idle instance goes first from a full fleet: the one idle for longest, or, by a priority that all clones
 * of a function share, the published ones of FaasCache.
 */
export type OracleEviction = 'idle-longest' | 'lru' | 'gd' | 'freq' | 'size' | 'landlord';

export interface Scenario {
  /** Sorted by (arrivalUs, fn, order within the function). */
  readonly calls: readonly OracleCall[];
  /** Memory of one instance of each function. */
  readonly memoryMib: readonly number[]; // [function]
  /** Calls that an instance of each function serves at once; empty: one. */
  readonly places: readonly number[]; // [function]
  readonly hosts: readonly OracleHost[];
  /** No host holds functions of two numbers at once; empty: any may share one. */
  readonly hostGroupOf: readonly number[]; // [function]
  /** The counted part: calls by arrival in [fromUs, endUs), events and slot-time clipped to it. */
  readonly fromUs: number;
  /** Nothing at or after this time happens: charging stops, and who waits is still queued. */
  readonly endUs: number;
  readonly semantics: Semantics;
  /** How long an idle instance is kept; 0 destroys it at its finish, Infinity never. */
  readonly ttlUs: number;
  /** When not empty, what a policy that varies says instead: see keepAliveUs. */
  readonly ttlsUs: readonly number[];
  readonly placement: OraclePlacement;
  readonly eviction: OracleEviction;
  /** Longest wait in the queue; a call served after exactly this wait is served. */
  readonly maxWaitUs: number;
  /** What calls are said to take on average: under `evict: auto` a shorter start evicts at once. */
  readonly meanDurationUs: readonly number[]; // [function]
  /** The order in which calls wait; undefined: a freed instance serves its function, other room goes by arrival. */
  readonly queue?: OracleQueueRules | undefined;
  /** Starts that one host works on at a time; Infinity is no limit. */
  readonly startsPerHost: number;
  /** Starts that the cluster begins in a second, evenly spaced; Infinity is no limit. */
  readonly startRatePerSecond: number;
  /** Starts at once after a long rest. */
  readonly startBurst: number;
  /** Every function has the rate and the burst for itself. */
  readonly startsPerFunction: boolean;
  /** Cores that starts on one host share; undefined: they do not feel each other. */
  readonly startCores?: number | undefined;
  /** What single functions may have; empty: no limit, nothing kept. [function] */
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly reserved: readonly number[];
  readonly timeoutUs: readonly number[];
  /** Slots of teams, which a queue knows; undefined: none has a quota. [team] */
  readonly quotas?: {readonly reserved: readonly number[]; readonly max: readonly number[]} | undefined;
  /** Slots of functions without a reservation. */
  readonly othersSlots: number;
  /** What fails; undefined: nothing. Not with late binding. */
  readonly faults?: OracleFaults | undefined;
  /** From then on so many hosts at a time are emptied and restart, which takes so long; undefined: never. */
  readonly restart?: {readonly atUs: number; readonly wave: number; readonly forUs: number} | undefined;
  /** Longer calls run in slices; undefined: whole. */
  readonly checkpoint?: Checkpoint | undefined;
  /** Attempts at most of a call that is throttled or cut, of functions that are called asynchronously. */
  readonly attempts: number;
  readonly retryAfterUs: number;
  readonly async: readonly boolean[]; // [function]
  /** Cold time where a script, a target or a call says none: of a replaced instance, of a call tried again. */
  readonly drawnColdUs: number;
  /** What a pre-warming policy asks for; times of one function ascend strictly. */
  readonly script: readonly ScriptedStep[];
  /** Numbers of instances to keep, followed instead of any time to live; times of one function ascend strictly. */
  readonly targets: readonly Target[];
  /** How long an instance beyond the target stays. */
  readonly spillUs: number;
}

/** Hosts, or the scheduler (-1), that are down from then to then, and times in which fewer instances start. */
export interface OracleFaults {
  readonly outages: readonly {
    readonly host: number;
    readonly fromUs: number;
    readonly untilUs: number;
    /** What is on it stands still; else it is lost. */
    readonly keeps: boolean;
  }[];
  readonly slowdowns: readonly {readonly fromUs: number; readonly untilUs: number; readonly perSecond: number}[];
  readonly leaseUs: number;
  readonly idempotent: readonly boolean[]; // [function]
}

/** From `atUs` on the function is to have `slots` instances; those started for it then take `coldUs`. */
export interface Target {
  readonly atUs: number;
  readonly fn: number;
  readonly slots: number;
  readonly coldUs: number;
}

/** At `atUs`, starts up to `prewarm` instances that find room without eviction, then destroys idle ones above `keepIdle`. */
export interface ScriptedStep {
  readonly atUs: number;
  readonly fn: number;
  readonly prewarm: number;
  readonly coldUs: number;
  /** Infinity destroys none. */
  readonly keepIdle: number;
}

/** Integrals over the counted part, exact. */
export interface SlotTime {
  busy: bigint;
  idle: bigint;
  starting: bigint;
}

export interface FunctionTotals {
  invocations: number;
  warm: number;
  cold: number;
  dropped: number;
  throttled: number;
  abandoned: number;
  stillQueued: number;
  expired: number;
  shed: number;
  coalesced: number;
  lost: number;
  duplicated: number;
}

/** Of one function: what its team answers for. */
export interface FunctionDetails {
  /** Of its counted calls that got an instance. */
  readonly startDelaysUs: number[];
  readonly slotUs: SlotTime;
}

export interface Outcome {
  invocations: number;
  warm: number;
  cold: number;
  /** Cold starts of calls that are the first ever of their function. */
  firstStarts: number;
  /** Calls that waited in the queue at all, whatever became of them. */
  queued: number;
  dropped: number;
  throttled: number;
  abandoned: number;
  stillQueued: number;
  /** Left the queue by its own rules. */
  expired: number;
  shed: number;
  coalesced: number;
  /** Were on a host that failed, and do not run again. */
  lost: number;
  lostUs: number;
  /** Attempts that were over when another of their call was already. */
  duplicated: number;
  timeouts: number;
  checkpoints: number;
  overheadUs: number;
  retried: number;
  evictions: number;
  expirations: number;
  /** Instances started before any call asked for them. */
  prewarms: number;
  readonly functions: FunctionTotals[]; // [function]
  readonly details: FunctionDetails[]; // [function]
  readonly slotUs: SlotTime;
  /** Slot-time weighted by the instance's memory; memory must be whole MiB. */
  readonly mibUs: SlotTime;
  /** Arrival to start of user code of the counted calls that got an instance, its start's end lying behind `endUs` or not. */
  readonly startDelaysUs: number[];
  /** Of the counted cold calls. */
  readonly coldTimesUs: number[];
  /** The same calls' waits for room and for a start to begin, where above 0. */
  readonly queueWaitsUs: number[];
  /** Most slots and memory in use at once in the counted part. */
  peakSlots: number;
  peakMemoryMib: number;
  /** What was in use from each time on at which that changed. */
  levels: {timeUs: number; slots: number; memoryMib: number}[];
  /** A row a counted call, in no order. */
  readonly log: LoggedCall[];
  /** What was decided for every call, counted or not, in order of decision. */
  readonly decisions: Decision[];
}

/** What became of a call, whatever its attempts: first start, last end. NaN where it never started. */
export interface LoggedCall {
  readonly fn: number;
  readonly arrivalUs: number;
  startUs: number;
  endUs: number;
  outcome: string;
  /** Of a cold call: from when its instance began to start until it did; else 0. */
  readonly coldUs: number;
  host: number;
  attempts: number;
}

/** How a call leaves the queue by the queue's own rules. */
export type Leaving = 'expired' | 'shed' | 'coalesced';

/** A decision and its time: the truncation test compares these. */
export interface Decision {
  readonly timeUs: number;
  readonly what:
    | 'warm'
    | 'cold'
    | 'queue'
    | 'drop'
    | 'throttle'
    | 'abandon'
    | 'lost'
    | Leaving
    | 'evict'
    | 'expire'
    | 'prewarm'
    | 'trim';
  readonly fn: number;
  readonly host: number;
}

/** One container from creation to destruction. */
export interface Instance {
  readonly id: number;
  readonly fn: number;
  readonly memoryMib: number;
  readonly host: number;
  /** A starting instance that a call is bound to is `starting` too; nobody waits for an `unclaimed` one yet. */
  state: 'unclaimed' | 'starting' | 'idle' | 'busy' | 'frozen' | 'gone';
  /** When the present state began. */
  sinceUs: number;
  /** When its start begins; until then it has its room and is charged for nothing. */
  beginUs: number;
  /** Its function keeps it whatever happens. */
  kept: boolean;
  /** A call of it was cut: it takes no more. */
  closed: boolean;
  /** When it is or was ready for user code. */
  readyUs: number;
  /** Calls that it serves, or will once it is ready. */
  calls: number;
  /** Order in which instances became idle, became ready or ended a call. */
  idleOrder: number;
  idleSinceUs: number;
  firstIdleUs: number;
  /** When the last call was given to it: a cold call's at creation, its start included. */
  lastStartUs: number;
  /** How long it is kept, as the policy said when it went idle. */
  keepUs: number;
  /** While its host stands still: when its start began and would have been over, if it was not. */
  halted?: {readonly beginUs: number; readonly readyUs: number} | undefined;
  /** It has never served. */
  unused: boolean;
  /** Calls it was given. */
  uses: number;
}
