import {type Semantics, semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {call, describeTable, hosts} from '../helpers/oracle-table.ts';

const rules = (options: Partial<Semantics>): Semantics => ({...semanticsPresets.coldfront, ...options});
const patient = rules({evict: 'patient'});
const oneSlot = hosts(1, {slots: 1});

// Function 0 is idle from 10 on; function 1 comes at 12 and would take 20 to start.
const calls = [call(0, 0, 10), call(1, 12, 5, 20)];

describeTable('a patient fleet', [
  [
    'gives up an idle instance when it has been idle for the cold time of the newcomer, without any event then',
    {calls, hosts: oneSlot, semantics: patient, ttlUs: 500},
    {cold: 2, evictions: 1, queued: 1, waitSumUs: 18, delaySumUs: 38, idleUs: 20 + 500},
  ],
  [
    'gives it up at once where it has been idle for that long already',
    {calls: [call(0, 0, 10), call(1, 30, 5, 20)], hosts: oneSlot, semantics: patient, ttlUs: 500},
    {cold: 2, evictions: 1, queued: 0, delaySumUs: 20},
  ],
  [
    'lets a call that has waited for its cold time evict what has just gone idle',
    {calls: [call(0, 0, 40), call(1, 12, 5, 20)], hosts: oneSlot, semantics: patient, ttlUs: 500},
    {cold: 2, evictions: 1, queued: 1, waitSumUs: 28, delaySumUs: 48},
  ],
  [
    'keeps a call waiting behind nobody: it is served by its own instance, and the newcomer goes on waiting',
    {
      calls: [call(0, 0, 10), call(1, 12, 5, 20), call(0, 15, 3), call(0, 25, 2)],
      hosts: oneSlot,
      semantics: patient,
      ttlUs: 500,
    },
    // Idle since 27 then, but by 32 the newcomer has waited for 20.
    {warm: 2, cold: 2, evictions: 1, waitSumUs: 20},
  ],
  [
    'does not let a young victim be skipped for an older one of another host: the next in order counts',
    {
      calls: [call(0, 0, 10), call(1, 0, 14), call(2, 16, 5, 8)],
      hosts: hosts(2, {slots: 1}),
      semantics: patient,
      ttlUs: 500,
    },
    {cold: 3, evictions: 1, waitSumUs: 2},
  ],
  [
    'starts who fits without eviction past a head that must be patient',
    {
      calls: [call(0, 0, 10), call(1, 12, 5, 20), call(2, 13, 5, 1)],
      memoryMib: [64, 128, 64],
      hosts: hosts(1, {memoryMib: 128}),
      semantics: patient,
      ttlUs: 500,
    },
    {cold: 3, queued: 1},
  ],
  [
    'is eager where calls are dropped',
    {calls, hosts: oneSlot, semantics: rules({evict: 'patient', full: 'drop'}), ttlUs: 500},
    {cold: 2, evictions: 1, queued: 0, dropped: 0},
  ],
  [
    'by default waits only where a start takes at least three mean durations of its function',
    {calls, hosts: oneSlot, semantics: rules({}), ttlUs: 500, meanDurationUs: [10, 20 / 3]},
    {cold: 2, queued: 1, waitSumUs: 18},
  ],
  [
    'and evicts at once for a shorter one',
    {calls, hosts: oneSlot, semantics: rules({}), ttlUs: 500, meanDurationUs: [10, 7]},
    {cold: 2, queued: 0, delaySumUs: 20},
  ],
  [
    'and where nothing is known of how long calls take',
    {calls, hosts: oneSlot, semantics: rules({}), ttlUs: 500},
    {cold: 2, queued: 0, delaySumUs: 20},
  ],
]);
