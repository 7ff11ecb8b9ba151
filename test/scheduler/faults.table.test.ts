import {call, describeTable, hosts} from '../helpers/oracle-table.ts';

const two = hosts(2, {slots: 1});
const one = hosts(1, {slots: 2});
const down = (host: number, fromUs: number, untilUs: number) => ({host, fromUs, untilUs, keeps: false});
const halted = (host: number, fromUs: number, untilUs: number) => ({host, fromUs, untilUs, keeps: true});
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

describeTable('hosts that stand still', [
  [
    'a call goes on where it was, though nobody can be served there meanwhile; what it takes is busy time',
    // From 8 to 10 and from 13 to 16; who comes at 11 waits until 16 and is warm.
    {
      hosts: hosts(1, {slots: 1}),
      faults: {...nothing, outages: [halted(0, 10, 13)]},
      calls: [call(0, 8, 5), call(0, 11, 4)],
    },
    {
      lost: 0,
      lostUs: 0,
      retried: 0,
      duplicated: 0,
      cold: 1,
      warm: 1,
      queued: 1,
      delaySumUs: 5,
      busyUs: 8 + 4,
      idleUs: 100,
    },
  ],
  [
    'a start goes on too, and takes so much longer',
    {hosts: one, faults: {...nothing, outages: [halted(0, 10, 13)]}, calls: [call(0, 8, 5, 4)]},
    {cold: 1, startingUs: 4 + 3, busyUs: 5, delaySumUs: 7, waitSumUs: 0},
  ],
  [
    'what was idle is idle anew when its host is back, and serves nobody meanwhile',
    // Idle from 5 on; at 12 another starts elsewhere; the first is idle from 15 on once more, both for 20.
    {
      hosts: two,
      ttlUs: 20,
      faults: {...nothing, outages: [halted(0, 10, 15)]},
      calls: [call(0, 0, 5), call(0, 12, 4, 1)],
    },
    {cold: 2, expirations: 2, idleUs: 10 + 20 + 20, startingUs: 1},
  ],
  [
    'an asynchronous call that stands still for a lease begins elsewhere; the first to be over counts, the other is duplicated',
    // The first runs from 0 to 4 and from 20 to 22, the second from 7 to 13.
    {hosts: two, async: [true], faults: {...nothing, outages: [halted(0, 4, 20)]}, calls: [call(0, 0, 6)]},
    {lost: 0, cold: 1, warm: 0, retried: 1, duplicated: 1, busyUs: 22 + 6, delaySumUs: 0},
  ],
  [
    'the one that stood still may be first',
    // From 0 to 4 and from 8 to 10; the second from 7 to 13.
    {hosts: two, async: [true], faults: {...nothing, outages: [halted(0, 4, 8)]}, calls: [call(0, 0, 6)]},
    {cold: 1, warm: 0, retried: 1, duplicated: 1, busyUs: 10 + 6, delaySumUs: 0},
  ],
  [
    'whose host is back by then begins nowhere else, nor does what must not run twice',
    {
      hosts: two,
      async: [true],
      faults: {...nothing, outages: [halted(0, 4, 7)]},
      calls: [call(0, 0, 6), call(1, 4, 1)],
      memoryMib: [128, 128],
    },
    {retried: 0, duplicated: 0, busyUs: 6 + 3 + 1, delaySumUs: 0},
  ],
  [
    'a call whose instance stands still before it begins is told of by the attempt that is over first',
    // Ready at 5, at 18 as its host stands still from 2 to 15; meanwhile from 5 on another starts, and runs from 10 to 16.
    {
      hosts: two,
      async: [true],
      drawnColdUs: 5,
      faults: {...nothing, outages: [halted(0, 2, 15)]},
      calls: [call(0, 0, 6, 5)],
    },
    {cold: 1, retried: 1, duplicated: 1, startingUs: 18 + 5, busyUs: 6 + 6, delaySumUs: 10, waitSumUs: 5},
  ],
  [
    'a host that fails for good while it stands still takes one of two attempts with it',
    {
      hosts: two,
      async: [true],
      faults: {...nothing, outages: [halted(0, 4, 50), down(0, 9, 60)]},
      calls: [call(0, 0, 6)],
    },
    {lost: 0, cold: 1, retried: 1, duplicated: 0, lostUs: 4, busyUs: 9 + 6},
  ],
  [
    'two attempts that go on as the run ends are one call',
    {hosts: two, async: [true], endUs: 10, faults: {...nothing, outages: [halted(0, 4, 50)]}, calls: [call(0, 0, 6)]},
    {cold: 1, warm: 0, stillQueued: 0, duplicated: 0, busyUs: 10 + 3},
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
