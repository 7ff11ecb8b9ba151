import {expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {EventHeap} from '../../../src/scheduler/core/event-heap.ts';

test('timers come out by time, then by order, however they went in', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed);
    const heap = new EventHeap(1);
    const list: {timeUs: number; order: number; payload: number}[] = [];
    for (let turn = 0; turn < 300; turn++) {
      if (random.below(5) < 3) {
        const timer = {timeUs: random.below(20), order: 2 ** 50 + turn * (random.below(2) ? 1 : -1), payload: turn};
        heap.push(timer.timeUs, timer.order, timer.payload);
        list.push(timer);
        list.sort((a, b) => a.timeUs - b.timeUs || a.order - b.order);
      } else if (list.length > 0) {
        expect([heap.topOrder, heap.topPayload]).toEqual([list[0]!.order, list[0]!.payload]);
        heap.pop();
        list.shift();
      }
      expect(heap.top[0]).toBe(list[0]?.timeUs ?? Number.POSITIVE_INFINITY);
      expect(heap.size).toBe(list.length);
    }
  }
});
