import {timeUs} from '../base/parameters.ts';
import {type Choice, type Entry, Registry} from '../base/part.ts';
import {SlotRates} from '../cost/cold-start.ts';
import type {PriceSheet} from '../cost/prices.ts';
import type {ColdTimes} from '../fleet/cold-time/expected-cold-times.ts';
import type {Workload} from '../workload/workload.ts';
import {type KeptRest, keptFor} from './rest/rest.ts';
import {suggestedKeepAlives} from './spill/keep-alives.ts';

/** `--rest` by name: what may become of instances beyond the planned slots. */
export const rests = new Registry<Entry>({flag: '--rest', one: 'rest', many: 'rests'}, [
  {name: 'auto', summary: 'what would have been cheapest inside the history: keep, adaptive or predictive'},
  {name: 'keep', summary: 'a keep-alive for each function, chosen with the slots and carried by the plan'},
  {
    name: 'fixed',
    summary: 'one keep-alive for all functions',
    parameters: {ttl: timeUs('how long an idle instance stays', {example: '10m'})},
  },
  {name: 'adaptive', summary: 'the policy `adaptive` decides, on top of the slots'},
  {name: 'predictive', summary: 'the policy `predictive` decides, on top of the slots'},
  {name: 'none', summary: 'an instance beyond the slots goes when its call is over'},
]);

/** What suggesting keep-alives goes by. */
export interface KeptTerms {
  readonly defaultDurationUs: number;
  readonly prices: PriceSheet;
  readonly seed: number;
  /** [function] */
  readonly memoryMib: Float64Array;
  readonly cold: ColdTimes;
  /** Calls that an instance serves at once; undefined: one. [function] */
  readonly places?: Int32Array | undefined;
  /** The rest is for what comes after the history. */
  readonly ahead: boolean;
}

/** The rest of `keep`, `fixed` or `none`; any other choice is taken for `keep`. */
export function keptRest({name, text, values}: Choice, history: Workload, terms: KeptTerms): KeptRest {
  const fixedUs = name === 'none' ? 0 : name === 'fixed' ? (values.ttl as number) : undefined;
  if (fixedUs !== undefined) {
    return {...keptFor(fixedUs, history.functions), name: text};
  }
  const {defaultDurationUs, prices, seed, memoryMib, cold, places, ahead} = terms;
  const rates = new SlotRates(prices);
  const breakEvenSeconds = memoryMib.map((mib, f) => rates.breakEvenSeconds(cold.meanUs[f]!, mib));
  const suggested = suggestedKeepAlives(history, {defaultDurationUs, breakEvenSeconds, places, ahead, seed});
  const {us: keepAliveUs, otherUs: otherKeepAliveUs, surprises} = suggested;
  return {kind: 'kept', name: 'keep', keepAliveUs, otherKeepAliveUs, chosen: true, surprises};
}
