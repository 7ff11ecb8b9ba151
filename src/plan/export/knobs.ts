import type {PlanFile} from '../file/plan-file.ts';

/** What a plan for a platform says of all its functions; what is absent was not decided. */
export interface Knobs {
  readonly platform: string;
  /** The platform as one writes it: `cloud-run:concurrency=40`. */
  readonly text: string;
  /** Calls that an instance serves at once; 0: no limit. */
  readonly concurrency: number;
  /** Instances of a function at most. */
  readonly max?: number;
  /** Of Knative's autoscaler: calls in flight a pod is meant for, the share of them that is aimed at, the stable window. */
  readonly target?: number;
  readonly utilization?: number;
  readonly windowS?: number;
  /** Calls over http that an instance serves at once. */
  readonly http?: number;
  /** Containers without an action on each invoker, and their memory. */
  readonly stemCells?: number;
  readonly stemMib?: number;
  readonly keepAliveS: number | null;
}

/** The knobs of a plan that was made for a platform; undefined for any other. */
export function knobsIn({metadata}: Pick<PlanFile, 'metadata'>): Knobs | undefined {
  const text = metadata.get('platform');
  if (text === undefined) return undefined;
  try {
    const knobs = JSON.parse(text) as Partial<Knobs> | null;
    return typeof knobs?.platform === 'string' && typeof knobs.concurrency === 'number' ? (knobs as Knobs) : undefined;
  } catch {
    return undefined;
  }
}
