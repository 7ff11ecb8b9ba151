import {type Semantics, semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {call, describeTable, hosts, type Row} from '../helpers/oracle-table.ts';
import type {OraclePlacement} from '../helpers/oracle-types.ts';

const semantics = (options: Partial<Semantics>): Semantics => ({...semanticsPresets.coldfront, ...options});
const dropping = semantics({full: 'drop'});
const forever = Number.POSITIVE_INFINITY;

/** One call of each function at 0, all running to the end: how many found room tells where they were put. */
function packed(placement: OraclePlacement, memoryMib: number[], dropped: number): Row {
  return [
    `${placement} puts ${memoryMib.join(', ')} MiB on two hosts of 300 MiB: ${dropped} dropped`,
    {
      calls: memoryMib.map((_, fn) => call(fn, 0, 1000)),
      memoryMib,
      hosts: hosts(2, {memoryMib: 300}),
      placement,
      semantics: dropping,
    },
    {dropped, cold: memoryMib.length - dropped},
  ];
}

describeTable('where a newcomer goes', [
  packed('first-fit', [100, 100, 300], 0),
  packed('best-fit', [100, 100, 300], 0),
  packed('least-loaded', [100, 100, 300], 1),
  packed('round-robin', [100, 100, 300], 1),
  // The 50 goes beside the 250 or leaves room for the 200 no longer.
  packed('first-fit', [100, 250, 50, 200], 1),
  packed('best-fit', [100, 250, 50, 200], 0),
  packed('least-loaded', [100, 250, 50, 200], 1),
  packed('round-robin', [100, 250, 50, 200], 1),
  [
    'best-fit without a memory limit takes the host with fewest free slots',
    {
      calls: [call(0, 0, 10), call(1, 0, 1000), call(2, 50, 1000), call(3, 60, 1000), call(4, 60, 1000)],
      hosts: hosts(2, {slots: 2}),
      ttlUs: 20,
      placement: 'best-fit',
      semantics: dropping,
    },
    {cold: 5, dropped: 0, peakSlots: 4},
  ],
  [
    'slots bind as memory does',
    {calls: [call(0, 0, 50), call(1, 0, 50), call(2, 0, 50)], hosts: hosts(1, {slots: 2}), semantics: dropping},
    {cold: 2, dropped: 1, peakSlots: 2, peakMemoryMib: 256},
  ],
  [
    'a call that fits no empty host is dropped even where others queue',
    {calls: [call(0, 0, 10), call(1, 5, 10)], memoryMib: [100, 400], hosts: hosts(1, {memoryMib: 300})},
    {cold: 1, dropped: 1, queued: 0, evictions: 0},
  ],
]);

describeTable('eviction', [
  [
    'an idle instance makes room',
    {calls: [call(0, 0, 10), call(1, 20, 10)], hosts: hosts(1, {slots: 1})},
    {cold: 2, evictions: 1, expirations: 1, queued: 0, idleUs: 10 + 100},
  ],
  [
    'a busy one does not',
    {calls: [call(0, 0, 50), call(1, 20, 10)], hosts: hosts(1, {slots: 1}), semantics: dropping},
    {cold: 1, dropped: 1, evictions: 0},
  ],
  [
    'the one idle for longest goes first',
    {calls: [call(0, 0, 10), call(1, 0, 5), call(2, 20, 10), call(0, 25, 10)], hosts: hosts(1, {slots: 2})},
    {cold: 3, warm: 1, evictions: 1},
  ],
  [
    'nothing is given up in vain: what would not be enough stays',
    {
      calls: [call(0, 0, 10), call(1, 0, 500), call(2, 20, 10), call(0, 30, 10)],
      memoryMib: [100, 200, 250],
      hosts: hosts(1, {memoryMib: 300}),
      semantics: dropping,
    },
    {cold: 2, warm: 1, dropped: 1, evictions: 0},
  ],
  [
    'victims on another host than the one chosen stay',
    {
      // Idle from 10, 30 and 20; the newcomer of 200 needs the whole second host.
      calls: [call(0, 0, 10), call(1, 0, 30), call(2, 0, 20), call(3, 40, 1000), call(0, 50, 1), call(1, 51, 1)],
      memoryMib: [100, 100, 200, 200],
      hosts: hosts(2, {memoryMib: 200}),
    },
    {cold: 4, warm: 2, evictions: 1, queued: 0},
  ],
  [
    'until it fits: free memory counts',
    {
      calls: [call(0, 0, 10), call(1, 0, 20), call(2, 50, 10)],
      memoryMib: [100, 100, 200],
      hosts: hosts(1, {memoryMib: 300}),
    },
    {cold: 3, evictions: 1},
  ],
  [
    'by the newcomer’s size: free memory does not count',
    {
      calls: [call(0, 0, 10), call(1, 0, 20), call(2, 50, 10)],
      memoryMib: [100, 100, 200],
      hosts: hosts(1, {memoryMib: 300}),
      semantics: semantics({evictUntil: 'newcomer-size', full: 'drop'}),
    },
    {cold: 3, evictions: 2, dropped: 0},
  ],
  [
    'by the newcomer’s size: what was evicted stays evicted, even for a call that is dropped',
    {
      calls: [call(0, 0, 10), call(1, 0, 500), call(2, 50, 10), call(0, 60, 10)],
      memoryMib: [100, 200, 250],
      hosts: hosts(1, {memoryMib: 300}),
      semantics: semantics({evictUntil: 'newcomer-size', full: 'drop'}),
    },
    {cold: 3, dropped: 1, evictions: 1},
  ],
  [
    'by the newcomer’s size: even for one that can never fit',
    {
      calls: [call(0, 0, 10), call(1, 0, 20), call(2, 50, 10)],
      memoryMib: [100, 100, 400],
      hosts: hosts(1, {memoryMib: 300}),
      semantics: semantics({evictUntil: 'newcomer-size', full: 'drop'}),
    },
    {cold: 2, dropped: 1, evictions: 2},
  ],
]);

describeTable('eviction by priority', [
  [
    'landlord charges no rent while nothing is idle: nobody could be evicted',
    {
      // Credits 40, 30 and 35. The drop at 10 finds all busy; at 100 the last two are poorest by size.
      calls: [call(0, 0, 40), call(1, 0, 30), call(2, 10, 5), call(3, 20, 35), call(4, 100, 5), call(0, 110, 5)],
      memoryMib: [100, 200, 150, 100, 250],
      hosts: hosts(1, {memoryMib: 400}),
      ttlUs: forever,
      eviction: 'landlord',
      semantics: semantics({evictUntil: 'newcomer-size', full: 'drop'}),
    },
    {cold: 4, warm: 1, dropped: 1, evictions: 2},
  ],
  [
    'least recently started is not longest idle',
    {
      // The first started last but is idle for longest.
      calls: [call(1, 0, 20), call(0, 1, 5), call(2, 50, 10), call(0, 60, 5)],
      hosts: hosts(1, {slots: 2}),
      ttlUs: forever,
      eviction: 'lru',
    },
    {cold: 3, warm: 1, evictions: 1},
  ],
]);

const oneSlot = hosts(1, {slots: 1});

describeTable('the queue', [
  [
    'a waiting call of the freed instance’s function goes first, warm',
    {calls: [call(0, 0, 10, 5), call(1, 2, 10, 5), call(0, 3, 10, 5)], hosts: oneSlot},
    // 5, then 15 - 3, then 25 - 2 + 5.
    {cold: 2, warm: 1, queued: 2, evictions: 1, delaySumUs: 5 + 12 + 28, waitSumUs: 12 + 23, waitCount: 2},
  ],
  [
    'without eviction it waits for the expiry',
    {calls: [call(0, 0, 10), call(1, 20, 10, 5)], hosts: oneSlot, semantics: semantics({evict: 'never'})},
    {cold: 2, queued: 1, evictions: 0, expirations: 2, waitSumUs: 90, delaySumUs: 95},
  ],
  [
    'without eviction, by lookup: what a lookup removes makes room for those who wait',
    {
      calls: [call(0, 0, 10), call(1, 20, 10), call(0, 300, 10)],
      hosts: oneSlot,
      endUs: 310,
      semantics: semantics({evict: 'never', expiry: 'lookup'}),
    },
    {cold: 1 + 1, queued: 2, stillQueued: 1, waitSumUs: 280},
  ],
  [
    'the first that fits starts, though an older one waits on',
    {
      calls: [call(0, 0, 50), call(1, 0, 20), call(2, 5, 10), call(3, 6, 10)],
      memoryMib: [200, 100, 250, 100],
      hosts: hosts(1, {memoryMib: 300}),
    },
    {cold: 4, queued: 2, evictions: 3, waitSumUs: 14 + 45},
  ],
  [
    'a call served after exactly the longest wait is served',
    {calls: [call(0, 0, 15), call(1, 5, 10)], hosts: oneSlot, maxWaitUs: 10},
    {cold: 2, abandoned: 0, waitSumUs: 10},
  ],
  [
    'a call that would wait longer has given up',
    {calls: [call(0, 0, 15), call(1, 5, 10)], hosts: oneSlot, maxWaitUs: 9},
    {cold: 1, queued: 1, abandoned: 1, waitCount: 0},
  ],
  [
    'who waits at the end is still queued',
    {calls: [call(0, 0, 500), call(1, 5, 10)], hosts: oneSlot, endUs: 100},
    {cold: 1, queued: 1, stillQueued: 1, abandoned: 0, busyUs: 100},
  ],
  [
    'who has waited too long by the end has given up',
    {calls: [call(0, 0, 500), call(1, 5, 10)], hosts: oneSlot, endUs: 100, maxWaitUs: 94},
    {stillQueued: 0, abandoned: 1},
  ],
  [
    'who has waited exactly as long as it may at the end is still queued',
    {calls: [call(0, 0, 500), call(1, 5, 10)], hosts: oneSlot, endUs: 100, maxWaitUs: 95},
    {stillQueued: 1, abandoned: 0},
  ],
  [
    'a first call that starts after a later one arrived is a first start all the same',
    {calls: [call(0, 0, 50), call(1, 5, 10), call(1, 6, 10)], hosts: oneSlot},
    {cold: 2, warm: 1, firstStarts: 2},
  ],
  [
    'a trim makes room for those who wait where nothing is evicted',
    {
      calls: [call(0, 0, 10), call(1, 20, 10)],
      hosts: oneSlot,
      ttlUs: forever,
      semantics: semantics({evict: 'never'}),
      script: [{fn: 0, atUs: 70, prewarm: 0, coldUs: 0, keepIdle: 0}],
    },
    {cold: 2, queued: 1, waitSumUs: 50},
  ],
]);
