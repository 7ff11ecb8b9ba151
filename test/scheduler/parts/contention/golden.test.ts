import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {QuantileSketch} from '../../../../src/base/sketch.ts';
import {Cell} from '../../../../src/scheduler/core/cell.ts';
import {semanticsPresets} from '../../../../src/scheduler/core/semantics.ts';
import {placements} from '../../../../src/scheduler/parts/placement/registry.ts';
import {alike} from '../../../../src/scheduler/parts/queue/call-classes.ts';
import {queues} from '../../../../src/scheduler/parts/queue/registry.ts';
import {goldenDirectory, goldenRows} from '../../../helpers/oracle-golden.ts';

/** A row of golden_sharing.json: what Ciw says of each function where calls share the cores of one host, microseconds. */
interface GoldenSharing {
  readonly trace: string;
  readonly cores: number;
  readonly slots: number | null;
  readonly by_function: Readonly<Record<string, Served>>;
}

interface Served {
  readonly served: number;
  readonly wait_us: number;
  readonly max_wait_us: number;
  readonly in_service_us: number;
  readonly last_finish_us: number;
}

const {POSITIVE_INFINITY} = Number;

function replay({trace, cores, slots}: GoldenSharing): Record<string, Served> {
  const file = readFileSync(new URL(`${trace}.csv`, goldenDirectory), 'utf8');
  const calls = file.trim().split('\n').slice(1);
  const column = (k: number) => calls.map((line) => line.split(',')[k]!);
  const names = [...new Set(column(0))];
  const memoryMib = new Float64Array(names.length);
  const cell = new Cell({
    memoryMib,
    hosts: {count: 1, slots: slots ?? POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY},
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => 0, meanUs: () => 0},
    maxWaitUs: POSITIVE_INFINITY,
    queue: {choice: queues.parse('fifo'), coalesce: false, classes: alike(memoryMib)},
    contention: {cores, classes: [], classOf: new Int32Array(names.length).fill(-1)},
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
  const rows = names.map((name, fn) => [
    name,
    {
      served: served[fn]!,
      wait_us: delays[fn]!.sum,
      max_wait_us: delays[fn]!.max,
      in_service_us: busyUs[fn]!,
      last_finish_us: lastUs[fn]!,
    },
  ]);
  return Object.fromEntries(rows) as Record<string, Served>;
}

test.each(goldenRows<GoldenSharing>('golden_sharing.json'))(
  'Ciw is met within two microseconds a call: $cores cores, $slots slots',
  (row) => {
    for (const [name, own] of Object.entries(replay(row))) {
      const its = row.by_function[name]!;
      expect(own.served).toBe(its.served);
      const offUs = (key: keyof Served) => Math.abs(own[key] - its[key]);
      expect(offUs('wait_us')).toBeLessThanOrEqual(2 * its.served);
      expect(offUs('in_service_us')).toBeLessThanOrEqual(2 * its.served);
      expect(offUs('max_wait_us')).toBeLessThanOrEqual(2);
      expect(offUs('last_finish_us')).toBeLessThanOrEqual(2);
    }
  },
);
