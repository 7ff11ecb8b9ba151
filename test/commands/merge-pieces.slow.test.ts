import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const bytes = (name: string) => readFileSync(join(folder, name));
const synth = ['synth', '--functions', '40000', '--rate', '30', '--span', '4h', '--seed', '9'];

beforeAll(() => {
  expect(run(...synth, '--out', 'w.arrow').status).toBe(0);
});

/** The parts of so many shares in an order of their own, merged. */
function merged(of: number, args: readonly string[], ...more: readonly string[]) {
  const random = new Random(of);
  const parts = Array.from({length: of}, (_, k) => ({name: `${args[0]}-${k}-of-${of}.part`, at: random.next()}));
  for (const [k, {name}] of parts.entries()) {
    const {status, stderr} = run(...args, '--shard', `${k + 1}/${of}`, '--out', name, '--force', '--quiet');
    expect([status, stderr]).toEqual([0, '']);
  }
  const names = parts.sort((a, b) => a.at - b.at).map(({name}) => name);
  const its = run('merge', ...names, '--force', ...more);
  expect([its.status, its.stderr]).toEqual([0, '']);
  return its.stdout.toString();
}

test.each([2, 8, 64])(
  'synth in %i shares is the file of one machine',
  (of) => {
    merged(of, synth, '--out', 'merged.arrow');
    expect(bytes('merged.arrow').equals(bytes('w.arrow'))).toBe(true);
  },
  600_000,
);

test.each([3, 64])(
  'forecast in %i shares is the file and the report of one machine',
  (of) => {
    const forecast = ['forecast', 'w.arrow'];
    const whole = run(...forecast, '--out', 'f.arrow', '--force', '--json');
    const its = merged(of, forecast, '--out', 'g.arrow', '--json');
    expect(its.replace('g.arrow', 'f.arrow')).toBe(whole.stdout.toString());
    expect(bytes('g.arrow').equals(bytes('f.arrow'))).toBe(true);
  },
  600_000,
);

test.each([2, 64])(
  'plan --validate in %i shares is the report and the plan of one machine',
  (of) => {
    const plan = ['plan', 'w.arrow', '--slots', '2000', '--validate'];
    const whole = run(...plan, '--out', 'p.arrow', '--force', '--json');
    expect(merged(of, plan, '--out', 'q.arrow', '--json')).toBe(whole.stdout.toString());
    expect(bytes('q.arrow').equals(bytes('p.arrow'))).toBe(true);
  },
  900_000,
);
