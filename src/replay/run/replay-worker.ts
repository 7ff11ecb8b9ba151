import {parentPort, workerData} from 'node:worker_threads';
import type {CellOutcome} from '../ledger.ts';
import {failure, type WorkerMessage} from '../thread-pool.ts';
import type {CellTold, ReplayPlan, Tell} from './replay-plan.ts';
import {runUnit, type Unit} from './units.ts';

/** Calls between two progress messages. */
const CALLS_PER_MESSAGE = 1_000_000;

const plan = workerData as ReplayPlan;
const say = (message: WorkerMessage<Unit, CellOutcome[], CellTold>): void => parentPort!.postMessage(message);

parentPort!.on('message', (task: Unit) => {
  try {
    const tell: Tell = (what, rows) =>
      parentPort!.postMessage({kind: 'told', task, told: {what, rows}}, [rows.buffer as ArrayBuffer]);
    const steps = runUnit(plan, task, tell);
    let calls = 0;
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        say({kind: 'progress', done: calls});
        say({kind: 'done', task, outcome: step.value});
        return;
      }
      calls += step.value;
      if (calls >= CALLS_PER_MESSAGE) {
        say({kind: 'progress', done: calls});
        calls = 0;
      }
    }
  } catch (error) {
    say(failure(error));
  }
});
