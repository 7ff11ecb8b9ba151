import {call, describeTable, hosts} from '../helpers/oracle-table.ts';

const two = hosts(2, {slots: 1});
const one = hosts(1, {slots: 2});
const down = (host: number, fromUs: number, untilUs: number) => ({host, fromUs, untilUs});
const nothing = {outages: [], slowdowns: [], leaseUs: 3, idempotent: []};

describeTable('hosts that fail', [
  [
    'a call on it is lost, its instance gone; who comes meanwhile waits and is cold',
    {hosts: one, faults: {...nothing, outages: [down(0, 10, 15)]}, calls: [call(0, 8, 5), call(0, 12, 4, 2)]},
    {lost: 1, lostUs: 2, cold: 1, warm: 0, queued: 1, delaySumUs: 5, busyUs: 2 + 4, startingUs: 2, idleUs: 100},
  ],
  [
    'a call that is over when its host fails is over',
    {hosts: one, faults: {...nothing, outages: [down(0, 10, 15)]}, calls: [call(0, 5, 5)]},
    {lost: 0, cold: 1, busyUs: 5, idleUs: 0},
  ],
  [
    'an asynchronous call runs again when its lease is over, as often as it takes, and counts once, by its first start',
    // On the first host from 0 to 4, from 7 on the second, which fails at 9; from 12 on the first again.
    {
      hosts: two,
      async: [true],
      faults: {...nothing, outages: [down(0, 4, 11), down(1, 9, 50)]},
      calls: [call(0, 0, 6)],
    },
    {lost: 0, cold: 1, warm: 0, retried: 2, lostUs: 4 + 2, busyUs: 4 + 2 + 6, delaySumUs: 0},
  ],
  [
    'an idempotent call that somebody waits for runs again at once, and only once',
    {
      hosts: two,
      faults: {...nothing, idempotent: [true], outages: [down(0, 4, 50), down(1, 9, 50)]},
      calls: [call(0, 0, 6)],
    },
    {lost: 1, cold: 0, warm: 0, retried: 1, lostUs: 4 + 5, busyUs: 9, delaySumUs: 0},
  ],
  [
    'a call whose instance was still starting has not begun: its delay is that of the start that came to its end',
    {
      hosts: two,
      async: [true],
      drawnColdUs: 5,
      faults: {...nothing, outages: [down(0, 4, 50)]},
      calls: [call(0, 0, 6, 5)],
    },
    {cold: 1, retried: 1, lostUs: 0, startingUs: 4 + 5, busyUs: 6, delaySumUs: 4 + 3 + 5, waitSumUs: 7},
  ],
  [
    'work that was saved is not lost: the call goes on from there',
    // Saved at 10 with 9 of 20 done; 4 of the next slice are lost; from 17 on 3 to go on, 6 and 5 of work, a save, 3 to go on.
    {
      hosts: two,
      async: [true],
      checkpoint: {everyUs: 10, saveUs: 1, restoreUs: 1, resumeUs: 2, yieldsAlways: false},
      faults: {...nothing, outages: [down(0, 14, 500)]},
      calls: [call(0, 0, 20)],
    },
    {lost: 0, retried: 1, lostUs: 4, checkpoints: 2, overheadUs: 1 + 4 + 3, busyUs: 14 + 10 + 8},
  ],
  [
    'what a function keeps starts elsewhere, or when there is room again',
    {hosts: one, min: [1], drawnColdUs: 2, faults: {...nothing, outages: [down(0, 10, 15)]}, endUs: 100},
    {prewarms: 1, startingUs: 2, idleUs: 10 + 83},
  ],
]);

describeTable('a scheduler that fails', [
  [
    'running calls go on, new ones wait until it is back, and take what is there then',
    {hosts: one, faults: {...nothing, outages: [down(-1, 3, 20)]}, calls: [call(0, 0, 5), call(0, 4, 2)]},
    {cold: 1, warm: 1, lost: 0, queued: 0, delaySumUs: 16, busyUs: 7, idleUs: 15 + 100},
  ],
  [
    'an instance whose time is up meanwhile is gone',
    {hosts: one, ttlUs: 10, faults: {...nothing, outages: [down(-1, 3, 20)]}, calls: [call(0, 0, 5), call(0, 4, 2, 3)]},
    {cold: 2, expirations: 2, delaySumUs: 16 + 3, idleUs: 20},
  ],
]);

describeTable('starts that fail', [
  [
    'few start for a while: one token, then one each 10, and at its end whoever still waits',
    {
      faults: {...nothing, slowdowns: [{fromUs: 0, untilUs: 15, perSecond: 1e5}]},
      calls: [call(0, 0, 50), call(0, 0, 50), call(0, 0, 50), call(0, 20, 50)],
    },
    {cold: 4, delaySumUs: 0 + 10 + 15, waitCount: 2},
  ],
]);
