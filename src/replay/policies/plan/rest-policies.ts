import type {FollowedRestName} from '../../../plan/file/plan-rest.ts';
import {Adaptive} from '../../../scheduler/parts/keep-alive/adaptive/adaptive.ts';
import type {PolicyContext} from '../../../scheduler/parts/keep-alive/keep-alive.ts';
import type {SlotTargets} from '../../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import type {RestPolicy} from '../../../scheduler/parts/keep-alive/targets/targets-over-rest.ts';
import type {PolicyInput} from '../policy.ts';
import {forecastsOf, Predictive, SHIPPED_MODEL} from '../predictive/predictive.ts';

/** A policy that decides what is beyond a plan, made ready for a replay: plain data and shared memory. */
export type PreparedRest = {readonly name: 'adaptive'} | {readonly name: 'predictive'; readonly forecasts: SlotTargets};

export async function prepareRest(name: FollowedRestName, input: PolicyInput): Promise<PreparedRest> {
  return name === 'adaptive' ? {name} : {name, forecasts: await forecastsOf({model: SHIPPED_MODEL}, input)};
}

/** What such a policy has prepared, for a replay of it alone. */
export function preparedAlone(rest: PreparedRest): SlotTargets | undefined {
  return rest.name === 'predictive' ? rest.forecasts : undefined;
}

/** The policy, for one cell. */
export function restPolicy(rest: PreparedRest, context: PolicyContext): RestPolicy {
  if (rest.name === 'adaptive') return new Adaptive(context);
  const {row, part, parts} = context;
  return new Predictive(context, {targets: rest.forecasts, row, part, parts});
}
