import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {sizeParts} from '../helpers/size-parts.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

beforeAll(() => {
  const synth = ['synth', '--functions', '20', '--rate', '4', '--span', '30m', '--seed', '5'];
  expect(run(...synth, '--out', 'w.arrow').status).toBe(0);
});

describe('shares of a search are merged to the bytes of one machine', () => {
  test('a fleet, in three', () => {
    const flags = ['--slots', '4', '--cold', 'fixed:2s', '--p99-start', '2300ms', '--seeds', '1,2'];
    const size = ['size', 'w.arrow', '--find=hosts', ...flags];
    const its = run('merge', ...sizeParts(folder, 3, size), '--json', '--quiet');
    expect([its.status, its.stderr]).toEqual([0, '']);
    expect(its.stdout.toString()).toBe(run(...size, '--json').stdout.toString());
  });

  test('what the shares did not think of is replayed where they are merged, and said', () => {
    const size = ['size', 'w.arrow', '--find=ttl', '--cold-share', '1%', '--seeds', '1,2'];
    const its = run('merge', ...sizeParts(folder, 1, size));
    expect(its.stdout.toString()).toBe(run(...size).stdout.toString());
    expect(its.stderr).toMatch(/^\d+ replays that the search asked for were in no part, and made here\.\n$/);
  });

  test('a part of another question is refused', () => {
    const fleet = sizeParts(folder, 1, ['size', 'w.arrow', '--find=memory', '--p99-start', '300ms', '--seeds', '1']);
    const its = run('merge', ...fleet, 'ttl-1-of-1.part');
    expect(its.status).toBe(3);
    expect(its.stderr).toMatch(/^coldfront merge: ttl-1-of-1\.part: does not belong to .*it is of '.*--find=ttl/);
  });
});
