import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {beforeAll, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

beforeAll(() => {
  expect(run('synth', '--functions', '300', '--rate', '40', '--span', '3h', '--out', 'w.arrow').status).toBe(0);
});

test('where stderr is no terminal there is no progress, unless it is asked for as JSON', () => {
  const silent = run('frontier', 'w.arrow', '--json');
  expect([silent.status, silent.stderr]).toEqual([0, '']);
  const told = run('frontier', 'w.arrow', '--json', '--progress', 'json');
  expect(told.stdout.equals(silent.stdout)).toBe(true);
  const lines = told.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.length).toBeGreaterThan(0);
  expect(new Set(lines.map(({schema}) => schema))).toEqual(new Set(['coldfront.progress/1']));
  expect(lines.some(({doing}) => ['sweeping', 'replaying'].includes(doing))).toBe(true);
});

test('on a terminal a line says which policy of how many, and is gone when the result comes', () => {
  const line = `CI= TERM=xterm '${process.execPath}' '${entry}' frontier w.arrow --csv --out f.csv --force`;
  const {stdout, status} = spawnSync('script', ['-qec', line, '/dev/null'], {
    cwd: folder,
    encoding: 'utf8',
    env: {...process.env, NO_COLOR: '1', NODE_EXTRA_CA_CERTS: ''},
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/replaying, policy \d+ of 2\d [█░]{20} \d+ %/);
  expect(stdout.trimEnd().endsWith('\r\x1b[K') || stdout.endsWith('\r\x1b[K')).toBe(true);
});

test('--watch needs a terminal', () => {
  const {status, stderr} = run('replay', 'w.arrow', '--watch');
  expect(status).toBe(2);
  expect(stderr).toMatch(/--watch draws on a terminal/);
});
