import {expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {coldTimes} from '../../../src/fleet/cold-time/registry.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {eventWorkload} from '../../helpers/workload.ts';
import {type PoolCall, RealPool} from './pool.ts';

const FUNCTIONS = 30;
const SLOTS = 8;
const SECONDS = 40;
const TTL_US = 3e6;

/** Poisson calls of functions by Zipf's law, 16 a second, exponential durations of 250 ms in the mean and a second at most. */
function callsToMake(seed: number): PoolCall[] {
  const random = new Random(seed);
  const weights = Array.from({length: FUNCTIONS}, (_, fn) => 1 / (fn + 1));
  const all = weights.reduce((a, b) => a + b);
  const calls: PoolCall[] = [];
  for (let us = 0; us < (SECONDS - 1) * 1e6; us += Math.ceil((-Math.log(random.next()) * 1e6) / 16)) {
    let fn = 0;
    for (let left = random.next() * all; fn < FUNCTIONS - 1 && left > weights[fn]!; fn++) left -= weights[fn]!;
    const durationUs = 1000 * Math.ceil(Math.min(1000, -Math.log(random.next()) * 250));
    const none = {arrivedUs: 0, cold: false, queued: false, coldUs: Number.NaN, sentUs: Number.NaN, busyUs: Number.NaN};
    calls.push({fn, dueUs: us, durationUs, ...none});
  }
  return calls;
}

/** `found` is within `share` of `measured`, and at least within two. */
const within = (found: number, measured: number, share: number) =>
  Math.abs(found - measured) <= Math.max(2, share * measured);

test('a pool of real processes did what a replay finds with its own arrivals, occupancies and cold times', async () => {
  const spanUs = SECONDS * 1e6;
  const terms = {slots: SLOTS, ttlUs: TTL_US, spanUs, roundsOf: (fn: number) => 20 * (1 + (fn % 4))};
  const pool = await new RealPool(terms).play(callsToMake(1));
  const cold = pool.calls.filter((call) => call.cold);
  const timed = cold.filter(({coldUs}) => !Number.isNaN(coldUs));
  const meanColdUs = timed.reduce((sum, {coldUs}) => sum + coldUs, 0) / timed.length;
  const workload = eventWorkload(
    pool.calls.map(({fn, arrivedUs, durationUs, coldUs, busyUs}) => ({
      function: `f${fn}`,
      at: arrivedUs,
      // What had not begun by the end has its length all the same.
      duration: Number.isNaN(busyUs) ? durationUs : busyUs,
      // A call that was warm there and is cold here starts as others do.
      cold: Number.isNaN(coldUs) ? Math.round(meanColdUs) : coldUs,
    })),
  );
  const options = testOptions(workload, {
    fleet: {count: 1, slots: SLOTS, memoryMib: Number.POSITIVE_INFINITY},
    cold: coldTimes.parse('trace'),
    untilUs: spanUs,
  });
  const [found] = await replay(workload, [parsePolicy(`fixed:ttl=${TTL_US / 1e6}s`)], options, 1);
  const {counts, functions, peakSlots} = found!;
  const sum = (column: Float64Array) => column.reduce((a, b) => a + b, 0);
  const rows = {
    calls: [counts.invocations, pool.calls.length, 0],
    cold: [counts.cold, cold.length, 0.01],
    warm: [counts.warm, pool.calls.filter((call) => !call.cold && !Number.isNaN(call.sentUs)).length, 0.01],
    queued: [counts.queued, pool.calls.filter(({queued}) => queued).length, 0.02],
    evictions: [counts.evictions, pool.evictions, 0.01],
    busyMs: [sum(functions.busyUs) / 1000, pool.busyUs / 1000, 0.01],
    idleMs: [sum(functions.idleUs) / 1000, pool.idleUs / 1000, 0.01],
    startingMs: [sum(functions.startingUs) / 1000, pool.startingUs / 1000, 0.01],
    peak: [peakSlots, pool.peak, 0],
  } as const;
  const text = Object.entries(rows).map(([name, [here, there]]) => `${name} ${here.toFixed(0)} of ${there.toFixed(0)}`);
  process.stdout.write(`replayed of measured: ${text.join(', ')}\n`);
  // There is something to be told apart, on quick machines and slow ones: many are cold, many wait, and not all.
  expect(cold.length).toBeGreaterThan(100);
  expect(rows.queued[1]).toBeGreaterThan(20);
  expect(rows.warm[1]).toBeGreaterThan(50);
  const wrong = Object.entries(rows).filter(([, [here, there, share]]) =>
    share === 0 ? here !== there : !within(here, there, share),
  );
  expect(wrong).toEqual([]);
}, 120_000);
