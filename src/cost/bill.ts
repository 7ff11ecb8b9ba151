import {US_PER_DAY, US_PER_HOUR, US_PER_SECOND} from '../base/units.ts';
import type {PriceSheet} from './prices.ts';

/** What happened, in the units that prices are quoted for. Sums over any part of a fleet. */
export interface Usage {
  /** Slot-time warm but not serving: idle plus starting, microseconds. */
  warmSlotUs: number;
  /** The same weighted by memory, GB-seconds (1 GB = 1024 MiB). */
  warmGbSeconds: number;
  executionGbSeconds: number;
  requests: number;
  /** Sum of start delays of the calls that started, microseconds; first arrivals included. */
  startDelayUs: number;
  /** Calls dropped or abandoned. */
  lost: number;
}

export interface Cost {
  readonly warm: number;
  readonly execution: number;
  readonly delay: number;
  readonly requests: number;
  readonly dropped: number;
  readonly total: number;
}

/** The bill of a usage, in US dollars. Busy time is execution, never warm. */
export function costOf(usage: Usage, prices: PriceSheet): Cost {
  const warm =
    (usage.warmSlotUs / US_PER_DAY) * prices.warmUsdPerSlotDay + usage.warmGbSeconds * prices.warmUsdPerGbSecond;
  const execution = usage.executionGbSeconds * prices.executionUsdPerGbSecond;
  const delay = (usage.startDelayUs / US_PER_HOUR) * prices.delayUsdPerHour;
  const requests = (usage.requests / 1e6) * prices.usdPerMillionRequests;
  const dropped = usage.lost * prices.dropUsd;
  return {warm, execution, delay, requests, dropped, total: warm + execution + delay + requests + dropped};
}

/** Dollars a second of keeping one warm slot of that memory: the c of the break-even c/C. */
export function warmUsdPerSecond(memoryMib: number, prices: PriceSheet): number {
  const gb = Number.isNaN(memoryMib) ? 0 : memoryMib / 1024;
  return prices.warmUsdPerSlotDay / 86_400 + gb * prices.warmUsdPerGbSecond;
}

/** Dollars of one call's start delay: the C of the break-even c/C. */
export function delayUsd(delayUs: number, prices: PriceSheet): number {
  return (delayUs / US_PER_HOUR) * prices.delayUsdPerHour;
}

/** The gap between calls at which keeping warm and starting cold cost the same, C/c in seconds; Infinity when warm is free. */
export function breakEvenGapSeconds(coldUs: number, memoryMib: number, prices: PriceSheet): number {
  // The instance is also paid for while it starts.
  const perSecond = warmUsdPerSecond(memoryMib, prices);
  return perSecond === 0 ? Number.POSITIVE_INFINITY : delayUsd(coldUs, prices) / perSecond + coldUs / US_PER_SECOND;
}
