import {type PolicyChoice, parsePolicy} from '../../scheduler/parts/keep-alive/registry.ts';

/** What a row of a sweep stands for: a policy of the literature, our own, or a bound that knows the future. */
export type SweepKind = 'published' | 'ours' | 'bound';

/** Every idle time of a sweep is measured against this one's, as in Serverless in the Wild. */
export const referencePolicy = 'fixed:ttl=10m';
/** The bound that gaps are measured to. */
export const boundPolicy = 'clairvoyant';

const ours = new Set(['adaptive', 'plan', 'predictive']);
const bounds = new Set(['clairvoyant', 'clairvoyant-keep', 'belady']);

const keepAlive = [
  'none',
  ...['30s', '1m', '2m', '5m', '10m', '20m', '1h', '2h', '4h', '12h', '1d'].map((ttl) => `fixed:ttl=${ttl}`),
  'infinite',
  'hybrid:range=1h',
  'hybrid:range=4h',
  'hybrid:range=4h,head=0,tail=100',
  'hybrid:range=4h,unit=function',
  'hazard',
  'ski-rental',
  'ski-rental:random=yes',
  'adaptive',
  'clairvoyant-keep',
  boundPolicy,
];
const eviction = ['lru', 'greedy-dual', 'freq', 'size', 'landlord', 'belady'];

export function sweepKind({name}: PolicyChoice): SweepKind {
  if (bounds.has(name)) return 'bound';
  return ours.has(name) ? 'ours' : 'published';
}

/**
 * The policies of a sweep: those given, or the usual ones with their parameters varied; in a fleet with limits the
 * orders of eviction too. Reference and bound are always among them.
 */
export function sweepPolicies(given: readonly string[] | undefined, limited: boolean): PolicyChoice[] {
  const texts = given ?? [...keepAlive, ...(limited ? eviction : [])];
  return [...new Set([...texts, referencePolicy, boundPolicy])].map(parsePolicy);
}
