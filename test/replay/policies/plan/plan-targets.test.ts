import {describe, expect, test} from 'vitest';
import {Random} from '../../../../src/base/random.ts';
import {US_PER_MINUTE} from '../../../../src/base/units.ts';
import {type PlanUse, planTargets} from '../../../../src/replay/policies/plan/plan-targets.ts';
import {type SlotTargets, shareOfSlots} from '../../../../src/scheduler/parts/keep-alive/targets/slot-targets.ts';
import {type PlanRow, planOf} from '../../../plan/plan-files.ts';

const anyUse: PlanUse = {
  planRow: Int32Array.of(0),
  spillUs: undefined,
  shiftUs: 0,
  untilUs: 600 * US_PER_MINUTE,
  place: 'p.arrow',
};

/** Changes of a row in minutes, its turn after them. */
function changesOf({start, fromUs, slots, repeatUs}: SlotTargets, row = 0) {
  const changes: number[][] = [];
  for (let at = start[row]!; at < start[row + 1]!; at++) changes.push([fromUs[at]! / US_PER_MINUTE, slots[at]!]);
  return {changes, turn: repeatUs[row]! / US_PER_MINUTE};
}

function targetsOf(rows: readonly Omit<PlanRow, 'function'>[], use: Partial<PlanUse> = {}) {
  const plan = planOf(rows.map((row) => ({function: 'f', ...row})));
  return changesOf(planTargets(plan, {...anyUse, ...use}));
}

describe('targets of a plan', () => {
  const cases: [string, Omit<PlanRow, 'function'>[], number[][], number][] = [
    [
      'one window holds its slots and then none',
      [{from: 0, until: 60, slots: 2}],
      [
        [0, 2],
        [60, 0],
      ],
      0,
    ],
    [
      'windows one after the other change at their starts, and start again what is missing where they are alike',
      [
        {from: 0, until: 60, slots: 2},
        {from: 60, until: 120, slots: 2},
        {from: 120, until: 180, slots: 1},
      ],
      [
        [0, 2],
        [60, 2],
        [120, 1],
        [180, 0],
      ],
      0,
    ],
    [
      'the largest number holds where windows overlap',
      [
        {from: 0, until: 100, slots: 1},
        {from: 20, until: 40, slots: 3},
        {from: 30, until: 50, slots: 2},
      ],
      [
        [0, 1],
        [20, 3],
        [30, 3],
        [40, 2],
        [50, 1],
        [100, 0],
      ],
      0,
    ],
    [
      'starts begin the lead before the window, and what is missing then is started at its start',
      [
        {from: 0, until: 60, slots: 1},
        {from: 60, until: 120, slots: 3, leadMs: 30_000},
      ],
      [
        [0, 1],
        [59.5, 3],
        [60, 3],
        [120, 0],
      ],
      0,
    ],
    [
      'a lead stays above the window before it, and never reaches back beyond time 0',
      [
        {from: 0, until: 60, slots: 5, leadMs: 60_000},
        {from: 60, until: 120, slots: 3, leadMs: 60_000},
      ],
      [
        [0, 5],
        [60, 3],
        [120, 0],
      ],
      0,
    ],
    [
      'a window that repeats is one turn',
      [{from: 4, until: 6, slots: 1, repeat: 30}],
      [
        [4, 1],
        [6, 0],
      ],
      30,
    ],
    [
      'a lead before time 0 comes at the end of every turn',
      [
        {from: 0, until: 10, slots: 2, repeat: 30, leadMs: 60_000},
        {from: 10, until: 30, slots: 1, repeat: 30},
      ],
      [
        [0, 2],
        [10, 1],
        [29, 2],
        [30, 0],
      ],
      30,
    ],
    [
      'windows that repeat at different times are written out',
      [
        {from: 0, until: 100, slots: 1, repeat: 300},
        {from: 290, until: 310, slots: 2, repeat: 600},
      ],
      [
        [0, 1],
        [100, 0],
        [290, 2],
        [300, 2],
        [310, 1],
        [400, 0],
      ],
      0,
    ],
    ['windows without slots want nothing', [{from: 0, until: 60, slots: 0}], [], 0],
  ];
  test.each(cases)('%s', (_, rows, changes, turn) => {
    expect(targetsOf(rows)).toEqual({changes, turn});
  });

  test('windows that repeat keep their time of day where the replay begins at another one', () => {
    const rows = [{from: 10, until: 20, slots: 1, repeat: 60}];
    // Time 0 of the workload is minute 15 of the plan's clock: the window is under way.
    expect(targetsOf(rows, {shiftUs: -15 * US_PER_MINUTE})).toEqual({
      changes: [
        [0, 1],
        [5, 0],
        [55, 1],
        [60, 0],
      ],
      turn: 60,
    });
    expect(targetsOf(rows, {shiftUs: -30 * US_PER_MINUTE})).toEqual({
      changes: [
        [40, 1],
        [50, 0],
      ],
      turn: 60,
    });
    expect(targetsOf(rows, {shiftUs: -615 * US_PER_MINUTE})).toEqual({
      changes: [
        [0, 1],
        [5, 0],
        [55, 1],
        [60, 0],
      ],
      turn: 60,
    });
    expect(targetsOf(rows, {shiftUs: 30 * US_PER_MINUTE})).toEqual({
      changes: [
        [40, 1],
        [50, 0],
      ],
      turn: 60,
    });
    expect(targetsOf([{from: 10, until: 20, slots: 1}], {shiftUs: -15 * US_PER_MINUTE}).changes).toEqual([
      [10, 1],
      [20, 0],
    ]);
  });

  test('rows that the plan does not know have no target and the spill time of the rest', () => {
    const plan = planOf([{function: 'f', from: 0, until: 60, slots: 2}], {spill_us: '5000000'});
    const targets = planTargets(plan, {...anyUse, planRow: Int32Array.of(-1, 0)});
    expect([...targets.start]).toEqual([0, 0, 2]);
    expect([...targets.spillUs]).toEqual([5e6, 5e6]);
    expect([...planTargets(plan, {...anyUse, spillUs: 7}).spillUs]).toEqual([7]);
    expect([...planTargets(planOf([{function: 'f', from: 0, until: 60, slots: 2}]), anyUse).spillUs]).toEqual([60e6]);
    expect(Object.values(targets).every((column) => column.buffer instanceof SharedArrayBuffer)).toBe(true);
  });

  test('windows whose repetitions would fill the memory are refused', () => {
    const rows = [
      {from: 0, until: 1, slots: 1, repeat: 1},
      {from: 0, until: 1, slots: 1, repeat: 2},
    ];
    expect(() => targetsOf(rows, {untilUs: 1e8 * US_PER_MINUTE})).toThrow(/repeat/);
  });

  test('at any time the target is the largest of the windows that hold then (random windows)', () => {
    const random = new Random(5);
    for (let round = 0; round < 400; round++) {
      const turn = [0, 30, 60][random.below(3)]!;
      const rows = Array.from({length: 1 + random.below(5)}, () => {
        const from = random.below(turn === 60 ? 90 : 30);
        const repeat = random.below(8) === 0 ? 45 : turn;
        const until = from + 1 + random.below(repeat === 0 ? 40 : Math.min(repeat, 25));
        return {from, until, repeat, slots: random.below(4), leadMs: 30_000 * random.below(4)};
      });
      const shift = random.below(200) - 100;
      const {changes, turn: again} = targetsOf(rows, {shiftUs: shift * US_PER_MINUTE});
      for (let at = 0.25; at < 300; at += 0.5) {
        // The naive reading: is there a turn of the row in which it holds at this time?
        const holding = rows.map(({from, until, repeat, slots, leadMs}) => {
          const begin = from + (repeat > 0 ? shift : 0) - leadMs / 60_000;
          const end = until + (repeat > 0 ? shift : 0);
          for (let k = 0; k < (repeat > 0 ? 60 : 1); k++) {
            if (begin + k * repeat <= at && at < end + k * repeat) return slots;
          }
          return 0;
        });
        expect(targetAt(changes, again, at), `round ${round} at ${at}`).toBe(Math.max(...holding));
      }
    }
  });
});

/** The last change at or before a time, turns written out. */
function targetAt(changes: number[][], turn: number, at: number): number {
  let slots = 0;
  for (let k = 0; k < (turn > 0 ? 60 : 1); k++) {
    for (const [from, to] of changes) if (from! + k * turn <= at) slots = to!;
  }
  return slots;
}

test('the shares of a function split over cells are even and add up', () => {
  for (let slots = 0; slots < 40; slots++) {
    for (const parts of [1, 2, 4, 8, 16]) {
      const shares = Array.from({length: parts}, (_, part) => shareOfSlots(slots, part, parts));
      expect(shares.reduce((a, b) => a + b, 0)).toBe(slots);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }
  }
});
