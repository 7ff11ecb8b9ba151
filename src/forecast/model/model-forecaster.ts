import {inputError} from '../../base/errors.ts';
import {BaselineForecaster} from '../baselines/baseline-forecaster.ts';
import {iatHistogram} from '../baselines/iat-histogram.ts';
import {baselines} from '../baselines/registry.ts';
import {chanceOf} from '../chance.ts';
import {features, writeFeatures} from '../features/features.ts';
import {type ForecastColumns, type Forecaster, forecastColumns, makeCoherent, sortShort} from '../forecaster.ts';
import type {CallHistory} from '../history.ts';
import {MeanCalls} from '../mean-calls.ts';
import {openRunner, type Runner} from '../onnx/runner.ts';
import {SEGMENTS, segmentOf} from '../segments.ts';
import type {ModelContract} from './contract.ts';
import type {ModelFile} from './load-model.ts';

/** Rows of a batch: what the network makes of them stays in the second-level cache from layer to layer. */
const ROWS = 1024;
/** Stands in for counts that a model does not forecast: those of past active minutes. */
const COUNT_STAND_IN = iatHistogram.name;

/** Changes a row of features before the model sees it: `row[at ..]` in the order of `features`. */
export type FeatureEdit = (row: Float32Array, at: number) => void;

export interface ModelForecasterOptions {
  /** Those of the model's horizons and quantiles that are wanted; left out, all of them. */
  readonly horizons?: readonly number[] | undefined;
  readonly quantiles?: readonly number[] | undefined;
  readonly threads?: number | undefined;
  readonly edit?: FeatureEdit | undefined;
}

/** A loaded model in the shape of any forecaster: features in, conformal offsets and coherence applied. */
export class ModelForecaster implements Forecaster {
  readonly name: string;
  readonly horizons: readonly number[];
  readonly quantiles: readonly number[];
  readonly batchRows = ROWS;
  private readonly model: ModelFile;
  private readonly runner: Runner;
  private readonly edit: FeatureEdit | undefined;
  /** Place among the model's horizons and quantiles of each one wanted. */
  private readonly horizonAt: readonly number[];
  private readonly levelAt: readonly number[];
  /** Column of our feature row for each column of the model's input; undefined when they are the same. */
  private readonly columnsOf: Int32Array | undefined;
  private readonly features = new Float32Array(features.length);
  private readonly input: Float32Array;
  private readonly columns: ForecastColumns;
  private readonly meanCalls: MeanCalls;
  /** By segment: the baseline that serves it instead of the model. */
  private readonly champions: (BaselineForecaster | undefined)[];
  private readonly counts: string | undefined;
  private readonly standIn: BaselineForecaster | undefined;
  /** Rows that the model itself forecasts: where they go, and their segments. */
  private readonly rowOf = new Uint32Array(ROWS);
  private readonly segments = new Uint8Array(ROWS);
  private modelRows = 0;
  private rows = 0;
  /** Rows of batches before the one at hand. */
  private done = 0;

  private constructor(name: string, model: ModelFile, runner: Runner, options: ModelForecasterOptions) {
    const {contract} = model;
    this.name = name;
    this.model = model;
    this.runner = runner;
    this.edit = options.edit;
    this.horizons = options.horizons ?? contract.horizonMinutes;
    this.quantiles = options.quantiles ?? contract.quantiles;
    this.horizonAt = this.horizons.map((minutes) => contract.horizonMinutes.indexOf(minutes));
    this.levelAt = this.quantiles.map((level) => contract.quantiles.indexOf(level));
    this.columns = forecastColumns(this, ROWS);
    this.meanCalls = new MeanCalls(this.quantiles);
    this.columnsOf = featureColumns(contract);
    this.input = new Float32Array(ROWS * contract.features.length);
    const baseline = (of: string) => new BaselineForecaster(of, this.horizons, this.quantiles);
    this.champions = Array.from({length: SEGMENTS}, (_, segment) => {
      const champion = contract.champions?.[segment] ?? 'model';
      return baselines.has(champion) ? baseline(champion) : undefined;
    });
    this.counts = countsOf(model, options);
    this.standIn = contract.outputs.counts === undefined ? baseline(COUNT_STAND_IN) : undefined;
  }

  /** Opens the model for running; `name` is what reports call it. Wanted horizons and quantiles must be the model's. */
  static async open(name: string, model: ModelFile, options: ModelForecasterOptions = {}): Promise<ModelForecaster> {
    const {active} = model.contract.outputs;
    const isChanceAll = active !== undefined && countsOf(model, options) === undefined;
    const runner = await openRunner(model, options.threads, isChanceAll ? [active] : undefined);
    const forecaster = new ModelForecaster(name, model, runner, options);
    await forecaster.tryRows();
    return forecaster;
  }

  add(history: CallHistory): void {
    const row = this.rows++;
    const segment = segmentOf(history);
    const champion = this.champions[segment];
    if (champion !== undefined) {
      champion.writeRow(history, this.columns, row);
      return;
    }
    this.standIn?.writeRow(history, this.columns, row);
    this.writeInput(history, this.modelRows);
    this.segments[this.modelRows] = segment;
    this.rowOf[this.modelRows++] = row;
  }

  async flush(): Promise<ForecastColumns> {
    if (this.modelRows > 0) {
      const {active, counts} = await this.run(this.modelRows);
      for (let r = 0; r < this.modelRows; r++) {
        for (let h = 0; h < this.horizons.length; h++) this.finishCell(r, h, active, counts);
      }
    }
    this.done += this.rows;
    this.modelRows = 0;
    this.rows = 0;
    return this.columns;
  }

  close(): Promise<void> {
    return this.runner.close();
  }

  /** Two rows of zeros: a model that cannot run, or says other than its contract, shows before any time is spent. */
  private async tryRows(): Promise<void> {
    this.input.fill(0, 0, 2 * this.model.contract.features.length);
    await this.run(2);
  }

  private writeInput(history: CallHistory, row: number): void {
    const {columnsOf, edit, features: own, input, model} = this;
    const width = model.contract.features.length;
    const at = row * width;
    if (columnsOf === undefined) {
      writeFeatures(history, input, at);
      edit?.(input, at);
    } else {
      writeFeatures(history, own, 0);
      edit?.(own, 0);
      for (let j = 0; j < width; j++) input[at + j] = own[columnsOf[j]!]!;
    }
    const {scaling} = model.contract;
    if (scaling === 'graph') return;
    for (let j = 0; j < width; j++) input[at + j] = (input[at + j]! - scaling.offset[j]!) * scaling.factor[j]!;
  }

  private async run(rows: number): Promise<{active: Float32Array | undefined; counts: Float32Array | undefined}> {
    const {features: names, horizonMinutes, input, outputs, quantiles} = this.model.contract;
    const data = this.input.subarray(0, rows * names.length);
    const feed = {name: input, type: 'float32', data, dimensions: [rows, names.length]} as const;
    const results = await this.runner.run([feed], rows);
    const take = (name: string | undefined, columns: number): Float32Array | undefined => {
      if (name === undefined) return undefined;
      const data = results[name]!.data as Float32Array;
      if (data.length === rows * columns) return data;
      const what = `output '${name}' has ${data.length} numbers for ${rows} rows`;
      throw inputError(this.model.path, `${what}, must have ${columns} a row`);
    };
    return {
      active: take(outputs.active, horizonMinutes.length),
      counts: take(this.counts, horizonMinutes.length * quantiles.length),
    };
  }

  /** One row and horizon of the model's outputs: conformal offsets, then P(N >= 1), then coherence of the two. */
  private finishCell(r: number, h: number, active: Float32Array | undefined, counts: Float32Array | undefined): void {
    const {columns, quantiles} = this;
    const {conformal, horizonMinutes, outputs, quantiles: levels} = this.model.contract;
    const from = r * horizonMinutes.length + this.horizonAt[h]!;
    const to = this.rowOf[r]! * this.horizons.length + h;
    const at = to * quantiles.length;
    if (counts !== undefined) {
      const jitter = outputs.countsAre === 'calls' ? 0.5 : 0;
      const offsets = conformal?.[this.segments[r]!]?.[this.horizonAt[h]!];
      for (let q = 0; q < quantiles.length; q++) {
        const level = this.levelAt[q]!;
        const count = counts[from * levels.length + level]!;
        if (!Number.isFinite(count)) throw this.refused(this.counts!, count, r, 'calls must be finite');
        const z = Math.max(0, count + jitter);
        const offset = offsets?.[level] ?? 0;
        columns.jittered[at + q] = offset === 0 ? z : Math.max(0, (1 + z) * Math.exp(offset) - 1);
      }
      sortShort(columns.jittered, at, at + quantiles.length);
    }
    const probability = active === undefined ? activeFromQuantiles(quantiles, columns.jittered, at) : active[from]!;
    const chance = chanceOf(probability);
    if (chance === undefined) throw this.refused(outputs.active!, probability, r, 'a chance is from 0 to 1');
    columns.active[to] = chance;
    makeCoherent(chance, quantiles, columns.jittered, at);
    columns.mean[to] = this.meanCalls.of(columns.active[to]!, columns.jittered, at);
  }

  private refused(output: string, value: number, r: number, rule: string): Error {
    const row = this.done + this.rowOf[r]! + 1;
    return inputError(this.model.path, `output '${output}' has ${value} for row ${row}: ${rule}`);
  }
}

/** The output that has the counts; undefined where there is none, or nobody wants any quantile. */
function countsOf({contract}: ModelFile, {quantiles}: ModelForecasterOptions): string | undefined {
  return quantiles?.length === 0 && contract.outputs.active !== undefined ? undefined : contract.outputs.counts;
}

function featureColumns({features: wanted}: ModelContract): Int32Array | undefined {
  const place = new Map(features.map((feature, column) => [feature.name, column]));
  const columns = Int32Array.from(wanted, (name) => place.get(name)!);
  const same = columns.length === features.length && columns.every((column, j) => column === j);
  return same ? undefined : columns;
}

/** P(N >= 1) of a model that forecasts quantiles only: one minus the level at which N + U reaches 1, interpolated. */
function activeFromQuantiles(levels: readonly number[], jittered: Float32Array, at: number): number {
  let [z, level] = [0, 0];
  for (let q = 0; q < levels.length; q++) {
    const next = jittered[at + q]!;
    if (next >= 1) return 1 - (level + ((levels[q]! - level) * (1 - z)) / Math.max(next - z, 1e-9));
    [z, level] = [next, levels[q]!];
  }
  return (1 - level) / 2;
}
