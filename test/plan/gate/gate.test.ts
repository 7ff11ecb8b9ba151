import {describe, expect, test} from 'vitest';
import {checkFacts} from '../../../src/plan/gate/check.ts';
import {diffPlans} from '../../../src/plan/gate/diff-plans.ts';
import {diffReports, expectedAgainstFound} from '../../../src/plan/gate/diff-reports.ts';
import {planDiffText, reportDiffText} from '../../../src/plan/gate/diff-text.ts';
import {chooseRuns, factsOf} from '../../../src/plan/gate/facts.ts';
import {type PlanRow, planOf} from '../plan-files.ts';

const run = {
  policy: 'fixed:ttl=10m',
  invocations: 1000,
  dropped: 3,
  abandoned: 2,
  coldShare: 0.02,
  startDelayMs: {p99: 500},
  coldTimeMs: {p99: 730},
  peakSlots: 12,
  usdPerDay: 42,
};
const replay = (...runs: object[]) => ({schema: 'coldfront.replay/1', runs});
const plan = {
  schema: 'coldfront.plan/1',
  slots: 7,
  usdPerDay: 12,
  gap: {relative: 1e-7},
  expected: {coldShare: 0.001, startDelayP99Ms: 0, coldTimeP99Ms: 500},
};

describe('what a report says', () => {
  test('a replay: one set of facts a run', () => {
    expect(factsOf(replay(run, {...run, policy: 'none'}), 'r.json').map(({label}) => label)).toEqual([
      'fixed:ttl=10m',
      'none',
    ]);
    expect(factsOf(replay(run), 'r.json')[0]).toMatchObject({
      p99StartMs: 500,
      p99ColdMs: 730,
      lostShare: 0.005,
      slots: 12,
    });
  });

  test('a plan says what it expects of itself', () => {
    expect(factsOf(plan, 'p.json')).toEqual([
      {
        label: 'plan',
        p99StartMs: 0,
        p999StartMs: Number.NaN,
        p99ColdMs: 500,
        usdPerDay: 12,
        coldShare: 0.001,
        lostShare: Number.NaN,
        slots: 7,
        gap: 1e-7,
      },
    ]);
  });

  test('a plan whose dollars leave lines out has no bill to hold against another', () => {
    const usdOf = (costUsdPerDay: object) =>
      factsOf({...plan, expected: {...plan.expected, costUsdPerDay}}, 'p.json')[0]!.usdPerDay;
    expect(usdOf({warm: 11, delay: 1, total: 12})).toBe(Number.NaN);
    expect(usdOf({warm: 11, execution: 0, delay: 1, requests: 0, dropped: 0, total: 12})).toBe(12);
  });

  test('without cold starts none of them is slow; without calls nothing is known', () => {
    const none = {...run, coldShare: 0, coldTimeMs: {p99: null}};
    expect(factsOf(replay(none), 'r.json')[0]!.p99ColdMs).toBe(0);
    const empty = {...none, coldShare: null, startDelayMs: {p99: null}};
    expect(factsOf(replay(empty), 'r.json')[0]).toMatchObject({p99ColdMs: Number.NaN, p99StartMs: Number.NaN});
  });

  test.each([
    [
      {schema: 'coldfront.describe/1'},
      "r.json: schema is 'coldfront.describe/1', must be coldfront.replay/1 or coldfront.plan/1",
    ],
    [null, "r.json: schema is 'undefined'"],
    [replay({...run, coldShare: 'x'}), 'r.json: runs.0.coldShare is "x", must be '],
    [{...plan, gap: {}}, 'r.json: has no gap.relative'],
  ])('%o is bad input', (report, message) => {
    expect(() => factsOf(report, 'r.json')).toThrow(message);
  });

  test('a policy chooses its run; an unknown one is refused with those there are', () => {
    const facts = factsOf(replay(run, {...run, policy: 'none'}), 'r.json');
    expect(chooseRuns(facts, undefined, 'r.json')).toHaveLength(2);
    expect(chooseRuns(facts, 'none', 'r.json')).toHaveLength(1);
    expect(() => chooseRuns(facts, 'lru', 'r.json')).toThrow("r.json has no run of 'lru'");
  });
});

describe('objectives', () => {
  const [facts] = factsOf(replay(run), 'r.json');
  const missed = (limits: Record<string, number>): string[] =>
    checkFacts(facts!, limits)
      .filter(({met}) => !met)
      .map(({objective}) => objective);

  test('at the limit is met, beyond it is not', () => {
    expect(missed({'p99-start-ms': 500, 'max-usd-per-day': 42, 'min-warm-share': 0.98, 'max-slots': 12})).toEqual([]);
    expect(missed({'p99-start-ms': 499, 'max-usd-per-day': 41, 'min-warm-share': 0.981, 'max-slots': 11})).toEqual([
      'p99-start-ms',
      'max-usd-per-day',
      'min-warm-share',
      'max-slots',
    ]);
  });

  test('a fact that the report does not have meets nothing', () => {
    expect(checkFacts(facts!, {'max-gap': 1})[0]).toMatchObject({
      met: false,
      value: null,
      text: 'missed: relative gap of the plan (fixed:ttl=10m) is not in the report, must be at most 1',
    });
  });

  test('numbers are told to six digits, in dollars, milliseconds or per cent', () => {
    const limits = {'p99-start-ms': 0.25, 'max-usd-per-day': 1e6, 'max-cold-share': 0.1, 'max-slots': 9};
    const found = {...facts!, usdPerDay: 1234.5678, p99StartMs: 0.123456789, coldShare: 0.0123456789};
    expect(checkFacts(found, limits).map(({text}) => text.slice(text.indexOf(' is ')))).toEqual([
      ' is 0.123457 ms, must be at most 0.25 ms',
      ' is $1234.57, must be at most $1000000',
      ' is 1.23457 %, must be at most 10 %',
      ' is 12, must be at most 9',
    ]);
  });

  test('a line says what was found, for which run, and what was asked', () => {
    expect(checkFacts(facts!, {'p99-start-ms': 200})[0]!.text).toBe(
      'missed: p99 start delay of all calls (fixed:ttl=10m) is 500 ms, must be at most 200 ms',
    );
  });
});

describe('two plans', () => {
  const before: PlanRow[] = [
    {function: 'same', from: 0, until: 60, slots: 2},
    {function: 'grown', from: 0, until: 60, slots: 1},
    {function: 'gone', from: 0, until: 60, slots: 3},
    {function: 'moved', from: 0, until: 30, slots: 1},
    {function: 'idle', from: 0, until: 60, slots: 0},
  ];
  const after: PlanRow[] = [
    {function: 'new', from: 0, until: 60, slots: 5},
    {function: 'same', from: 0, until: 60, slots: 2},
    {function: 'grown', from: 0, until: 60, slots: 4},
    {function: 'moved', from: 30, until: 60, slots: 1},
    {function: 'idle', from: 0, until: 30, slots: 0},
  ];
  const diff = diffPlans(planOf(before), planOf(after));

  test('function by function, those with most slot-hours between first', () => {
    expect(diff.changed.map(({function: name, before: was, after: is}) => [name, was, is])).toEqual([
      ['new', null, 5],
      ['gone', 3, null],
      ['grown', 1, 4],
      ['moved', 1, 1],
    ]);
    expect(diff.functions).toEqual({gained: 1, lost: 1, more: 1, fewer: 0, moved: 1});
    // An hour of plan stands for a day like it: 6.5 slots all day before, 11.5 after.
    expect(diff.slotHoursPerDay).toEqual({before: 24 * 6.5, after: 24 * 11.5});
  });

  test('the same windows that come again differ from those that come once; a day is a turn, or the stretch that is planned', () => {
    // An hour of three, which lie behind the plan's first hour: 8 hours of a day, twice as many in two slots.
    const once: PlanRow[] = [
      {function: 'f', from: 60, until: 120, slots: 1},
      {function: 'g', from: 120, until: 240, slots: 2},
    ];
    const {changed, slotHoursPerDay} = diffPlans(planOf(once), planOf(once.map((row) => ({...row, repeat: 1440}))));
    expect(
      changed.map(({function: name, beforeSlotHours, afterSlotHours}) => [name, beforeSlotHours, afterSlotHours]),
    ).toEqual([
      ['g', 32, 4],
      ['f', 8, 1],
    ]);
    expect(slotHoursPerDay).toEqual({before: 40, after: 5});
    // As much in a day, at another turn.
    const twice = diffPlans(
      planOf([{function: 'f', from: 0, until: 60, slots: 1, repeat: 720}]),
      planOf([{function: 'f', from: 0, until: 60, slots: 2, repeat: 1440}]),
    );
    expect(twice).toMatchObject({same: false, functions: {moved: 1}, slotHoursPerDay: {before: 2, after: 2}});
  });

  test('most slots at a time are those of one window', () => {
    const rows = (slots: number): PlanRow[] => [
      {function: 'f', from: 0, until: 30, slots: 2},
      {function: 'f', from: 30, until: 60, slots},
    ];
    expect(diffPlans(planOf(rows(3)), planOf(rows(5))).changed[0]).toMatchObject({before: 3, after: 5});
  });

  test('a plan against itself', () => {
    expect(diffPlans(planOf(before), planOf(before))).toMatchObject({same: true, changed: []});
    expect(planDiffText(diffPlans(planOf(before), planOf(before)), 20)).toBe('no function has other slots\n');
  });

  test('as text', () => {
    expect(planDiffText(diff, 2)).toBe(
      '4 functions changed: 1 gained slots, 1 lost them, 1 keep more, 0 fewer, 1 at other times.\n' +
        '156 slot-hours a day before, 276 after (+120).\n\n' +
        'function   before    after  slot-hours/day\n' +
        'new       unknown        5            +120\n' +
        'gone            3  unknown             -72\n' +
        '... and 2 more (--top, --csv)\n',
    );
  });
});

test('a plan against the replay that followed it', () => {
  const [expected] = factsOf(plan, 'p.json');
  const follower = {...run, policy: 'plan:file=p.arrow', coldShare: 0.0012, coldTimeMs: {p99: 500}};
  const found = factsOf(replay(run, follower), 'r.json');
  expect(expectedAgainstFound(expected!, found)).toEqual([
    {run: 'plan:file=p.arrow', fact: 'cold share', before: 0.001, after: 0.0012},
    {run: 'plan:file=p.arrow', fact: 'p99 start delay, ms', before: 0, after: 500},
    {run: 'plan:file=p.arrow', fact: 'USD a day', before: 12, after: 42},
    {run: 'plan:file=p.arrow', fact: 'lost share', before: 0, after: 0.005},
  ]);
  expect(expectedAgainstFound(expected!, factsOf(replay(run, {...run, policy: 'none'}), 'r.json'))).toBeUndefined();
});

test('two reports: the numbers that differ, run by run', () => {
  const before = factsOf(replay(run, {...run, policy: 'none'}), 'a.json');
  const after = factsOf(replay({...run, usdPerDay: 40}, {...run, policy: 'lru'}), 'b.json');
  const changes = diffReports(before, after);
  expect(changes.filter(({run: label}) => label === 'fixed:ttl=10m')).toEqual([
    {run: 'fixed:ttl=10m', fact: 'USD a day', before: 42, after: 40},
  ]);
  expect(changes.find(({run: label}) => label === 'lru')).toMatchObject({before: null});
  expect(reportDiffText([], {before: null, after: null})).toBe('no number changed\n');
});
