import {tableFromIPC} from 'apache-arrow';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {UserError} from '../../../src/base/errors.ts';
import {Random} from '../../../src/base/random.ts';
import {joinPlan, readPlan} from '../../../src/plan/file/plan-file.ts';
import {nextChangeUs, slotsAt} from '../../helpers/plan-schedule.ts';
import {minuteWorkload} from '../../helpers/workload.ts';
import {type PlanRow, planBytes, planOf} from '../plan-files.ts';

const MINUTE = 60e6;

describe('a plan file', () => {
  const rows: PlanRow[] = [
    {function: 'pay', app: 'shop', from: 60, until: 120, slots: 3, leadMs: 500},
    {function: 'pay', app: 'shop', from: 0, until: 60, slots: 1},
    {function: 'pay', app: 'bank', from: 0, until: 120, slots: 0, reason: 'refused: called too rarely to pay'},
    {function: '=cmd', app: 'é\nü', owner: '日本', from: 5, until: 7, slots: 2, repeat: 60},
  ];

  test('reads back row by row, a function together and in order of time', () => {
    const plan = planOf(rows, {spill_us: '90000000'});
    expect(plan.functions).toBe(3);
    expect([...plan.spillUs, plan.otherSpillUs]).toEqual([90e6, 90e6, 90e6, 90e6]);
    expect([...plan.name]).toEqual(['pay', 'pay', '=cmd']);
    expect([...plan.app]).toEqual(['shop', 'bank', 'é\nü']);
    expect([...plan.start]).toEqual([0, 2, 3, 4]);
    expect([...plan.slots]).toEqual([1, 3, 0, 2]);
    expect(Array.from(plan.startUs, (us) => us / MINUTE)).toEqual([0, 60, 0, 5]);
    expect([...plan.leadUs]).toEqual([0, 500_000, 0, 0]);
    expect(plan.repeatUs[3]).toBe(60 * MINUTE);
    expect(plan.reason[2]).toBe('refused: called too rarely to pay');
  });

  test('says how many calls an instance serves at once, one where it says nothing', () => {
    const several = rows.map((row, k) => ({...row, concurrency: k < 2 ? 80 : 2 ** 31 - 1}));
    expect([...planOf(several).concurrency]).toEqual([80, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect([...planOf(rows).concurrency]).toEqual([1, 1, 1]);
  });

  test('another Arrow library sees the columns that the README names', () => {
    const table = tableFromIPC(new Uint8Array(planBytes(rows)));
    expect(table.schema.fields.map(({name}) => name).slice(0, 6)).toEqual([
      'function',
      'app',
      'owner',
      'windowStartMs',
      'windowEndMs',
      'slots',
    ]);
    const first = table.get(0)!.toJSON();
    expect(first).toMatchObject({function: 'pay', slots: 3, reason: 'kept: saves more than it costs'});
    expect([first.windowStartMs, first.windowEndMs].map(Number)).toEqual([3_600_000, 7_200_000]);
    expect(table.schema.metadata.get('kind')).toBe('coldfront.plan');
    expect(table.getChild('function')!.toArray()).toHaveLength(4);
  });

  test('joins a workload by owner, app and name', () => {
    const workload = minuteWorkload([
      {function: 'pay', app: 'bank', owner: 'owner', minute: 0, count: 1},
      {function: 'pay', app: 'other', owner: 'owner', minute: 0, count: 1},
      {function: 'pay', app: 'shop', owner: 'owner', minute: 0, count: 1},
      {function: '=cmd', app: 'é\nü', owner: '日本', minute: 0, count: 1},
    ]);
    expect([...joinPlan(planOf(rows), workload)]).toEqual([1, -1, 0, 2]);
  });

  test('may be empty', () => {
    expect(planOf([]).functions).toBe(0);
  });

  test('any rows survive the way to a file and back', () => {
    const anyRow = fc.record({
      // Blanks around names are no part of them.
      function: fc
        .string({unit: 'grapheme', minLength: 1, maxLength: 6})
        .filter((name) => name !== '' && name.trim() === name),
      app: fc.constantFrom('a', 'b', 'c'),
      from: fc.integer({min: 0, max: 1e6}),
      length: fc.integer({min: 1, max: 1e6}),
      slots: fc.integer({min: 0, max: 2 ** 22}),
    });
    fc.assert(
      fc.property(fc.array(anyRow, {minLength: 1, maxLength: 30}), (given) => {
        const all = given.map(({length, ...row}) => ({...row, until: row.from + length}));
        const plan = planOf(all);
        const read: string[] = [];
        for (let f = 0; f < plan.functions; f++) {
          for (let row = plan.start[f]!; row < plan.start[f + 1]!; row++) {
            read.push(
              JSON.stringify([
                plan.name[f],
                plan.app[f],
                plan.startUs[row]! / MINUTE,
                plan.endUs[row]! / MINUTE,
                plan.slots[row],
              ]),
            );
          }
        }
        const wanted = all.map((row) => JSON.stringify([row.function, row.app, row.from, row.until, row.slots]));
        expect(read.sort()).toEqual(wanted.sort());
      }),
      {seed: 6, numRuns: 60},
    );
  });

  test('damaged bytes are bad input or a plan, never a crash', () => {
    const intact = new Uint8Array(planBytes(rows));
    const random = new Random(3);
    let refused = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const bytes = intact.slice(0, random.next() < 0.2 ? random.below(intact.length) : intact.length);
      for (let i = random.below(4); i >= 0 && bytes.length > 0; i--)
        bytes[random.below(bytes.length)] = random.below(256);
      try {
        readPlan(bytes.buffer, 'p.arrow');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).exitCode).toBe(3);
        expect((error as UserError).message).toMatch(/^p\.arrow/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(200);
  });

  test.each([
    {
      row: {from: 5, until: 5},
      message:
        'p.arrow:row 0: windowEndMs is 300000, must be whole milliseconds within 285 years, above windowStartMs 300000',
    },
    {row: {slots: -1}, message: 'p.arrow:row 0: slots is -1, must be a whole number from 0 to 4,194,304'},
    {
      row: {repeat: 1},
      message: 'p.arrow:row 0: repeatMs is 60000, must be 0 or whole milliseconds, at least as many as the window has',
    },
  ])('a row that makes no sense is named: $message', ({row, message}) => {
    expect(() => planOf([{function: 'f', from: 0, until: 60, slots: 1, ...row}])).toThrow(message);
  });

  test.each([
    ['nothing', new Uint8Array(0), 'is not an Arrow file'],
    ['a text', new TextEncoder().encode('{"schema":"coldfront.plan/1"}'), 'is not an Arrow file'],
  ])('%s is no plan', (_, bytes, message) => {
    expect(() => readPlan(bytes.buffer as ArrayBuffer, 'p.arrow')).toThrow(`p.arrow: ${message}`);
  });
});

describe('slots of a function at a time', () => {
  const plan = planOf([
    {function: 'once', from: 10, until: 20, slots: 2, leadMs: 60_000},
    {function: 'once', from: 20, until: 30, slots: 5},
    {function: 'daily', from: 0, until: 60, slots: 1, repeat: 1440, leadMs: 30_000},
    {function: 'timer', from: 4, until: 6, slots: 3, repeat: 5},
  ]);
  const at = (name: string, minute: number): number => slotsAt(plan, plan.name.indexOf(name), minute * MINUTE);

  test.each([
    ['once', 8.99, 0],
    ['once', 9, 2],
    ['once', 19.99, 2],
    ['once', 20, 5],
    ['once', 30, 0],
    ['daily', 0, 1],
    ['daily', 59.99, 1],
    ['daily', 60, 0],
    ['daily', 1439.4, 0],
    ['daily', 1439.5, 1],
    ['daily', 3 * 1440 + 30, 1],
    ['timer', 3.9, 0],
    ['timer', 4, 3],
    ['timer', 6, 0],
    ['timer', 9.5, 3],
    ['timer', 11, 0],
  ] as const)('%s at minute %d: %d', (name, minute, slots) => {
    expect(at(name, minute)).toBe(slots);
  });

  test('the next change is the first time at which a scan sees another number', () => {
    for (const name of ['once', 'daily', 'timer']) {
      const f = plan.name.indexOf(name);
      for (let minute = -2; minute < 1500; ) {
        const next = Math.min(1500, nextChangeUs(plan, f, minute * MINUTE) / MINUTE);
        expect(next).toBeGreaterThan(minute);
        const between = new Set<number>();
        for (let t = minute; t < next; t += 0.25) between.add(at(name, t));
        expect(between.size).toBe(1);
        minute = next;
      }
    }
  });
});
