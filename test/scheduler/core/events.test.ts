import {describe, expect, test} from 'vitest';
import {Cell} from '../../../src/scheduler/core/cell.ts';
import {EventHeap} from '../../../src/scheduler/core/event-heap.ts';
import {
  comesAfterArrivals,
  EXPIRY,
  eventKinds,
  INCLUSIVE_EXPIRY,
  kindOf,
  orderOf,
  READY,
  sequenceOf,
  WAKE,
} from '../../../src/scheduler/core/events.ts';
import {semanticsPresets} from '../../../src/scheduler/core/semantics.ts';
import {placements} from '../../../src/scheduler/parts/placement/registry.ts';

const LAST_SEQUENCE = 2 ** 48 - 1;
const LAST_KIND = 31;

describe('the order of an event', () => {
  test('gives its kind and its sequence back, from the first to the last that there is room for', () => {
    for (let kind = 0; kind <= LAST_KIND; kind++) {
      for (const sequence of [0, 1, 2 ** 31, 2 ** 32, LAST_SEQUENCE - 1, LAST_SEQUENCE]) {
        const order = orderOf(kind, sequence);
        expect([kindOf(order), sequenceOf(order)], `${kind}, ${sequence}`).toEqual([kind, sequence]);
      }
    }
  });

  test('ascends by kind, then by sequence, without a gap or an overlap between kinds', () => {
    for (let kind = 0; kind < LAST_KIND; kind++) {
      expect(orderOf(kind + 1, 0) - orderOf(kind, LAST_SEQUENCE)).toBe(1);
      expect(orderOf(kind, LAST_SEQUENCE) - orderOf(kind, LAST_SEQUENCE - 1)).toBe(1);
    }
    expect(orderOf(LAST_KIND, LAST_SEQUENCE)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('has room for every kind that there is', () => {
    expect(eventKinds.length).toBeLessThanOrEqual(LAST_KIND + 1);
    expect(new Set(eventKinds).size).toBe(eventKinds.length);
  });

  test('leaves a timer all of its payload, whatever its kind', () => {
    const heap = new EventHeap();
    for (const [kind, payload] of [
      [LAST_KIND, 2 ** 31 - 1],
      [READY, 0],
      [WAKE, 2 ** 30 + 1],
    ] as const) {
      heap.push(5, orderOf(kind, 0), payload);
    }
    const out: [number, number][] = [];
    for (; heap.size > 0; heap.pop()) out.push([kindOf(heap.topOrder), heap.topPayload]);
    expect(out).toEqual([
      [READY, 0],
      [WAKE, 2 ** 30 + 1],
      [LAST_KIND, 2 ** 31 - 1],
    ]);
  });
});

describe('at equal times', () => {
  test('timers go off as ready, expiry, wake, then after arrivals the inclusive expiry, however they were set', () => {
    const kinds = [INCLUSIVE_EXPIRY, WAKE, EXPIRY, READY];
    for (let first = 0; first < kinds.length; first++) {
      const heap = new EventHeap();
      // A kind's sequence does not help it past another kind.
      for (let k = 0; k < kinds.length; k++) {
        const kind = kinds[(first + k) % kinds.length]!;
        heap.push(7, orderOf(kind, 1000 - kind), kind);
      }
      const out: number[] = [];
      for (; heap.size > 0; heap.pop()) out.push(heap.topPayload);
      expect(out).toEqual([READY, EXPIRY, WAKE, INCLUSIVE_EXPIRY]);
    }
    const after = kinds.filter((kind) => comesAfterArrivals(orderOf(kind, 3)));
    expect(after).toEqual([INCLUSIVE_EXPIRY]);
  });

  test.each([
    // At 100 us: function 1 finishes, 2 is ready, 0 expires (idle since 10), then 3 wakes, then a call of 0 arrives.
    [false, ['finish 0', 'finish 1', 'ready 2', 'wake 3: 0 has no idle one', 'arrival 0'], {warm: 0, cold: 3}],
    // Kept for exactly its time it still serves: the expiry comes after the arrival and finds nobody idle.
    [true, ['finish 0', 'finish 1', 'ready 2', 'wake 3: 0 has an idle one', 'arrival 0'], {warm: 1, cold: 2}],
  ])('a cell finishes, is ready, expires, decides and takes arrivals (inclusive: %s)', (ttlInclusive, seen, counts) => {
    const cell = new Cell({
      memoryMib: new Float64Array(4).fill(128),
      hosts: {count: 1, slots: Number.POSITIVE_INFINITY, memoryMib: Number.POSITIVE_INFINITY},
      placement: placements.parse('first-fit'),
      semantics: {...semanticsPresets.coldfront, ttlInclusive},
      coldTime: {drawUs: (fn) => (fn === 2 ? 60 : 0), meanUs: () => 0},
      maxWaitUs: Number.POSITIVE_INFINITY,
      startsPerHost: Number.POSITIVE_INFINITY,
      startsPerSecond: Number.POSITIVE_INFINITY,
      seed: 1,
    });
    const log: string[] = [];
    cell.use({
      onArrival: (fn, nowUs) => nowUs === 100 && log.push(`arrival ${fn}`),
      onFinish: (fn) => log.push(`finish ${fn}`),
      keepAliveUs: (fn, _nowUs, prewarmed) => {
        if (prewarmed) log.push(`ready ${fn}`);
        return 90;
      },
      onWake: (fn, nowUs) => {
        if (nowUs === 100) log.push(`wake ${fn}: 0 has ${cell.control.hasIdle(0) ? 'an' : 'no'} idle one`);
        else cell.control.prewarm(2, 1);
      },
    });
    cell.control.wakeAt(3, 100);
    cell.control.wakeAt(2, 40);
    cell.run({
      length: 3,
      timeUs: Float64Array.of(0, 30, 100),
      fn: Int32Array.of(0, 1, 0),
      durationUs: Float64Array.of(10, 70, 5),
      coldUs: undefined,
    });
    expect(log).toEqual(seen);
    expect({warm: cell.tally.warm, cold: cell.tally.cold}).toEqual(counts);
  });
});
