import {invariant} from '../../base/errors.ts';
import {mixKeys} from '../../base/random.ts';
import {invocationsTotal, type Workload} from '../workload.ts';
import {burstCounts} from './burst-counts.ts';
import {burstEvents} from './burst-events.ts';
import {deal} from './deal.ts';
import type {BurstCurve, DealtBurst} from './shapes.ts';

/** Calls that come besides the trace's own. */
export interface Burst extends BurstCurve {
  /** Whole, at least 0. */
  readonly calls: number;
  /** How the functions share them: any weights of at least 0, not all of them 0. */
  readonly weight: Float64Array; // [function]
}

/**
 * The workload with bursts added to its own calls, which stay as they are. Each call of a burst is a function's at random, by
 * weight, and comes at a random time, by shape; all of them come within the span. Depends on the seed alone. Where the trace
 * counts calls by the minute the added ones are counted with them, and `added` says where in their minute they come; single
 * calls last as long as others of their function, drawn from these.
 */
export function addBursts(workload: Workload, bursts: readonly Burst[], seed: number): Workload {
  const {arrivals, meta} = workload;
  const all = invocationsTotal(workload) + bursts.reduce((sum, {calls}) => sum + calls, 0);
  const own = mixKeys(seed | 0, Math.floor(seed / 4294967296));
  const dealt = bursts.map((burst, k): DealtBurst => {
    const key = mixKeys(own, 0xb0057 + k);
    return {...burst, key, ofFunction: byFunction(burst, key)};
  });
  const added = arrivals.kind === 'minute' ? burstCounts(arrivals, dealt) : burstEvents(arrivals, dealt);
  const whole = {...workload, meta: {...meta, burstCalls: all - invocationsTotal(workload)}, arrivals: added};
  invariant(invocationsTotal(whole) === all, () => `bursts leave ${invocationsTotal(whole)} calls of ${all}`);
  return whole;
}

function byFunction({calls, weight}: Burst, key: number): Float64Array {
  const before = new Float64Array(weight.length + 1);
  for (let f = 0; f < weight.length; f++) before[f + 1] = before[f]! + weight[f]!;
  const ofFunction = new Float64Array(weight.length);
  deal(calls, {upTo: (f) => before[f]!, low: 0, high: weight.length, key}, (f, its) => {
    ofFunction[f] = its;
  });
  return ofFunction;
}
