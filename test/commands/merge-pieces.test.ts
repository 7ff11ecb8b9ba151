import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const bytes = (name: string) => readFileSync(join(folder, name));

/** Does all shares of a command and merges them in another order than theirs. */
function merged(of: number, args: readonly string[], ...more: readonly string[]) {
  const parts = Array.from({length: of}, (_, k) => `${args[0]}-${k + 1}-of-${of}.part`);
  for (const [k, part] of parts.entries()) {
    const {status, stderr} = run(...args, '--shard', `${k + 1}/${of}`, '--out', part, '--force', '--quiet');
    expect([status, stderr]).toEqual([0, '']);
  }
  const shuffled = parts.map((_, k) => parts[(7 * k + 3) % of]!).filter((part, k, all) => all.indexOf(part) === k);
  const all = shuffled.length === of ? shuffled : parts.toReversed();
  return run('merge', ...all, '--force', ...more);
}

const synth = ['synth', '--functions', '2000', '--rate', '6', '--span', '90m', '--seed', '5'];

beforeAll(() => {
  expect(run(...synth, '--out', 'w.arrow').status).toBe(0);
});

describe('shares of what is no replay are merged to the bytes of one machine', () => {
  test.each([1, 3])(
    'synth in %i',
    (of) => {
      const {status, stderr} = merged(of, synth, '--out', 'merged.arrow');
      expect([status, stderr]).toEqual([0, '']);
      expect(bytes('merged.arrow').equals(bytes('w.arrow'))).toBe(true);
    },
    300_000,
  );

  test.each([2])(
    'forecast in %i, the file and the report',
    (of) => {
      const forecast = ['forecast', 'w.arrow', '--model', 'rolling-mean'];
      const whole = run(...forecast, '--out', 'whole.arrow', '--force', '--json');
      const its = merged(of, forecast, '--out', 'merged.arrow', '--json');
      expect([its.status, its.stderr]).toEqual([0, '']);
      expect(its.stdout.toString().replace('merged.arrow', 'whole.arrow')).toBe(whole.stdout.toString());
      expect(bytes('merged.arrow').equals(bytes('whole.arrow'))).toBe(true);
    },
    300_000,
  );

  test('a replay with failures beside the same without any, and with what runs today', () => {
    const replay = [
      ...['replay', 'w.arrow', '--hosts', '6', '--slots', '20', '--cells', '3', '--policy', 'fixed:ttl=5m'],
      ...['--fail', 'hosts=2,at=20m,for=10m', '--baseline', 'fixed:ttl=10m'],
    ];
    const its = merged(4, replay, '--json');
    expect([its.status, its.stderr]).toEqual([0, '']);
    expect(its.stdout.toString()).toBe(run(...replay, '--json').stdout.toString());
  }, 300_000);
});

describe('merge refuses by name', () => {
  test.each<[string, () => readonly string[], RegExp]>([
    ['a part that is missing', () => ['synth-1-of-3.part', 'synth-3-of-3.part'], /shard 2 is missing/],
    [
      'one that is there twice',
      () => ['synth-1-of-3.part', 'synth-1-of-3.part'],
      /synth-1-of-3.part: is shard 1 of 3, and so is/,
    ],
    [
      'one of another command',
      () => ['synth-1-of-3.part', 'forecast-2-of-2.part'],
      /forecast-2-of-2.part: does not belong to/,
    ],
    [
      'one that is half written',
      () => {
        writeFileSync(join(folder, 'half.part'), bytes('synth-2-of-3.part').subarray(0, 900));
        return ['synth-1-of-3.part', 'half.part'];
      },
      /half.part: /,
    ],
  ])('%s', (_, parts, says) => {
    const {status, stderr} = run('merge', ...parts(), '--out', 'none.arrow');
    expect([status, stderr]).toEqual([3, expect.stringMatching(says)]);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a plan that nobody validates', ['plan', 'w.arrow', '--shard', '1/2', '--out', 'p.part'], /add --validate/],
    ['a share without a file', ['forecast', 'w.arrow', '--shard', '1/2'], /needs --out/],
    ['a folder of parts', [...synth, '--parts', '3', '--shard', '1/2', '--out', 'p.part'], /--parts/],
  ])('%s is no share', (_, args, says) => {
    const {status, stderr} = run(...args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(says)]);
  });
});
