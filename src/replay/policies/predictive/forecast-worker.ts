import {parentPort, workerData} from 'node:worker_threads';
import {openForecaster} from '../../../forecast/open-forecaster.ts';
import type {SlotTargets} from '../../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import {failure, type WorkerMessage} from '../../thread-pool.ts';
import {chunkTargets} from './forecast-targets.ts';
import {levelsOf} from './level-chunks.ts';
import {type ForecastPlan, type ForecastTask, NEEDS} from './model-targets.ts';

const {source, model} = workerData as ForecastPlan;
const say = (message: WorkerMessage<ForecastTask, SlotTargets>): void => parentPort!.postMessage(message);
const opened = openForecaster(model, NEEDS);

parentPort!.on('message', async (task: ForecastTask) => {
  try {
    say({kind: 'done', task, outcome: await chunkTargets(levelsOf(source, task.rows), source, await opened)});
  } catch (error) {
    say(failure(error));
  }
});
