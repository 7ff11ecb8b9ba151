import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {US_PER_MS, US_PER_SECOND} from '../../src/base/units.ts';
import {coldTimes} from '../../src/fleet/cold-time/registry.ts';
import {cellWorkload, sharedWorkload} from '../../src/replay/calls/cell-workload.ts';
import type {ReplayOptions} from '../../src/replay/options.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {EventBuilder} from '../../src/workload/build/event-builder.ts';
import {decodeWorkload} from '../../src/workload/file/arrow-decode.ts';
import {encodeWorkload} from '../../src/workload/file/arrow-encode.ts';
import {int64At, type Workload} from '../../src/workload/workload.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {simulate} from '../helpers/oracle.ts';
import {plainScenario} from '../helpers/oracle-scenarios.ts';
import type {OracleEviction} from '../helpers/oracle-types.ts';
import {type EventRow, eventWorkload, testMeta} from '../helpers/workload.ts';

const {POSITIVE_INFINITY} = Number;

function onePool(workload: Workload, memoryMib: number): ReplayOptions {
  return testOptions(workload, {
    fleet: {count: 1, slots: POSITIVE_INFINITY, memoryMib},
    semantics: semanticsPresets.faascache,
    cold: coldTimes.parse('trace'),
  });
}

/** Cold and dropped calls of each function, functions in order of first appearance. */
async function countsOf(workload: Workload, policy: string, memoryMib: number): Promise<number[][]> {
  const [ledger] = await replay(workload, [parsePolicy(policy)], onePool(workload, memoryMib));
  return Array.from(workload.memoryMib, (_, f) => [ledger!.functions.cold[f]!, ledger!.functions.dropped[f]!]);
}

function sequenceOf({arrivals, functions}: Workload): number[][] | undefined {
  if (arrivals.kind !== 'event' || arrivals.sequence === undefined) return undefined;
  const {values, start, length} = arrivals.sequence;
  return Array.from({length: functions}, (_, f) =>
    Array.from({length: length[f]!}, (_, k) => int64At(values, start[f]! + k)),
  );
}

describe('calls at the same time are served in the order of the file', () => {
  const call = (name: string, second: number): EventRow => ({
    function: name,
    at: second * US_PER_SECOND,
    duration: US_PER_SECOND,
    cold: US_PER_SECOND,
    memoryMib: 60,
  });

  // 100 MB hold one instance. A's is idle when both are called.
  test.each([
    ['A first: A is warm, and B finds no idle instance to evict', ['A', 'B'], [1, 0], [0, 1]],
    ['B first: B evicts A, and A finds B busy', ['B', 'A'], [1, 1], [1, 0]],
  ])('%s', async (_, order, a, b) => {
    const workload = eventWorkload([call('A', 0), ...order.map((name) => call(name, 10))]);
    expect(await countsOf(workload, 'lru', 100)).toEqual([a, b]);
  });

  test('under every published order of eviction, as the oracle does it', async () => {
    const policies: [string, OracleEviction][] = [
      ['lru', 'lru'],
      ['greedy-dual', 'gd'],
      ['freq', 'freq'],
      ['size', 'size'],
      ['landlord', 'landlord'],
    ];
    let differs = 0;
    for (let seed = 0; seed < 120; seed++) {
      const random = new Random(seed);
      const rows = Array.from({length: 60}, (): EventRow => {
        const fn = random.below(7);
        return {
          function: `f${fn}`,
          at: US_PER_SECOND * random.below(12),
          duration: US_PER_MS * (1 + random.below(3000)),
          cold: US_PER_MS * (100 + 13 * fn),
          memoryMib: 40 + 7 * fn,
        };
      }).sort((a, b) => a.at - b.at);
      const names = [...new Set(rows.map((row) => row.function))];
      const workload = eventWorkload(rows);
      const [policy, eviction] = policies[seed % policies.length]!;
      const calls = rows.map((row) => ({
        fn: names.indexOf(row.function),
        arrivalUs: row.at,
        durationUs: row.duration!,
        coldUs: row.cold!,
      }));
      const expectedOf = (inOrder: typeof calls) =>
        simulate({
          ...plainScenario,
          calls: inOrder,
          memoryMib: [...workload.memoryMib],
          hosts: [{slots: POSITIVE_INFINITY, memoryMib: 300}],
          ttlUs: POSITIVE_INFINITY,
          semantics: semanticsPresets.faascache,
          eviction,
          endUs: workload.meta.spanUs,
        }).functions.map(({cold, dropped}) => [cold, dropped]);
      const expected = expectedOf(calls);
      expect(await countsOf(workload, policy, 300), `seed ${seed} ${policy}`).toEqual(expected);
      const byFunction = calls.toSorted((a, b) => a.arrivalUs - b.arrivalUs || a.fn - b.fn);
      if (JSON.stringify(expectedOf(byFunction)) !== JSON.stringify(expected)) differs++;
    }
    // The order of functions would have been wrong.
    expect(differs).toBeGreaterThan(60);
  });
});

describe('the order of simultaneous calls in a workload', () => {
  const at = (name: string, us: number): EventRow => ({function: name, at: us, duration: 1, cold: 1});
  const outOfOrder = [at('a', 5), at('b', 7), at('a', 7), at('b', 9), at('b', 9)];

  test.each([
    [
      'is left out when functions at the same time come in their order',
      [at('a', 5), at('a', 7), at('b', 7)],
      undefined,
    ],
    ['is left out when no two functions are called at the same time', [at('b', 1), at('a', 2), at('b', 3)], undefined],
    [
      'is kept for all calls when they do not',
      outOfOrder,
      [
        [0, 2],
        [1, 3, 4],
      ],
    ],
    ['is seen in a file that is in no order', [at('a', 9), at('b', 7), at('a', 7)], [[2, 0], [1]]],
    ['is not needed for one that is not, without ties out of order', [at('a', 9), at('a', 7), at('b', 7)], undefined],
  ])('%s', (_, rows, expected) => {
    expect(sequenceOf(eventWorkload(rows))).toEqual(expected);
  });

  test('survives the file, shared memory and a trace larger than memory', () => {
    const workload = eventWorkload(outOfOrder);
    const chunks: Uint8Array[] = [];
    encodeWorkload(workload, {write: (bytes) => chunks.push(Buffer.from(bytes as Uint8Array))});
    const bytes = Buffer.concat(chunks);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    expect(sequenceOf(decodeWorkload(file))).toEqual(sequenceOf(workload));

    const shared = sharedWorkload(cellWorkload(workload));
    expect(sequenceOf({...workload, arrivals: shared.arrivals})).toEqual(sequenceOf(workload));

    const builder = new EventBuilder({duration: true, cold: true}, 2);
    for (const row of outOfOrder) builder.add(builder.functions.idOf('', '', row.function), row.at, 1, 1);
    expect(sequenceOf(builder.finish(testMeta))).toEqual(sequenceOf(workload));
  });
});
