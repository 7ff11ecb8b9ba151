import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {features} from '../../../src/forecast/features/features.ts';
import {inspectOnnx} from '../../../src/forecast/onnx/inspect.ts';
import {onlyOutputs} from '../../../src/forecast/onnx/prune.ts';
import {OnnxSession} from '../../../src/forecast/onnx/session.ts';

const ROWS = 500;

async function outputs(file: Uint8Array, rows: Float32Array): Promise<Record<string, number[]>> {
  const session = await OnnxSession.open(file);
  const results = await session.run({features: session.tensor(rows, [ROWS, features.length])});
  await session.close();
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, [...(tensor.data as Float32Array)]]),
  );
}

describe('a model cut down to some outputs', () => {
  test.each(['azure-2019', 'levels'])('%s: the chances are the same to the last bit, counts are gone', async (name) => {
    const file = readFileSync(`fixtures/models/${name}.onnx`);
    const random = new Random(3);
    const rows = Float32Array.from({length: ROWS * features.length}, () => 12 * random.next() - 4);
    const whole = await outputs(file, rows);
    const chances = await outputs(onlyOutputs(file, ['active']), rows);
    expect(Object.keys(whole).sort()).toEqual(['active', 'counts']);
    expect(Object.keys(chances)).toEqual(['active']);
    expect(chances.active).toEqual(whole.active);
    expect(chances.active!.length).toBeGreaterThan(ROWS);
  });

  test('says of itself what it did, and has fewer numbers', () => {
    const file = readFileSync('fixtures/models/azure-2019.onnx');
    const [whole, less] = [inspectOnnx(file), inspectOnnx(onlyOutputs(file, ['active']))];
    expect(less).toEqual({
      ...whole,
      outputs: whole.outputs.filter(({name}) => name === 'active'),
      operators: less.operators,
      parameters: less.parameters,
    });
    expect(less.parameters).toBeLessThan(whole.parameters);
    expect(whole.operators).toEqual(expect.arrayContaining([...less.operators]));
  });

  test('with branches or loops it stays as it is', () => {
    const file = readFileSync('fixtures/own-models/endless.onnx');
    expect(onlyOutputs(file, [inspectOnnx(file).outputs[0]!.name])).toBe(file);
  });
});
