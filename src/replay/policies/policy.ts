import type {Choice, Parameters} from '../../base/part.ts';
import type {BoundPart} from '../../scheduler/parts/keep-alive/bounds/floor.ts';
import type {KeepAlivePart} from '../../scheduler/parts/keep-alive/keep-alive.ts';
import type {Workload} from '../../workload/workload.ts';
import type {ReplayOptions} from '../options.ts';
import type {Threads} from '../threads.ts';

/** The replay that policies are made ready for. */
export interface PolicyInput {
  readonly workload: Workload;
  readonly options: ReplayOptions;
  /** Threads that may prepare, 1 where nobody says so; what is prepared does not depend on it. */
  readonly threads?: Threads;
  /** Gets lines about what does not fit. */
  readonly note: (line: string) => void;
  /** Gets a line with the time that forecasts took; undefined when nobody asked. */
  readonly timing: ((line: string) => void) | undefined;
}

/** What decides in a scheduler: a policy of its own, or one that follows what is read or forecast for it. */
export type KeepAlivePolicy = KeepAlivePart<Parameters, PolicyInput, unknown>;

/** A policy of `--policy`: such a one, or what none of them can undercut. */
export type Policy = KeepAlivePolicy | BoundPart;

/** True for what is computed from the calls alone. */
export function isBound(policy: Policy): policy is BoundPart {
  return 'floor' in policy;
}

/** A policy as the user wrote it, and what it has prepared: plain data and shared memory, which every thread gets. */
export interface PolicyChoice extends Choice {
  readonly prepared?: unknown;
}
