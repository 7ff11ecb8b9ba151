import {type PriceOrigin, type PriceSheet, priceNames, type SheetField, sheetFields, sheetWith} from './prices.ts';

/** A sheet known by name. */
export interface NamedSheet {
  readonly summary: string;
  /** Where its figures come from; undefined for those that are nobody's list. */
  readonly source?: string;
  /** When they were taken from there, year and month. */
  readonly asOf?: string;
  /** What of it nobody could read on a price page. */
  readonly recalled?: readonly SheetField[];
  readonly sheet: PriceSheet;
}

const onLambda = {
  source: 'us-east-1, first tier, starts billed since August 2025; stored copies of aws.amazon.com/lambda/pricing',
  asOf: '2026-11',
};

const lambda: NamedSheet = {
  summary: 'the invoice of Lambda on x86: starts billed as execution, provisioned concurrency, requests; no user time',
  ...onLambda,
  sheet: sheetWith({
    executionUsdPerGbSecond: 1.66667e-5,
    startUsdPerGbSecond: 1.66667e-5,
    warmExecutionUsdPerGbSecond: 9.7222e-6,
    provisionedUsdPerGbSecond: 4.1667e-6,
    usdPerMillionRequests: 0.2,
    billingStepMs: 1,
    provisionedStepS: 300,
  }),
};

/** What SnapStart changes of a sheet of Lambda's: what is restored is paid for, and no start. */
export const snapStart = {
  recalled: ['restoreUsdPerGb', 'snapshotUsdPerGbSecond'],
  prices: {startUsdPerGbSecond: 0, restoreUsdPerGb: 0.0001397998, snapshotUsdPerGbSecond: 0.0000015046},
} as const satisfies {readonly recalled: readonly SheetField[]; readonly prices: Partial<PriceSheet>};

/** An EP1: 1 vCPU at $0.173 an hour and 3.5 GB at $0.0123 each. */
const EP1_USD_PER_HOUR = 0.173 + 3.5 * 0.0123;

/** The sheets known by name, with where their figures come from. */
export const priceSheets: Readonly<Record<string, NamedSheet>> = {
  seed: {
    summary: 'a warm slot $0.01 a day, user time $20 an hour (500 ms = $0.00278), a lost call $0.0028',
    sheet: sheetWith({warmUsdPerSlotDay: 0.01, delayUsdPerHour: 20, dropUsd: 0.0028}),
  },
  memory: {
    summary: 'warm memory alone at the provisioned-concurrency price per GB-s; user time $20 an hour',
    sheet: sheetWith({warmUsdPerGbSecond: 4.1667e-6, delayUsdPerHour: 20, dropUsd: 0.0028}),
  },
  lambda,
  'aws-lambda': {
    ...lambda,
    summary: 'lambda, and user time $20 an hour, a lost call $0.0028',
    sheet: {...lambda.sheet, delayUsdPerHour: 20, dropUsd: 0.0028},
  },
  'lambda-arm': {
    summary: 'the invoice of Lambda on Arm; no user time',
    ...onLambda,
    recalled: ['warmExecutionUsdPerGbSecond', 'provisionedUsdPerGbSecond'],
    sheet: sheetWith({
      executionUsdPerGbSecond: 1.33334e-5,
      startUsdPerGbSecond: 1.33334e-5,
      warmExecutionUsdPerGbSecond: 7.7778e-6,
      provisionedUsdPerGbSecond: 3.3334e-6,
      usdPerMillionRequests: 0.2,
      billingStepMs: 1,
      provisionedStepS: 300,
    }),
  },
  'cloud-run-request': {
    summary: 'the invoice of Cloud Run billed by request, tier 1, one vCPU an instance; no user time',
    source: 'tier 1; cloud.google.com/run/pricing, idle prices of firebase-tools',
    asOf: '2026-11',
    sheet: sheetWith({
      usdPerVcpuSecond: 2.4e-5,
      executionUsdPerGbSecond: 2.5e-6,
      startUsdPerGbSecond: 2.5e-6,
      warmExecutionUsdPerGbSecond: 2.5e-6,
      idleUsdPerVcpuSecond: 2.5e-6,
      idleUsdPerGbSecond: 2.5e-6,
      usdPerMillionRequests: 0.4,
      billingStepMs: 100,
    }),
  },
  'cloud-run-instance': {
    summary: 'the invoice of Cloud Run billed by instance, tier 1, one vCPU an instance; no user time',
    source: 'tier 1; cloud.google.com/run/pricing',
    asOf: '2026-11',
    recalled: ['executionUsdPerGbSecond', 'warmUsdPerGbSecond'],
    sheet: sheetWith({
      usdPerVcpuSecond: 1.8e-5,
      warmUsdPerVcpuSecond: 1.8e-5,
      executionUsdPerGbSecond: 2e-6,
      warmUsdPerGbSecond: 2e-6,
    }),
  },
  'azure-consumption': {
    summary: 'the invoice of Azure Functions, Consumption plan; no user time',
    source: 'figures of 2025 for azure.microsoft.com/pricing/details/functions',
    asOf: '2026-11',
    recalled: ['memoryStepMib', 'minimumBilledMs', 'billingStepMs'],
    sheet: sheetWith({
      executionUsdPerGbSecond: 1.6e-5,
      usdPerMillionRequests: 0.2,
      billingStepMs: 1,
      minimumBilledMs: 100,
      memoryStepMib: 128,
    }),
  },
  'azure-flex': {
    summary: 'the invoice of Azure Functions, Flex Consumption plan; no user time',
    source: 'figures of 2025 for azure.microsoft.com/pricing/details/functions',
    asOf: '2026-11',
    recalled: ['usdPerMillionRequests', 'provisionedUsdPerGbSecond', 'warmExecutionUsdPerGbSecond'],
    sheet: sheetWith({
      executionUsdPerGbSecond: 2.6e-5,
      warmExecutionUsdPerGbSecond: 1.6e-5,
      provisionedUsdPerGbSecond: 4e-6,
      usdPerMillionRequests: 0.4,
      billingStepMs: 100,
      minimumBilledMs: 1000,
    }),
  },
  'azure-premium': {
    summary: 'whole instances EP1 of Azure Functions, Premium plan (1 vCPU, 3.5 GB), one at least; no user time',
    source: 'EP1 at 0.173 a vCPU and hour, 0.0123 a GB and hour, from invoices that users published; one at least',
    asOf: '2026-11',
    sheet: sheetWith({hostUsdPerHour: EP1_USD_PER_HOUR, hostMemoryMib: 3584, minimumHosts: 1}),
  },
  knative: {
    summary: 'whole nodes m5.xlarge of a cluster (4 vCPU, 16 GiB); no user time',
    source: 'm5.xlarge on demand, us-east-1',
    asOf: '2026-11',
    recalled: ['hostUsdPerHour'],
    sheet: sheetWith({hostUsdPerHour: 0.192, hostMemoryMib: 16_384}),
  },
};

/** The sheet of that name with where it comes from, or undefined: then it is a file's. */
export function namedPriceSheet(name: string): PriceSheet | undefined {
  if (!Object.hasOwn(priceSheets, name)) return undefined;
  const {sheet, source, asOf, recalled = []} = priceSheets[name]!;
  return {...sheet, origin: {sheet: name, source: source ?? null, asOf: asOf ?? null, recalled, given: []}};
}

/** The sheet with single fields replaced: those are nobody's list any more. */
/** A sheet on which everything that is paid to the platform costs so many times more; what waiting and drops are worth stays. */
export function withFactor(prices: PriceSheet, factor: number): PriceSheet {
  if (factor === 1) return prices;
  const own = priceNames.filter((name) => name !== 'delayUsdPerHour' && name !== 'dropUsd');
  const changed = Object.fromEntries(own.map((name) => [name, prices[name] * factor]));
  const origin = prices.origin && {...prices.origin, sheet: `${prices.origin.sheet} x ${factor}`};
  return {...prices, ...changed, ...(origin && {origin})};
}

export function withPrices(prices: PriceSheet, given: Partial<PriceSheet>): PriceSheet {
  const names = sheetFields.filter((name) => given[name] !== undefined);
  if (prices.origin === undefined || names.length === 0) return {...prices, ...given};
  const {recalled, given: before} = prices.origin;
  const origin: PriceOrigin = {
    ...prices.origin,
    recalled: recalled.filter((name) => !names.includes(name)),
    given: sheetFields.filter((name) => before.includes(name) || names.includes(name)),
  };
  return {...prices, ...given, origin};
}

/** The sheet with prices of the same list that hold for a setting; `recalled`: those that nobody could read. */
export function withTerms(prices: PriceSheet, terms: Partial<PriceSheet>, recalled: readonly SheetField[]): PriceSheet {
  const {origin} = prices;
  return {...prices, ...terms, ...(origin && {origin: {...origin, recalled: [...origin.recalled, ...recalled]}})};
}

/** Where prices come from, as a report of any version tells it. */
export type NotedPrices = Omit<PriceOrigin, 'recalled' | 'given'> & {
  readonly recalled: readonly string[];
  readonly given: readonly string[];
};

/** One line for people: which sheet, whose, of when, and what of it was recalled or given; undefined for nobody's list. */
export function priceNote(origin: NotedPrices | undefined): string | undefined {
  if (origin === undefined || origin.source === null) return undefined;
  const asOf = origin.asOf === null ? '' : `, as of ${origin.asOf}`;
  const recalled = origin.recalled.length > 0 ? `; recalled, not read: ${origin.recalled.join(', ')}` : '';
  const given = origin.given.length > 0 ? `; yours: ${origin.given.join(', ')}` : '';
  return `Prices: ${origin.sheet} (${origin.source})${asOf}${recalled}${given}.`;
}
