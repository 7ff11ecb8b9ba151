import {parsePolicy, testOptions} from '../helpers/options.ts';
/**
 * DESIGN 8, second row: one cell, 100 hosts, 1,000 functions, 1 M invocations on one thread, arrivals drawn from counts;
 * beside it the same calls, already drawn, event by event (what policies that learn, or a full fleet, are served by).
 * Bar: 10 M invocations/s; best published simulator measured: 0.6 to 0.8 M/s.
 */

import {Random} from '../../src/base/random.ts';

import {replay} from '../../src/replay/run/replay.ts';
import {Cell} from '../../src/scheduler/core/cell.ts';
import type {CallBatch} from '../../src/scheduler/core/cell-setup.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import {azurePopulation} from '../../src/workload/synth/azure-population.ts';
import {synthesise} from '../../src/workload/synth/synthesise.ts';
import {measure} from './measure.ts';

const FUNCTIONS = 1000;
const CALLS = 1_000_000;
const HOSTS = 100;
const SLOTS = 256;
const SPAN_US = 600e6;

const random = new Random(7);
const timeUs = Float64Array.from({length: CALLS}, () => Math.floor(random.next() * SPAN_US)).sort();
const batch: CallBatch = {
  length: CALLS,
  timeUs,
  // Zipf with exponent 1 over the functions, as real traces are shaped.
  fn: Int32Array.from(timeUs, () => Math.floor(FUNCTIONS ** random.next()) - 1),
  durationUs: Float64Array.from(timeUs, () => Math.floor(20_000 + random.exponential() * 400_000)),
  coldUs: undefined,
};

function run(hosts: number, ttlUs: number, placement = 'first-fit'): Cell {
  const cell = new Cell({
    memoryMib: new Float64Array(FUNCTIONS).fill(128),
    hosts: {count: hosts, slots: SLOTS, memoryMib: Number.POSITIVE_INFINITY},
    placement: placements.parse(placement),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => 500_000, meanUs: () => 500_000},
    maxWaitUs: Number.POSITIVE_INFINITY,
    startsPerHost: Number.POSITIVE_INFINITY,
    startsPerSecond: Number.POSITIVE_INFINITY,
    seed: 1,
    callsPerSecond: CALLS / (SPAN_US / 1e6),
  });
  cell.use({constantUs: ttlUs, keepAliveUs: () => ttlUs});
  for (let from = 0; from < CALLS; from += 16384) {
    const to = Math.min(CALLS, from + 16384);
    cell.run({
      length: to - from,
      timeUs: timeUs.subarray(from, to),
      fn: batch.fn.subarray(from, to),
      durationUs: batch.durationUs.subarray(from, to),
      coldUs: undefined,
    });
  }
  cell.finish(SPAN_US);
  return cell;
}

const workload = synthesise(azurePopulation(FUNCTIONS, 30, 1), {
  ratePerSecond: CALLS / (SPAN_US / 1e6),
  spanUs: SPAN_US,
  meanDurationMs: 420,
  seed: 1,
});
const options = testOptions(workload, {
  fleet: {count: HOSTS, slots: SLOTS, memoryMib: Number.POSITIVE_INFINITY},
});
const whole = (policy: string) => replay(workload, [parsePolicy(policy)], options);

const [ledger] = await whole('fixed:ttl=60s');
const {invocations, cold, evictions, expirations} = ledger!.counts;
console.log(`${invocations} calls, ${cold} cold, ${evictions} evictions, ${expirations} expirations`);
await measure(
  [
    {
      name: 'the whole path, ttl 60 s',
      unit: 'invocations',
      work: invocations,
      run: () => whole('fixed:ttl=60s'),
    },
    {name: 'the whole path, ttl 1 s', unit: 'invocations', work: invocations, run: () => whole('fixed:ttl=1s')},
    {name: 'event by event, ttl 60 s', unit: 'invocations', work: CALLS, run: () => run(HOSTS, 60e6)},
    {name: 'event by event, 4 hosts (full)', unit: 'invocations', work: CALLS, run: () => run(4, 60e6)},
  ],
  9,
);
