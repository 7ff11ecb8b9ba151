import {joinPlan, type PlanFile} from '../../../plan/file/plan-file.ts';
import type {SlotTargets} from '../../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import type {PolicyInput} from '../policy.ts';
import {type PlanUse, planTargets} from './plan-targets.ts';
import type {PreparedRest} from './rest-policies.ts';

/** What is followed: plain data and shared memory. */
export interface Followed {
  readonly targets: SlotTargets;
  /** Decides what is beyond the targets; undefined: the targets' own spill times do. */
  readonly rest: PreparedRest | undefined;
  /** Instances at most, as the plan says; NaN where it does not; undefined: it says it of none. [row] */
  readonly most?: Float64Array | undefined;
}

/** What a plan comes to in a replay. `rest` is the policy that it names, ready, or undefined. */
export function followedPlan(
  plan: PlanFile,
  use: Pick<PolicyInput, 'workload' | 'options'> &
    Pick<PlanUse, 'place' | 'spillUs'> & {readonly rest: PreparedRest | undefined},
): Followed {
  const {workload, options, place, spillUs, rest} = use;
  const origin = Number(plan.metadata.get('origin_us') ?? workload.meta.originUs);
  const shiftUs = Number.isSafeInteger(origin) ? origin - workload.meta.originUs : 0;
  const planRow = joinPlan(plan, workload);
  const most = Float64Array.from(planRow, (f) =>
    f < 0 || !Number.isFinite(plan.most[f]!) ? Number.NaN : plan.most[f]!,
  );
  return {
    targets: planTargets(plan, {planRow, spillUs, shiftUs, untilUs: options.untilUs, place}),
    rest,
    most: most.every(Number.isNaN) ? undefined : most,
  };
}
