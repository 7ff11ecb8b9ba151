import type {Choice, Parameters} from '../../base/part.ts';
import type {KeepAlivePart} from '../../scheduler/parts/keep-alive/keep-alive.ts';
import type {Workload} from '../../workload/workload.ts';
import type {ReplayOptions} from '../options.ts';

/** The replay that policies are made ready for. */
export interface PolicyInput {
  readonly workload: Workload;
  readonly options: ReplayOptions;
  /** Gets lines about what does not fit. */
  readonly note: (line: string) => void;
  /** Gets a line with the time that forecasts took; undefined when nobody asked. */
  readonly timing: ((line: string) => void) | undefined;
}

/** A policy of `--policy`: one of the scheduler's own, or one that follows what is read or forecast for it. */
export type Policy = KeepAlivePart<Parameters, PolicyInput, unknown>;

/** A policy as the user wrote it, and what it has prepared: plain data and shared memory, which every thread gets. */
export interface PolicyChoice extends Choice {
  readonly prepared?: unknown;
}
