import {spawnSync} from 'node:child_process';
import {closeSync, mkdirSync, openSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const mounts = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0;
/** More calls than a builder keeps in memory. */
const CALLS = 9_000_000;

beforeAll(() => {
  mkdirSync(join(folder, 'tmp'));
  const fd = openSync(join(folder, 'calls.csv'), 'w');
  writeSync(fd, 'app,func,end_timestamp,duration\n');
  const block = 100_000;
  for (let at = 0; at < CALLS; at += block) {
    // Latest first, so that every run has to be merged.
    const lines = Array.from({length: block}, (_, k) => `a,f${k % 7},${CALLS - at - k},0.25\n`);
    writeSync(fd, lines.join(''));
  }
  closeSync(fd);
}, 300_000);

/** Ingests with `tmp` as the folder of temporary files, a file system of that size. */
function ingest(options: string) {
  const command = `'${process.execPath}' '${entry}' ingest calls.csv --out w.arrow --force --json`;
  const script = `mount -t tmpfs -o ${options} none tmp && TMPDIR="$PWD/tmp" ${command}; code=$?; ls -A tmp >&2; exit $code`;
  const {status, stdout, stderr} = spawnSync('unshare', ['--map-root-user', '--mount', 'bash', '-c', script], {
    cwd: folder,
  });
  return {status, said: JSON.parse(stdout.toString()), left: stderr.toString()};
}

describe.skipIf(!mounts)('calls that memory does not hold', () => {
  test('are all there when the folder of temporary files takes them, and nothing is left in it', () => {
    expect(ingest('size=1g')).toMatchObject({status: 0, said: {functions: 7, invocations: CALLS}, left: ''});
  });

  test.each([
    ['size=8m', 'no space left on the device'],
    ['ro', 'the file system is read-only'],
  ])('where that folder is %s are exit 2 and a line that names it', (options, why) => {
    const {status, said, left} = ingest(options);
    expect([status, left]).toEqual([2, '']);
    expect(said.error.message).toContain(why);
    expect(said.error.message).toContain(join(folder, 'tmp'));
    expect(said.error.suggestions.join(' ')).toContain('TMPDIR');
  });
});
