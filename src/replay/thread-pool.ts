import {Worker} from 'node:worker_threads';
import {UserError} from '../base/errors.ts';

/** What a worker says: how far it has come since it last spoke, what it was asked for besides, a finished task, or why it cannot go on. */
export type WorkerMessage<Task, Outcome, Told = never> =
  | {readonly kind: 'progress'; readonly done: number}
  | {readonly kind: 'told'; readonly task: Task; readonly told: Told}
  | {readonly kind: 'done'; readonly task: Task; readonly outcome: Outcome}
  | {readonly kind: 'failed'; readonly error: unknown; readonly user?: UserTerms};

/** What is left of an error of the user's on its way across threads. */
interface UserTerms {
  readonly code: string;
  readonly message: string;
  readonly exit: number;
  readonly suggestions: string[];
}

/** Why a worker cannot go on, as it says so. */
export function failure(error: unknown): WorkerMessage<never, never> {
  if (!(error instanceof UserError)) return {kind: 'failed', error};
  const {code, message, exitCode: exit, suggestions} = error;
  return {kind: 'failed', error: undefined, user: {code, message, exit, suggestions}};
}

/** Where a worker lies once it is built: `entry` is its path in src/ without extension. */
export function builtWorker(entry: string): URL {
  // From the sources (tests) it is the built one that runs; built, this file is a chunk beside the commands.
  return new URL(import.meta.url.endsWith('.ts') ? `../../dist/${entry}.js` : `./${entry}.js`, import.meta.url);
}

/** Tasks, and what threads need for them. */
export interface Work<Task> {
  readonly worker: URL;
  /** What all tasks share: plain data, which every thread gets. */
  readonly workerData: unknown;
  readonly tasks: readonly Task[];
  readonly threads: number;
}

/** Who hears what workers say on their way. */
export interface Ears<Task, Told> {
  readonly progress?: ((done: number) => void) | undefined;
  readonly told?: (task: Task, told: Told) => void;
  /** Asked after each outcome: nobody wants the rest. */
  readonly enough?: (() => boolean) | undefined;
}

/**
 * Runs the tasks on worker threads, each taking the next one when it is free. A thread that fails or dies ends the
 * whole run with its error: no part of a result is ever reported.
 */
export async function runInThreads<Task, Outcome, Told = never>(
  {worker: url, workerData, tasks, threads}: Work<Task>,
  take: (task: Task, outcome: Outcome) => void,
  {progress, told, enough}: Ears<Task, Told> = {},
): Promise<void> {
  const workers: Worker[] = [];
  let next = 0;
  let left = tasks.length;
  try {
    await new Promise<void>((resolve, reject) => {
      const giveWork = (worker: Worker): void => {
        if (next < tasks.length) worker.postMessage(tasks[next++]);
      };
      for (let n = 0; n < Math.min(threads, tasks.length); n++) {
        const worker = new Worker(url, {workerData});
        workers.push(worker);
        worker.on('error', reject);
        worker.on('exit', (code) => reject(new Error(`a replay thread ended with ${code} before its work was done`)));
        worker.on('message', (message: WorkerMessage<Task, Outcome, Told>) => {
          if (message.kind === 'progress') {
            progress?.(message.done);
          } else if (message.kind === 'told') {
            told?.(message.task, message.told);
          } else if (message.kind === 'failed') {
            const {user, error} = message;
            reject(user ? new UserError(user.code, user.message, user) : error);
          } else {
            take(message.task, message.outcome);
            if (--left === 0 || enough?.()) resolve();
            else giveWork(worker);
          }
        });
        giveWork(worker);
      }
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.removeAllListeners('exit').terminate()));
  }
}
