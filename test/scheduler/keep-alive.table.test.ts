import {type Semantics, semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {call, describeTable, type Row} from '../helpers/oracle-table.ts';

const semantics = (options: Partial<Semantics>): Semantics => ({...semanticsPresets.coldfront, ...options});
const forever = Number.POSITIVE_INFINITY;

// The time to live is 100 us and the run ends at 1000 us unless a row says otherwise.

const arrivalAfterIdle = (idleUs: number) => [call(0, 0, 10, 5), call(0, 15 + idleUs, 10, 5)];

describeTable('keep-alive from the finish', [
  [
    'a call within the time to live is warm; the window begins anew at its finish',
    {calls: arrivalAfterIdle(35)},
    {cold: 1, warm: 1, expirations: 1, busyUs: 20, startingUs: 5, idleUs: 35 + 100, delaySumUs: 5},
  ],
  ['an arrival one microsecond before the expiry is warm', {calls: arrivalAfterIdle(99)}, {cold: 1, idleUs: 199}],
  ['an arrival at the very expiry is cold', {calls: arrivalAfterIdle(100)}, {cold: 2, warm: 0, expirations: 2}],
  [
    'with an inclusive time to live an arrival at the very expiry is warm',
    {calls: arrivalAfterIdle(100), semantics: semantics({ttlInclusive: true})},
    {cold: 1, warm: 1, expirations: 1, idleUs: 200},
  ],
  [
    'with an inclusive time to live an arrival one microsecond later is cold',
    {calls: arrivalAfterIdle(101), semantics: semantics({ttlInclusive: true})},
    {cold: 2, expirations: 2, idleUs: 200},
  ],
  [
    'when arrivals go first, an arrival at the very expiry is warm',
    {calls: arrivalAfterIdle(100), semantics: semantics({ties: 'arrivals-first'})},
    {cold: 1, warm: 1},
  ],
  [
    'arrivals first and an inclusive time to live do not add up: one microsecond later is cold',
    {calls: arrivalAfterIdle(101), semantics: semantics({ties: 'arrivals-first', ttlInclusive: true})},
    {cold: 2, warm: 0},
  ],
  ['a finish frees the instance for an arrival of the same time', {calls: arrivalAfterIdle(0)}, {cold: 1, warm: 1}],
  [
    'when arrivals go first, a finish of the same time comes too late',
    {calls: arrivalAfterIdle(0), semantics: semantics({ties: 'arrivals-first'})},
    {cold: 2, warm: 0},
  ],
  [
    'a call of no duration is over before the next arrival of its time',
    {calls: [call(0, 7, 0), call(0, 7, 0), call(0, 7, 0)]},
    {cold: 1, warm: 2, peakSlots: 1, busyUs: 0, idleUs: 100},
  ],
  [
    'when arrivals go first, calls of no duration at one time need an instance each',
    {calls: [call(0, 7, 0), call(0, 7, 0), call(0, 7, 0)], semantics: semantics({ties: 'arrivals-first'})},
    {cold: 3, warm: 0, peakSlots: 3, idleUs: 300},
  ],
  [
    'a time to live of 0 keeps nothing',
    {calls: arrivalAfterIdle(0), ttlUs: 0},
    {cold: 2, warm: 0, idleUs: 0, expirations: 2},
  ],
  [
    'a time to live of 0 keeps nothing, inclusive or not',
    {calls: arrivalAfterIdle(0), ttlUs: 0, semantics: semantics({ttlInclusive: true})},
    {cold: 2, warm: 0, idleUs: 0, expirations: 2},
  ],
  [
    'kept for good, an instance idles until the end',
    {calls: [call(0, 0, 10, 5)], ttlUs: forever},
    {cold: 1, expirations: 0, idleUs: 985},
  ],
]);

describeTable('keep-alive from elsewhere', [
  [
    'from the last start: what the call took counts as well',
    {calls: [call(0, 0, 10, 5), call(0, 99, 10, 5)], semantics: semantics({ttlFrom: 'start'})},
    {cold: 1, warm: 1, idleUs: 84 + 90},
  ],
  [
    'from the last start: a call longer than the time to live leaves nothing behind',
    {calls: [call(0, 0, 200), call(0, 200, 10)], semantics: semantics({ttlFrom: 'start'})},
    {cold: 2, idleUs: 90, expirations: 2},
  ],
  [
    'from the first idle moment: reuse does not begin the window anew',
    {calls: [call(0, 0, 10), call(0, 50, 10), call(0, 110, 10)], semantics: semantics({ttlFrom: 'first-idle'})},
    {cold: 2, warm: 1, idleUs: 40 + 50 + 100, expirations: 2},
  ],
  [
    'from the first idle moment: busy at the deadline, the instance goes at its finish',
    {calls: [call(0, 0, 10), call(0, 100, 50)], semantics: semantics({ttlFrom: 'first-idle'})},
    {cold: 1, warm: 1, idleUs: 90, expirations: 1},
  ],
  [
    'by lookup: an expired instance stays until its function is called again',
    {calls: [call(0, 0, 10), call(0, 500, 10)], semantics: semantics({expiry: 'lookup'})},
    {cold: 2, expirations: 1, idleUs: 490 + 490},
  ],
  [
    'by lookup: one that is past its deadline when it finishes stays as well',
    {calls: [call(0, 0, 200)], semantics: semantics({expiry: 'lookup', ttlFrom: 'start'})},
    {cold: 1, expirations: 0, idleUs: 800},
  ],
  [
    'by lookup: all instances of the function that have expired go, those of others stay',
    {
      calls: [call(0, 0, 10), call(0, 0, 20), call(1, 0, 30), call(0, 119, 10)],
      semantics: semantics({expiry: 'lookup'}),
    },
    {cold: 3, warm: 1, expirations: 1, idleUs: 109 + 99 + 871 + 970},
  ],
  [
    'by lookup, index set: removing one does not hide the one that takes its place',
    {
      calls: [call(0, 0, 10), call(0, 0, 20), call(0, 0, 30), call(0, 500, 10)],
      semantics: semantics({expiry: 'lookup', reuse: 'index-set'}),
    },
    {cold: 4, warm: 0, expirations: 3, idleUs: 490 + 480 + 470 + 490},
  ],
]);

// Two instances, then a call at 20 that runs to the end: the idle time tells which one served it.
const createdFirstFreedLast = [call(0, 0, 10), call(0, 1, 5), call(0, 20, 1000)];
const createdFirstFreedFirst = [call(0, 0, 5), call(0, 1, 9), call(0, 20, 1000)];

describeTable('which idle instance serves', [
  ...(
    [
      ['mru', 10 + 100, 10 + 100],
      ['lru', 14 + 100, 15 + 100],
      ['newest', 14 + 100, 10 + 100],
      ['oldest', 10 + 100, 15 + 100],
      ['index-set', 14 + 100, 15 + 100],
    ] as const
  ).flatMap(([reuse, freedLastUs, freedFirstUs]): Row[] => [
    [
      `${reuse}, the older instance freed last`,
      {calls: createdFirstFreedLast, semantics: semantics({reuse})},
      {cold: 2, warm: 1, idleUs: freedLastUs},
    ],
    [
      `${reuse}, the older instance freed first`,
      {calls: createdFirstFreedFirst, semantics: semantics({reuse})},
      {cold: 2, warm: 1, idleUs: freedFirstUs},
    ],
  ]),
  // Freed at 1, 2 and 3; called at 10 and 11.
  ...(
    [
      ['mru', 7 + 9 + 100],
      ['lru', 9 + 9 + 100],
      ['index-set', 9 + 8 + 100],
    ] as const
  ).map(
    ([reuse, idleUs]): Row => [
      `${reuse}, two of three serve`,
      {
        calls: [call(0, 0, 1), call(0, 0, 2), call(0, 0, 3), call(0, 10, 1000), call(0, 11, 1000)],
        semantics: semantics({reuse}),
      },
      {cold: 3, warm: 2, idleUs},
    ],
  ),
]);
