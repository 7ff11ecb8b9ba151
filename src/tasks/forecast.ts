import {inputError, usageError} from '../base/errors.ts';
import {formatTimeUs, US_PER_MINUTE, writtenTimeUs} from '../base/units.ts';
import {SeriesRanges} from '../demand/calls/series-ranges.ts';
import {valueDigest} from '../files/digest.ts';
import {checkOutput} from '../files/output.ts';
import {type Forecast, forecastAt, joinForecasts} from '../forecast/forecast.ts';
import {encodeForecast} from '../forecast/forecast-file.ts';
import {type ForecastReport, forecastReport} from '../forecast/forecast-report.ts';
import {openForecaster} from '../forecast/open-forecaster.ts';
import {writeArtifact} from '../workload/file/write-artifact.ts';
import type {Workload} from '../workload/workload.ts';
import type {Listener} from './listener.ts';
import {type DemandRequest, readDemand} from './scaling/read-demand.ts';
import {checkShare, type PartHeader, type ShareRequest} from './shard/part.ts';
import {eachPiece, type Pieces, type PieceWork, writePieces} from './shard/pieces.ts';

/** What is to be forecast, by whom. */
export interface ForecastTask {
  /** A model's file or a baseline's name. */
  readonly model: string;
  /** Contract of a model that carries none; undefined: beside it. */
  readonly contract: string | undefined;
  /** Time of the span that is forecast from; undefined: its end. */
  readonly atUs: number | undefined;
  /** The one window; undefined: all that the model forecasts. */
  readonly windowMinutes: number | undefined;
  readonly quantiles: readonly number[];
  /** Undefined: as many as there are processors. */
  readonly threads: number | undefined;
}

/** What `coldfront forecast` was asked to do. */
export interface ForecastRequest extends ForecastTask, DemandRequest {
  /** Forecast file to write; undefined: none. */
  readonly out: string | undefined;
  readonly force: boolean;
  /** Functions in the report, likeliest first. */
  readonly top: number;
  /** What is expected of all functions, where other machines have found it; undefined: it is found here. */
  readonly pieces?: Pieces | undefined;
}

/** Reads a workload, forecasts, writes the forecast file, and returns the report. */
export async function runForecast(request: ForecastRequest, listener: Listener): Promise<ForecastReport> {
  const {out, path, force, pieces} = request;
  if (out !== undefined) checkOutput(out, force);
  const workload = await readDemand({...request, paged: true}, listener);
  const forecast = await forecastWorkload(workload, path, request, listener, pieces);
  if (out !== undefined) writeArtifact(out, force, (sink) => encodeForecast(workload, forecast, sink));
  return forecastReport(workload, forecast, request.top, out ?? '');
}

/** Forecasts a share of the functions, and writes what is expected of them. */
export async function runForecastShare(
  request: Omit<ForecastRequest, 'out' | 'pieces'> & {readonly share: ShareRequest},
  listener: Listener,
): Promise<PartHeader> {
  checkShare(request.share);
  const workload = await readDemand({...request, paged: true}, listener);
  return writePieces(request.share, await forecastWork(workload, request.path, request, listener));
}

/** Forecasts the functions of a workload, which `place` names in messages. Reads only the model. */
export async function forecastWorkload(
  workload: Workload,
  place: string,
  task: ForecastTask,
  listener: Listener = {},
  atHand?: Pieces,
): Promise<Forecast> {
  const startedMs = performance.now();
  const work = await forecastWork(workload, place, task, listener);
  const ranges: Forecast[] = [];
  for await (const range of eachPiece(work, atHand)) ranges.push(range as Forecast);
  const forecast = joinForecasts(ranges);
  const seconds = (performance.now() - startedMs) / 1000;
  listener.timing?.(`forecast ${workload.functions} functions in ${seconds.toFixed(3)} s`);
  return forecast;
}

/** Functions that are forecast one after the other: the pieces of a forecast, whoever makes them. */
const RANGE = 1 << 13;

async function forecastWork(
  workload: Workload,
  place: string,
  {model, contract, atUs, windowMinutes, quantiles, threads}: ForecastTask,
  listener: Listener,
): Promise<PieceWork> {
  const series = new SeriesRanges(workload, RANGE);
  const minute = minuteOf(atUs, series.span, place);
  const horizons = windowMinutes === undefined ? undefined : [windowMinutes];
  const forecaster = await openForecaster(model, {horizons, quantiles, contract, threads, onRemark: listener.remark});
  return {
    pieces: series.ranges,
    // Asked for where machines must agree on it: it goes through all lists.
    get about() {
      const {name, horizons, quantiles} = forecaster;
      return {series: Array.from(series.all(), valueDigest), minute, name, horizons, quantiles};
    },
    run: async (piece) => forecastAt(series.at(piece), forecaster, minute),
  };
}

function minuteOf(atUs: number | undefined, spanMinutes: number, place: string): number {
  if (spanMinutes === 0) throw inputError(place, 'has no minutes to forecast from');
  if (atUs === undefined) return spanMinutes;
  const minute = atUs / US_PER_MINUTE;
  if (Number.isInteger(minute) && minute >= 1 && minute <= spanMinutes) return minute;
  throw usageError(
    `--at is ${writtenTimeUs(atUs)}, must be whole minutes within the workload's span`,
    `the span is ${formatTimeUs(spanMinutes * US_PER_MINUTE)}`,
  );
}
