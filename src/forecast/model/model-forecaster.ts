import {inputError} from '../../base/errors.ts';
import {BaselineForecaster} from '../baselines/baseline-forecaster.ts';
import {baselines} from '../baselines/registry.ts';
import {features, writeFeatures} from '../features/features.ts';
import {
  BATCH_ROWS,
  type ForecastColumns,
  type Forecaster,
  forecastColumns,
  makeCoherent,
  sortShort,
} from '../forecaster.ts';
import type {CallHistory} from '../history.ts';
import {OnnxSession} from '../onnx/session.ts';
import {SEGMENTS, segmentOf} from '../segments.ts';
import type {ModelContract} from './contract.ts';
import type {ModelFile} from './load-model.ts';

/** Stands in for counts that a model does not forecast: those of past active minutes. */
const COUNT_STAND_IN = 'iat-histogram';

/** A loaded model in the shape of any forecaster: features in, conformal offsets and coherence applied. */
export class ModelForecaster implements Forecaster {
  readonly name: string;
  readonly horizons: readonly number[];
  readonly quantiles: readonly number[];
  private readonly model: ModelFile;
  private readonly session: OnnxSession;
  /** Column of our feature row for each column of the model's input; undefined when they are the same. */
  private readonly columnsOf: Int32Array | undefined;
  private readonly row = new Float32Array(features.length);
  private readonly input: Float32Array;
  private readonly segments = new Uint8Array(BATCH_ROWS);
  private readonly columns: ForecastColumns;
  /** By segment: the baseline that serves it instead of the model. */
  private readonly champions: (BaselineForecaster | undefined)[];
  private readonly standIn: BaselineForecaster | undefined;
  private rows = 0;

  private constructor(name: string, model: ModelFile, session: OnnxSession) {
    const {contract} = model;
    this.name = name;
    this.model = model;
    this.session = session;
    this.horizons = contract.horizonMinutes;
    this.quantiles = contract.quantiles;
    this.columns = forecastColumns(this, BATCH_ROWS);
    this.columnsOf = featureColumns(contract);
    this.input = new Float32Array(BATCH_ROWS * contract.features.length);
    const baseline = (of: string) => new BaselineForecaster(of, this.horizons, this.quantiles);
    this.champions = Array.from({length: SEGMENTS}, (_, segment) => {
      const champion = contract.champions?.[segment] ?? 'model';
      return Object.hasOwn(baselines, champion) ? baseline(champion) : undefined;
    });
    this.standIn = contract.outputs.counts === undefined ? baseline(COUNT_STAND_IN) : undefined;
  }

  /** Opens the model for running; `name` is what reports call it. */
  static async open(name: string, model: ModelFile, threads = 1): Promise<ModelForecaster> {
    try {
      return new ModelForecaster(name, model, await OnnxSession.open(model.bytes, threads));
    } catch (error) {
      throw inputError(model.path, `onnxruntime refuses the model: ${firstLine(error)}`);
    }
  }

  add(history: CallHistory): void {
    const {columnsOf, input, model, row} = this;
    const width = model.contract.features.length;
    const at = this.rows * width;
    if (columnsOf === undefined) writeFeatures(history, input, at);
    else {
      writeFeatures(history, row, 0);
      for (let j = 0; j < width; j++) input[at + j] = row[columnsOf[j]!]!;
    }
    const {scaling} = model.contract;
    if (scaling !== 'graph') {
      for (let j = 0; j < width; j++) input[at + j] = (input[at + j]! - scaling.offset[j]!) * scaling.factor[j]!;
    }
    this.segments[this.rows] = segmentOf(history);
    // Every champion sees every row, so that row i of each is row i here.
    for (const champion of this.champions) champion?.add(history);
    this.standIn?.add(history);
    this.rows++;
  }

  async flush(): Promise<ForecastColumns> {
    const {columns, horizons, quantiles, rows} = this;
    if (rows === 0) return columns;
    const {outputs} = this.model.contract;
    const raw = await this.run(rows);
    const counts = this.standIn === undefined ? raw.counts! : (await this.standIn.flush()).jittered;
    const jitter = this.standIn === undefined && outputs.countsAre === 'calls' ? 0.5 : 0;
    columns.jittered.set(counts.subarray(0, rows * horizons.length * quantiles.length));
    for (let cell = 0; cell < rows * horizons.length; cell++) {
      const segment = this.segments[Math.floor(cell / horizons.length)]!;
      this.finishCell(cell, raw.active, jitter, segment);
    }
    await this.crownChampions(rows);
    this.rows = 0;
    return columns;
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private async run(rows: number): Promise<{active: Float32Array | undefined; counts: Float32Array | undefined}> {
    const {features: names, input, outputs} = this.model.contract;
    const fed = this.session.tensor(this.input.subarray(0, rows * names.length), [rows, names.length]);
    const results = await this.session.run({[input]: fed}).catch((error: unknown) => {
      throw inputError(this.model.path, `onnxruntime cannot run the model: ${firstLine(error)}`);
    });
    const columns = {active: this.horizons.length, counts: this.horizons.length * this.quantiles.length};
    const take = (kind: 'active' | 'counts'): Float32Array | undefined => {
      const name = outputs[kind];
      if (name === undefined) return undefined;
      const data = results[name]!.data as Float32Array;
      if (data.length === rows * columns[kind]) return data;
      throw inputError(this.model.path, `output '${name}' has ${data.length / rows} columns, must be ${columns[kind]}`);
    };
    return {active: take('active'), counts: take('counts')};
  }

  /** Conformal offsets, then P(N >= 1), then coherence of the two. */
  private finishCell(cell: number, active: Float32Array | undefined, jitter: number, segment: number): void {
    const {columns, horizons, quantiles} = this;
    const levels = quantiles.length;
    const at = cell * levels;
    const offsets = this.model.contract.conformal?.[segment]?.[cell % horizons.length];
    for (let q = 0; q < levels; q++) {
      const z = Math.max(0, columns.jittered[at + q]! + jitter);
      columns.jittered[at + q] = offsets === undefined ? z : Math.max(0, Math.expm1(Math.log1p(z) + offsets[q]!));
    }
    sortShort(columns.jittered, at, at + levels);
    const probability = active === undefined ? activeFromQuantiles(quantiles, columns.jittered, at) : active[cell]!;
    columns.active[cell] = Math.min(1, Math.max(0, probability));
    makeCoherent(columns.active[cell]!, quantiles, columns.jittered, at);
  }

  private async crownChampions(rows: number): Promise<void> {
    const {champions, columns, horizons, quantiles, segments} = this;
    const width = horizons.length;
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const theirs = await champions[segment]?.flush();
      if (theirs === undefined) continue;
      for (let row = 0; row < rows; row++) {
        if (segments[row] !== segment) continue;
        const [from, to] = [row * width, (row + 1) * width];
        columns.active.set(theirs.active.subarray(from, to), from);
        columns.jittered.set(
          theirs.jittered.subarray(from * quantiles.length, to * quantiles.length),
          from * quantiles.length,
        );
      }
    }
  }
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

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0]!;
}
