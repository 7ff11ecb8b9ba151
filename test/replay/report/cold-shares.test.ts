import {expect, test} from 'vitest';
import {Ledger} from '../../../src/replay/ledger.ts';
import {coldShares} from '../../../src/replay/report/cold-shares.ts';
import {eventWorkload} from '../../helpers/workload.ts';

/** Cold and all calls of functions in an app each, or in the one given. */
function sharesOf(functions: readonly {cold: number; calls: number; app?: string; owner?: string}[]) {
  const workload = eventWorkload(
    functions.map(({app, owner = 'o'}, k) => ({function: `f${k}`, app: app ?? `app${k}`, owner, at: 0})),
  );
  const ledger = new Ledger('none', functions.length);
  ledger.functions.calls.set(functions.map(({calls}) => calls));
  ledger.functions.cold.set(functions.map(({cold}) => cold));
  return coldShares(workload, ledger.functions);
}

test('a percentile is the smallest share that so many functions are at or below', () => {
  const five = [0, 1, 2, 3, 10].map((cold) => ({cold, calls: 10}));
  // 25 % of five are more than one, 50 % more than two, 75 % more than three, 90 % more than four.
  expect(sharesOf(five).functionColdShare).toEqual({
    p25: 0.1,
    p50: 0.2,
    p75: 0.3,
    p90: 1,
    mean: expect.closeTo(0.32, 12),
  });
  const four = five.slice(0, 4);
  expect(sharesOf(four).functionColdShare).toEqual({
    p25: 0,
    p50: 0.1,
    p75: 0.2,
    p90: 0.3,
    mean: expect.closeTo(0.15, 12),
  });
});

test('functions that were not called are left out', () => {
  expect(
    sharesOf([
      {cold: 0, calls: 0},
      {cold: 1, calls: 4},
    ]).functionColdShare,
  ).toMatchObject({p25: 0.25, mean: 0.25});
  const nobody = {p25: null, p50: null, p75: null, p90: null, mean: null};
  expect(sharesOf([{cold: 0, calls: 0}])).toEqual({functionColdShare: nobody, appColdShare: nobody});
});

test('an app counts once, with all calls of its functions; the same name under two owners is two apps', () => {
  const {functionColdShare, appColdShare} = sharesOf([
    {cold: 1, calls: 1, app: 'a'},
    {cold: 0, calls: 9, app: 'a'},
    {cold: 3, calls: 10, app: 'a', owner: 'p'},
  ]);
  expect(functionColdShare).toMatchObject({p50: 0.3, p90: 1});
  expect(appColdShare).toEqual({p25: 0.1, p50: 0.1, p75: 0.3, p90: 0.3, mean: 0.2});
});
