import {existsSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {Worker} from 'node:worker_threads';
import {build} from 'esbuild';

/** Mutants `from` to `until` of a target; or, with `bytes`, that one input as it is. */
export interface FuzzTask {
  readonly target: string;
  readonly seed: number;
  readonly from: number;
  readonly until: number;
  readonly bytes?: Uint8Array;
}

export type WorkerMessage =
  | {readonly kind: 'fault'; readonly n: number; readonly bytes: Uint8Array; readonly stack: string}
  | {readonly kind: 'broken'; readonly stack: string}
  | {readonly kind: 'done'};

/** What a mutant did that nothing may do: an unforeseen error, a wrong number, no end, too much memory. */
export interface Finding {
  readonly target: string;
  readonly n: number;
  readonly bytes: Uint8Array;
  readonly stack: string;
}

/** Bytes of a mutant that are kept where it never comes back. */
const LONGEST = 1 << 22;
/** No mutant may take longer; four times that where other suites have the processors besides. */
const LIMIT_MS = process.env.COLDFRONT_SLOW === '1' ? 40_000 : 10_000;
const root = fileURLToPath(new URL('../../', import.meta.url));

/** The worker as one file that Node runs, beside the packages it imports. */
export async function buildWorker(): Promise<URL> {
  const folder = join(root, 'node_modules/.cache/coldfront-fuzz');
  mkdirSync(folder, {recursive: true});
  const outfile = join(folder, `worker-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, 'test/fuzz/worker.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    sourcemap: 'inline',
    logLevel: 'error',
    // Modules find the repository from where they lie.
    define: {'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'test/fuzz/worker.ts')).href)},
  });
  return pathToFileURL(outfile);
}

/** Runs tasks one after the other in a worker that is ended, and begun anew, when a mutant does not come back. */
export async function fuzz(worker: URL, tasks: readonly FuzzTask[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const lane = new FuzzLane(worker);
  try {
    for (const task of tasks) {
      for (let from = task.from; from < task.until; ) {
        const {finished, faults} = await lane.run({...task, from});
        findings.push(...faults);
        from = finished;
      }
    }
  } finally {
    await lane.end();
  }
  return findings;
}

/** A worker and the dog that watches it. */
class FuzzLane {
  private readonly file: URL;
  private worker: Worker | undefined;
  /** In memory where the system has such a folder: most of a mutant's time went into opening and renaming files. */
  private readonly folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'coldfront-fuzz-'));
  /** Mutants fed so far; number and length of the one at hand. */
  private readonly progress = new Int32Array(new SharedArrayBuffer(12));
  /** The mutant at hand. */
  private readonly current = new Uint8Array(new SharedArrayBuffer(LONGEST));
  private hear: (message: WorkerMessage) => void = () => undefined;
  private died: (why: string) => void = () => undefined;

  constructor(file: URL) {
    this.file = file;
  }

  /** Feeds mutants until all are fed or one ends the worker. Returns the number of the next one, and what was found. */
  run(task: FuzzTask): Promise<{finished: number; faults: Finding[]}> {
    const worker = (this.worker ??= this.open());
    const faults: Finding[] = [];
    this.progress[1] = task.from - 1;
    return new Promise((resolve, reject) => {
      const dog = this.watch(() => this.died(`no end within ${LIMIT_MS / 1000} s`));
      this.died = (why) => {
        clearInterval(dog);
        this.died = () => undefined;
        this.worker = undefined;
        const [, n, length] = this.progress;
        faults.push({target: task.target, n: n!, bytes: this.current.slice(0, length), stack: why});
        void worker.terminate().then(() => resolve({finished: n! + 1, faults}));
      };
      this.hear = (message) => {
        if (message.kind === 'fault') {
          const {n, bytes, stack} = message;
          faults.push({target: task.target, n, bytes, stack});
        } else {
          clearInterval(dog);
          if (message.kind === 'broken') reject(new Error(`${task.target} cannot be tried: ${message.stack}`));
          else resolve({finished: task.until, faults});
        }
      };
      worker.postMessage(task);
    });
  }

  async end(): Promise<void> {
    this.died = () => undefined;
    await this.worker?.terminate();
    rmSync(this.folder, {recursive: true, force: true});
  }

  private open(): Worker {
    const worker = new Worker(this.file, {
      workerData: {progress: this.progress, current: this.current, folder: this.folder},
      resourceLimits: {maxOldGenerationSizeMb: 768},
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (message: WorkerMessage) => this.hear(message));
    worker.on('error', (error) => this.died(`the worker died: ${error.message}`));
    worker.on('exit', (code) => this.died(`the process ended with ${code}`));
    return worker;
  }

  /** Barks when no mutant was fed for too long. */
  private watch(bark: () => void): NodeJS.Timeout {
    let seen = -1;
    let sinceMs = performance.now();
    return setInterval(() => {
      const fed = Atomics.load(this.progress, 0);
      if (fed !== seen) [seen, sinceMs] = [fed, performance.now()];
      else if (performance.now() - sinceMs > LIMIT_MS) bark();
    }, 250);
  }
}

/** Findings that have the same stack are one: by its first lines in the project's own files, without numbers. */
export function keyOf({target, stack}: Finding): string {
  const [first, ...frames] = stack.split('\n');
  const own = frames.filter((line) => line.includes('src/')).slice(0, 2);
  return [target, first!.replace(/[\d.e+-]+/g, 'N').slice(0, 120), ...own.map((line) => line.trim())].join(' | ');
}
