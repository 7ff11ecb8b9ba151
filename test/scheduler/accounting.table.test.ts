import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {call, describeTable, hosts} from '../helpers/oracle-table.ts';

const inclusive = {...semanticsPresets.coldfront, ttlInclusive: true};

describeTable('the counted part', [
  [
    'an idle instance is charged inside it alone',
    {calls: [call(0, 0, 10, 5)], fromUs: 50, endUs: 100},
    {invocations: 0, cold: 0, idleUs: 50, busyUs: 0, startingUs: 0, expirations: 0, peakSlots: 1, peakMemoryMib: 128},
  ],
  [
    'a call that runs across both ends is busy between them',
    {calls: [call(0, 0, 100, 5)], fromUs: 50, endUs: 80},
    {busyUs: 30, idleUs: 0, startingUs: 0},
  ],
  [
    'a start that reaches into it is charged from its beginning',
    {calls: [call(0, 0, 10, 60)], fromUs: 50, endUs: 65},
    {startingUs: 10, busyUs: 5, cold: 0},
  ],
  [
    'a call that arrived before it does not count, whenever it is served',
    {calls: [call(0, 0, 60), call(1, 40, 10, 5)], fromUs: 50, endUs: 200, hosts: hosts(1, {slots: 1})},
    // The eviction happens inside.
    {invocations: 0, cold: 0, queued: 0, waitCount: 0, delaySumUs: 0, evictions: 1, busyUs: 10 + 10, startingUs: 5},
  ],
  [
    'a call that arrives as it begins counts; one that arrives as it ends does not',
    {calls: [call(0, 50, 1), call(0, 99, 1), call(0, 100, 1)], fromUs: 50, endUs: 100},
    {invocations: 2, cold: 1, warm: 1},
  ],
  [
    'a function’s first call before it is no first start inside',
    {calls: [call(0, 0, 10), call(0, 300, 10)], fromUs: 200, endUs: 400},
    {cold: 1, firstStarts: 0},
  ],
  [
    'an expiry at the very beginning happens inside, and charges nothing',
    {calls: [call(0, 0, 10)], fromUs: 110, endUs: 200},
    {expirations: 1, idleUs: 0, peakSlots: 1},
  ],
  [
    'an expiry at the very end does not happen any more',
    {calls: [call(0, 0, 10)], endUs: 110},
    {expirations: 0, idleUs: 100},
  ],
  [
    'an inclusive expiry at the last microsecond before it happens before it',
    {calls: [call(0, 0, 10)], semantics: inclusive, fromUs: 111, endUs: 200},
    {expirations: 0, idleUs: 0, peakSlots: 0, peakMemoryMib: 0},
  ],
  [
    'an inclusive expiry at the last microsecond before the end happens before it',
    {calls: [call(0, 0, 10)], semantics: inclusive, endUs: 111},
    {expirations: 1, idleUs: 100},
  ],
  [
    'memory-time is slot-time by each instance’s own memory',
    {calls: [call(0, 0, 10), call(1, 0, 30)], memoryMib: [100, 300]},
    {idleUs: 200, idleMibUs: 100 * 100 + 100 * 300, peakMemoryMib: 400},
  ],
  [
    'an instance evicted for a newcomer of its time leaves no peak behind',
    {calls: [call(0, 0, 10), call(1, 20, 10)], hosts: hosts(1, {slots: 1})},
    {peakSlots: 1, peakMemoryMib: 128},
  ],
]);
