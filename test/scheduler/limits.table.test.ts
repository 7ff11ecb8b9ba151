import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {call, describeTable, hosts} from '../helpers/oracle-table.ts';

const drop = {...semanticsPresets.coldfront, full: 'drop'} as const;
const none = Number.POSITIVE_INFINITY;

describeTable('max: instances of a function', [
  [
    'a call beyond it waits for one of them, though there is room',
    {max: [1], calls: [call(0, 0, 10, 5), call(0, 1, 10, 5)]},
    {cold: 1, warm: 1, queued: 1, delaySumUs: 5 + 14, peakSlots: 1},
  ],
  [
    'where calls are dropped it is throttled, which is no drop',
    {max: [1], semantics: drop, calls: [call(0, 0, 10), call(0, 1, 10)]},
    {cold: 1, throttled: 1, dropped: 0, queued: 0},
  ],
  [
    'who waits for its own function alone holds nobody back',
    {max: [1, none], hosts: hosts(1, {slots: 2}), calls: [call(0, 0, 30), call(0, 1, 10), call(1, 2, 5)]},
    {cold: 2, warm: 1, queued: 1, delaySumUs: 29},
  ],
  [
    'nothing is started ahead beyond it',
    {max: [1], script: [{fn: 0, atUs: 5, prewarm: 3, coldUs: 1, keepIdle: none}]},
    {prewarms: 1, peakSlots: 1},
  ],
]);

describeTable('reserved: calls in flight of a function', [
  [
    'a call beyond it waits, though an instance has a place for it',
    {reserved: [2], places: [4], calls: [call(0, 0, 10), call(0, 0, 20), call(0, 1, 10)]},
    {cold: 1, warm: 2, queued: 1, delaySumUs: 9},
  ],
  [
    'what is reserved others cannot use, idle as it is',
    // One slot of two is left to the second function: its second call waits for the first to be over.
    {
      reserved: [1, none],
      othersSlots: 1,
      hosts: hosts(1, {slots: 2}),
      calls: [call(1, 0, 10), call(1, 1, 10), call(0, 5, 3)],
    },
    {cold: 2, warm: 1, queued: 1, delaySumUs: 9, evictions: 0},
  ],
  [
    'an idle instance of others gives way to whom a slot is reserved',
    {reserved: [1, none], othersSlots: 1, hosts: hosts(1, {slots: 1}), calls: [call(1, 0, 10), call(0, 20, 3)]},
    {cold: 2, evictions: 1, queued: 0},
  ],
  [
    'who has an idle instance waits for a slot that others share, though it may open no further one',
    // The second function has the one shared slot until 25; what the third ends at 12 is of no use to the first.
    {
      max: [1, none, none],
      reserved: [none, none, 2],
      othersSlots: 1,
      hosts: hosts(1, {slots: 3}),
      calls: [call(0, 0, 1), call(1, 5, 20), call(0, 7, 1), call(2, 10, 2)],
    },
    {cold: 3, warm: 1, queued: 1, stillQueued: 0, delaySumUs: 18},
  ],
  ['none at all: every call is throttled', {reserved: [0], semantics: drop, calls: [call(0, 0, 1)]}, {throttled: 1}],
]);

describeTable('min: instances that are kept whatever happens', [
  [
    'they are ready at time 0, serve without a cold start, never expire, and are idle all the time',
    {min: [1], ttlUs: 10, calls: [call(0, 50, 10, 5), call(0, 500, 10, 5)]},
    {warm: 2, cold: 0, startingUs: 0, busyUs: 20, idleUs: 980, expirations: 0},
  ],
  [
    'they are not evicted',
    {min: [1, 0], hosts: hosts(1, {slots: 1}), calls: [call(1, 5, 1)], endUs: 100},
    {stillQueued: 1, evictions: 0, idleUs: 100},
  ],
  [
    'they serve first, so that others fall idle and expire',
    // The second is cold at 0; free at 10 and 20. At 25 the one that is kept serves, though the other went idle later.
    {min: [1], ttlUs: 10, calls: [call(0, 0, 10), call(0, 0, 20), call(0, 25, 10)]},
    {cold: 1, warm: 2, expirations: 1, busyUs: 10 + 20 + 10, idleUs: 10 + (1000 - 20)},
  ],
]);

describeTable('timeout: how long a call may run', [
  [
    'one that is longer is cut and billed up to there, its instance is gone; one of exactly that length is not',
    {timeoutUs: [10], calls: [call(0, 0, 11), call(0, 50, 10)], endUs: 100},
    {cold: 2, timeouts: 1, busyUs: 10 + 10, idleUs: 40, expirations: 0},
  ],
  [
    'the limit is of user code, not of the start',
    {timeoutUs: [10], calls: [call(0, 0, 10, 500)]},
    {timeouts: 0, startingUs: 500, busyUs: 10},
  ],
  [
    'other calls of the instance run on, and then it is gone',
    {timeoutUs: [10], places: [2], calls: [call(0, 0, 11), call(0, 5, 8), call(0, 12, 1)], endUs: 100},
    // At 12 the instance takes no more calls.
    {cold: 2, warm: 1, timeouts: 1, busyUs: 13 + 1},
  ],
  [
    'what is kept whatever happens starts anew',
    {timeoutUs: [10], min: [1], drawnColdUs: 7, calls: [call(0, 0, 20)], endUs: 100},
    {warm: 1, timeouts: 1, prewarms: 1, busyUs: 10, startingUs: 7, idleUs: 83},
  ],
]);

describeTable('retries of asynchronous calls', [
  [
    'a throttled call comes again and is what it is then, with its whole delay',
    {max: [1], semantics: drop, attempts: 3, retryAfterUs: 6, async: [true], calls: [call(0, 0, 10), call(0, 1, 10)]},
    // Tried at 1, 7 and 13.
    {cold: 1, warm: 1, throttled: 0, retried: 2, delaySumUs: 12},
  ],
  [
    'without an attempt left it is throttled',
    {max: [1], semantics: drop, attempts: 2, retryAfterUs: 6, async: [true], calls: [call(0, 0, 10), call(0, 1, 10)]},
    {cold: 1, throttled: 1, retried: 1},
  ],
  [
    'nobody tries again for who waits for the answer',
    {max: [1], semantics: drop, attempts: 3, retryAfterUs: 6, async: [false], calls: [call(0, 0, 10), call(0, 1, 10)]},
    {throttled: 1, retried: 0},
  ],
  [
    'a call that was cut is counted once, by its first attempt',
    {timeoutUs: [10], attempts: 2, retryAfterUs: 5, async: [true], calls: [call(0, 0, 20)]},
    {cold: 1, warm: 0, timeouts: 1, retried: 1, busyUs: 20},
  ],
  [
    'one whose time has not come when the run ends still waits',
    {
      max: [1],
      semantics: drop,
      attempts: 2,
      retryAfterUs: 500,
      async: [true],
      calls: [call(0, 0, 90), call(0, 1, 10)],
      endUs: 100,
    },
    {cold: 1, throttled: 0, stillQueued: 1},
  ],
]);

const four = [call(0, 0, 1, 5), call(0, 100, 1, 5), call(0, 200, 1, 5), call(1, 300, 1, 5)];
const bucket = {startRatePerSecond: 300, startBurst: 2, ttlUs: 0, endUs: 30_000};

describeTable('a bucket of starts', [
  [
    'so many at once, then evenly: who waits holds its room and is charged for the start alone',
    // Full with two; the third token is whole at 3333.3 us, the fourth at 6666.7.
    {...bucket, calls: four},
    {cold: 4, delaySumUs: 5 + 5 + (3334 - 200 + 5) + (6667 - 300 + 5), startingUs: 20, waitCount: 2},
  ],
  ['each function has its own', {...bucket, startsPerFunction: true, calls: four}, {delaySumUs: 15 + 3134 + 5}],
  [
    'where calls are dropped one beyond it is throttled',
    {...bucket, semantics: drop, calls: four},
    {cold: 2, throttled: 2},
  ],
]);
