import {Registry} from '../../base/part.ts';
import {adaptive} from '../../scheduler/parts/keep-alive/adaptive/adaptive.ts';
import {belady} from '../../scheduler/parts/keep-alive/bounds/belady.ts';
import {clairvoyant} from '../../scheduler/parts/keep-alive/bounds/clairvoyant.ts';
import {clairvoyantKeep} from '../../scheduler/parts/keep-alive/bounds/clairvoyant-keep.ts';
import {fixed} from '../../scheduler/parts/keep-alive/fixed.ts';
import {freq} from '../../scheduler/parts/keep-alive/freq.ts';
import {greedyDual} from '../../scheduler/parts/keep-alive/greedy-dual.ts';
import {hazard} from '../../scheduler/parts/keep-alive/hazard.ts';
import {hybrid} from '../../scheduler/parts/keep-alive/hybrid/hybrid.ts';
import {infinite} from '../../scheduler/parts/keep-alive/infinite.ts';
import {knative} from '../../scheduler/parts/keep-alive/knative/knative.ts';
import {landlord} from '../../scheduler/parts/keep-alive/landlord.ts';
import {lru} from '../../scheduler/parts/keep-alive/lru.ts';
import {none} from '../../scheduler/parts/keep-alive/none.ts';
import {size} from '../../scheduler/parts/keep-alive/size.ts';
import {skiRental} from '../../scheduler/parts/keep-alive/ski-rental.ts';
import {plan} from './plan/plan.ts';
import type {Policy, PolicyChoice, PolicyInput} from './policy.ts';
import {predictive} from './predictive/predictive.ts';

/** `--policy` by name: the one list of policies. */
export const policies = new Registry<Policy>({flag: '--policy', one: 'policy', many: 'policies'}, [
  none,
  fixed,
  infinite,
  lru,
  greedyDual,
  freq,
  size,
  landlord,
  hybrid,
  hazard,
  skiRental,
  adaptive,
  knative,
  plan,
  predictive,
  clairvoyantKeep,
  clairvoyant,
  belady,
]);

/** Policies with what they prepare for a replay: a plan is read and joined to the workload, forecasts are made. */
export async function preparePolicies(choices: readonly PolicyChoice[], input: PolicyInput): Promise<PolicyChoice[]> {
  const ready: PolicyChoice[] = [];
  for (const choice of choices) {
    const policy = policies.named(choice.name);
    ready.push(policy.prepare ? {...choice, prepared: await policy.prepare(choice.values, input)} : choice);
  }
  return ready;
}
