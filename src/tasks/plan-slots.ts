import type {Stage} from './plan-stages.ts';

/** What slots over a policy did in one part of a history, beside the policy alone. */
export interface SlotsTried {
  readonly days: number;
  /** Dollars that they saved each function, below 0 where they cost more. [function] */
  readonly savedUsd: Float64Array;
  /** Cold starts that they avoided. [function] */
  readonly avoidedCold: Float64Array;
}

/**
 * Functions for which slots over a policy are worth it, by the parts of a history in which that was tried. Functions
 * that were not, `weight` 0, go by what slots came to for all that were together.
 */
export function payingFunctions(parts: readonly SlotsTried[], weight: Float64Array): Uint8Array {
  const all = parts.map(({days, savedUsd}) => ({
    days,
    savedUsd: savedUsd.reduce((sum, usd, f) => sum + weight[f]! * usd, 0),
  }));
  const others = isWorth(all) ? 1 : 0;
  return Uint8Array.from(weight, (each, f) => {
    if (each === 0) return others;
    return isWorth(parts.map(({days, savedUsd}) => ({days, savedUsd: savedUsd[f]!}))) ? 1 : 0;
  });
}

function isWorth(parts: readonly {readonly days: number; readonly savedUsd: number}[]): boolean {
  const days = parts.reduce((sum, part) => sum + part.days, 0);
  const mean = parts.reduce((sum, {savedUsd}) => sum + savedUsd, 0) / days;
  const variance = parts.reduce((sum, part) => sum + (part.savedUsd - mean * part.days) ** 2, 0) / (days * days);
  return mean > DEVIATIONS * Math.sqrt((variance * parts.length) / (parts.length - 1));
}

const DEVIATIONS = 1;

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
  return {
    ...stage,
    cold: Math.max(0, stage.cold - avoided),
    bill: {...bill, warm, delay, total: bill.total + warm + delay - decided},
  };
}
