import type {InferenceSession, Tensor} from 'onnxruntime-node';

/** The runtime gathers telemetry unless told not to, before it is loaded: into the home folder, and in time elsewhere. */
process.env.ORT_DISABLE_TELEMETRY = '1';

/** Values by tensor name. The runtime owns what it returns; feed it back or read `.data`. */
export type Tensors = Record<string, Tensor>;

/** Element types that models take. */
export type ElementName = 'float32' | 'float64' | 'int64' | 'int32' | 'bool';

/** An input of one run: values, and how they lie. */
export interface Feed {
  readonly name: string;
  readonly type: ElementName;
  readonly data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;
  readonly dimensions: readonly number[];
}

/** Outputs of one run by name: values, whatever their type, and how they lie. */
export type Results = Readonly<Record<string, {readonly data: unknown; readonly dims: readonly number[]}>>;

/** Why the runtime will not have a model, or cannot run it. */
export class OnnxRefusal extends Error {}

/** A loaded model. Loading the runtime takes some 40 ms, so this module is for those who run models only. */
export class OnnxSession {
  private readonly session: InferenceSession;
  private readonly tensorClass: typeof Tensor;

  private constructor(session: InferenceSession, tensorClass: typeof Tensor) {
    this.session = session;
    this.tensorClass = tensorClass;
  }

  /**
   * Opens a model. With one thread, results are bit-identical from run to run on one kind of processor.
   * Throws OnnxRefusal when the runtime refuses the file.
   */
  static async open(file: Uint8Array, threads = 1): Promise<OnnxSession> {
    const {InferenceSession, Tensor} = await import('onnxruntime-node');
    const session = await InferenceSession.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // What goes wrong is said in one line by who called; 4 is what ends the process.
      logSeverityLevel: 4,
    }).catch(refuse);
    return new OnnxSession(session, Tensor);
  }

  /** A float32 tensor over `data`, which is not copied. */
  tensor(data: Float32Array, shape: readonly number[]): Tensor {
    return new this.tensorClass('float32', data, shape);
  }

  /** Runs the model; `names` are the outputs wanted, all of them by default. */
  async run(feeds: Tensors, names?: readonly string[]): Promise<Tensors> {
    const results = names === undefined ? this.session.run(feeds) : this.session.run(feeds, names);
    return (await results.catch(refuse)) as Tensors;
  }

  /** The same with plain values in and out, which may come from another process. The feeds are not copied. */
  async runFeeds(feeds: readonly Feed[], names?: readonly string[]): Promise<Results> {
    const tensors = feeds.map(({data, dimensions, name, type}) => [name, new this.tensorClass(type, data, dimensions)]);
    const results = await this.run(Object.fromEntries(tensors), names);
    return Object.fromEntries(Object.entries(results).map(([name, {data, dims}]) => [name, {data, dims}]));
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

/** The runtime explains itself over many lines; the first says it. */
function refuse(error: unknown): never {
  throw new OnnxRefusal((error as Error).message.split('\n')[0]);
}
