import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const json = (...args: string[]) => {
  const {status, stdout, stderr} = run(...args, '--json', '--quiet');
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
};
const callsOf = (...scale: string[]): number =>
  json('replay', 'w.arrow', '--policy', 'none', ...scale).runs[0].invocations;

/** Two owners, three apps: calls of a 600, b 60, c 6. */
const trace = [
  ...Array.from({length: 600}, (_, k) => `x,one,a,http,${k * 100}`),
  ...Array.from({length: 60}, (_, k) => `x,two,b,timer,${k * 1000}`),
  ...Array.from({length: 6}, (_, k) => `y,three,c,http,${k * 10000}`),
];

beforeAll(() => {
  writeFileSync(join(folder, 't.csv'), `o,p,f,t,at\n${trace.join('\n')}\n`);
  const map = 'owner=o,app=p,function=f,trigger=t,arrival=at:ms';
  expect(run('ingest', 't.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow').status).toBe(0);
});

test('--scale 1 is byte for byte what comes without it, in every command that reads a workload', () => {
  for (const args of [
    ['describe', 'w.arrow', '--json'],
    ['replay', 'w.arrow', '--json'],
    ['plan', 'w.arrow', '--json'],
    ['frontier', 'w.arrow', '--policy', 'none', '--json'],
    ['forecast', 'w.arrow', '--model', 'rolling-mean', '--json'],
    ['tradeoff', 'burst', '--workload', 'w.arrow', '--json'],
  ]) {
    const [plain, one] = [run(...args), run(...args, '--scale', '1')];
    expect([one.status, one.stdout.toString()]).toEqual([0, plain.stdout.toString()]);
    expect(plain.stdout.length).toBeGreaterThan(100);
  }
});

test('whole factors are exact, others are within sampling error, and it is said on stderr', () => {
  expect(callsOf('--scale', '3')).toBe(3 * 666);
  expect(Math.abs(callsOf('--scale', '130%') - 1.3 * 666)).toBeLessThan(4 * Math.sqrt(666 * 0.3 * 0.7));
  expect(run('describe', 'w.arrow', '--scale', '2').stderr).toBe('traffic is scaled: 666 calls become 1,332 (x 2)\n');
});

test('another seed keeps other calls', () => {
  expect(json('describe', 'w.arrow', '--scale', '.5')).not.toEqual(
    json('describe', 'w.arrow', '--scale', '.5', '--seed', '2'),
  );
});

test.each([
  ['function,scale\na,2\n', 1200 + 66],
  ['app,scale\ntwo,3\n', 600 + 180 + 6],
  ['owner,scale\nx,2\n', 1320 + 6],
  ['team,scale\nx,0\n', 6],
  ['trigger,scale\ntimer,200%\n', 666 + 60],
  ['function,trigger,scale\n*,timer,2\nb,,5\n', 600 + 300 + 6],
  ['owner,app,scale\nx,,2\nx,two,4\n', 1200 + 240 + 6],
])('--scale-by %j: the most specific row wins', (table, calls) => {
  writeFileSync(join(folder, 'by.csv'), table);
  expect(callsOf('--scale-by', 'by.csv')).toBe(calls);
});

test('functions that no row names take --scale', () => {
  writeFileSync(join(folder, 'by.csv'), 'function,scale\na,3\n');
  expect(callsOf('--scale-by', 'by.csv', '--scale', '2')).toBe(1800 + 132);
});

test('a team is what --functions says it is', () => {
  writeFileSync(join(folder, 'teams.csv'), 'function,team\nc,blue\nb,blue\n');
  writeFileSync(join(folder, 'by.csv'), 'team,scale\nblue,2\n');
  expect(callsOf('--scale-by', 'by.csv', '--functions', 'teams.csv')).toBe(600 + 132);
});

test('what names nobody is said, what is no factor is refused with its line', () => {
  writeFileSync(join(folder, 'by.csv'), 'function,scale\nzzz,2\n');
  expect(run('describe', 'w.arrow', '--scale-by', 'by.csv').stderr).toBe(
    "by.csv: 'zzz' names nobody in the workload\n",
  );
  writeFileSync(join(folder, 'by.csv'), 'function,scale\na,2\na,-1\n');
  const refused = run('describe', 'w.arrow', '--scale-by', 'by.csv');
  expect([refused.status, refused.stdout.toString()]).toEqual([3, '']);
  expect(refused.stderr).toMatch(/^coldfront describe: by\.csv:3: .*scale.*'-1'/);
  for (const scale of ['0', '-1', 'x', '2e6']) {
    const {status, stderr} = run('describe', 'w.arrow', `--scale=${scale}`);
    expect([status, stderr.split(',')[0]]).toEqual([2, `coldfront describe: --scale is '${scale}'`]);
  }
});

test('a scaled trace that is planned and replayed finds the same calls', () => {
  expect(run('plan', 'w.arrow', '--scale', '1.5', '--out', 'p.arrow', '--quiet').status).toBe(0);
  expect(readFileSync(join(folder, 'p.arrow')).length).toBeGreaterThan(0);
  expect(json('plan', 'w.arrow', '--scale', '1.5').invocations ?? callsOf('--scale', '1.5')).toBe(
    callsOf('--scale', '1.5'),
  );
});
