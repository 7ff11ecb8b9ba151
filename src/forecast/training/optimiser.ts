import {Random} from '../../base/random.ts';
import {features} from '../features/features.ts';
import {type NetworkShape, parameterBlocks, parameterCount} from '../network/shape.ts';
import {ADAM, evaluationGraph, trainingGraph} from '../network/training-graph.ts';
import {OnnxSession, type Tensors} from '../onnx/session.ts';
import type {TrainingRows} from './rows.ts';

/** Steps between two contributions to the averaged parameters. */
const AVERAGE_EVERY = 8;
/** Contributions over which the average reaches back, at most. */
const AVERAGE_SPAN = 150;
/** Steps over which the learning rate rises at the beginning. */
const WARM_UP = 200;
/** The heads begin near zero: with probability 1/2 and the last hour's mean. */
const HEAD_SCALE = 0.3;

/** What a checkpoint has to hold: the parameters, Adam's moments, the average that is exported, and the step. */
export interface OptimiserState {
  theta: Float32Array;
  m: Float32Array;
  v: Float32Array;
  average: Float32Array;
  step: number;
}

/** The two losses of some rows, each the weighted mean over windows. */
export interface Losses {
  readonly active: number;
  readonly count: number;
}

/** He's initial weights (He et al., ICCV 2015), biases 0. */
export function initialState(shape: NetworkShape, seed: number): OptimiserState {
  const random = new Random(seed);
  const theta = new Float32Array(parameterCount(shape));
  for (const {name, shape: size, offset, size: length} of parameterBlocks(shape)) {
    if (!name.startsWith('w')) continue;
    const scale = Math.sqrt(2 / size[0]!) * (name === 'wActive' || name === 'wCount' ? HEAD_SCALE : 1);
    for (let i = 0; i < length; i++) theta[offset + i] = scale * random.normal();
  }
  const zeros = () => new Float32Array(theta.length);
  return {theta, m: zeros(), v: zeros(), average: theta.slice(), step: 0};
}

/**
 * Adam on a cosine schedule, run by onnxruntime on one thread, so that the same rows give the same bits. What is
 * evaluated and exported is an exponential average of the parameters (Polyak and Juditsky, 1992), which is steadier
 * than any single step.
 */
export class Optimiser {
  state: OptimiserState;
  private readonly shape: NetworkShape;
  private readonly steps: number;
  private readonly learningRate: number;
  private readonly decay: number;
  private readonly training: OnnxSession;
  private readonly evaluation: OnnxSession;

  private constructor(options: OptimiserOptions, training: OnnxSession, evaluation: OnnxSession) {
    this.shape = options.shape;
    this.steps = options.steps;
    this.learningRate = options.learningRate;
    this.decay = options.decay;
    this.state = options.state;
    this.training = training;
    this.evaluation = evaluation;
  }

  static async open(options: OptimiserOptions): Promise<Optimiser> {
    const training = await OnnxSession.open(trainingGraph(options.shape));
    return new Optimiser(options, training, await OnnxSession.open(evaluationGraph(options.shape)));
  }

  /** One step on rows [from, from + count). */
  async step(rows: TrainingRows, from: number, count: number): Promise<Losses> {
    const {training: session, state} = this;
    const size = [state.theta.length];
    const rate = this.rateAt(state.step);
    const step = ++state.step;
    const corrected = (rate * Math.sqrt(1 - ADAM.beta2 ** step)) / (1 - ADAM.beta1 ** step);
    const results = await session.run({
      ...this.feeds(session, rows, from, count),
      theta: session.tensor(state.theta, size),
      m: session.tensor(state.m, size),
      v: session.tensor(state.v, size),
      rate: session.tensor(Float32Array.of(corrected), []),
      shrink: session.tensor(Float32Array.of(rate * this.decay), []),
    });
    state.theta = floats(results, 'theta.next');
    state.m = floats(results, 'm.next');
    state.v = floats(results, 'v.next');
    if (step % AVERAGE_EVERY === 0) this.addToAverage();
    return {active: floats(results, 'activeLoss')[0]!, count: floats(results, 'countLoss')[0]!};
  }

  /** Losses and raw outputs of the averaged parameters on rows [from, from + count), whose features are standardised. */
  async evaluate(
    rows: TrainingRows,
    from: number,
    count: number,
  ): Promise<Losses & {logit: Float32Array; quantile: Float32Array}> {
    const {evaluation: session, state} = this;
    const results = await session.run({
      ...this.feeds(session, rows, from, count),
      theta: session.tensor(state.average, [state.average.length]),
    });
    return {
      active: floats(results, 'activeLoss')[0]!,
      count: floats(results, 'countLoss')[0]!,
      logit: floats(results, 'logit'),
      quantile: floats(results, 'count'),
    };
  }

  async close(): Promise<void> {
    await this.training.close();
    await this.evaluation.close();
  }

  /** Rises over the first steps, then falls along a cosine to a fiftieth. */
  private rateAt(step: number): number {
    const progress = Math.min(1, step / this.steps);
    return this.learningRate * Math.min(1, (step + 1) / WARM_UP) * (0.51 + 0.49 * Math.cos(Math.PI * progress));
  }

  private addToAverage(): void {
    const {average, step, theta} = this.state;
    const made = step / AVERAGE_EVERY;
    const fresh = 1 / Math.min(AVERAGE_SPAN, 1 + made / 10);
    for (let i = 0; i < theta.length; i++) average[i]! += fresh * (theta[i]! - average[i]!);
  }

  private feeds(session: OnnxSession, rows: TrainingRows, from: number, count: number): Tensors {
    const {horizons} = this.shape;
    const slice = (data: Float32Array, width: number, shape: number[]) =>
      session.tensor(data.subarray(from * width, (from + count) * width), [count, ...shape]);
    return {
      x: slice(rows.x, features.length, [features.length]),
      active: slice(rows.active, horizons, [horizons]),
      target: slice(rows.target, horizons, [horizons, 1]),
      weight: slice(rows.weight, horizons, [horizons]),
      countWeight: slice(rows.countWeight, horizons, [horizons, 1]),
    };
  }
}

export interface OptimiserOptions {
  readonly shape: NetworkShape;
  /** Steps of the whole schedule. */
  readonly steps: number;
  readonly learningRate: number;
  readonly decay: number;
  readonly state: OptimiserState;
}

function floats(results: Tensors, name: string): Float32Array {
  return results[name]!.data as Float32Array;
}
