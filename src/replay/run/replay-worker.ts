import {parentPort, workerData} from 'node:worker_threads';
import {type ReplayPlan, type TaskId, type Tell, taskOf} from './replay-plan.ts';
import {runCell} from './run-cell.ts';
import type {WorkerMessage} from './threads.ts';

/** Calls between two progress messages. */
const CALLS_PER_MESSAGE = 1_000_000;

const plan = workerData as ReplayPlan;
const say = (message: WorkerMessage): void => parentPort!.postMessage(message);

parentPort!.on('message', (task: TaskId) => {
  try {
    const tell: Tell = (what, rows) =>
      parentPort!.postMessage({kind: 'told', task, what, rows}, [rows.buffer as ArrayBuffer]);
    const steps = runCell(taskOf(plan, task), undefined, tell);
    let calls = 0;
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        say({kind: 'progress', calls});
        say({kind: 'done', task, outcome: step.value});
        return;
      }
      calls += step.value;
      if (calls >= CALLS_PER_MESSAGE) {
        say({kind: 'progress', calls});
        calls = 0;
      }
    }
  } catch (error) {
    say({kind: 'failed', error});
  }
});
