import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Cell} from '../../../../../src/scheduler/core/cell.ts';
import {semanticsPresets} from '../../../../../src/scheduler/core/semantics.ts';
import type {KeepAlive} from '../../../../../src/scheduler/parts/keep-alive/keep-alive.ts';
import {FollowTargets} from '../../../../../src/scheduler/parts/keep-alive/targets/follow-targets.ts';
import {
  type CellTargets,
  SlotTargetsBuilder,
} from '../../../../../src/scheduler/parts/keep-alive/targets/slot-targets.ts';
import {TargetsOverRest} from '../../../../../src/scheduler/parts/keep-alive/targets/targets-over-rest.ts';
import {placements} from '../../../../../src/scheduler/parts/placement/registry.ts';

const END_US = 1000;
const {POSITIVE_INFINITY} = Number;

/** From `atUs` on one function is to have `slots` instances. */
type Changes = readonly {readonly atUs: number; readonly slots: number}[];
type Calls = readonly {readonly atUs: number; readonly durationUs: number}[];

function targetsOf(changes: Changes, spillUs: number): CellTargets {
  const builder = new SlotTargetsBuilder(1);
  for (const {atUs, slots} of changes) builder.change(atUs, slots);
  builder.endRow(spillUs);
  return {targets: builder.finish(), row: Int32Array.of(0), part: Int32Array.of(0), parts: Int32Array.of(1)};
}

/** What the cell of one function comes to with those calls, each start taking 5 us. */
function run(calls: Calls, policy: (cell: Cell) => KeepAlive) {
  const cell = new Cell({
    memoryMib: Float64Array.of(128),
    hosts: {count: 1, slots: POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY},
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => 5, meanUs: () => 5},
    maxWaitUs: POSITIVE_INFINITY,
    startsPerHost: POSITIVE_INFINITY,
    startsPerSecond: POSITIVE_INFINITY,
    seed: 1,
  });
  cell.use(policy(cell));
  const sorted = calls.toSorted((a, b) => a.atUs - b.atUs);
  cell.run({
    length: sorted.length,
    timeUs: Float64Array.from(sorted, ({atUs}) => atUs),
    fn: new Int32Array(sorted.length),
    durationUs: Float64Array.from(sorted, ({durationUs}) => durationUs),
    coldUs: undefined,
  });
  cell.finish(END_US);
  const {warm, cold, prewarms} = cell.tally;
  const {peakSlots} = cell.account;
  const [idleUs, startingUs] = [cell.account.totals().idleUs[0]!, cell.account.totals().startingUs[0]!];
  return {warm, cold, prewarms, peakSlots, idleUs, startingUs};
}

const alone = (changes: Changes, spillUs: number) => (cell: Cell) =>
  new FollowTargets(targetsOf(changes, spillUs), cell.control);

/** Targets over others that are the rest. */
const over = (changes: Changes, rest: Changes, spillUs: number) => (cell: Cell) =>
  new TargetsOverRest(
    targetsOf(changes, 0),
    {functions: 1, pool: cell.control},
    (pool) => new FollowTargets(targetsOf(rest, spillUs), pool),
  );

describe('targets over a rest', () => {
  test('a function has the larger of the two, not the sum, and what one gives up the other holds', () => {
    const plan = [
      {atUs: 100, slots: 2},
      {atUs: 300, slots: 0},
    ];
    const rest = [
      {atUs: 200, slots: 3},
      {atUs: 600, slots: 1},
    ];
    // Two from 100 us, a third from 200 us; from 600 us on one alone. Each is idle once it has started.
    expect(run([], over(plan, rest, 0))).toEqual({
      warm: 0,
      cold: 0,
      prewarms: 3,
      peakSlots: 3,
      startingUs: 3 * 5,
      idleUs: 2 * 495 + 395 + 400,
    });
  });

  test('an instance beyond both has the time that the rest gives it', () => {
    const calls = [
      {atUs: 100, durationUs: 10},
      {atUs: 100, durationUs: 10},
    ];
    // Idle from 110 and 115 us on, two for one planned: the first whose 70 us are over goes, the other stays for good.
    expect(run(calls, over([{atUs: 50, slots: 1}], [], 70))).toEqual({
      warm: 1,
      cold: 1,
      prewarms: 1,
      peakSlots: 2,
      startingUs: 10,
      idleUs: 45 + 70 + (END_US - 115),
    });
  });

  const changes = fc
    .uniqueArray(fc.record({atUs: fc.integer({min: 0, max: 40}), slots: fc.integer({min: 0, max: 4})}), {
      selector: ({atUs}) => atUs,
      maxLength: 8,
    })
    .map((some) => some.map(({atUs, slots}) => ({atUs: 20 * atUs, slots})).sort((a, b) => a.atUs - b.atUs));
  const calls = fc.array(
    fc.record({atUs: fc.integer({min: 0, max: 950}), durationUs: fc.integer({min: 0, max: 120})}),
    {maxLength: 30},
  );

  test('without targets of its own it is the rest alone, and over a rest that wants nothing the targets alone', () => {
    fc.assert(
      fc.property(changes, calls, fc.integer({min: 0, max: 200}), (some, called, spillUs) => {
        expect(run(called, over([], some, spillUs))).toEqual(run(called, alone(some, spillUs)));
        expect(run(called, over(some, [], 0))).toEqual(run(called, alone(some, 0)));
      }),
    );
  });

  test('over a rest with the same targets it is that rest', () => {
    fc.assert(
      fc.property(changes, calls, fc.integer({min: 0, max: 200}), (some, called, spillUs) => {
        expect(run(called, over(some, some, spillUs))).toEqual(run(called, alone(some, spillUs)));
      }),
    );
  });
});
