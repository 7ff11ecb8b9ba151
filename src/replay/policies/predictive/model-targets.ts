import {openForecaster} from '../../../forecast/open-forecaster.ts';
import {type SlotTargets, SlotTargetsBuilder} from '../../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import {invocationsOf, type Workload} from '../../../workload/workload.ts';
import {sharedWorkload} from '../../calls/cell-workload.ts';
import type {ReplayOptions} from '../../options.ts';
import {builtWorker, runInThreads} from '../../thread-pool.ts';
import {type Threads, threadsFor} from '../../threads.ts';
import {chunkTargets} from './forecast-targets.ts';
import {chunksOf, type LevelSource, levelSource, levelsOf} from './level-chunks.ts';

/** Decisions look one minute ahead, at the chance of a call: quantiles of counts do not matter. */
export const NEEDS = {horizons: [1], quantiles: []};

/** What the threads that forecast share. */
export interface ForecastPlan {
  readonly source: LevelSource;
  /** As `--policy predictive:model=` names it. */
  readonly model: string;
}

/** Functions that are forecast together. */
export interface ForecastTask {
  readonly chunk: number;
  readonly rows: Int32Array;
}

const worker = builtWorker('replay/policies/predictive/forecast-worker');

/** `forecastTargets` by the model of that name. Functions are forecast in chunks of their own, on `threads` threads. */
export async function modelTargets(
  workload: Workload,
  options: ReplayOptions,
  model: string,
  asked: Threads,
): Promise<SlotTargets> {
  const threads = threadsFor(asked, Number.POSITIVE_INFINITY);
  const source = levelSource(workload, options);
  // Here too where threads will forecast: whoever named it hears at once what is wrong with it.
  const forecaster = await openForecaster(model, NEEDS);
  const tasks = chunksOf(workload.functions, source.options.untilUs).map((rows, chunk) => ({chunk, rows}));
  const made: SlotTargets[] = [];
  if (Math.min(threads, tasks.length) > 1) {
    const shared = {...source, workload: sharedWorkload(source.workload)};
    const workerData: ForecastPlan = {source: shared, model};
    const order = heaviestFirst(workload, tasks);
    await runInThreads({worker, workerData, tasks: order, threads}, ({chunk}: ForecastTask, targets: SlotTargets) => {
      made[chunk] = targets;
    });
  } else {
    for (const {chunk, rows} of tasks) made[chunk] = await chunkTargets(levelsOf(source, rows), source, forecaster);
  }
  const builder = new SlotTargetsBuilder(workload.functions);
  for (const targets of made) builder.append(targets);
  return builder.finish();
}

function heaviestFirst(workload: Workload, tasks: readonly ForecastTask[]): ForecastTask[] {
  const calls = tasks.map(({rows}) => rows.reduce((sum, row) => sum + invocationsOf(workload, row), 0));
  return tasks.toSorted((a, b) => calls[b.chunk]! - calls[a.chunk]!);
}
