import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {QuantileSketch} from '../../../../src/base/sketch.ts';
import {Cell} from '../../../../src/scheduler/core/cell.ts';
import {semanticsPresets} from '../../../../src/scheduler/core/semantics.ts';
import {placements} from '../../../../src/scheduler/parts/placement/registry.ts';
import {alike} from '../../../../src/scheduler/parts/queue/call-classes.ts';
import {queues} from '../../../../src/scheduler/parts/queue/registry.ts';
import {goldenDirectory, goldenRows} from '../../../helpers/oracle-golden.ts';

/** A row of golden_queue.json: what Ciw says of each function under one order, microseconds. */
interface GoldenQueue {
  readonly trace: string;
  readonly servers: number;
  readonly queue: string;
  readonly priority?: Readonly<Record<string, number>>;
  readonly max_wait_us?: number;
  readonly by_function: Readonly<Record<string, Waits>>;
}

interface Waits {
  readonly served: number;
  readonly abandoned: number;
  readonly wait_us: number;
  readonly max_wait_us: number;
  readonly in_service_us: number;
  readonly last_finish_us: number;
}

const {POSITIVE_INFINITY} = Number;

function replay(row: GoldenQueue): Record<string, Waits> {
  const file = readFileSync(new URL(`${row.trace}.csv`, goldenDirectory), 'utf8');
  const calls = file.trim().split('\n').slice(1);
  const column = (k: number) => calls.map((line) => line.split(',')[k]!);
  const names = [...new Set(column(0))];
  const memoryMib = new Float64Array(names.length);
  const priority = Float64Array.from(names, (name) => row.priority?.[name] ?? 0);
  const cell = new Cell({
    memoryMib,
    hosts: {count: 1, slots: row.servers, memoryMib: POSITIVE_INFINITY},
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => 0, meanUs: () => 0},
    maxWaitUs: row.max_wait_us ?? POSITIVE_INFINITY,
    queue: {choice: queues.parse(row.queue), coalesce: false, classes: {...alike(memoryMib), priority}},
    startsPerHost: POSITIVE_INFINITY,
    startsPerSecond: POSITIVE_INFINITY,
    seed: 1,
  });
  const served = names.map(() => 0);
  const lastUs = names.map(() => 0);
  cell.use({
    keepAliveUs: () => POSITIVE_INFINITY,
    onFinish(fn, nowUs) {
      served[fn]! += 1;
      lastUs[fn] = nowUs;
    },
  });
  cell.run({
    length: calls.length,
    timeUs: Float64Array.from(column(1), Number),
    fn: Int32Array.from(column(0), (name) => names.indexOf(name)),
    durationUs: Float64Array.from(column(2), Number),
    coldUs: undefined,
  });
  cell.finish(1e12);
  const {busyUs} = cell.account.totals();
  const delays = names.map((_, fn) => {
    const sketch = new QuantileSketch();
    cell.tally.delays.addTo(sketch, fn);
    return sketch;
  });
  const waits = names.map((name, fn) => [
    name,
    {
      served: served[fn]!,
      abandoned: cell.tally.byFunction.abandoned[fn]!,
      wait_us: delays[fn]!.sum,
      max_wait_us: delays[fn]!.max,
      in_service_us: busyUs[fn]!,
      last_finish_us: lastUs[fn]!,
    },
  ]);
  return Object.fromEntries(waits) as Record<string, Waits>;
}

test.each(goldenRows<GoldenQueue>('golden_queue.json'))(
  'Ciw is met to the microsecond: $queue, $servers slots, patience $max_wait_us',
  (row) => {
    expect(replay(row)).toEqual(row.by_function);
  },
);
