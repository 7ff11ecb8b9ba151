/**
 * What each kind of command takes before and beside its work: CPU time of a whole run above that of `node -e 0`, on README's
 * sample, whose work is small. Runs are interleaved. Bar: 110 ms where a command reads no trace.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {keepRow} from './measure.ts';

const ROUNDS = 15;
const here = mkdtempSync(join(tmpdir(), 'coldfront-start-up-'));
const [workload, plan, report] = ['w.arrow', 'p.arrow', 'r.json'].map((name) => join(here, name));

/** CPU time of a run, user and system, ms: bash tells it to the millisecond, which Node cannot of its children. */
function cpuMs(args: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; exec 3>&2; { time node "$@" >/dev/null 2>/dev/null 3>&-; } 2>&3';
  const {stderr} = spawnSync('bash', ['-c', script, 'bash', ...args], {encoding: 'utf8'});
  const [user, system] = stderr.trim().split(' ').map(Number);
  return 1000 * (user! + system!);
}

function prepared(...args: readonly string[]): string {
  const {status, stdout, stderr} = spawnSync('node', ['bin/run.js', ...args], {encoding: 'utf8'});
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const commands = [
  '--version',
  '--help',
  'replay --help',
  'reply',
  'config',
  'completion bash',
  'tradeoff break-even',
  'tradeoff interference',
  'tradeoff burst',
  'tradeoff state',
  'check r.json --p99-start-ms 200',
  'export p.arrow --to csv',
  'describe w.arrow',
  'explain w.arrow 1fa06535 --no-trials',
  'diff w.arrow w.arrow',
  'replay w.arrow --threads 1',
];

try {
  prepared('ingest', 'fixtures/traces/azure2019-d07-window480', '--quiet', '--out', workload!);
  prepared('plan', workload!, '--budget-slots', '50', '--no-trials', '--quiet', '--out', plan!);
  writeFileSync(report!, prepared('replay', workload!, '--quiet', '--json'));
  const argsOf = (command: string): string[] => [
    'bin/run.js',
    ...command.split(' ').map((word) => (/^[wpr]\.(arrow|json)$/.test(word) ? join(here, word) : word)),
  ];
  const runs = [['-e', '0'], ...commands.map(argsOf)];
  const taken = runs.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) for (const [k, args] of runs.entries()) taken[k]!.push(cpuMs(args));
  const [bare, ...rest] = taken.map((ms) => ms.sort((a, b) => a - b));
  const spread = (ms: readonly number[]): [best: number, median: number, worst: number] => [
    ms[0]!,
    ms[ms.length >> 1]!,
    ms.at(-1)!,
  ];
  console.log(`node -e 0: ${spread(bare!).join(', ')} ms of CPU (least, median, most of ${ROUNDS})`);
  for (const [k, command] of commands.entries()) {
    const [best, median, worst] = spread(rest[k]!).map((ms) => Math.round(ms - bare![0]!)) as [number, number, number];
    console.log(`${command}: ${best} ms above it, median ${median}, most ${worst}`);
    keepRow({name: `\`${command}\` above bare node`, unit: 'ms of CPU', best, median, worst, rounds: ROUNDS});
  }
} finally {
  rmSync(here, {recursive: true, force: true});
}
