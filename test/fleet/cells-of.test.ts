import {describe, expect, test} from 'vitest';
import {cellsOf} from '../../src/fleet/cells-of.ts';
import {functionKeys} from '../../src/fleet/function-keys.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {minuteWorkload} from '../helpers/workload.ts';

interface Called {
  readonly calls: number;
  /** Of each call; NaN where the trace does not say. */
  readonly ms: number;
}

function workloadOf(functions: readonly Called[]): Workload {
  const workload = minuteWorkload(functions.map(({calls}, fn) => ({function: `f${fn}`, minute: fn % 3, count: calls})));
  workload.duration.meanMs.set(functions.map(({ms}) => ms));
  return workload;
}

/** Whether each of two functions is cut to go into two cells. A cell takes 5/8 of the whole. */
function isCut(functions: readonly [Called, Called], defaultDurationUs = 1e6): boolean[] {
  const workload = workloadOf(functions);
  const dealt = cellsOf(workload, functionKeys(workload), 2, defaultDurationUs);
  return functions.map((_, row) => {
    const {rows, parts} = dealt.find((cell) => cell.rows.includes(row))!;
    return parts[rows.indexOf(row)]! > 1;
  });
}

const none = [false, false];

describe('what a function weighs in its cell', () => {
  test('is its calls times their mean duration', () => {
    // 6 s of 10 s stay whole, 7 s do not: by calls alone neither would be cut.
    const [often, rarely] = [
      {calls: 30, ms: 200},
      {calls: 20, ms: 200},
    ];
    expect(isCut([often, rarely])).toEqual(none);
    const [long, short] = [
      {calls: 35, ms: 200},
      {calls: 30, ms: 100},
    ];
    expect(isCut([long, short])[0]).toBe(true);
    expect(isCut([{...long, ms: 100}, short])).toEqual(none);
  });

  test('takes the default duration where the trace has none', () => {
    const [unknown, known] = [
      {calls: 10, ms: Number.NaN},
      {calls: 10, ms: 500},
    ];
    expect(isCut([unknown, known], 800_000)).toEqual(none);
    expect(isCut([unknown, known], 900_000)[0]).toBe(true);
  });

  test('is a millisecond a call at least', () => {
    expect(
      isCut([
        {calls: 60, ms: 0},
        {calls: 40, ms: 0},
      ]),
    ).toEqual(none);
    expect(
      isCut([
        {calls: 70, ms: 0},
        {calls: 30, ms: 0},
      ])[0],
    ).toBe(true);
    expect(
      isCut([
        {calls: 60, ms: 0.1},
        {calls: 40, ms: 1},
      ]),
    ).toEqual(none);
  });
});

describe('the key of a function', () => {
  const keys = (rows: readonly [owner: string, app: string, name: string][]) => [
    ...functionKeys(
      minuteWorkload(rows.map(([owner, app, name]) => ({owner, app, function: name, minute: 0, count: 1}))),
    ),
  ];

  test('is the same in every slice of its trace', () => {
    const all = keys([
      ['o', 'a', 'f'],
      ['p', 'b', 'g'],
      ['o', 'b', 'h'],
    ]);
    expect(
      keys([
        ['o', 'b', 'h'],
        ['p', 'b', 'g'],
      ]),
    ).toEqual([all[2], all[1]]);
  });

  test('differs where owner, app or name does, and where owner and app change places', () => {
    const named = keys([
      ['x', 'y', 'f'],
      ['y', 'x', 'f'],
      ['x', 'y', 'g'],
      ['x', 'z', 'f'],
      ['z', 'y', 'f'],
    ]);
    expect(new Set(named).size).toBe(5);
  });
});
