/**
 * Kinds of calls beyond one at a time, first come, first served, one cell on one thread, calls already drawn: ten calls in an
 * instance, a strict order under overload, and fair shares over a thousand teams.
 * Bars: 3 M calls/s with ten in an instance, 2 M/s first in, first out, 1 M/s fair over 1,000 teams.
 */

import {Random} from '../../src/base/random.ts';
import {Cell} from '../../src/scheduler/core/cell.ts';
import type {CallBatch, CellSetup} from '../../src/scheduler/core/cell-setup.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import {alike} from '../../src/scheduler/parts/queue/call-classes.ts';
import {queues} from '../../src/scheduler/parts/queue/registry.ts';
import {measure} from './measure.ts';

const FUNCTIONS = 1000;
const CALLS = 1_000_000;
const SPAN_US = 600e6;
const MEAN_US = 420_000;

/** Calls of so many functions, by Zipf's law with exponent 1, or alike. */
function drawn(functions: number, skewed: boolean): CallBatch {
  const random = new Random(7);
  const timeUs = Float64Array.from({length: CALLS}, () => Math.floor(random.next() * SPAN_US)).sort();
  return {
    length: CALLS,
    timeUs,
    fn: Int32Array.from(timeUs, () =>
      skewed ? Math.floor(functions ** random.next()) - 1 : Math.floor(random.next() * functions),
    ),
    durationUs: Float64Array.from(timeUs, () => Math.floor(20_000 + random.exponential() * (MEAN_US - 20_000))),
    coldUs: undefined,
  };
}

const memoryMib = new Float64Array(FUNCTIONS).fill(128);
/** Slots for calls to take 1.2 times of what there is. */
const overloaded = Math.round((CALLS / (SPAN_US / 1e6)) * (MEAN_US / 1e6) * (1 / 1.2));

function run(batch: CallBatch, slots: number, more: Partial<CellSetup>): Cell {
  const cell = new Cell({
    memoryMib,
    hosts: {count: 1, slots, memoryMib: Number.POSITIVE_INFINITY},
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => 500_000, meanUs: () => 500_000},
    maxWaitUs: 30e6,
    startsPerHost: Number.POSITIVE_INFINITY,
    startsPerSecond: Number.POSITIVE_INFINITY,
    seed: 1,
    callsPerSecond: CALLS / (SPAN_US / 1e6),
    ...more,
  });
  cell.use({constantUs: 60e6, keepAliveUs: () => 60e6});
  for (let from = 0; from < CALLS; from += 16384) {
    const to = Math.min(CALLS, from + 16384);
    cell.run({
      length: to - from,
      timeUs: batch.timeUs.subarray(from, to),
      fn: batch.fn.subarray(from, to),
      durationUs: batch.durationUs.subarray(from, to),
      coldUs: undefined,
    });
  }
  cell.finish(SPAN_US);
  return cell;
}

const skewed = drawn(FUNCTIONS, true);
const even = drawn(FUNCTIONS, false);
const one = drawn(1, false);
const places = new Int32Array(FUNCTIONS).fill(10);
const order = (text: string) => ({
  queue: {choice: queues.parse(text), coalesce: false, classes: {...alike(memoryMib), ...teamEach()}},
});

function teamEach() {
  return {team: Int32Array.from({length: FUNCTIONS}, (_, fn) => fn), weight: new Float64Array(FUNCTIONS).fill(1)};
}

const unlimited = Number.POSITIVE_INFINITY;
const work = (name: string, made: () => unknown) => ({name, unit: 'invocations', work: CALLS, run: made});
await measure(
  [
    work('one call in an instance', () => run(skewed, unlimited, {})),
    work('ten calls in an instance', () => run(skewed, unlimited, {places})),
    work('fifo, overloaded, one function', () => run(one, overloaded, order('fifo'))),
    work('fifo, overloaded, 1,000 functions', () => run(even, overloaded, order('fifo'))),
    work('mqfq-sticky, overloaded, 1,000 teams', () => run(even, overloaded, order('mqfq-sticky'))),
  ],
  5,
);
