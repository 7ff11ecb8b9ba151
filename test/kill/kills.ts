import {type ChildProcess, spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Random} from '../../src/base/random.ts';
import {coldfront} from '../helpers/cli.ts';

const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const signals = ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT'] as const;
type Signal = (typeof signals)[number];
const exits: Readonly<Record<Signal, number | undefined>> = {
  SIGKILL: undefined,
  SIGTERM: 143,
  SIGHUP: 129,
  SIGINT: 130,
};

/** A command that writes files, and how. */
export interface Writer {
  readonly name: string;
  /** Arguments, and the files that they write. */
  readonly args: readonly string[];
  readonly outputs: readonly string[];
}

/** Every command that writes, on inputs that `prepare` made. Outputs are large enough to be caught half written. */
export const writers: readonly Writer[] = [
  {name: 'synth', args: ['synth', '--functions', '60000', '--span', '1h', '--out', 'o.arrow'], outputs: ['o.arrow']},
  {
    name: 'ingest',
    args: ['ingest', 'calls.csv', '--format', 'csv', '--map', 'function=f,arrival=t:s', '--out', 'o.arrow'],
    outputs: ['o.arrow'],
  },
  {name: 'plan', args: ['plan', 'w.arrow', '--rest', 'keep', '--out', 'o.arrow'], outputs: ['o.arrow']},
  {
    name: 'forecast',
    args: ['forecast', 'w.arrow', '--model', 'rolling-mean', '--out', 'o.arrow'],
    outputs: ['o.arrow'],
  },
  {
    name: 'replay',
    args: ['replay', 'w.arrow', '--per-function', 'o.csv', '--out', 'o.txt'],
    outputs: ['o.csv', 'o.txt'],
  },
  {
    name: 'frontier',
    args: ['frontier', 'w.arrow', '--policy', 'none', '--svg', 'o.svg', '--out', 'o.txt'],
    outputs: ['o.svg', 'o.txt'],
  },
  {name: 'features', args: ['features', 'w.arrow', '--out', 'o.csv'], outputs: ['o.csv']},
  {
    name: 'export',
    args: ['export', 'p.arrow', '--to', 'terraform', '--all', '--out', 'o.json', '--names-out', 'o.csv'],
    outputs: ['o.json', 'o.csv'],
  },
];

/** Inputs of all writers. */
export function prepare(folder: string): void {
  mkdirSync(folder, {recursive: true});
  writeFileSync(
    join(folder, 'calls.csv'),
    `f,t\n${Array.from({length: 60_000}, (_, i) => `f${i % 20_000},${i}`).join('\n')}\n`,
  );
  const made = [
    coldfront(['synth', '--functions', '300', '--rate', '5', '--span', '1h', '--out', 'w.arrow', '--force'], {
      cwd: folder,
    }),
    coldfront(['plan', 'w.arrow', '--rest', 'keep', '--out', 'p.arrow', '--force'], {cwd: folder}),
  ];
  for (const {status, stderr} of made) if (status !== 0) throw new Error(stderr);
}

/** What an undisturbed run leaves, and how long it takes. */
export interface Undisturbed {
  readonly digests: readonly string[];
  readonly ms: number;
}

export function undisturbed(folder: string, {args, outputs}: Writer): Undisturbed {
  const startedMs = performance.now();
  const {status, stderr} = coldfront([...args, '--force'], {cwd: folder});
  if (status !== 0) throw new Error(stderr);
  return {ms: performance.now() - startedMs, digests: outputs.map((file) => digestOf(join(folder, file)))};
}

/**
 * Kills a run that replaces `OLD` in its outputs, half the time as soon as a temporary file is seen; then runs it to its
 * end. Returns what is wrong: a file that is neither old nor new, a leftover, another exit than the signal's.
 */
export async function killOnce(folder: string, writer: Writer, whole: Undisturbed, random: Random): Promise<string[]> {
  const {args, outputs} = writer;
  const signal = signals[random.below(signals.length)]!;
  const hadOld = random.below(2) === 0;
  for (const file of outputs) {
    rmSync(join(folder, file), {force: true});
    if (hadOld) writeFileSync(join(folder, file), OLD);
  }
  const child = spawn(process.execPath, [entry, ...args, '--force'], {
    cwd: folder,
    stdio: 'ignore',
    env: {...process.env, NODE_EXTRA_CA_CERTS: ''},
  });
  const ended = exitOf(child);
  if (random.below(2) === 0) await temporaryIn(folder, ended);
  else await Promise.race([ended, pause(random.next() * whole.ms * 1.1)]);
  await pause(random.below(4) * random.next());
  child.kill(signal);
  const {code, by} = await ended;
  const wrong = outputs.flatMap((file, k) => wrongIn(folder, file, whole.digests[k]!, hadOld));
  // 0: it had ended before.
  if (by !== signal && code !== 0 && code !== exits[signal]) wrong.push(`${signal}: exit ${code}`);
  const {status, stderr} = coldfront([...args, '--force'], {cwd: folder});
  if (status !== 0) wrong.push(`the next run: exit ${status}, ${stderr}`);
  const left = temporaries(folder);
  if (left.length > 0) wrong.push(`left behind: ${left.join(', ')}`);
  return wrong.map((what) => `${writer.name}, ${signal}: ${what}`);
}

const OLD = 'what was here before';

function wrongIn(folder: string, file: string, digest: string, hadOld: boolean): string[] {
  const path = join(folder, file);
  if (!existsSync(path)) return hadOld ? [`${file} is gone`] : [];
  if (digestOf(path) === digest || (hadOld && readFileSync(path, 'utf8') === OLD)) return [];
  return [`${file} is neither old nor new`];
}

export function temporaries(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.tmp'));
}

export function digestOf(path: string): string {
  return createHash('sha1').update(readFileSync(path)).digest('hex');
}

function exitOf(child: ChildProcess): Promise<{code: number | null; by: NodeJS.Signals | null}> {
  return new Promise((resolve) => child.on('exit', (code, by) => resolve({code, by})));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function temporaryIn(folder: string, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  while (!over && temporaries(folder).length === 0) await pause(1);
}
