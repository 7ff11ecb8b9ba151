import {type Column, float32} from '@uwdata/flechette';
import {inputError} from '../base/errors.ts';
import type {OutputSink} from '../files/output.ts';
import {labelsToArrow, numbersToArrow, textToArrow, writeArrowFile} from '../workload/file/arrow-columns.ts';
import {ArrowTable, RefusedFile} from '../workload/file/arrow-table.ts';
import {MAX_CALLS, MAX_MINUTES} from '../workload/limits.ts';
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
  try {
    return forecastIn(new ArrowTable(file, 'function'), place);
  } catch (error) {
    if (error instanceof RefusedFile) throw notAForecast(place, error.message);
    throw error;
  }
}

function forecastIn(table: ArrowTable, place: string): ForecastFile {
  const {metadata, rows: functions} = table;
  checkKind(metadata, place);
  const horizons = numbersOf(metadata, 'horizon_minutes', place, (minutes) => minutes > 0 && isCount(minutes));
  const quantiles = numbersOf(metadata, 'quantiles', place, (level) => level > 0 && level < 1);
  const [minute] = numbersOf(metadata, 'minute', place, isCount);
  const width = horizons.length;
  const levels = quantiles.length;
  const active = new Float32Array(functions * width);
  const mean = new Float32Array(functions * width);
  const calls = new Float32Array(functions * width * levels);
  const spread = (name: string, most: number, to: Float32Array, stride: number, offset: number) => {
    const values = table.numbers(name);
    for (let f = 0; f < functions; f++) {
      const value = values[f]!;
      if (!(value >= 0 && value <= most)) {
        throw inputError(`${place}:row ${f}`, `${name} is ${value}, must be a number from 0 to ${most}`);
      }
      // Rates are divided by each other: what is as good as nothing is nothing.
      to[f * stride + offset] = value < NOTHING ? 0 : value;
    }
  };
  const hasMeans = table.has(meanColumn(horizons[0]!));
  horizons.forEach((minutes, h) => {
    spread(activeColumn(minutes), 1, active, width, h);
    if (hasMeans) spread(meanColumn(minutes), MAX_CALLS, mean, width, h);
    quantiles.forEach((level, q) => {
      spread(callsColumn(level, minutes), MAX_CALLS, calls, width * levels, h * levels + q);
    });
  });
  const text = (name: string) => {
    const {id, values} = table.texts(name);
    return Array.from(id, (label) => values[label]!);
  };
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

/** Less than a call in the age of the universe. */
const NOTHING = 1e-30;

function checkKind(metadata: ReadonlyMap<string, string>, place: string): void {
  const kind = metadata.get('kind');
  if (kind !== FORECAST_KIND) {
    throw notAForecast(
      place,
      kind === undefined
        ? 'is an Arrow file without coldfront metadata, not a forecast'
        : `is a '${kind}' file, not a forecast`,
    );
  }
  const version = metadata.get('version') ?? 'none';
  if (Number(version) !== FORECAST_VERSION) {
    throw inputError(place, `is a forecast of version ${version}, must be ${FORECAST_VERSION}`);
  }
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

/** Numbers that ascend and hold a rule, as metadata has them: `1,2,5`. */
function numbersOf(
  metadata: ReadonlyMap<string, string>,
  key: string,
  place: string,
  holds: (number: number) => boolean,
): number[] {
  const text = metadata.get(key) ?? '';
  const numbers = text.split(',').map(Number);
  if (text === '' || numbers.some((number, k) => !holds(number) || number <= (numbers[k - 1] ?? -1))) {
    throw inputError(place, `has the metadata ${key} = '${text}', which no forecast has`);
  }
  return numbers;
}

function isCount(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= 0 && minutes < MAX_MINUTES;
}

function notAForecast(place: string, message: string) {
  return inputError(place, message, 'make one with: coldfront forecast w.arrow --model NAME --out f.arrow');
}
