import type {Explained} from '../../plan/outcome/plan-report.ts';
import type {CallClass} from '../../workload/call-class.ts';

/** Of a length of time, ms. */
export interface Quantiles {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** One function under one policy, alone on a host without limits. */
export interface ExplainedRun {
  readonly policy: string;
  readonly cold: number;
  readonly coldShare: number | null;
  readonly p99StartMs: number | null;
  readonly peakSlots: number;
  readonly idleSeconds: number;
  readonly usdPerDay: number;
}

export interface ExplainReport {
  readonly schema: 'coldfront.explain/1';
  readonly function: string;
  readonly app: string;
  readonly owner: string;
  readonly trigger: string;
  /** NaN in the trace: what --default-memory says. */
  readonly memoryMib: number;
  readonly calls: number;
  readonly callsPerDay: number;
  /** Of all calls of the workload. */
  readonly shareOfCalls: number | null;
  readonly class: CallClass;
  /** Calls in the busiest minute. */
  readonly peakPerMinute: number;
  readonly gapCv: number | null;
  /** Where the clock calls it: every so many ms. */
  readonly periodMs: number | null;
  /** Calls in each of equal parts of the span. */
  readonly rhythm: {readonly partMs: number; readonly calls: readonly number[]};
  /** Times between calls, ms; of counted calls as evenly spread over their minute. Null: fewer than two calls. */
  readonly gapsMs: Quantiles | null;
  /** Null: the trace does not tell. */
  readonly durationMs: (Quantiles & {readonly mean: number}) | null;
  /** Calls whose coldness the trace tells, and those of them that were cold; null: of none. */
  readonly observed: {readonly cold: number; readonly of: number} | null;
  readonly runs: readonly ExplainedRun[];
  /** What `plan` gives it and why; null: nothing can be planned for it. */
  readonly plan: Explained | null;
}
