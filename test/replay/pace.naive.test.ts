import {expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {coldTimes} from '../../src/fleet/cold-time/registry.ts';
import {sharedCores} from '../../src/fleet/contention/read-contention.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {type NaiveCall, NaivePlatform} from '../helpers/naive-platforms.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {eventWorkload} from '../helpers/workload.ts';

const SECOND = 1e6;
const TTL = 15 * SECOND;

/**
 * Some functions under a cap of calls a second and instance, told to the core and to one object a call; on a host with so
 * many cores that nobody slows anybody down it is the same.
 */
async function bothSides(random: Random, slots: number | undefined, cores?: number) {
  const stepUs = [1, 100_000][random.below(2)]!;
  const steps = (upTo: number): number => random.below(Math.ceil(upTo / stepUs)) * stepUs;
  const places = Array.from({length: 3}, () => 1 + random.below(3));
  const calls: NaiveCall[] = Array.from({length: 160}, () => ({
    ...{fn: random.below(3), at: steps(90 * SECOND), duration: steps(3 * SECOND), cold: stepUs + steps(2 * SECOND)},
  })).sort((a, b) => a.at - b.at || a.fn - b.fn);
  const [perSecond, burst] = [[0.25, 0.5, 1, 2, 3][random.below(5)]!, 1 + random.below(3)];
  const workload = eventWorkload(
    calls.map(({fn, at, duration, cold}) => ({function: `f${fn}`, at, duration, cold, memoryMib: 128})),
  );
  const row = Array.from({length: workload.functions}, (_, k) => Number(workload.name.at(k).slice(1)));
  const concurrency = Float64Array.from(row, (fn) => places[fn]!);
  const options = testOptions(workload, {
    ...{cold: coldTimes.parse('trace'), pace: {perSecond, burst}},
    settings: {numbers: {concurrency}, labels: {}, quotas: []},
    semantics: {...semanticsPresets.coldfront, evict: 'never'},
    ...(slots !== undefined && {fleet: {count: 1, slots, memoryMib: Number.POSITIVE_INFINITY}}),
    ...(cores !== undefined && {
      contention: sharedCores({cores, path: undefined, isolation: undefined}, workload.functions),
    }),
  });
  const [ledger] = await replay(workload, [parsePolicy(`fixed:ttl=${TTL / SECOND}s`)], options);
  const naive = new NaivePlatform(
    {
      functions: places.map((own) => ({memoryMib: 128, places: own})),
      ...{ttl: TTL, until: workload.meta.spanUs, pace: {interval: 1e6 / perSecond, burst}},
      ...(slots !== undefined && {slots}),
    },
    calls,
  );
  const sum = (column: Float64Array): number => column.reduce((a, b) => a + b, 0);
  const {counts, functions, startDelay} = ledger!;
  return {
    found: {
      ...{warm: counts.warm, cold: counts.cold, waited: counts.queued, delayUs: startDelay.sum},
      ...{busyUs: sum(functions.busyUs), idleUs: sum(functions.idleUs), startingUs: sum(functions.startingUs)},
    },
    expected: {
      ...{warm: naive.warm, cold: naive.cold, waited: naive.waited, delayUs: naive.delays.reduce((a, b) => a + b, 0)},
      ...{busyUs: naive.us.busy, idleUs: naive.us.idle, startingUs: naive.us.starting},
    },
  };
}

test.each([undefined, 4, 2])(
  'a naive simulation agrees on instances that rest, where there are %s slots',
  async (slots) => {
    let waited = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const {found, expected} = await bothSides(new Random(seed), slots);
      expect({seed, ...found}).toEqual({seed, ...expected});
      waited += found.waited;
    }
    expect(waited > 0).toBe(slots !== undefined);
  },
);

test.each([undefined, 3])('so it is with more cores than calls, where there are %s slots', async (slots) => {
  for (let seed = 41; seed <= 60; seed++) {
    const {found, expected} = await bothSides(new Random(seed), slots, 1000);
    expect({seed, ...found}).toEqual({seed, ...expected});
  }
});
