import {type ChildProcess, fork} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {inputError, type UserError} from '../../base/errors.ts';
import type {OnnxFile} from './onnx-file.ts';
import type {Feed, Results} from './session.ts';

/** What opening a model or running a row may take, and each further row: far more than any forecaster does. */
const LIMIT_SECONDS = 5;
const LIMIT_SECONDS_PER_ROW = 0.02;
const LIMIT_MIB = 2048;
const LOOK_EVERY_MS = 50;

/** What the other process is asked. */
export type Question =
  | {readonly bytes: Uint8Array; readonly threads: number | undefined}
  | {readonly feeds: readonly Feed[]; readonly names: readonly string[] | undefined};

/** What it answers: why the runtime will not, or what the model gave; of opening, nothing. */
export interface Answer {
  readonly refusal?: string;
  readonly results?: Results;
}

const worker = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../../dist/forecast/onnx/guarded-worker.js', import.meta.url)
    : new URL('./forecast/onnx/guarded-worker.js', import.meta.url),
);

/**
 * A model in a process of its own, which is ended as soon as one run takes too much time or memory, or crashes: how
 * often a loop goes round may depend on the rows that it is given. That process ends with this one, too.
 */
export class GuardedRunner {
  private readonly path: string;
  private readonly doubtful: readonly string[];
  private readonly child: ChildProcess;

  private constructor(path: string, doubtful: readonly string[]) {
    this.path = path;
    this.doubtful = doubtful;
    // Its stdin is never written to: that it ends tells the other process that this one is gone.
    this.child = fork(worker, {serialization: 'advanced', execArgv: [], stdio: ['pipe', 'ignore', 'ignore', 'ipc']});
    (this.child.stdin as unknown as {unref(): void}).unref();
    this.leave();
  }

  /** `doubtful` are the operators that may take too much. */
  static async open(
    {bytes, path}: OnnxFile,
    doubtful: readonly string[],
    threads: number | undefined,
  ): Promise<GuardedRunner> {
    const runner = new GuardedRunner(path, doubtful);
    await runner.ask({bytes, threads}, LIMIT_SECONDS, 'as it is opened', 'refuses');
    return runner;
  }

  async run(feeds: readonly Feed[], rows: number, names?: readonly string[]): Promise<Results> {
    const on = rows === 1 ? 'on one row' : `on ${rows} rows`;
    const seconds = Math.ceil(LIMIT_SECONDS + (rows - 1) * LIMIT_SECONDS_PER_ROW);
    return (await this.ask({feeds, names}, seconds, on, 'cannot run'))!;
  }

  async close(): Promise<void> {
    this.child.kill('SIGKILL');
  }

  /** One question, one answer; `when` and `verb` say what was going on where it goes wrong. */
  private async ask(
    question: Question,
    limitSeconds: number,
    when: string,
    verb: string,
  ): Promise<Results | undefined> {
    const answer = await this.answerTo(question, limitSeconds, when);
    if (answer.refusal === undefined) return answer.results;
    throw inputError(this.path, `onnxruntime ${verb} the model: ${answer.refusal}`);
  }

  private answerTo(question: Question, limitSeconds: number, when: string): Promise<Answer> {
    const {child} = this;
    child.ref();
    child.channel!.ref();
    return new Promise<Answer>((resolve, reject) => {
      let end: string | undefined;
      const stop = (why: string) => {
        end ??= why;
        child.kill('SIGKILL');
      };
      const timer = setTimeout(() => stop(`does not end within ${limitSeconds} s`), 1000 * limitSeconds);
      const look = setInterval(() => {
        if (residentMib(child.pid) > LIMIT_MIB) stop(`takes more than ${LIMIT_MIB} MiB`);
      }, LOOK_EVERY_MS);
      const done = () => {
        clearTimeout(timer);
        clearInterval(look);
        child.off('message', onMessage).off('close', onClose).off('error', onError);
        this.leave();
      };
      const onMessage = (answer: Answer) => {
        done();
        resolve(answer);
      };
      const onClose = (_: unknown, signal: string | null) => {
        done();
        reject(this.ended(`${end ?? `ends by ${signal ?? 'itself'}`} ${when}`));
      };
      const onError = () => {
        done();
        reject(this.ended(`cannot be run in a process of its own ${when}`));
      };
      child.on('message', onMessage).on('close', onClose).on('error', onError);
      child.send(question, (error) => error && stop('cannot be reached'));
    });
  }

  /** Does not keep this process waiting any longer. */
  private leave(): void {
    this.child.unref();
    this.child.channel?.unref();
  }

  private ended(how: string): UserError {
    return inputError(this.path, `${how}; what may do so is ${this.doubtful.join(', ')}`, 'export it without them');
  }
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
