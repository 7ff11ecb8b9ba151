/**
 * A sweep of policies and their parameters, as a user would run it: invocations a second over all policies together,
 * then of each policy that does more than wait for a fixed time. On 150 real functions (Azure 2019, 8 h) and on 900
 * synthetic ones, a busy population for half an hour.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'coldfront-bench-'));
process.on('exit', () => rmSync(folder, {recursive: true, force: true}));

function coldfront(args: readonly string[]): string {
  const {status, stderr} = spawnSync(process.execPath, ['bin/run.js', ...args], {encoding: 'utf8', maxBuffer: 2 ** 28});
  if (status !== 0) throw new Error(stderr);
  return stderr;
}

/** The middle one of three, by the rate that the command itself prints. */
function timed(name: string, args: readonly string[]): void {
  const lines = [1, 2, 3].map(() => {
    const stderr = coldfront([...args, '--timing', '--json']);
    return stderr.split('\n').find((line) => line.startsWith('replayed')) ?? stderr;
  });
  const seconds = (line: string): number => Number(/in ([\d.]+) s/.exec(line)?.[1]);
  lines.sort((a, b) => seconds(a) - seconds(b));
  console.log(`${name}: ${lines[1]}`);
}

const real = join(folder, 'real.arrow');
const busy = join(folder, 'busy.arrow');
coldfront(['ingest', 'fixtures/traces/azure2019-d07-window480', '--out', real, '--quiet']);
coldfront(['synth', '--functions', '900', '--rate', '1000', '--span', '30m', '--seed', '1', '--out', busy, '--quiet']);

for (const [name, path] of [
  ['real', real],
  ['synthetic', busy],
] as const) {
  for (const threads of ['1', '2'])
    timed(`${name}, sweep on ${threads} threads`, ['frontier', path, '--threads', threads]);
  for (const policy of ['fixed:ttl=10m', 'hybrid', 'hazard', 'ski-rental', 'adaptive', 'clairvoyant']) {
    for (const price of policy === 'adaptive' ? ['20', '1', '0.1'] : ['20']) {
      const args = ['--policy', policy, '--delay-usd-per-hour', price, '--threads', '1'];
      timed(`${name}, ${policy} at $${price} an hour`, ['replay', path, ...args]);
    }
  }
}
