import {describe, expect, test} from 'vitest';
import {checkFacts} from '../../../src/plan/gate/check.ts';
import {factsOf} from '../../../src/plan/gate/facts.ts';
import {type Narrowed, narrowed} from '../../../src/plan/gate/narrow.ts';

const team = (name: string, p99: number | null, cold: number, dropped = 0) => ({
  team: name,
  invocations: 100,
  cold,
  dropped,
  abandoned: 0,
  startDelayMs: {p99},
});
const report = {
  schema: 'coldfront.replay/1',
  runs: [
    {
      policy: 'none',
      invocations: 300,
      dropped: 6,
      throttled: 9,
      coldShare: 0.02,
      startDelayMs: {p99: 100},
      functionP99StartMs: {p50: 0, p75: 0, p90: 150, p95: 180, p99: 250, p999: 400, max: 900},
      coldTimeMs: {p99: 500},
      peakSlots: 12,
      usdPerDay: 42,
      teams: [team('search', 90, 1), team('ads', 300, 5, 6), team('idle', null, 0)],
    },
  ],
};
const [run] = factsOf(report, 'r.json');
const nobody: Narrowed = {teams: undefined, functionsWithin: undefined};

/** What is missed, by whom. */
function missed(limits: Readonly<Record<string, number>>, asked: Partial<Narrowed>): string[] {
  return narrowed(run!, limits, {...nobody, ...asked}, 'r.json').flatMap(({facts, limits: its}) =>
    checkFacts(facts, its)
      .filter(({met}) => !met)
      .map(({text}) => text),
  );
}

describe('objectives by team', () => {
  test('one that is met by all calls may be missed by a team; dollars are asked of the run', () => {
    const limits = {'p99-start-ms': 200, 'max-cold-share': 0.03, 'max-usd-per-day': 50};
    expect(missed(limits, {})).toEqual([]);
    expect(missed(limits, {teams: ['search']})).toEqual([]);
    expect(missed({...limits, 'max-usd-per-day': 40}, {teams: ['search']})).toEqual([
      'missed: cost a day (none) is $42, must be at most $40',
    ]);
    expect(missed(limits, {teams: ['search', 'ads']})).toEqual([
      'missed: p99 start delay of all calls (none, team ads) is 300 ms, must be at most 200 ms',
      'missed: share of cold calls (none, team ads) is 5 %, must be at most 3 %',
    ]);
  });

  test('of every team; one of which no call started has no delay to tell of, and misses', () => {
    expect(missed({'p99-start-ms': 1000}, {teams: 'all'})).toEqual([
      'missed: p99 start delay of all calls (none, team idle) is not in the report, must be at most 1000 ms',
    ]);
    expect(missed({'max-lost-share': 0.01}, {teams: 'all'})).toEqual([
      'missed: share of lost calls (none, team ads) is 6 %, must be at most 1 %',
    ]);
  });

  test('a call of a team is lost however it is: throttled, expired and shed as well as dropped', () => {
    const others = {...team('ads', 0, 0), throttled: 4, expired: 2, shed: 1};
    const [facts] = factsOf({...report, runs: [{...report.runs[0], teams: [others]}]}, 'r.json');
    const [held] = narrowed(facts!, {'max-lost-share': 0.05}, {...nobody, teams: 'all'}, 'r.json');
    expect(held!.facts.lostShare).toBe(0.07);
  });

  test('a team of which the report does not tell is a mistake', () => {
    expect(() => missed({'p99-start-ms': 1}, {teams: ['serch']})).toThrow(
      "r.json tells of no team 'serch', but of 'search', 'ads', 'idle'",
    );
  });
});

describe('objectives by share of functions', () => {
  test('99 % of functions start 99 % of calls within 250 ms, and 99.9 % within 400', () => {
    expect(missed({'p99-start-ms': 250}, {functionsWithin: 0.99})).toEqual([]);
    expect(missed({'p99-start-ms': 249}, {functionsWithin: 0.99})).toEqual([
      'missed: p99 start delay of all calls (none, 99 % of functions) is 250 ms, must be at most 249 ms',
    ]);
    expect(missed({'p99-start-ms': 400}, {functionsWithin: 99.9 / 100})).toEqual([]);
    expect(missed({'p99-start-ms': 400}, {functionsWithin: 1})).toHaveLength(1);
  });

  test('a share of which reports do not tell is refused, a report that tells of none misses', () => {
    expect(() => missed({'p99-start-ms': 1}, {functionsWithin: 0.97})).toThrow('97 %, of which reports do not tell');
    const {functionP99StartMs: _, ...older} = report.runs[0]!;
    const [facts] = factsOf({...report, runs: [older]}, 'r.json');
    const [held] = narrowed(facts!, {'p99-start-ms': 1e9}, {...nobody, functionsWithin: 0.99}, 'r.json');
    expect(checkFacts(held!.facts, held!.limits)[0]!.met).toBe(false);
  });
});

test('calls that are throttled, expired or shed are lost like those that are dropped', () => {
  expect(run!.lostShare).toBe(15 / 300);
});
