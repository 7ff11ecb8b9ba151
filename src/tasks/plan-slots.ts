import type {Stage} from './plan-stages.ts';

/** What slots over a policy did in one part of a history, beside the policy alone. */
export interface SlotsTried {
  /** Dollars that they saved each function, below 0 where they cost more. [function] */
  readonly savedUsd: Float64Array;
  /** Cold starts that they avoided. [function] */
  readonly avoidedCold: Float64Array;
}

/**
 * Functions for which slots over a policy are worth it, by the parts of a history in which that was tried: they made it
 * dearer in none of them and cheaper in some. What pays on the mean alone is mostly chance, a cold start avoided here or
 * there: on eight splits (of Azure 2019 and 2021 and Huawei 2023) slots for those cost up to 3 % more in the time after,
 * slots for all up to 85 %, these none. Functions that were not tried, `weight` 0, go by the sum over all that were.
 */
export function payingFunctions(parts: readonly SlotsTried[], weight: Float64Array): Uint8Array {
  const sums = parts.map(({savedUsd}) => savedUsd.reduce((sum, usd, f) => sum + weight[f]! * usd, 0));
  const others = pays(sums) ? 1 : 0;
  return Uint8Array.from(weight, (each, f) => {
    if (each === 0) return others;
    return pays(parts.map(({savedUsd}) => savedUsd[f]!)) ? 1 : 0;
  });
}

function pays(savedUsd: readonly number[]): boolean {
  return savedUsd.every((usd) => usd >= 0) && savedUsd.some((usd) => usd > 0);
}

/** A stage of a policy alone as it would have been with slots for those functions. */
export function withSlots(
  stage: Stage,
  {savedUsd, avoidedCold}: SlotsTried,
  paying: Uint8Array,
  weight: Float64Array,
): Stage {
  let [saved, avoided] = [0, 0];
  paying.forEach((pays, f) => {
    saved += pays * weight[f]! * savedUsd[f]!;
    avoided += pays * weight[f]! * avoidedCold[f]!;
  });
  const {bill} = stage;
  const decided = bill.warm + bill.delay;
  const scale = decided > 0 ? Math.max(0, 1 - saved / decided) : 1;
  const [warm, delay] = [scale * bill.warm, scale * bill.delay];
  const cold = Math.max(0, stage.cold - avoided);
  return {
    ...stage,
    cold,
    coldUsd: stage.cold > 0 ? (stage.coldUsd * cold) / stage.cold : 0,
    bill: {...bill, warm, delay, total: bill.total + warm + delay - decided},
  };
}
