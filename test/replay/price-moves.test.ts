import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {type PriceName, type PriceSheet, priceFields, priceNames} from '../../src/cost/prices.ts';
import type {ReplayOptions} from '../../src/replay/options.ts';
import {policies, preparePolicies} from '../../src/replay/policies/registry.ts';
import {type RunReport, replayReport} from '../../src/replay/report/replay-report.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {everyPrice} from '../cost/sheets.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {type MinuteRow, minuteWorkload} from '../helpers/workload.ts';

/** Policies that decide by prices, each as it is written; all others must not care. */
const byPrices: Readonly<Record<string, string>> = {
  adaptive: 'adaptive',
  hazard: 'hazard',
  'ski-rental': 'ski-rental',
  predictive: 'predictive:model=rolling-mean',
  'clairvoyant-keep': 'clairvoyant-keep',
  clairvoyant: 'clairvoyant',
};
/** A policy of plan files decides by what the file says. */
const others = policies.names.filter((name) => !Object.hasOwn(byPrices, name) && name !== 'plan');

/** Functions called every few minutes to every few hours, at random. */
function workloadOf(seed: number) {
  const random = new Random(seed);
  const rows = Array.from({length: 12}, (_, f) => {
    const chance = 0.5 * 0.6 ** f;
    return Array.from({length: 600}, (_, minute): MinuteRow => ({function: `f${f}`, minute, count: 1})).filter(
      () => random.next() < chance,
    );
  }).flat();
  return minuteWorkload(rows, [0, 600]);
}

const workload = workloadOf(4);
async function runOf(policy: string, prices: PriceSheet, given: Partial<ReplayOptions> = {}): Promise<RunReport> {
  const options = testOptions(workload, {...given, prices});
  const quiet = () => undefined;
  const ready = await preparePolicies([parsePolicy(policy)], {workload, options, note: quiet, timing: undefined});
  return replayReport(workload, await replay(workload, ready, options), options, 0).runs[0]!;
}

/** What a run did, without its dollars. */
async function decisionsOf(policy: string, prices: PriceSheet) {
  const {costUsd, usdPerDay, ...decisions} = await runOf(policy, prices);
  return decisions;
}

/** The prices that change what a policy does when they are next to nothing or beyond everything else. */
async function movedBy(policy: string): Promise<PriceName[]> {
  const before = JSON.stringify(await decisionsOf(policy, everyPrice));
  const moved: PriceName[] = [];
  for (const name of priceNames) {
    for (const factor of [1e-6, 1e6]) {
      const after = await decisionsOf(policy, {...everyPrice, [name]: factor * everyPrice[name]});
      if (JSON.stringify(after) !== before && !moved.includes(name)) moved.push(name);
    }
  }
  return moved;
}

const breakEven = priceNames.filter((name) => (priceFields[name].moves as readonly string[]).includes('breakEven'));

describe('the prices that the table says move the break-even', () => {
  test.each(Object.values(byPrices))('and no others move what %s does', async (policy) => {
    expect(await movedBy(policy)).toEqual(breakEven);
  });

  test.each(others)('do not move what %s does, which goes by none', async (name) => {
    expect(await movedBy(name)).toEqual([]);
  });
});

/** Here nobody has a session; test/commands/sessions.test.ts has its bill. */
const ofSessions: readonly PriceName[] = ['storeUsdPerMillionOperations'];

test.each(priceNames.filter((name) => !ofSessions.includes(name)))(
  '%s moves the bill of a replay in which everything happens, and nothing else of it',
  async (name) => {
    const {semantics} = testOptions(workload);
    const min = new Float64Array(workload.functions).fill(Number.NaN);
    min[3] = 1;
    const options = {
      fleet: {count: 1, slots: 2, memoryMib: 1024},
      semantics: {...semantics, full: 'drop'},
      settings: {numbers: {min}, labels: {}, quotas: []},
    } as const;
    const [before, after] = [
      await runOf('fixed:ttl=10m', everyPrice, options),
      await runOf('fixed:ttl=10m', {...everyPrice, [name]: 2 * everyPrice[name]}, options),
    ];
    expect(after.usdPerDay).toBeGreaterThan(before.usdPerDay);
    const {costUsd, usdPerDay, ...decisions} = before;
    expect(Object.values(costUsd).every((usd) => usd > 0)).toBe(true);
    expect(after).toMatchObject(decisions);
  },
);
