import {inputError} from '../../base/errors.ts';
import {GuardedRunner} from './guarded-runner.ts';
import type {OnnxFile} from './onnx-file.ts';
import {unboundedOperators} from './operators.ts';
import {onlyOutputs} from './prune.ts';
import {type Feed, OnnxRefusal, OnnxSession, type Results} from './session.ts';

/** A model that is open. What it refuses, or takes too long for, is bad input that names its file. */
export interface Runner {
  /** Runs the model on `rows` rows; `names` are the outputs wanted, all of them by default. */
  run(feeds: readonly Feed[], rows: number, names?: readonly string[]): Promise<Results>;
  close(): Promise<void>;
}

/**
 * Opens a model for running: here, or in a process of its own where it holds operators that may take any time or memory,
 * because the runtime holds its thread while it runs and nothing here could end it. The others pay nothing for that.
 * With `outputs` there are no others than those, and what they do not need is not worked out.
 */
export async function openRunner(file: OnnxFile, threads?: number, outputs?: readonly string[]): Promise<Runner> {
  const doubtful = unboundedOperators(file.info);
  if (doubtful.length > 0) return GuardedRunner.open(file, doubtful, threads);
  const bytes = outputs === undefined ? file.bytes : onlyOutputs(file.bytes, outputs);
  const session = await OnnxSession.open(bytes, threads).catch((error) => refuse(file.path, 'refuses', error));
  return {
    run: (feeds, _, names) => session.runFeeds(feeds, names).catch((error) => refuse(file.path, 'cannot run', error)),
    close: () => session.close(),
  };
}

function refuse(path: string, what: string, error: unknown): never {
  if (!(error instanceof OnnxRefusal)) throw error;
  throw inputError(path, `onnxruntime ${what} the model: ${error.message}`);
}
