import {type Column, float32, type Table, tableFromIPC} from '@uwdata/flechette';
import {inputError} from '../base/errors.ts';
import type {OutputSink} from '../files/output.ts';
import {labelsToArrow, numbersToArrow, textToArrow, writeArrowFile} from '../workload/file/arrow-columns.ts';
import type {Workload} from '../workload/workload.ts';
import type {Forecast} from './forecast.ts';
import {makeCoherent} from './forecaster.ts';
import {MeanCalls} from './mean-calls.ts';

export const FORECAST_KIND = 'coldfront.forecast';
/** Raised when an older coldfront could no longer read what this one writes. */
export const FORECAST_VERSION = 1;

/** Column names of a horizon: `active_10m`, `mean_10m`, `q0.9_10m`. */
export const activeColumn = (minutes: number): string => `active_${minutes}m`;
export const meanColumn = (minutes: number): string => `mean_${minutes}m`;
export const callsColumn = (level: number, minutes: number): string => `q${level}_${minutes}m`;

/**
 * Writes a forecast as one Arrow IPC file, a row a function in the order of the workload: `function, app, owner`, and
 * for each horizon `active_<h>m`, the chance of at least one call in the next h minutes, `mean_<h>m`, the mean of how
 * many, and `q<level>_<h>m`, its quantiles. Schema metadata: model, minute, horizons, quantiles, origin and start time of the workload.
 */
export function encodeForecast(workload: Workload, forecast: Forecast, sink: OutputSink): void {
  const {active, calls, functions, horizons, mean, quantiles} = forecast;
  const stripe = (from: Float32Array, stride: number, offset: number) =>
    Float32Array.from({length: functions}, (_, f) => from[f * stride + offset]!);
  const columns: [string, Column<unknown>][] = [
    ['function', textToArrow(workload.name)],
    ['app', labelsToArrow(workload.app)],
    ['owner', labelsToArrow(workload.owner)],
  ];
  horizons.forEach((minutes, h) => {
    columns.push([activeColumn(minutes), numbersToArrow(stripe(active, horizons.length, h), float32())]);
    columns.push([meanColumn(minutes), numbersToArrow(stripe(mean, horizons.length, h), float32())]);
    quantiles.forEach((level, q) => {
      const values = stripe(calls, horizons.length * quantiles.length, h * quantiles.length + q);
      columns.push([callsColumn(level, minutes), numbersToArrow(values, float32())]);
    });
  });
  const metadata = new Map([
    ['kind', FORECAST_KIND],
    ['version', String(FORECAST_VERSION)],
    ['model', forecast.model],
    ['minute', String(forecast.minute)],
    ['horizon_minutes', horizons.join(',')],
    ['quantiles', quantiles.join(',')],
    ['origin_us', String(workload.meta.originUs)],
    ['start_time', workload.meta.startTime],
  ]);
  writeArrowFile(columns, metadata, sink);
}

/** A forecast as read from a file, with the names that say whose row is whose. */
export interface ForecastFile extends Forecast {
  readonly name: readonly string[]; // [function]
  readonly app: readonly string[]; // [function]
  readonly owner: readonly string[]; // [function]
}

/** Reads a forecast from the bytes of its file; `place` names it in messages. Anything else is bad input. */
export function readForecast(file: ArrayBuffer, place: string): ForecastFile {
  const table = tableOf(file, place);
  const metadata = table.schema.metadata ?? new Map<string, string>();
  const kind = metadata.get('kind');
  if (kind !== FORECAST_KIND) {
    throw inputError(
      place,
      kind === undefined
        ? 'is an Arrow file without coldfront metadata, not a forecast'
        : `is a '${kind}' file, not a forecast`,
      'make one with coldfront forecast',
    );
  }
  if (Number(metadata.get('version')) !== FORECAST_VERSION) {
    throw inputError(place, `is a forecast of version ${metadata.get('version')}, must be ${FORECAST_VERSION}`);
  }
  const horizons = numbersOf(metadata, 'horizon_minutes', place);
  const quantiles = numbersOf(metadata, 'quantiles', place);
  const functions = table.numRows;
  const width = horizons.length;
  const levels = quantiles.length;
  const active = new Float32Array(functions * width);
  const mean = new Float32Array(functions * width);
  const calls = new Float32Array(functions * width * levels);
  const spread = (name: string, to: Float32Array, stride: number, offset: number) => {
    const values = columnOf(table, name, place);
    for (let f = 0; f < functions; f++) to[f * stride + offset] = Number(values.at(f));
  };
  const hasMeans = table.names.includes(meanColumn(horizons[0]!));
  horizons.forEach((minutes, h) => {
    spread(activeColumn(minutes), active, width, h);
    if (hasMeans) spread(meanColumn(minutes), mean, width, h);
    quantiles.forEach((level, q) => {
      spread(callsColumn(level, minutes), calls, width * levels, h * levels + q);
    });
  });
  const text = (name: string) => columnOf(table, name, place).toArray() as string[];
  const [minute] = numbersOf(metadata, 'minute', place);
  return {
    functions,
    model: metadata.get('model') ?? '',
    minute: minute!,
    horizons,
    quantiles,
    active,
    mean: hasMeans ? mean : meansOf(active, calls, quantiles, width),
    calls,
    name: text('function'),
    app: text('app'),
    owner: text('owner'),
  };
}

/** Means of a file from before they were written, from the quantiles; those of longer windows are never less. [cell] */
function meansOf(active: Float32Array, calls: Float32Array, quantiles: readonly number[], width: number): Float32Array {
  const mean = new Float32Array(active.length);
  const meanCalls = new MeanCalls(quantiles);
  const jittered = calls.map((n) => n + 0.5);
  for (let cell = 0; cell < mean.length; cell++) {
    makeCoherent(active[cell]!, quantiles, jittered, cell * quantiles.length);
    const own = meanCalls.of(active[cell]!, jittered, cell * quantiles.length);
    mean[cell] = Math.max(own, cell % width === 0 ? 0 : mean[cell - 1]!);
  }
  return mean;
}

function tableOf(file: ArrayBuffer, place: string): Table {
  try {
    return tableFromIPC(file);
  } catch (error) {
    throw inputError(place, `is no Arrow file: ${(error as Error).message}`, 'make one with coldfront forecast');
  }
}

function columnOf(table: Table, name: string, place: string): Column<unknown> {
  const column = table.getChild(name) as Column<unknown> | undefined;
  if (!column) throw inputError(place, `has no column '${name}'`);
  return column;
}

function numbersOf(metadata: ReadonlyMap<string, string>, key: string, place: string): number[] {
  const numbers = (metadata.get(key) ?? '').split(',').map(Number);
  if (numbers.some((number) => !Number.isFinite(number))) {
    throw inputError(place, `has the metadata ${key} = '${metadata.get(key) ?? ''}', which no forecast has`);
  }
  return numbers;
}
