import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {inputError} from '../../base/errors.ts';
import type {OnnxFile} from './onnx-file.ts';
import {unboundedOperators} from './operators.ts';

/** What one row may take: far more than any forecaster does. */
const LIMIT_SECONDS = 5;
const LIMIT_MIB = 2048;
const LOOK_EVERY_MS = 50;

/** An input of one row. */
export interface TrialInput {
  readonly name: string;
  readonly type: 'float32' | 'float64' | 'int64' | 'int32' | 'bool';
  readonly dimensions: readonly number[];
}

/** What the process is told. */
export interface TrialTask {
  readonly path: string;
  readonly inputs: readonly TrialInput[];
}

const worker = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../../dist/forecast/onnx/trial-worker.js', import.meta.url)
    : new URL('./forecast/onnx/trial-worker.js', import.meta.url),
);

/**
 * Runs one row of a model whose operators may take any time and memory in a process of its own, and ends with bad input
 * if it takes too much of either, or crashes. Others are taken at the size of their file.
 */
export async function boundRow({info, path}: OnnxFile, inputs: readonly TrialInput[]): Promise<void> {
  const doubtful = unboundedOperators(info);
  if (doubtful.length === 0) return;
  const end = await rowEnds({path, inputs});
  if (end === undefined) return;
  throw inputError(path, `${end} on one row; what may do so is ${doubtful.join(', ')}`, 'export it without them');
}

/** How the run of a row ended badly; undefined when it did not. */
function rowEnds(task: TrialTask): Promise<string | undefined> {
  const limited = process.platform !== 'win32';
  // Should this process be killed meanwhile, the system still ends the other one.
  const shell = ['/bin/sh', '-c', `ulimit -t ${3 * LIMIT_SECONDS}; exec "$0" "$@"`, process.execPath, worker];
  const [command, ...args] = limited ? shell : [process.execPath, worker];
  const child = spawn(command!, args, {stdio: ['pipe', 'ignore', 'ignore']});
  return new Promise((resolve) => {
    let end: string | undefined;
    const stop = (why: string) => {
      end = why;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => stop(`does not end within ${LIMIT_SECONDS} s`), 1000 * LIMIT_SECONDS);
    const look = setInterval(() => {
      if (residentMib(child.pid) > LIMIT_MIB) stop(`takes more than ${LIMIT_MIB} MiB`);
    }, LOOK_EVERY_MS);
    child.on('error', () => stop('cannot be tried'));
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      clearInterval(look);
      resolve(end ?? (signal === null ? undefined : `ends by ${signal}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(task));
  });
}

/** Memory that a process holds, as far as the system says. */
function residentMib(pid: number | undefined): number {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return pages / 256;
  } catch {
    return 0;
  }
}
