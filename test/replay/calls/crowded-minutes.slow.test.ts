import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {MinuteDraws, WINDOWS} from '../../../src/replay/calls/minute-draws.ts';
import {coldfront} from '../../helpers/cli.ts';
import {temporaryFolder} from '../../helpers/traces.ts';

const MOST = 2 ** 31 - 1;
const folder = temporaryFolder();

test('the most calls of a minute are dealt to its windows to the last one', () => {
  const draws = new MinuteDraws();
  draws.turnTo(7, 0, 1);
  const dealt = new Int32Array(WINDOWS);
  draws.deal(MOST, dealt, 0, 1);
  expect(dealt.reduce((sum, calls) => sum + calls, 0)).toBe(MOST);
  // 2^31 / 64 each, with a standard deviation of 5,750.
  for (const calls of dealt) expect(Math.abs(calls - MOST / WINDOWS)).toBeLessThan(40_000);
});

test('both engines replay the beginning of such a minute, and find the same in it', () => {
  const [csv, out] = [join(folder, 'most.csv'), join(folder, 'most.arrow')];
  writeFileSync(csv, `fn,m,n\nhot,0,${MOST}\n`);
  const map = ['--format', 'csv', '--map', 'function=fn,minute=m,count=n', '--out', out];
  expect(coldfront(['ingest', csv, ...map]).status).toBe(0);
  const counts = [
    ['--reuse', 'mru'],
    ['--ties', 'arrivals-first'],
  ].map((flags) => {
    const given = ['--policy', 'infinite', '--default-duration', '1h', '--until', '10ms', ...flags];
    const {status, stdout} = coldfront(['replay', out, ...given, '--json']);
    expect(status).toBe(0);
    const [run] = JSON.parse(stdout.toString()).runs;
    return [run.invocations, run.cold];
  });
  // 2^31 / 6000, with a standard deviation of 600.
  expect(Math.abs(counts[0]![0] - MOST / 6000)).toBeLessThan(4000);
  expect(counts[1]).toEqual(counts[0]);
});
