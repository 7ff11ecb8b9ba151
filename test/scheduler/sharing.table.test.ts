import {type Semantics, semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {call, describeTable, hosts} from '../helpers/oracle-table.ts';

const semantics = (options: Partial<Semantics>): Semantics => ({...semanticsPresets.coldfront, ...options});
const unlimited = Number.POSITIVE_INFINITY;

describeTable('several calls in an instance', [
  [
    'two run side by side: the instance is busy once, from the first start to the last finish, then idle for its time',
    {places: [2], calls: [call(0, 0, 10), call(0, 4, 10)]},
    {cold: 1, warm: 1, delaySumUs: 0, busyUs: 14, idleUs: 100, peakSlots: 1, expirations: 1},
  ],
  [
    'a third opens another',
    {places: [2], calls: [call(0, 0, 10), call(0, 4, 10), call(0, 5, 10)]},
    {cold: 2, warm: 1, busyUs: 14 + 10, peakSlots: 2},
  ],
  [
    'without a limit one instance serves all',
    {places: [unlimited], calls: Array.from({length: 50}, (_, k) => call(0, k, 10))},
    {cold: 1, warm: 49, busyUs: 59, peakSlots: 1},
  ],
  [
    'who takes a place of a starting instance is warm and waits until it is ready',
    {places: [3], calls: [call(0, 0, 10, 20), call(0, 5, 10), call(0, 19, 4)]},
    {cold: 1, warm: 2, startingUs: 20, busyUs: 10, delaySumUs: 20 + 15 + 1, waitCount: 0},
  ],
  [
    'a ready instance goes before a starting one',
    {places: [2], calls: [call(0, 0, 50), call(0, 1, 50), call(0, 2, 50, 40), call(0, 50, 10)]},
    // The fourth finds a place on the first instance, free at 50 as it arrives, and none of the one ready at 42 is needed.
    {cold: 2, warm: 2, delaySumUs: 40, busyUs: 60 + 50},
  ],
  [
    'the time to live counts from the last finish, and idle for exactly that long is gone',
    {places: [2], ttlUs: 20, calls: [call(0, 0, 10), call(0, 4, 30), call(0, 54, 1)]},
    {cold: 2, warm: 1, busyUs: 34 + 1, idleUs: 20 + 20},
  ],
  [
    'an instance that starts takes as many waiting calls of its function as it has places; the others wait on',
    {
      places: [3, 3],
      hosts: hosts(1, {slots: 1}),
      calls: [call(1, 0, 100, 50), call(0, 10, 100, 50), call(0, 20, 100), call(0, 30, 100), call(0, 40, 100)],
    },
    // Evicted at 150; ready at 200; the last of the four finds a place at 300.
    {
      cold: 2,
      warm: 3,
      evictions: 1,
      queued: 4,
      delaySumUs: 50 + 190 + 180 + 170 + 260,
      waitSumUs: 140 + 130 + 120 + 260,
    },
  ],
  [
    'a place that frees goes to a waiting call of the function at once, while the instance serves on',
    {places: [2], hosts: hosts(1, {slots: 1}), calls: [call(0, 0, 10), call(0, 0, 30), call(0, 5, 10)]},
    {cold: 1, warm: 2, queued: 1, delaySumUs: 5, busyUs: 30},
  ],
  [
    'an instance that serves is not evicted',
    {places: [2, 1], hosts: hosts(1, {slots: 1}), calls: [call(0, 0, 10), call(0, 5, 20), call(1, 8, 1)], endUs: 1000},
    {cold: 2, warm: 1, evictions: 1, queued: 1, delaySumUs: 17},
  ],
]);

// Two instances with two places each: the first is freed at 30 and 40, the second at 20 and 60.
const twoOpen = [call(0, 0, 30), call(0, 0, 40), call(0, 0, 20), call(0, 0, 60)];
const places = [2];

describeTable('which instance with a free place serves', [
  [
    'the one most recently freed: it is busy until 65, the other since 40 idle',
    {places, calls: [...twoOpen, call(0, 35, 30)], ttlUs: 10},
    // Freed last at 30: the first. It ends at 65, the second at 60.
    {cold: 2, warm: 3, busyUs: 65 + 60},
  ],
  [
    'lru: the one freed longest ago',
    {places, calls: [...twoOpen, call(0, 35, 30)], ttlUs: 10, semantics: semantics({reuse: 'lru'})},
    {cold: 2, warm: 3, busyUs: 40 + 65},
  ],
  [
    'newest and oldest go by creation',
    {places, calls: [...twoOpen, call(0, 35, 30)], ttlUs: 10, semantics: semantics({reuse: 'newest'})},
    {busyUs: 40 + 65},
  ],
  [
    'oldest',
    {places, calls: [...twoOpen, call(0, 35, 30)], ttlUs: 10, semantics: semantics({reuse: 'oldest'})},
    {busyUs: 65 + 60},
  ],
  [
    'packed: the fullest first, so that others fall idle',
    // At 45 the first is idle since 40, the second has one call.
    {places, calls: [...twoOpen, call(0, 45, 30)], semantics: semantics({reuse: 'packed'}), ttlUs: 10},
    {busyUs: 40 + 75, expirations: 2, idleUs: 10 + 10},
  ],
  [
    'spread: the emptiest first',
    {places, calls: [...twoOpen, call(0, 45, 30)], semantics: semantics({reuse: 'spread'}), ttlUs: 10},
    {busyUs: 40 + 30 + 60, idleUs: 5 + 10 + 10},
  ],
  [
    'SimFaaS: a starting instance stands among the ready ones, by its creation',
    {
      places,
      calls: [call(0, 0, 50), call(0, 1, 50), call(0, 2, 50, 40), call(0, 51, 10), call(0, 53, 10, 40), call(0, 54, 1)],
      semantics: semanticsPresets.simfaas,
    },
    {cold: 2, warm: 4},
  ],
]);

describeTable('late binding with several places', [
  [
    'a call waits for the first place, of a ready instance or of one that starts',
    {
      places: [2],
      semantics: semantics({lateBinding: true}),
      calls: [call(0, 0, 10), call(0, 1, 10), call(0, 2, 10, 50), call(0, 3, 10)],
    },
    // The third opens an instance, the fourth has a place on it; both find places at 10 and 11.
    {cold: 2, warm: 2, delaySumUs: 8 + 8},
  ],
]);
