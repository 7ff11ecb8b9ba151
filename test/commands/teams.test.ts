import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

const SLOTS = 10;
/** No call lasts longer, ms. */
const LONGEST = 500;

interface Team {
  readonly team: string;
  readonly invocations: number;
  readonly startDelayMs: {readonly max: number; readonly p99: number};
  readonly alone?: {readonly startDelayMs: {readonly p99: number}};
  readonly slotSeconds: {readonly busy: number; readonly starting: number};
  readonly quota?: {readonly opportunisticSlotSeconds: number; readonly reclaimedSlotSeconds: number};
}

function replayed(...args: string[]) {
  const fleet = ['--hosts', '1', '--slots', String(SLOTS), '--policy', 'infinite', '--cold', 'fixed:0ms'];
  const {status, stdout, stderr} = run('replay', 'w.arrow', ...fleet, ...args, '--json');
  expect([status, stderr]).toEqual([0, '']);
  const [first] = JSON.parse(stdout.toString()).runs;
  const team = (name: string): Team => first.teams.find((one: Team) => one.team === name)!;
  return {fairness: first.fairness, team, counts: first};
}

/** Modest calls never more than three at once, in bursts with rests between; greedy asks for twice what there is, all the time. */
beforeAll(() => {
  const random = new Random(3);
  const rows: string[] = [];
  for (let stream = 0; stream < 3; stream++) {
    for (let ms = 50 * stream; ms < 60_000; ) {
      const length = 1 + random.below(LONGEST);
      rows.push(`m${stream},modest,${ms},${length}`);
      ms += length + (random.below(4) === 0 ? 3000 : 1);
    }
  }
  for (let ms = 0; ms < 60_000; ms += 12) rows.push(`g${random.below(6)},greedy,${ms},${1 + random.below(LONGEST)}`);
  writeFileSync(join(folder, 'calls.csv'), ['function,owner,arrival,duration', ...rows, ''].join('\n'));
  const map = 'function=function,owner=owner,arrival=arrival:ms,duration=duration:ms';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
  writeFileSync(join(folder, 'quota.csv'), 'function,team,reserved\n,modest,3\n');
});

describe('teams that share a fleet', () => {
  test('--alone tells what each would have waited without the other', () => {
    const {team} = replayed('--queue', 'fifo', '--alone');
    expect(team('modest').alone!.startDelayMs.p99).toBe(0);
    expect(team('modest').startDelayMs.p99).toBeGreaterThan(4 * LONGEST);
    // It alone asks for more than there is.
    expect(team('greedy').alone!.startDelayMs.p99).toBeGreaterThan(4 * LONGEST);
    expect(team('greedy').alone!.startDelayMs.p99).toBeLessThan(team('greedy').startDelayMs.p99);
  });

  test.each([['--queue', 'fifo'], ['--queue', 'lifo'], ['--queue', 'sfq'], []])(
    'what is reserved comes back before the longest call is over: %s %s',
    (...queue) => {
      const {team, fairness, counts} = replayed(...queue, '--functions', 'quota.csv');
      expect(team('modest').startDelayMs.max).toBeLessThanOrEqual(LONGEST);
      // Calls that wait may overlap with those after them.
      expect(team('modest').quota!.opportunisticSlotSeconds).toBeLessThan(1);
      expect(team('modest').quota!.reclaimedSlotSeconds).toBeGreaterThan(0);
      // What nobody has reserved is seven slots; the rest is borrowed while its owner rests.
      const {opportunisticSlotSeconds} = team('greedy').quota!;
      expect(opportunisticSlotSeconds).toBeCloseTo(
        team('greedy').slotSeconds.busy + team('greedy').slotSeconds.starting,
        6,
      );
      expect(fairness.borrowedSlotSeconds).toBeGreaterThan(10);
      expect(fairness.borrowedSlotSeconds).toBeLessThan(opportunisticSlotSeconds);
      const {invocations, warm, cold, stillQueued} = counts;
      expect(invocations).toBe(warm + cold + stillQueued);
    },
  );

  test('a maximum leaves the rest of the fleet to others, whatever waits', () => {
    writeFileSync(join(folder, 'max.csv'), 'function,team,max\n,greedy,7\n');
    const {team} = replayed('--queue', 'fifo', '--functions', 'max.csv');
    expect(team('modest').startDelayMs.max).toBe(0);
    expect(team('greedy').slotSeconds.busy).toBeLessThanOrEqual(7 * 60.5);
    expect(team('greedy').slotSeconds.busy).toBeGreaterThan(6.9 * 60);
  });

  test('a quota of a team that nobody belongs to is said', () => {
    writeFileSync(join(folder, 'none.csv'), 'function,team,max\n,nobody,7\n');
    const {stderr} = run('replay', 'w.arrow', '--functions', 'none.csv', '--json');
    expect(stderr).toContain("none.csv: no function belongs to team 'nobody': its quota holds for nobody");
  });
});
