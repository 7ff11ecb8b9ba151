import {inputError} from '../../base/errors.ts';
import {chanceOf} from '../chance.ts';
import {type ForecastColumns, type Forecaster, forecastColumns} from '../forecaster.ts';
import {CallHistory} from '../history.ts';
import {horizonsUpTo} from '../horizons.ts';
import {openRunner, type Runner} from '../onnx/runner.ts';
import {levelsOf, type StepContract, stepMinutesOf} from './contract.ts';
import {fillSteps, type InputWriter, inputWriter} from './inputs.ts';
import type {StepModel, StepModelFile} from './load-step-model.ts';
import {type OutputShape, OutputValues} from './outputs.ts';
import {RowForecast} from './row-forecast.ts';
import {RowTensor} from './tensors.ts';
import {restored, type Transform} from './transform.ts';

/** Rows that a model without a fixed batch is given at a time, and cells of inputs and outputs that are held at most. */
const MOST_ROWS = 1024;
const MOST_CELLS = 4_000_000;
/** Steps of a function's own past that say how its calls scatter, where the model does not. */
const PAST_STEPS = 240;

export interface StepForecasterOptions {
  /** Windows wanted, whole steps up to the model's horizon; left out, the usual ones among them. */
  readonly horizons?: readonly number[] | undefined;
  /** Levels wanted besides the model's own. */
  readonly quantiles?: readonly number[] | undefined;
  readonly threads?: number | undefined;
  /** Gets a line on what is odd about forecasts, once. */
  readonly onRemark?: ((line: string) => void) | undefined;
}

/** One file of the model, open, and its outputs. */
interface Part {
  readonly file: StepModelFile;
  readonly runner: Runner;
  readonly outputs: readonly OutputValues[];
}

/** A model of contract version 2 in the shape of any forecaster. */
export class StepForecaster implements Forecaster {
  readonly name: string;
  readonly horizons: readonly number[];
  readonly quantiles: readonly number[];
  readonly batchRows: number;
  /** A series without calls is one; coldfront's features are of functions that were called. */
  readonly forecastsUncalled: boolean;
  private readonly model: StepModel;
  private readonly parts: readonly Part[];
  private readonly writer: InputWriter;
  private readonly row: RowForecast;
  private readonly past: PastSpread | undefined;
  private readonly scale: Float64Array; // [row]
  private readonly columns: ForecastColumns;
  private readonly stepMinutes: number;
  /** Undefined as soon as the line was said. */
  private onRemark: ((line: string) => void) | undefined;
  private rows = 0;
  /** Rows of batches before the one at hand. */
  private done = 0;

  private constructor(name: string, model: StepModel, parts: readonly Part[], options: StepForecasterOptions) {
    const {contract} = model;
    this.name = name;
    this.model = model;
    this.parts = parts;
    this.stepMinutes = stepMinutesOf(contract);
    this.forecastsUncalled = contract.input.kind !== 'features';
    this.horizons = options.horizons ?? windowsOf(contract);
    this.quantiles = [...new Set([...levelsOf(contract), ...(options.quantiles ?? [])])].sort((a, b) => a - b);
    this.batchRows = model.batch ?? rowsFor(model);
    const tensors = model.inputs.map((i) => new RowTensor(i.name, i.type, i.axes, i.extents, this.batchRows));
    this.writer = inputWriter(contract, tensors);
    this.row = new RowForecast(contract);
    this.past = PastSpread.needed(contract) ? new PastSpread(this.stepMinutes, this.batchRows) : undefined;
    this.scale = new Float64Array(this.batchRows);
    this.columns = forecastColumns(this, this.batchRows);
  }

  /** Opens the model and tries it on one row. */
  static async open(name: string, model: StepModel, options: StepForecasterOptions = {}): Promise<StepForecaster> {
    const parts: Part[] = [];
    for (const file of model.files) {
      const runner = await openRunner(file, options.threads);
      parts.push({file, runner, outputs: file.outputs.map((shape) => new OutputValues(shape))});
    }
    const forecaster = new StepForecaster(name, model, parts, options);
    await forecaster.tryRow();
    forecaster.onRemark = options.onRemark;
    return forecaster;
  }

  add(history: CallHistory): void {
    this.scale[this.rows] = this.writer.write(history, this.rows);
    this.past?.take(history, this.rows);
    this.rows++;
  }

  async flush(): Promise<ForecastColumns> {
    const {columns, horizons, row, rows} = this;
    if (rows > 0) await this.run(rows);
    for (let r = 0; r < rows; r++) {
      this.fill(r);
      row.finish();
      for (let h = 0; h < horizons.length; h++)
        row.write(horizons[h]! / this.stepMinutes, columns, r * horizons.length + h);
    }
    this.remarkOnCrossing();
    this.done += rows;
    this.rows = 0;
    return columns;
  }

  async close(): Promise<void> {
    for (const {runner} of this.parts) await runner.close();
  }

  /** One row of a function that was called once, long ago: what does not work shows before any time is spent. */
  private async tryRow(): Promise<void> {
    const history = new CallHistory(2, {minuteOfDay: 0, dayOfWeek: Number.NaN});
    history.reserve(1);
    history.append(0, 1);
    history.seek(1);
    this.add(history);
    await this.flush();
    this.done = 0;
    this.row.crossed = false;
  }

  private async run(rows: number): Promise<void> {
    const fixed = this.model.batch !== undefined;
    const fed = fixed ? this.batchRows : rows;
    const feeds = this.writer.tensors.map((tensor) => tensor.feed(rows, fixed));
    for (const {file, outputs, runner} of this.parts) {
      const names = [...new Set(outputs.map(({shape}) => shape.name))];
      const results = await runner.run(feeds, fed, names);
      for (const output of outputs) {
        const {data, dims} = results[output.shape.name]!;
        const wrong = output.take(data, dims, fed);
        if (wrong !== undefined) throw inputError(file.path, wrong);
      }
    }
  }

  /** Takes what the model says of row `r` into the row's forecast, restored to calls. */
  private fill(r: number): void {
    const {contract} = this.model;
    const transform = contract.outputs.transform ?? 'none';
    for (const {file, outputs} of this.parts) {
      for (const output of outputs) this.fillFrom(output, r, output.shape.counts ? transform : 'none', file.path);
    }
    if (this.past === undefined) return;
    this.row.pastDispersion = this.past.dispersion[r]!;
    this.row.pastCalls = this.past.calls[r]!;
  }

  private fillFrom(output: OutputValues, r: number, transform: Transform, path: string): void {
    const {shape} = output;
    const {firstLevel, levels, meaning, steps} = shape;
    const {row} = this;
    const scale = this.scale[r]!;
    for (let step = 0; step < steps; step++) {
      for (let level = 0; level < levels; level++) {
        const value = output.at(r, step, level);
        const calls = restored(transform, value, scale);
        if (!Number.isFinite(calls)) throw this.refused(shape, r, value, path);
        if (meaning === 'active') row.active[step] = this.chance(shape, r, value, path);
        else if (meaning === 'mean') row.location[step] = calls;
        else if (meaning === 'quantiles')
          row.quantile[step * row.levels.length + firstLevel + level] = Math.max(0, calls);
        else if (value >= 0) row.spread[step] = value;
        else throw this.refused(shape, r, value, path);
      }
    }
  }

  private chance(shape: OutputShape, r: number, value: number, path: string): number {
    const chance = chanceOf(value);
    if (chance === undefined) throw this.refused(shape, r, value, path);
    return chance;
  }

  private refused({meaning, name}: OutputShape, r: number, value: number, path: string): Error {
    const rule = {
      active: 'a chance is from 0 to 1 (a logit has no sigmoid yet)',
      mean: 'calls must be finite',
      quantiles: 'calls must be finite',
      dispersion: 'a dispersion is at least 0',
      sd: 'a standard deviation is at least 0',
    }[meaning];
    const what = Number.isNaN(value) ? 'NaN' : String(value);
    return inputError(path, `output '${name}' has ${what} for row ${this.done + r + 1}: ${rule}`);
  }

  private remarkOnCrossing(): void {
    if (!this.row.crossed || this.onRemark === undefined) return;
    this.onRemark(`${this.model.path}: quantiles cross in some rows and were sorted`);
    this.onRemark = undefined;
  }
}

/** The usual windows that are whole steps, up to the horizon; the horizon itself where there is none. */
export function windowsOf(contract: StepContract): number[] {
  const minutes = stepMinutesOf(contract);
  const longest = minutes * contract.horizonSteps;
  const usual = horizonsUpTo(Number.MAX_SAFE_INTEGER).filter((window) => window <= longest && window % minutes === 0);
  return usual.length > 0 ? usual : [longest];
}

/** As many rows as keep inputs and outputs within bounds. */
function rowsFor({contract, inputs}: StepModel): number {
  let cells = contract.horizonSteps * (3 + levelsOf(contract).length);
  for (const {axes, extents} of inputs) cells += axes.reduce((product, axis) => product * (extents[axis] ?? 1), 1);
  return Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_CELLS / cells)));
}

/** How the calls of each row scattered in its own past: what a model that tells a mean alone leaves open. */
class PastSpread {
  /** (variance / mean - 1) / mean of calls a step; 0 where they scatter no more than Poisson. [row] */
  readonly dispersion: Float64Array;
  /** Mean calls of active steps; 1 without any. [row] */
  readonly calls: Float64Array;
  private readonly minutes: number;
  private readonly counts = new Float64Array(PAST_STEPS);

  constructor(minutes: number, rows: number) {
    this.minutes = minutes;
    this.dispersion = new Float64Array(rows);
    this.calls = new Float64Array(rows);
  }

  static needed({outputs}: StepContract): boolean {
    return outputs.parameters === undefined && outputs.quantiles === undefined;
  }

  take(history: CallHistory, row: number): void {
    const {counts, minutes} = this;
    const total = fillSteps(history, minutes, counts);
    const steps = Math.max(2, Math.min(counts.length, Math.floor(history.now / minutes)));
    const mean = total / steps;
    let [squares, active] = [0, 0];
    for (let i = counts.length - 1; i >= 0; i--) {
      squares += counts[i]! * counts[i]!;
      if (counts[i]! > 0) active++;
    }
    const variance = Math.max(0, (squares - steps * mean * mean) / (steps - 1));
    this.dispersion[row] = mean > 0 ? Math.max(0, (variance - mean) / (mean * mean)) : 0;
    this.calls[row] = active > 0 ? total / active : 1;
  }
}
