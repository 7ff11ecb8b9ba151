import {formatCount, formatTimeUs, parseTimeUs} from '../../base/units.ts';
import type {PolicyChoice} from '../../scheduler/parts/keep-alive/registry.ts';
import type {SlotTargets} from '../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import {readWhole} from '../../workload/file/file.ts';
import type {Workload} from '../../workload/workload.ts';
import type {ReplayOptions} from '../options.ts';

/** The replay that policies are made ready for. */
export interface TargetsFor {
  readonly workload: Workload;
  readonly options: ReplayOptions;
  /** Gets lines about what does not fit. */
  readonly note: (line: string) => void;
  /** Gets a line with the time that forecasts took; undefined when nobody asked. */
  readonly timing: ((line: string) => void) | undefined;
}

/**
 * Policies that follow targets get them: a plan is read and joined to the workload, forecasts are made. The others
 * stay as they are.
 */
export async function withTargets(policies: readonly PolicyChoice[], given: TargetsFor): Promise<PolicyChoice[]> {
  const ready: PolicyChoice[] = [];
  for (const policy of policies) {
    if (policy.name === 'plan') ready.push({...policy, targets: await targetsOfPlan(policy, given)});
    else if (policy.name === 'predictive') ready.push({...policy, targets: await targetsOfForecasts(policy, given)});
    else ready.push(policy);
  }
  return ready;
}

/** Decisions look one minute ahead, at the chance of a call: quantiles of counts do not matter. */
const NEEDS = {horizons: [1], quantiles: []};

async function targetsOfForecasts(policy: PolicyChoice, given: TargetsFor): Promise<SlotTargets> {
  const {options, timing, workload} = given;
  const model = policy.options.model!;
  const {openForecaster} = await import('../../forecast/open-forecaster.ts');
  const {forecastTargets} = await import('./forecast-targets.ts');
  const startedMs = performance.now();
  const targets = await forecastTargets(workload, options, await openForecaster(model, NEEDS));
  const seconds = (performance.now() - startedMs) / 1000;
  timing?.(`forecast ${workload.functions} functions minute by minute with ${model} in ${seconds.toFixed(3)} s`);
  return targets;
}

async function targetsOfPlan(
  policy: PolicyChoice,
  {workload, options: {untilUs}, note}: TargetsFor,
): Promise<SlotTargets> {
  const file = policy.options.file!;
  const {spill} = policy.options;
  const spillUs = spill === 'plan' ? undefined : parseTimeUs(spill!, 'plan:spill');
  const place = file === '-' ? 'stdin' : file;
  const {joinPlan, planEndUs, readPlan} = await import('../../plan/file/plan-file.ts');
  const {planTargets} = await import('./plan-targets.ts');
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
