import fc from 'fast-check';
import {afterEach, describe, expect, test} from 'vitest';
import {money} from '../../../src/base/money.ts';
import {csvTable} from '../../../src/base/report-table.ts';
import {sheetWith} from '../../../src/cost/prices.ts';
import type {ColdTimes} from '../../../src/fleet/cold-time/expected-cold-times.ts';
import {freeBounds} from '../../../src/plan/bounds/slot-limits.ts';
import {planRows} from '../../../src/plan/file/plan-rows.ts';
import {makePlan, type PlanTerms} from '../../../src/plan/make-plan.ts';
import type {GrantedOrder} from '../../../src/plan/outcome/granted.ts';
import {grantedTable, grantedText} from '../../../src/plan/outcome/granted-text.ts';
import {planReport} from '../../../src/plan/outcome/plan-report.ts';
import {keptFor} from '../../../src/plan/rest/rest.ts';
import {minuteWorkload} from '../../helpers/workload.ts';
import {demandOf} from '../instances.ts';

const names = ['checkout', 'checkin', 'thumbnails', 'mail', 'reports'];
const workload = minuteWorkload(names.map((name) => ({function: name, owner: 'o', minute: 0, count: 1})));
/** Two windows of half a day; calls a second. */
const rates = [
  [2, 0.5, 0.05, 0.01, 1e-5],
  [1, 0.1, 0.2, 0, 1e-5],
];
const hold = [1, 2, 0.5, 1, 1];
const demand = demandOf({rates, hold});
const cold: ColdTimes = {
  meanUs: new Float64Array(5).fill(500_000),
  alike: true,
  shareAbove: (_, us) => (us < 5e5 ? 1 : 0),
};

const terms: PlanTerms = {
  objective: 'dollars',
  p99StartUs: Number.NaN,
  prices: sheetWith({warmUsdPerSlotDay: 0.01, delayUsdPerHour: 20}),
  cold,
  memoryMib: new Float64Array(5).fill(128),
  budgets: {slots: Infinity, memoryMib: Infinity, usdPerDay: Infinity},
  cells: undefined,
  bounds: freeBounds(5),
  teams: undefined,
  rest: keptFor(0, 5),
  baseline: keptFor(0, 5),
  closesGap: true,
  startsPerSecond: Infinity,
};

function reportOf(given: Partial<PlanTerms> = {}, order: GrantedOrder = 'gain', top = 10) {
  const plan = makePlan(demand, {...terms, ...given});
  const note = {source: 'as told', historyMs: 1, withoutDuration: 0};
  const rows = planRows(plan, undefined, 0);
  const explained = [0, 1, 2, 3, 4];
  return planReport({workload, plan, rows, note, schedule: undefined, explained, granted: {order, top}});
}

afterEach(() => Object.assign(money, {per: 'day', sign: '$', name: 'dollars', rate: 1}));

describe('functions that have slots', () => {
  test('what is told of one is the sum of what --explain tells of its slots, over a mean day', () => {
    for (const rest of [keptFor(0, 5), keptFor(30e6, 5)]) {
      const {granted, explain} = reportOf({rest});
      expect(granted.functions.length).toBeGreaterThan(1);
      for (const one of granted.functions) {
        const {windows} = explain!.find(({function: name}) => name === one.function)!;
        const all = windows.reduce((sum, {startMs, endMs}) => sum + endMs - startMs, 0);
        const of = (key: 'coldStartsAvoidedPerDay' | 'savesUsdPerDay' | 'costsUsdPerDay') =>
          windows.reduce((sum, {levels, startMs, endMs}) => {
            const kept = levels.filter((level) => level.kept).reduce((so, level) => so + level[key], 0);
            return sum + (kept * (endMs - startMs)) / all;
          }, 0);
        expect(one.slots).toBe(Math.max(...windows.map(({slots}) => slots)));
        // Explanations show twelve slots at most.
        if (one.slots > 9) continue;
        expect(one.coldStartsAvoidedPerDay).toBeCloseTo(of('coldStartsAvoidedPerDay'), 6);
        expect(one.savesUsdPerDay).toBeCloseTo(of('savesUsdPerDay'), 9);
        expect(one.costsUsdPerDay).toBeCloseTo(of('costsUsdPerDay'), 9);
      }
    }
  });

  test('they are in the order that is asked for, and no more than that; sums are of all', () => {
    const orders = {
      gain: 'gainUsdPerDay',
      saves: 'savesUsdPerDay',
      costs: 'costsUsdPerDay',
      avoided: 'coldStartsAvoidedPerDay',
      slots: 'slots',
    } as const;
    const {granted: whole} = reportOf();
    for (const [order, key] of Object.entries(orders)) {
      const values = reportOf({}, order as GrantedOrder).granted.functions.map((one) => one[key]);
      expect(values).toEqual(values.toSorted((a, b) => b - a));
      const {granted: two} = reportOf({}, order as GrantedOrder, 2);
      expect(two.functions.map((one) => one[key])).toEqual(values.slice(0, 2));
      expect(two.total).toEqual(whole.total);
    }
    const byName = reportOf({}, 'name').granted.functions.map(({function: name}) => name);
    expect(byName).toEqual(byName.toSorted());
    expect(whole.total.functions).toBe(whole.functions.length);
  });

  test('names are cut to what no other function begins with', () => {
    const short = Object.fromEntries(reportOf().granted.functions.map((one) => [one.function, one.shortName]));
    expect(short).toMatchObject({checkout: 'checko', checkin: 'checki', thumbnails: 'thumbn'});
  });

  test('CSV has every number of every one', () => {
    const report = reportOf();
    const [header, first, ...more] = csvTable(grantedTable(report)).trimEnd().split('\n');
    expect(header).toBe(
      'function,app,owner,slots,memory_mib,cold_starts_avoided_per_day,saves_usd_per_day,costs_usd_per_day,gain_usd_per_day,reason',
    );
    const [top] = report.granted.functions;
    expect(first!.split(',')[0]).toBe(top!.function);
    expect(Number(first!.split(',')[8])).toBe(top!.gainUsdPerDay);
    expect(more.length).toBe(report.granted.functions.length - 1);
  });

  test('under any sheet, span and currency, columns add up as they are shown, and lines too', () => {
    const price = fc.double({min: 1e-3, max: 500, noNaN: true});
    fc.assert(
      fc.property(
        fc.record({warm: fc.double({min: 1e-4, max: 1, noNaN: true}), delay: price, rate: price}),
        fc.constantFrom('day' as const, 'month' as const, 'year' as const),
        fc.integer({min: 1, max: 5}),
        ({warm, delay, rate}, per, top) => {
          Object.assign(money, {per, rate});
          const prices = sheetWith({warmUsdPerSlotDay: warm, delayUsdPerHour: delay});
          const report = reportOf({prices}, 'gain', top);
          const lines = grantedText(report).trimEnd().split('\n').slice(1);
          if (lines.length < 3) return;
          const cells = lines.slice(1).map((line) =>
            line
              .split(/ {2,}/)
              .slice(1, 6)
              .map((cell) => cell.replaceAll(',', '')),
          );
          const all = cells.pop()!;
          for (let c = 0; c < 5; c++) {
            const digits = all[c]!.split('.')[1]?.length ?? 0;
            const units = (cell: string): number => Math.round(Number(cell) * 10 ** digits);
            expect(cells.reduce((sum, line) => sum + units(line[c]!), 0)).toBe(units(all[c]!));
          }
          for (const line of [...cells, all]) {
            const digits = line[4]!.split('.')[1]?.length ?? 0;
            const [saves, costs, gain] = line.slice(2).map((cell) => Math.round(Number(cell) * 10 ** digits));
            expect(saves! - costs!).toBe(gain);
          }
        },
      ),
      {numRuns: 40},
    );
  });
});
