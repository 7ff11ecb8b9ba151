import {expect, test} from 'vitest';
import {alike} from '../../../../src/scheduler/parts/queue/call-classes.ts';
import {queues} from '../../../../src/scheduler/parts/queue/registry.ts';
import {goldenRows} from '../../../helpers/oracle-golden.ts';
import {type Served, serveTrace} from '../../../helpers/queue-trace.ts';

/** A row of golden_sharing.json: what Ciw says of each function where calls share the cores of one host. */
interface GoldenSharing {
  readonly trace: string;
  readonly cores: number;
  readonly slots: number | null;
  readonly by_function: Readonly<Record<string, Served>>;
}

test.each(goldenRows<GoldenSharing>('golden_sharing.json'))(
  'Ciw is met within two microseconds a call: $cores cores, $slots slots',
  ({trace, cores, slots, by_function}) => {
    const found = serveTrace(trace, slots ?? Number.POSITIVE_INFINITY, (names, memoryMib) => ({
      queue: {choice: queues.parse('fifo'), coalesce: false, classes: alike(memoryMib)},
      contention: {cores, classes: [], classOf: new Int32Array(names.length).fill(-1)},
    }));
    expect(Object.keys(found).sort()).toEqual(Object.keys(by_function).sort());
    for (const [name, own] of Object.entries(found)) {
      const its = by_function[name]!;
      expect([own.served, own.abandoned]).toEqual([its.served, its.abandoned]);
      const offUs = (key: keyof Served) => Math.abs(own[key] - its[key]);
      expect(offUs('wait_us')).toBeLessThanOrEqual(2 * its.served);
      expect(offUs('in_service_us')).toBeLessThanOrEqual(2 * its.served);
      expect(offUs('max_wait_us')).toBeLessThanOrEqual(2);
      expect(offUs('last_finish_us')).toBeLessThanOrEqual(2);
    }
  },
);
