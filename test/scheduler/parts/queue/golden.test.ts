import {expect, test} from 'vitest';
import {alike} from '../../../../src/scheduler/parts/queue/call-classes.ts';
import {queues} from '../../../../src/scheduler/parts/queue/registry.ts';
import {goldenRows} from '../../../helpers/oracle-golden.ts';
import {type Served, serveTrace} from '../../../helpers/queue-trace.ts';

/** A row of golden_queue.json: what Ciw says of each function under one order. */
interface GoldenQueue {
  readonly trace: string;
  readonly servers: number;
  readonly queue: string;
  readonly priority?: Readonly<Record<string, number>>;
  readonly max_wait_us?: number;
  readonly by_function: Readonly<Record<string, Served>>;
}

test.each(goldenRows<GoldenQueue>('golden_queue.json'))(
  'Ciw is met to the microsecond: $queue, $servers slots, patience $max_wait_us',
  ({trace, servers, queue, priority: places, max_wait_us, by_function}) => {
    const found = serveTrace(trace, servers, (names, memoryMib) => {
      const priority = Float64Array.from(names, (name) => places?.[name] ?? 0);
      return {
        maxWaitUs: max_wait_us ?? Number.POSITIVE_INFINITY,
        queue: {choice: queues.parse(queue), coalesce: false, classes: {...alike(memoryMib), priority}},
      };
    });
    expect(found).toEqual(by_function);
  },
);
