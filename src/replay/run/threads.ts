import {Worker} from 'node:worker_threads';
import {sharedWorkload} from '../calls/cell-workload.ts';
import type {CellOutcome} from '../ledger.ts';
import type {Asked, ReplayPlan, TaskId} from './replay-plan.ts';

/** What a worker says: calls served since it last spoke, rows it was asked for, a finished task, or why it cannot go on. */
export type WorkerMessage =
  | {readonly kind: 'progress'; readonly calls: number}
  | {readonly kind: 'told'; readonly task: TaskId; readonly what: keyof Asked; readonly rows: Float64Array}
  | {readonly kind: 'done'; readonly task: TaskId; readonly outcome: CellOutcome}
  | {readonly kind: 'failed'; readonly error: unknown};

/** Built beside this file; from the sources (tests) it is the built one that runs. */
const workerUrl = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/replay/run/replay-worker.js', import.meta.url)
  : new URL('./replay/run/replay-worker.js', import.meta.url);

/**
 * Runs the tasks on worker threads, each taking the next one when it is free. A thread that fails or dies ends the
 * whole run with its error: no part of a result is ever reported.
 */
export async function runInThreads(
  plan: ReplayPlan,
  tasks: readonly TaskId[],
  threads: number,
  take: (task: TaskId, outcome: CellOutcome) => void,
  onProgress: ((calls: number) => void) | undefined,
  onTold?: (task: TaskId, what: keyof Asked, rows: Float64Array) => void,
): Promise<void> {
  const workerData = {...plan, workload: sharedWorkload(plan.workload)};
  const workers: Worker[] = [];
  let next = 0;
  let left = tasks.length;
  try {
    await new Promise<void>((resolve, reject) => {
      const giveWork = (worker: Worker): void => {
        if (next < tasks.length) worker.postMessage(tasks[next++]);
      };
      for (let n = 0; n < Math.min(threads, tasks.length); n++) {
        const worker = new Worker(workerUrl, {workerData});
        workers.push(worker);
        worker.on('error', reject);
        worker.on('exit', (code) => reject(new Error(`a replay thread ended with ${code} before its work was done`)));
        worker.on('message', (message: WorkerMessage) => {
          if (message.kind === 'progress') {
            onProgress?.(message.calls);
          } else if (message.kind === 'told') {
            onTold?.(message.task, message.what, message.rows);
          } else if (message.kind === 'failed') {
            reject(message.error);
          } else {
            take(message.task, message.outcome);
            if (--left === 0) resolve();
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
