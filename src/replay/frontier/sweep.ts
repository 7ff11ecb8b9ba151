import type {PartKind} from '../../base/part.ts';
import type {PolicyChoice} from '../policies/policy.ts';
import {policies} from '../policies/registry.ts';

/** Every idle time of a sweep is measured against this one's, as in Serverless in the Wild. */
export const referencePolicy = 'fixed:ttl=10m';
/** The bound that gaps are measured to. */
export const boundPolicy = 'clairvoyant';

/** What a row of a sweep stands for. */
export function sweepKind({name}: PolicyChoice): PartKind {
  return policies.named(name).kind;
}

/**
 * The policies of a sweep: those given, or all with the parameters that they say are worth trying; in a fleet with
 * limits those too that differ in what a full fleet gives up. Reference, baseline and bound are always among them.
 */
export function sweepPolicies(
  given: readonly string[] | undefined,
  limited: boolean,
  baseline: string = referencePolicy,
): PolicyChoice[] {
  const texts = given ?? [...variants('all'), ...(limited ? variants('limited') : [])];
  return [...new Set([...texts, referencePolicy, baseline, boundPolicy])].map((text) => policies.parse(text));
}

function variants(fleets: 'all' | 'limited'): string[] {
  return policies.parts
    .filter((policy) => policy.sweep.fleets === fleets)
    .flatMap(({name, sweep}) => sweep.variants.map((given) => (given === '' ? name : `${name}:${given}`)));
}
