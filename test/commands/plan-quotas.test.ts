import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {plainCsvRows, temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

/** Eight functions, four a team, each called every 20 s for 2 s: one slot each pays. */
beforeAll(() => {
  const rows = Array.from({length: 8 * 180}, (_, k) => {
    const fn = k % 8;
    return `f${fn},${fn < 4 ? 'a' : 'b'},${20 * Math.floor(k / 8) + fn},2`;
  });
  writeFileSync(join(folder, 'calls.csv'), ['function,owner,arrival,duration', ...rows, ''].join('\n'));
  const map = 'function=function,owner=owner,arrival=arrival:s,duration=duration:s';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

/** Slots that each team keeps under quotas of these rows. */
function slotsOf(quotas: readonly string[], ...args: string[]) {
  writeFileSync(join(folder, 'q.csv'), ['function,team,reserved,max', ...quotas, ''].join('\n'));
  const made = run(
    'plan',
    'w.arrow',
    '--functions',
    'q.csv',
    '--rest',
    'none',
    '--no-trials',
    '--out',
    'p.arrow',
    '--force',
    ...args,
  );
  expect([made.status, made.stderr]).toEqual([0, '']);
  const rows = plainCsvRows(run('export', 'p.arrow', '--to', 'csv').stdout.toString());
  const sum = (owner: string) =>
    rows.filter((row) => row.owner === owner).reduce((slots, row) => slots + Number(row.slots), 0);
  return [sum('a'), sum('b')];
}

test('no team keeps more slots than its quota lets it use', () => {
  expect(slotsOf([',a,,9'])).toEqual([4, 4]);
  expect(slotsOf([',a,,3'])).toEqual([3, 4]);
  expect(slotsOf([',a,,3', ',b,,1'])).toEqual([3, 1]);
  expect(slotsOf([',a,,3'], '--budget-slots', '5')[0]).toBeLessThanOrEqual(3);
});

test('of a budget a team gets first what it has reserved and wants', () => {
  expect(slotsOf([',b,4,'], '--budget-slots', '5')).toEqual([1, 4]);
  expect(slotsOf([',a,3,', ',b,1,'], '--budget-slots', '4')).toEqual([3, 1]);
  // More than it wants is lent.
  expect(slotsOf([',b,7,'], '--budget-slots', '7')).toEqual([3, 4]);
  // Not all that is reserved is there.
  expect(slotsOf([',a,4,', ',b,4,'], '--budget-slots', '4')).toEqual([2, 2]);
});
