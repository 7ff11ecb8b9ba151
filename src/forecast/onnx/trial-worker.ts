/**
 * Runs a model on one row of zeros and ends: a process of its own, so that whoever started it can end it. The task comes
 * by stdin. What goes wrong is nobody's business here: who asked will meet the same error.
 */
import {readFileSync} from 'node:fs';
import {OnnxSession} from './session.ts';
import type {TrialTask} from './trial-run.ts';

const task = JSON.parse(readFileSync(0, 'utf8')) as TrialTask;
try {
  const session = await OnnxSession.open(readFileSync(task.path));
  const cells = (dimensions: readonly number[]) => dimensions.reduce((product, size) => product * size, 1);
  const kinds = {
    float32: Float32Array,
    float64: Float64Array,
    int64: BigInt64Array,
    int32: Int32Array,
    bool: Uint8Array,
  };
  const feeds = task.inputs.map(({dimensions, name, type}) => {
    return [name, session.tensorOf(type, new kinds[type](cells(dimensions)), dimensions)] as const;
  });
  await session.run(Object.fromEntries(feeds));
} catch {
  // As above.
}
