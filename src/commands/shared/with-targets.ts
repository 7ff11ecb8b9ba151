import {formatCount, formatTimeUs, parseTimeUs} from '../../base/units.ts';
import type {PolicyChoice} from '../../scheduler/keep-alive/registry.ts';
import type {SlotTargets} from '../../scheduler/keep-alive/slot-targets.ts';
import {readWhole} from '../../workload/file.ts';
import type {Workload} from '../../workload/workload.ts';

/** The replay that policies are made ready for. */
export interface TargetsFor {
  readonly workload: Workload;
  readonly untilUs: number;
  /** Gets lines about what does not fit. */
  readonly note: (line: string) => void;
}

/** Policies that follow targets get them: a plan is read and joined to the workload. The others stay as they are. */
export async function withTargets(policies: readonly PolicyChoice[], given: TargetsFor): Promise<PolicyChoice[]> {
  const ready: PolicyChoice[] = [];
  for (const policy of policies) {
    ready.push(policy.name === 'plan' ? {...policy, targets: await targetsOfPlan(policy, given)} : policy);
  }
  return ready;
}

async function targetsOfPlan({options}: PolicyChoice, {workload, untilUs, note}: TargetsFor): Promise<SlotTargets> {
  const file = options.file!;
  const spillUs = options.spill === 'plan' ? undefined : parseTimeUs(options.spill!, 'plan:spill');
  const place = file === '-' ? 'stdin' : file;
  const {joinPlan, planEndUs, readPlan} = await import('../../plan/plan-file.ts');
  const {planTargets} = await import('../../scheduler/keep-alive/plan-targets.ts');
  const plan = readPlan(await readWhole(file), place);
  const planRow = joinPlan(plan, workload);
  const known = planRow.reduce((n, f) => n + (f < 0 ? 0 : 1), 0);
  if (known < workload.functions) {
    note(
      `${place} does not know ${formatCount(workload.functions - known)} of ${formatCount(workload.functions)} functions: they get no slots`,
    );
  }
  if (known < plan.functions) {
    note(
      `${formatCount(plan.functions - known)} of ${formatCount(plan.functions)} functions of ${place} are not in the workload`,
    );
  }
  const endUs = planEndUs(plan);
  if (endUs < untilUs) {
    note(
      `${place} ends at ${formatTimeUs(endUs)}, the replay at ${formatTimeUs(untilUs)}: after it nothing is kept but spill-over`,
    );
  }
  const origin = Number(plan.metadata.get('origin_us') ?? workload.meta.originUs);
  const shiftUs = Number.isSafeInteger(origin) ? origin - workload.meta.originUs : 0;
  return planTargets(plan, {planRow, spillUs, shiftUs, untilUs, place});
}
