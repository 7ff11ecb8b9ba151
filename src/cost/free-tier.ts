import {US_PER_DAY} from '../base/units.ts';
import type {Bill, Usage} from './bill.ts';
import type {PriceSheet} from './prices.ts';

/** What an account is not charged for in a month. */
export interface FreeTier {
  readonly requests: number;
  /** Of execution, and of starts where they are billed; what provisioned instances execute has none. */
  readonly gbSeconds: number;
  readonly vcpuSeconds: number;
}

const none: FreeTier = {requests: 0, gbSeconds: 0, vcpuSeconds: 0};
const lambda: FreeTier = {...none, requests: 1e6, gbSeconds: 400_000};

/** Free tiers of price sheets by their names; sheets that are not here have none. Sources are the sheets'. */
const tiers: Readonly<Record<string, FreeTier>> = {
  lambda,
  'lambda-arm': lambda,
  'aws-lambda': lambda,
  'cloud-run-request': {requests: 2e6, gbSeconds: 360_000, vcpuSeconds: 180_000},
  'azure-consumption': {...none, requests: 1e6, gbSeconds: 400_000},
  'azure-flex': {...none, requests: 250_000, gbSeconds: 100_000},
};

const DAYS_PER_MONTH = 30;

/** The free tier of the sheet that the prices come from, nothing of everything where it has none. */
export function freeTierOf({origin}: PriceSheet): FreeTier {
  const {sheet} = origin ?? {};
  return sheet !== undefined && sheet !== null && Object.hasOwn(tiers, sheet) ? tiers[sheet]! : none;
}

/**
 * The dollars of a bill that a free tier takes off, by line: of `us` microseconds' usage their share of a month of 30
 * days, so that a bill times months is that of those months.
 */
export function freeOf(
  usage: Usage,
  prices: PriceSheet,
  {requests, gbSeconds, vcpuSeconds}: FreeTier,
  us: number,
): Pick<Bill, 'requests' | 'execution'> {
  const months = us / US_PER_DAY / DAYS_PER_MONTH;
  const executed = Math.min(usage.executionGbSeconds, gbSeconds * months);
  const billedStarts = prices.startUsdPerGbSecond > 0 ? usage.startingGbSeconds : 0;
  const started = Math.min(billedStarts, gbSeconds * months - executed);
  return {
    requests: (Math.min(usage.requests, requests * months) / 1e6) * prices.usdPerMillionRequests,
    execution:
      executed * prices.executionUsdPerGbSecond +
      started * prices.startUsdPerGbSecond +
      Math.min(usage.activeVcpuSeconds, vcpuSeconds * months) * prices.usdPerVcpuSecond,
  };
}

/** A bill less what is free. */
export function lessFree(bill: Bill, free: Pick<Bill, 'requests' | 'execution'>): Bill {
  const requests = bill.requests - free.requests;
  const execution = bill.execution - free.execution;
  return {...bill, requests, execution, total: bill.total - free.requests - free.execution};
}
