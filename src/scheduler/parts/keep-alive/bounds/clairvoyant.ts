import {SlotRates, waitingIsDear} from '../../../../cost/cold-start.ts';
import {type BoundPart, callsOf, type FloorContext, type FlooredCalls, freedUs} from './floor.ts';
import {keptOrCold} from './kept-or-cold.ts';

/**
 * The offline bound: knows every call, starts an instance so that it is ready just when it is needed and keeps one over a
 * gap only if that costs less than a start. So no call waits but those before the first
 * instance can be ready, and the bill is the lesser of gap and start a call.
 *
 * No policy costs less, whatever the fleet, its limits and rules, if user time is worth at least as much as warm time and
 * a lost call at least as much as a start and the slot it would have run on. Take any schedule and let every late call begin on time, its instance begun no
 * earlier than before if it was cold: each waiting time saved is worth more than the warm time by which the gap behind it
 * grows, so the cheapest schedule has no waiting; and given that, the number of instances must be at least that of
 * running calls, which falls apart into levels (see LevelSlots), each with gaps to be kept over or not. Room for all of
 * them there may not be: the bound does not ask. Where calls can be lost, one before the first instance can be ready may
 * be lost for less than its waiting costs: there instances are ready in time from the start.
 *
 * Where user time is cheaper than warm time a late call may be the cheaper one, by no more than its start: then a call
 * is kept for, or its caller waits for a start that costs nothing else. That is no bound where calls wait for room.
 */
export const clairvoyant: BoundPart = {
  name: 'clairvoyant',
  summary: 'knows every call and starts instances just in time: the bound of all policies',
  kind: 'bound',
  scope: 'function',
  parameters: {},
  sweep: {variants: [''], fleets: 'all'},
  floor(context) {
    const {future, fromUs} = context;
    const rates = new SlotRates(context.prices);
    const wait = waitForFirstStart(context);
    const dear = waitingIsDear({...context, coldUs: future.coldUs});
    return (fn) => {
      const {arrivalUs, durationUs, startUs} = callsOf(future, fn);
      const beginUs = dear[fn] === 1 ? arrivalUs.map((us, k) => us + wait(us, startUs[k]!)) : arrivalUs;
      const sinceUs = freedUs(
        beginUs,
        beginUs.map((us, k) => us + durationUs[k]!),
      );
      if (dear[fn] === 0) return keptOrCold(context, fn, {arrivalUs, durationUs, coldUs: startUs, sinceUs, rates});
      const mib = context.memoryMib[fn]!;
      const startWorth = rates.startUsdPerSecond(mib) / rates.warmUsdPerSecond(mib);
      return inTime({arrivalUs, beginUs, sinceUs, startUs, fromUs, startWorth});
    };
  },
  // Starts are shorter than they may be, or are over before there was time for them.
  relaxes(context) {
    const {arrivalUs, coldUs, startUs} = context.future;
    const wait = waitForFirstStart(context);
    return coldUs.some((us, k) => us !== startUs[k] || wait(arrivalUs[k]!, us) < us - arrivalUs[k]!);
  },
};

/** How long a call waits that comes sooner than a start after time 0, when nothing can be ready; 0 where losing it costs less. */
function waitForFirstStart({loses, prices}: FloorContext): (arrivalUs: number, startUs: number) => number {
  const rates = new SlotRates(prices);
  return (arrivalUs, startUs) => {
    const us = Math.max(0, startUs - arrivalUs);
    return loses && prices.dropUsd < rates.delayUsd(us) ? 0 : us;
  };
}

interface Times {
  readonly arrivalUs: Float64Array;
  readonly beginUs: Float64Array;
  readonly sinceUs: Float64Array;
  readonly startUs: Float64Array;
  readonly fromUs: number;
  /** Seconds of idle time that cost as much as one of starting; Infinity or NaN where idle time is free. */
  readonly startWorth: number;
}

/** Every call is kept for or started for ahead of it, whatever takes less of the counted time. */
function inTime({arrivalUs, beginUs, sinceUs, startUs, fromUs, startWorth}: Times): FlooredCalls {
  const kept = Uint8Array.from(beginUs, (us, k) => {
    const counted = Math.min(us, fromUs);
    if (sinceUs[k]! < 0) return 0;
    const startingUs = Math.min(startUs[k]!, us - counted);
    const isFree = !Number.isFinite(startWorth);
    return isFree || us - Math.max(sinceUs[k]!, counted) < startWorth * startingUs ? 1 : 0;
  });
  return {
    beginUs,
    heldUs: beginUs.map((us, k) => (kept[k] === 1 ? sinceUs[k]! : us - startUs[k]!)),
    kept,
    freedUs: sinceUs,
    delayUs: beginUs.map((us, k) => us - arrivalUs[k]!),
    cold: false,
    forced: false,
  };
}
