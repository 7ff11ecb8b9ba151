import {call, describeTable, hosts} from '../helpers/oracle-table.ts';

const every10 = {everyUs: 10, saveUs: 1, restoreUs: 1, resumeUs: 2, yieldsAlways: false};
const one = hosts(1, {slots: 1});

describeTable('long calls in slices', [
  [
    'a call that fits a slice is one',
    {checkpoint: every10, calls: [call(0, 0, 10)]},
    {checkpoints: 0, overheadUs: 0, busyUs: 10},
  ],
  [
    'each slice but the first goes on from what was saved, in the same instance while nobody waits',
    // 9 of work and a save; 3 to go on, 6 of work, a save; 3 to go on and the 5 that are left.
    {checkpoint: every10, calls: [call(0, 0, 20)]},
    {cold: 1, warm: 0, checkpoints: 2, overheadUs: 1 + 4 + 3, busyUs: 28, startingUs: 0},
  ],
  [
    'whoever waits has its room, and the call goes on when there is room again, behind others',
    // The second function has the slot from 10 to 15 (2 to start, 3 to run); the first starts again in 4 and goes on.
    {
      checkpoint: every10,
      hosts: one,
      calls: [call(0, 0, 12, 4), call(1, 5, 3, 2)],
      drawnColdUs: 4,
    },
    {
      cold: 2,
      warm: 0,
      queued: 1,
      checkpoints: 1,
      overheadUs: 1 + 3,
      busyUs: 10 + 3 + 6,
      startingUs: 4 + 2 + 4,
      delayMaxUs: 14 - 5 + 2,
    },
  ],
  [
    'a call of its own function takes its place warm',
    {checkpoint: every10, hosts: one, calls: [call(0, 0, 12), call(0, 5, 3)]},
    {cold: 1, warm: 1, queued: 1, checkpoints: 1, busyUs: 10 + 3 + 6, startingUs: 0, delaySumUs: 5},
  ],
  [
    'always: the instance is given back though nobody waits, and taken again',
    {checkpoint: {...every10, yieldsAlways: true}, calls: [call(0, 0, 12)]},
    {cold: 1, warm: 0, checkpoints: 1, busyUs: 16, idleUs: 100, retried: 0},
  ],
  [
    'the limit holds for a slice: ten are allowed ten',
    {checkpoint: every10, timeoutUs: [10], calls: [call(0, 0, 100)]},
    {timeouts: 0},
  ],
  [
    'a slice that is longer than the limit is cut',
    {checkpoint: every10, timeoutUs: [9], calls: [call(0, 0, 100)]},
    {timeouts: 1, checkpoints: 0, busyUs: 9, idleUs: 0},
  ],
]);
