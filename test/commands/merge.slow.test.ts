import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const trace = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));

function done(...args: string[]): string {
  const {status, stderr, stdout} = coldfront(args, {cwd: folder});
  expect([args.join(' '), status, stderr]).toEqual([args.join(' '), 0, '']);
  return stdout.toString();
}

test.each([1, 2, 3, 8, 64])('the parts of %d shards, shuffled, are the run of one machine, byte for byte', (of) => {
  if (of === 1) done('ingest', trace, '--out', 'w.arrow');
  const random = new Random(of);
  for (const [k, command] of [
    [
      ...['replay', 'w.arrow', '--hosts', '20', '--slots', '10', '--cells', '9', '--until', '4h'],
      ...['--policy', 'fixed:ttl=10m', '--policy', 'clairvoyant', '--queue', 'sfq'],
      // Every share forecasts for all.
      ...(of > 8 ? [] : ['--policy', 'predictive']),
    ],
    ...(of > 8 ? [] : [['frontier', 'w.arrow', '--until', '1h']]),
  ].entries()) {
    const names = Array.from({length: of}, (_, at) => `${k}-${at}-of-${of}.part`);
    for (const [at, name] of names.entries()) done(...command, '--shard', `${at + 1}/${of}`, '--out', name);
    const places = new Map(names.map((name) => [name, random.next()]));
    names.sort((a, b) => places.get(a)! - places.get(b)!);
    const {stdout} = coldfront(['merge', ...names, '--json'], {cwd: folder});
    expect(stdout.equals(coldfront([...command, '--json'], {cwd: folder}).stdout)).toBe(true);
  }
});
