/**
 * DESIGN 8, second row: one cell, 100 hosts, 1,000 functions, 1 M invocations on one thread; beside the naive
 * object-per-event oracle of the tests. Bar: 10 M invocations/s; best published simulator measured: 0.6 to 0.8 M/s.
 */
import {Random} from '../../src/base/random.ts';
import {Cell} from '../../src/scheduler/cell.ts';
import type {CallBatch} from '../../src/scheduler/cell-setup.ts';
import {fixedColdTime} from '../../src/scheduler/cold-time/fixed.ts';
import {semanticsPresets} from '../../src/scheduler/semantics.ts';
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

function run(hosts: number, ttlUs: number, placement: 'first-fit' | 'least-loaded' = 'first-fit'): Cell {
  const cell = new Cell({
    memoryMib: new Float64Array(FUNCTIONS).fill(128),
    team: new Int32Array(0),
    hosts: {count: hosts, slots: SLOTS, memoryMib: Number.POSITIVE_INFINITY},
    placement,
    semantics: semanticsPresets.coldfront,
    coldTime: fixedColdTime(500_000),
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

const {tally} = run(HOSTS, 60e6);
console.log(
  `${tally.arrivals} calls, ${tally.cold} cold, ${tally.evictions} evictions, ${tally.expirations} expirations`,
);
await measure(
  [
    {name: '100 hosts, ttl 60 s', unit: 'invocations', work: CALLS, run: () => run(HOSTS, 60e6)},
    {name: '100 hosts, ttl 1 s', unit: 'invocations', work: CALLS, run: () => run(HOSTS, 1e6)},
    {name: '4 hosts (full: eviction and queueing)', unit: 'invocations', work: CALLS, run: () => run(4, 60e6)},
  ],
  9,
);
