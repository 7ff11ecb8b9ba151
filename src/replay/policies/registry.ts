import {usageError} from '../../base/errors.ts';
import {Registry} from '../../base/part.ts';
import {keepingIsUndecided} from '../../cost/cold-start.ts';
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
import {surge} from '../../scheduler/parts/keep-alive/surge/surge.ts';
import {plan} from './plan/plan.ts';
import {isBound, type Policy, type PolicyChoice, type PolicyInput} from './policy.ts';
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
  surge,
  knative,
  plan,
  predictive,
  clairvoyantKeep,
  clairvoyant,
  belady,
]);

/** See KeepAlivePart. */
export function goesByPrices({name}: PolicyChoice): boolean {
  const policy = policies.named(name);
  return !isBound(policy) && policy.goesByPrices === true;
}

/** Policies with what they prepare for a replay: a plan is read and joined to the workload, forecasts are made. */
export async function preparePolicies(choices: readonly PolicyChoice[], input: PolicyInput): Promise<PolicyChoice[]> {
  const ready: PolicyChoice[] = [];
  const undecided = keepingIsUndecided(input.options.prices);
  for (const choice of choices) {
    const policy = policies.named(choice.name);
    if (undecided && goesByPrices(choice)) {
      throw usageError(
        `--policy is '${choice.text}', which goes by what idle time and waiting cost, and at these prices both are free`,
        'give waiting a price with --delay-usd-per-hour, or take a policy that goes by time, such as fixed:ttl=10m',
      );
    }
    ready.push(policy.prepare ? {...choice, prepared: await policy.prepare(choice.values, input)} : choice);
  }
  return ready;
}
