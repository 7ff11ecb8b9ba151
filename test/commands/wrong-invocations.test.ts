import {expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {wrongInvocations} from './wrong-invocations.ts';

const folder = temporaryFolder();

test('who calls a command wrongly is told on one line, exit 2 or 3, and nothing is done', () => {
  for (const {what, args} of wrongInvocations(60, new Random(20))) {
    const {status, stdout, stderr} = coldfront(args, {cwd: folder});
    expect([2, 3], `${what}: ${JSON.stringify(args)}: ${stderr}`).toContain(status);
    expect([stdout.toString(), stderr]).toEqual(['', expect.stringMatching(/^coldfront[^\n:]*: [^\n]+\n$/)]);
    // Besides the user's own words.
    expect(stderr.length, stderr).toBeLessThan(200 + args.join(' ').length);
  }
});
