import {spawnSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {digestOf, killOnce, prepare, temporaries, undisturbed, writers} from './kills.ts';

const folder = temporaryFolder();
beforeAll(() => prepare(folder));

test.each(writers)(
  '$name killed leaves the old file, the new one or none, and its next run no leftover',
  async (writer) => {
    const random = new Random(writers.indexOf(writer));
    const whole = undisturbed(folder, writer);
    expect(await killOnce(folder, writer, whole, random)).toEqual([]);
  },
);

const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const unshared = spawnSync('unshare', ['--fork', '--pid', '--mount-proc', 'true']).status === 0;

test.skipIf(!unshared)('two runs that are both process 1 write one output whole', () => {
  const out = join(folder, 'both.arrow');
  const args = `synth --functions 40000 --span 1h --out ${out} --force`;
  const run = `unshare --fork --pid --mount-proc '${process.execPath}' '${entry}' ${args}`;
  expect(spawnSync('bash', ['-c', run]).status).toBe(0);
  const digest = digestOf(out);
  for (let round = 0; round < 4; round++) {
    rmSync(out);
    const {status, stderr} = spawnSync('bash', ['-c', `${run} & ${run}; a=$?; wait $!; exit $((a + $?))`]);
    expect([status, stderr.toString()]).toEqual([0, '']);
    expect(digestOf(out)).toBe(digest);
  }
  expect(temporaries(folder)).toEqual([]);
});
