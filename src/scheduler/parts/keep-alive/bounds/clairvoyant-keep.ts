import {SlotRates} from '../../../../cost/cold-start.ts';
import {clairvoyant} from './clairvoyant.ts';
import {type BoundPart, callsOf, freedUs} from './floor.ts';
import {keptOrCold} from './kept-or-cold.ts';

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Knows every gap and may keep or drop, nothing else: an instance stays until it is needed next if its idle time costs
 * less than the caller's waiting for a cold start, else it goes at its finish.
 *
 * No policy costs less that starts nothing early and under which a call finds an idle instance or starts its own. Take
 * any of its schedules and let every cold call begin when it arrives. Its waiting is as long as its instance's start, so
 * what is saved of starting, at most the gap behind the call gains in idle time, which costs as much (slots cost the
 * same while they start and while they idle). What is left to pay are gaps, and the waiting before each call whose gap
 * was not paid for; gaps fall apart into levels (see LevelSlots), and each costs the lesser of the two.
 *
 * Where calls may be served by whatever is free first, which a full fleet's queue and late binding let them, waiting may
 * be shorter than a cold start: there it is `clairvoyant`.
 */
export const clairvoyantKeep: BoundPart = {
  name: 'clairvoyant-keep',
  summary: 'knows every gap, may only keep or drop: the bound of policies that start nothing early',
  kind: 'bound',
  scope: 'function',
  parameters: {},
  sweep: {variants: [''], fleets: 'all'},
  floor(context) {
    if (context.waits) return clairvoyant.floor(context);
    const rates = new SlotRates(context.prices);
    return (fn) => {
      const {arrivalUs, durationUs, coldUs, startUs} = callsOf(context.future, fn);
      const endUs = arrivalUs.map((us, k) => us + durationUs[k]!);
      // Nothing can be idle sooner than a start after time 0.
      const sinceUs = freedUs(arrivalUs, endUs).map((us, k) => (arrivalUs[k]! < startUs[k]! ? NEVER : us));
      return keptOrCold(context, fn, {arrivalUs, durationUs, coldUs, sinceUs, rates});
    };
  },
  relaxes: ({waits}) => waits,
};
