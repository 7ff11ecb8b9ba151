import {type Semantics, semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {call, describeTable, hosts} from '../helpers/oracle-table.ts';

const semantics = (options: Partial<Semantics>): Semantics => ({...semanticsPresets.coldfront, ...options});
const threeAtOnce = [call(0, 0, 10, 10), call(1, 0, 10, 10), call(2, 0, 10, 10)];

describeTable('limits on starts', [
  ['without a limit all start at once', {calls: threeAtOnce}, {cold: 3, delaySumUs: 30, startingUs: 30, waitCount: 0}],
  [
    'one at a time on a host: the wait is queueing, not cold time, and nothing is charged for it',
    {calls: threeAtOnce, startsPerHost: 1},
    {cold: 3, queued: 0, delaySumUs: 10 + 20 + 30, startingUs: 30, waitSumUs: 10 + 20, waitCount: 2},
  ],
  ['two at a time', {calls: threeAtOnce, startsPerHost: 2}, {delaySumUs: 10 + 10 + 20, waitSumUs: 10}],
  [
    'hosts do not wait for each other, limited or not',
    {calls: threeAtOnce, startsPerHost: 1, hosts: hosts(3, {}), placement: 'round-robin'},
    {delaySumUs: 30, waitCount: 0},
  ],
  [
    'a rate spaces the starts of the cluster evenly',
    {calls: threeAtOnce, startRatePerSecond: 100_000},
    {delaySumUs: 10 + 20 + 30, waitSumUs: 10 + 20},
  ],
  [
    'a rate that is no whole number of microseconds is kept in the long run',
    {calls: threeAtOnce, startRatePerSecond: 3, endUs: 2_000_000},
    {waitSumUs: 333_334 + 666_667},
  ],
  [
    'a start that lies behind the end has its whole delay',
    {calls: [call(0, 90, 10, 50)], endUs: 100},
    {cold: 1, delaySumUs: 50, startingUs: 10, busyUs: 0},
  ],
]);

// The second call opens an instance that is ready at 52; the first is free at 10.
const busyAndStarting = [call(0, 0, 10), call(0, 2, 100, 50)];

describeTable('late binding', [
  ['bound early, a call waits for its own instance', {calls: busyAndStarting}, {cold: 2, delaySumUs: 50, idleUs: 200}],
  [
    'bound late, it moves to the instance that is free first; its own goes idle when it is ready',
    {calls: busyAndStarting, semantics: semantics({lateBinding: true})},
    {cold: 2, delaySumUs: 8, startingUs: 50, busyUs: 110, idleUs: 200},
  ],
  [
    'an instance whose call has gone takes the next call, warm',
    {calls: [...busyAndStarting, call(0, 20, 100, 50)], semantics: semantics({lateBinding: true})},
    {cold: 2, warm: 1, delaySumUs: 8 + 32},
  ],
  [
    'the calls of a function are served in order of arrival, whichever instance is ready first',
    {calls: [call(0, 0, 10, 50), call(0, 1, 20, 9)], semantics: semantics({lateBinding: true})},
    // The first takes the instance ready at 10 and frees it at 20 for the second.
    {cold: 2, delaySumUs: 10 + 19},
  ],
]);

describeTable('pre-warmed instances', [
  [
    'a ready one serves without delay and is charged as idle from ready',
    {calls: [call(0, 80, 10, 50)], script: [{fn: 0, atUs: 10, prewarm: 1, coldUs: 20, keepIdle: 9}]},
    {warm: 1, cold: 0, firstStarts: 0, prewarms: 1, startingUs: 20, idleUs: 50 + 100, delaySumUs: 0},
  ],
  [
    'one that is starting is claimed: warm, with the rest of its start as delay',
    {calls: [call(0, 15, 10, 50)], script: [{fn: 0, atUs: 10, prewarm: 1, coldUs: 20, keepIdle: 9}]},
    {warm: 1, cold: 0, startingUs: 20, busyUs: 10, delaySumUs: 15, waitCount: 0},
  ],
  [
    'it is claimed once',
    {
      calls: [call(0, 15, 10, 50), call(0, 16, 10, 50)],
      script: [{fn: 0, atUs: 10, prewarm: 1, coldUs: 20, keepIdle: 9}],
    },
    {warm: 1, cold: 1, delaySumUs: 15 + 50},
  ],
  [
    'one that has never served counts its time to live from its creation where others count it from their start',
    {
      semantics: semantics({ttlFrom: 'start'}),
      script: [{fn: 0, atUs: 400, prewarm: 1, coldUs: 20, keepIdle: 9}],
    },
    {prewarms: 1, startingUs: 20, idleUs: 80, expirations: 1},
  ],
  [
    'nothing is evicted for it',
    {
      calls: [call(0, 0, 5)],
      hosts: hosts(1, {slots: 1}),
      memoryMib: [128, 128],
      script: [{fn: 1, atUs: 10, prewarm: 1, coldUs: 20, keepIdle: 9}],
    },
    {prewarms: 0, evictions: 0, cold: 1},
  ],
  [
    'a trim takes what would serve last',
    {
      // Freed at 5 and 9; the most recent serves next, so the older goes at 10.
      calls: [call(0, 0, 5), call(0, 0, 9), call(0, 20, 10)],
      script: [{fn: 0, atUs: 10, prewarm: 0, coldUs: 0, keepIdle: 1}],
    },
    {cold: 2, warm: 1, expirations: 1, evictions: 0, idleUs: 5 + 11 + 100},
  ],
]);
