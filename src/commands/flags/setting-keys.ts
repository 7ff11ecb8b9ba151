/**
 * What a file of settings (`coldfront.json`, `--profile FILE`) and `--set` may say, by group: each key is the flag of that
 * name in kebab case. A group's keys may stand at the top as well.
 */
export const settingKeys = {
  fleet: [
    ...[
      'preset',
      'hosts',
      'slots',
      'memory',
      'cells',
      'placement',
      'concurrency',
      'full',
      'queue',
      'coalesce',
      'maxWait',
    ],
    ...['startsPerHost', 'startRate', 'cores', 'contention', 'isolation', 'detect', 'callsPerSlot', 'functions'],
  ],
  semantics: ['semantics', 'ties', 'reuse', 'ttlFrom', 'ttlInclusive', 'lateBinding', 'evict', 'evictUntil'],
  calls: [
    ...[
      'spread',
      'cold',
      'defaultDuration',
      'defaultMemory',
      'retry',
      'initial',
      'warmUp',
      'from',
      'until',
      'engine',
      'timeout',
      'checkpoint',
      'routing',
      'state',
      'stateCosts',
      'world',
      'fail',
      'faults',
      'batch',
      'restart',
    ],
  ],
  objectives: ['p99Start', 'p999Start', 'p99Cold', 'coldShare', 'maxUsdPerDay', 'functionsWithin'],
  experiment: [
    ...['policy', 'policies', 'baseline', 'scale', 'scaleBy', 'growth', 'burst', 'bursts'],
    ...['headroom', 'seed', 'seeds', 'threads'],
  ],
  money: [
    ...[
      'platform',
      'prices',
      'price',
      'priceFactor',
      'per',
      'currency',
      'executionUsdPerGbSecond',
      'warmUsdPerSlotDay',
      'warmUsdPerGbSecond',
    ],
    ...['usdPerMillionRequests', 'delayUsdPerHour', 'dropUsd'],
  ],
} as const;

/** Keys that have no flag. */
export const flaglessKeys = ['growth', 'isolation', 'detect', 'currency', 'batch', 'restart'] as const;
export type FlaglessKey = (typeof flaglessKeys)[number];

export function isFlagless(key: string): key is FlaglessKey {
  return (flaglessKeys as readonly string[]).includes(key);
}

/** Keys that may hold what else a file would. */
export const documents: readonly string[] = ['prices', 'contention', 'functions'];

/** Keys whose flags may be given several times: a list is all of them. */
export const listKeys: readonly string[] = ['policy', 'policies', 'burst', 'bursts', 'fail', 'faults', 'price'];

/** Keys whose value, `a=1,b=2`, may be written as an object. */
export const pairedKeys: readonly string[] = [
  ...flaglessKeys,
  ...['burst', 'bursts', 'fail', 'faults', 'checkpoint', 'retry'],
];

/** Keys that mean the flag of another name, as commands have it. */
const meant: Readonly<Record<string, readonly string[]>> = {
  policies: ['policy'],
  bursts: ['burst'],
  faults: ['fail'],
  p99Start: ['p99-start', 'p99-start-ms'],
  p999Start: ['p999-start', 'p999-start-ms'],
  p99Cold: ['p99-cold', 'p99-cold-ms'],
  coldShare: ['cold-share', 'max-cold-share'],
};

/** Keys that are another one's second name. */
export const aliases: readonly string[] = ['policies', 'bursts', 'faults'];

export const allKeys: readonly string[] = Object.values(settingKeys).flat();

/** The flags that a key may stand for; a command has at most one of them. */
export function flagsOfKey(key: string): readonly string[] {
  return meant[key] ?? [key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)];
}
