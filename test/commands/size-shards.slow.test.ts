import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {sizeParts} from '../helpers/size-parts.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

beforeAll(() => {
  const synth = ['synth', '--functions', '20', '--rate', '4', '--span', '30m', '--seed', '5'];
  expect(run(...synth, '--out', 'w.arrow').status).toBe(0);
  const many = ['synth', '--functions', '300', '--rate', '6000', '--span', '1h', '--seed', '5'];
  expect(run(...many, '--out', 'many.arrow').status).toBe(0);
});

const room = ['--hosts', '4', '--cells', '4', '--p99-start', '100ms'];

describe('shares of a search are merged to the bytes of one machine', () => {
  test.each<[string, readonly string[], readonly number[]]>([
    ['slots', ['--hosts', '2', '--cells', '2', '--p99-start', '500ms', '--policy', 'predictive'], [1, 2, 3, 8, 64]],
    ['memory', [...room, '--baseline', 'fixed:ttl=1m'], [1, 8]],
    ['concurrency', ['--hosts', '2', '--slots', '4', '--cold-share', '2%'], [3]],
    ['provisioned', ['--slots', '40', '--p99-start', '400ms', '--seeds', '1,2'], [1, 8]],
    ['slots', ['--cold-share', '0', '--seeds', '1'], [2]],
  ])(
    '--find %s %j',
    (find, flags, counts) => {
      const size = ['size', 'w.arrow', `--find=${find}`, ...flags];
      const whole = run(...size, '--json');
      for (const of of counts) {
        const its = run('merge', ...sizeParts(folder, of, size), '--json', '--quiet');
        expect([its.status, its.stderr]).toEqual([whole.status, '']);
        expect(its.stdout.toString()).toBe(whole.stdout.toString());
      }
    },
    900_000,
  );

  test.each<[string, readonly string[]]>([
    ['hosts', ['--slots', '64', '--cells', '4', '--p99-start', '300ms', '--seeds', '1']],
    ['ttl', ['--cold-share', '0.5%', '--seeds', '1']],
  ])(
    'of so many calls that a part says where to look: --find %s',
    (find, flags) => {
      const size = ['size', 'many.arrow', `--find=${find}`, ...flags];
      const whole = run(...size, '--json');
      const its = run('merge', ...sizeParts(folder, 3, size), '--json', '--quiet');
      expect([its.status, its.stderr]).toEqual([0, '']);
      expect(its.stdout.toString()).toBe(whole.stdout.toString());
    },
    1_800_000,
  );
});
