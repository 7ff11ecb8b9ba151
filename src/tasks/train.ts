import {readFileSync} from 'node:fs';
import {inputError} from '../base/errors.ts';
import {US_PER_MS} from '../base/units.ts';
import type {PriceSheet} from '../cost/prices.ts';
import {type MinuteSeries, minuteSeriesOf} from '../demand/calls/minute-series.ts';
import {checkOutput, refuseShared, writeOutput} from '../files/output.ts';
import {memoryColumn} from '../fleet/memory.ts';
import {DEFAULT_DURATION_MS, functionCosts} from '../forecast/backtest/costs.ts';
import type {StoredNetwork} from '../forecast/network/read-network.ts';
import {lossCurve, type TrainReport, trainReport} from '../forecast/train-report.ts';
import {decodeCheckpoint, encodeCheckpoint} from '../forecast/training/checkpoint.ts';
import type {TrainOptions} from '../forecast/training/options.ts';
import {train} from '../forecast/training/train.ts';
import type {TrainHooks, TrainingState} from '../forecast/training/trainer.ts';
import type {Workload} from '../workload/workload.ts';
import {levelRows} from './level-rows.ts';
import type {Listener} from './listener.ts';
import {type DemandRequest, readDemand} from './scaling/read-demand.ts';

/** What `coldfront train` was asked to do. */
export interface TrainRequest extends DemandRequest {
  /** Model file to write. */
  readonly out: string;
  readonly force: boolean;
  readonly options: TrainOptions;
  /** Whether levels of concurrency are learnt, as the policy `predictive` forecasts them, and not functions as a whole. */
  readonly levels: boolean;
  /** A network to go on from; undefined: random weights. */
  readonly start: StoredNetwork | undefined;
  /** Dollars that baselines are compared in, and the delay of a cold start. */
  readonly prices: PriceSheet;
  readonly coldUs: number;
  /** Of instances of which the trace tells none. */
  readonly defaultMemoryMib: number;
  /** How the model was made, for its contract. */
  readonly command: string;
  /** Checkpoint file to write now and then; undefined: none. */
  readonly checkpoint: string | undefined;
  /** Go on from the checkpoint. */
  readonly resume: boolean;
  /** Ends training early; the best so far is kept. */
  readonly signal: AbortSignal;
}

/**
 * Reads a workload, trains, writes the model, and returns the report; undefined, and no file, when it was interrupted
 * before the first epoch.
 */
export async function runTrain(request: TrainRequest, listener: Listener): Promise<TrainReport | undefined> {
  const startedMs = performance.now();
  const {checkpoint, options, out, path, force, start} = request;
  checkOutput(out, force);
  if (checkpoint !== undefined) checkOutput(checkpoint, true);
  refuseShared([out, checkpoint]);
  const workload = await readDemand(request, listener);
  const {costs, series} = trainedOn(workload, request);
  const source = {place: path, command: request.command, ...workload.meta};
  const resume = request.resume ? readCheckpoint(checkpoint!, series, options, start) : undefined;
  const save = (state: TrainingState) => {
    if (checkpoint === undefined) return;
    writeOutput(checkpoint, true, (sink) => {
      for (const part of encodeCheckpoint(state, series, options, start)) sink.write(part);
    });
  };
  const hooks: TrainHooks = {
    signal: request.signal,
    ...(resume ? {resume} : {}),
    ...(start ? {start} : {}),
    onEpoch: (state) => {
      listener.status?.(progressLine(state, options.epochs));
      save(state);
    },
  };
  const model = await train(series, costs, source, options, hooks);
  listener.status?.(undefined);
  if (model === undefined) return undefined;
  writeOutput(out, force, (sink) => sink.write(model.file));
  listener.timing?.(`trained in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return trainReport(model, series.rows, series.span, out);
}

/** What is learnt from, and what decisions about it are priced with: functions, or levels of their concurrency. */
function trainedOn(workload: Workload, {coldUs, defaultMemoryMib, levels, options, prices}: TrainRequest) {
  if (levels) {
    const defaultDurationUs = DEFAULT_DURATION_MS * US_PER_MS;
    return levelRows(workload, {prices, coldUs, defaultDurationUs, defaultMemoryMib, seed: options.seed});
  }
  const memoryMib = memoryColumn(workload, defaultMemoryMib);
  return {series: minuteSeriesOf(workload), costs: functionCosts(workload, {prices, coldUs, memoryMib})};
}

function readCheckpoint(
  path: string,
  series: MinuteSeries,
  options: TrainOptions,
  start: StoredNetwork | undefined,
): TrainingState {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    throw inputError(path, 'cannot be read', 'leave out --resume to begin anew');
  }
  return decodeCheckpoint(bytes, path, series, options, start);
}

function progressLine({bestEpoch, losses}: TrainingState, epochs: number): string {
  const {epoch, validation} = losses.at(-1)!;
  const loss = (validation.active + validation.count).toFixed(4);
  return `epoch ${epoch}/${epochs}  validation loss ${lossCurve(losses, 40)} ${loss}  best ${bestEpoch}`;
}
