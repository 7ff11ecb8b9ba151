import {call, describeTable, hosts} from '../helpers/oracle-table.ts';

/** Function `fn` is to have `slots` instances from `atUs` on. */
const target = (fn: number, atUs: number, slots: number, coldUs = 0) => ({fn, atUs, slots, coldUs});

// The run ends at 1000 us.

describeTable('following targets', [
  [
    'instances are started when a target rises and stay for good',
    {targets: [target(0, 0, 2, 10)], calls: [call(0, 50, 20, 5)]},
    {prewarms: 2, warm: 1, cold: 0, startingUs: 20, idleUs: 2 * 990 - 20, delaySumUs: 0, expirations: 0},
  ],
  [
    'of two instances for a target of one, the first whose spill time is over goes and the other stays',
    {targets: [target(0, 0, 1)], spillUs: 100, calls: [call(0, 50, 20, 5), call(0, 55, 30, 5)]},
    {warm: 1, cold: 1, expirations: 1, busyUs: 50, startingUs: 5, idleUs: 50 + 100 + 910},
  ],
  [
    'a target that falls destroys idle instances down to it, busy ones counted',
    {targets: [target(0, 0, 3), target(0, 100, 1)], calls: [call(0, 90, 50, 5)]},
    {warm: 1, prewarms: 3, expirations: 0, idleUs: 3 * 90 + 2 * 10 + 860},
  ],
  [
    'a target that rises starts what is missing, busy ones counted',
    {targets: [target(0, 0, 1), target(0, 100, 2, 10), target(0, 200, 2)], calls: [call(0, 50, 100, 5)]},
    {warm: 1, prewarms: 2, startingUs: 10, idleUs: 50 + 850 + 890},
  ],
  [
    'a target that stays leaves spill-over its time',
    {targets: [target(0, 0, 0), target(0, 100, 0)], spillUs: 90, calls: [call(0, 50, 20, 5)]},
    {cold: 1, expirations: 1, idleUs: 90},
  ],
  [
    'a call that comes while its target is met by a starting instance waits for that one and is warm',
    {targets: [target(0, 100, 1, 40)], calls: [call(0, 110, 20, 5)]},
    {warm: 1, cold: 0, delaySumUs: 30, startingUs: 40, idleUs: 1000 - 160},
  ],
  [
    'what a full host has evicted is started again at the next change, though the target is the same',
    {
      targets: [target(0, 0, 1), target(0, 200, 1)],
      spillUs: 20,
      calls: [call(1, 50, 10, 5)],
      hosts: hosts(1, {slots: 1}),
    },
    {cold: 1, evictions: 1, prewarms: 2, expirations: 1, idleUs: 50 + 20 + 800},
  ],
  [
    'targets that fall make room for those that rise at the same time, whatever their order',
    {
      targets: [target(0, 100, 1), target(1, 0, 1), target(1, 100, 0)],
      calls: [call(1, 20, 0)],
      hosts: hosts(1, {slots: 1}),
    },
    {warm: 1, prewarms: 2, idleUs: 1000, peakSlots: 1},
  ],
  [
    'before the first target there is spill-over alone',
    {targets: [target(0, 500, 1)], spillUs: 100, calls: [call(0, 10, 10, 5)]},
    {cold: 1, prewarms: 1, expirations: 1, idleUs: 100 + 500},
  ],
  [
    'a spill time of 0 keeps nothing beyond the target',
    {targets: [target(0, 0, 1)], calls: [call(0, 10, 10, 5), call(0, 10, 30, 5)]},
    {warm: 1, cold: 1, expirations: 1, idleUs: 10 + (1000 - 45)},
  ],
]);
