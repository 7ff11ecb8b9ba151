import {US_PER_DAY, US_PER_HOUR, US_PER_SECOND} from '../base/units.ts';
import {billOf, noUsage, type Usage} from './bill.ts';
import type {PriceSheet} from './prices.ts';

const SECONDS_PER_DAY = US_PER_DAY / US_PER_SECOND;

/**
 * What one slot costs under a sheet while it idles and each time it starts: c and C of METHODS E1.2, for plans,
 * policies, backtests and trade-offs alike. Read off the bill, which is linear in time and memory: what is charged
 * there counts here.
 */
export class SlotRates {
  private readonly idleUsdPerSecond: number;
  private readonly idleUsdPerGbSecond: number;
  private readonly startingUsdPerSecond: number;
  private readonly startingUsdPerGbSecond: number;
  private readonly delayUsdPerHour: number;

  constructor(prices: PriceSheet) {
    const usdOf = (usage: Partial<Usage>): number => billOf({...noUsage, ...usage}, prices).total;
    this.idleUsdPerSecond = usdOf({idleSlotUs: US_PER_DAY, idleVcpuSeconds: SECONDS_PER_DAY}) / SECONDS_PER_DAY;
    this.idleUsdPerGbSecond = usdOf({idleGbSeconds: 1});
    this.startingUsdPerSecond =
      usdOf({startingSlotUs: US_PER_DAY, activeVcpuSeconds: SECONDS_PER_DAY}) / SECONDS_PER_DAY;
    this.startingUsdPerGbSecond = usdOf({startingGbSeconds: 1});
    this.delayUsdPerHour = usdOf({startDelayUs: US_PER_HOUR});
  }

  /** Dollars a second of keeping an idle slot of that memory: c. */
  warmUsdPerSecond(memoryMib: number): number {
    return this.idleUsdPerSecond + (memoryMib / 1024) * this.idleUsdPerGbSecond;
  }

  /** Dollars that a cold start adds to a call: its caller waits, and the slot is paid for while it starts. C. */
  coldStartUsd(coldUs: number, memoryMib: number): number {
    return this.delayUsd(coldUs) + (coldUs / US_PER_SECOND) * this.startUsdPerSecond(memoryMib);
  }

  /** Dollars a second of a slot of that memory while it starts. */
  startUsdPerSecond(memoryMib: number): number {
    return this.startingUsdPerSecond + (memoryMib / 1024) * this.startingUsdPerGbSecond;
  }

  /** Seconds of idle time that cost as much as a cold start, C/c; Infinity when idle time is free. */
  breakEvenSeconds(coldUs: number, memoryMib: number): number {
    const usdPerSecond = this.warmUsdPerSecond(memoryMib);
    return usdPerSecond === 0 ? Number.POSITIVE_INFINITY : this.coldStartUsd(coldUs, memoryMib) / usdPerSecond;
  }

  /** Dollars of a caller's waiting for so long. */
  delayUsd(us: number): number {
    return (us / US_PER_HOUR) * this.delayUsdPerHour;
  }
}

/** What prices are applied to, by function. */
export interface PricedFunctions {
  /** Typical cold time of each function. */
  readonly coldUs: Float64Array; // [function]
  readonly memoryMib: Float64Array; // [function]
  readonly prices: PriceSheet;
}

/** C/c of each function in whole microseconds. [function] */
export function breakEvenUs({coldUs, memoryMib, prices}: PricedFunctions): Float64Array {
  const rates = new SlotRates(prices);
  return coldUs.map((us, fn) => Math.round(rates.breakEvenSeconds(us, memoryMib[fn]!) * US_PER_SECOND));
}

/** Neither idle time nor waiting costs anything: then nothing says how long an instance should be kept. */
export function keepingIsUndecided(prices: PriceSheet): boolean {
  const rates = new SlotRates(prices);
  return rates.warmUsdPerSecond(1024) === 0 && rates.delayUsd(US_PER_SECOND) === 0;
}

/** 1 where a user's waiting costs at least as much as a warm slot for as long: then early beats late. [function] */
export function waitingIsDear({memoryMib, prices}: PricedFunctions): Uint8Array {
  const rates = new SlotRates(prices);
  const perSecond = rates.delayUsd(US_PER_SECOND);
  return Uint8Array.from(memoryMib, (mib) => (perSecond >= rates.warmUsdPerSecond(mib) ? 1 : 0));
}
