import {describe, expect, test} from 'vitest';
import {GraphBuilder} from '../../../src/forecast/onnx/build.ts';
import {inspectOnnx} from '../../../src/forecast/onnx/inspect.ts';
import {OnnxSession} from '../../../src/forecast/onnx/session.ts';

/** y = relu(x W + b) with a free number of rows. */
function dense(metadata: Record<string, string> = {}): Uint8Array {
  const g = new GraphBuilder('dense');
  g.input('x', ['rows', 2]);
  const z = g.node('Gemm', ['x', g.constant('w', [2, 3], [1, 2, 3, 4, 5, 6]), g.constant('b', [3], [0, 0, -100])]);
  g.node('Relu', [z], {output: 'y'});
  g.output('y', ['rows', 3]);
  return g.finish(metadata);
}

describe('ONNX files', () => {
  test('onnxruntime runs what we write, for any number of rows', async () => {
    const session = await OnnxSession.open(dense());
    const two = await session.run({x: session.tensor(Float32Array.of(1, 0, 1, 1), [2, 2])});
    expect([...(two.y!.data as Float32Array)]).toEqual([1, 2, 0, 5, 7, 0]);
    const one = await session.run({x: session.tensor(Float32Array.of(0, 2), [1, 2])});
    expect([...(one.y!.data as Float32Array)]).toEqual([8, 10, 0]);
    await session.close();
  });

  test('the reader finds what the writer said, which onnxruntime cannot', () => {
    expect(inspectOnnx(dense({'coldfront.contract': '{"π":1}'}))).toEqual({
      irVersion: 8,
      producer: 'coldfront',
      opsets: {'ai.onnx': 17},
      metadata: {'coldfront.contract': '{"π":1}'},
      inputs: [{name: 'x', elementType: 1, shape: ['rows', 2]}],
      outputs: [{name: 'y', elementType: 1, shape: ['rows', 3]}],
      operators: ['Gemm', 'Relu'],
      parameters: 9,
    });
  });

  test('a tree ensemble names the operator set it belongs to', () => {
    const g = new GraphBuilder('tree');
    g.input('x', ['rows', 1]);
    g.nodes('TreeEnsembleRegressor', ['x'], ['y'], {n_targets: {int: 1}});
    g.output('y', ['rows', 1]);
    expect(inspectOnnx(g.finish()).opsets).toEqual({'ai.onnx': 17, 'ai.onnx.ml': 3});
  });

  test.each([
    ['no bytes', new Uint8Array(0)],
    ['a text', new TextEncoder().encode('HashOwner,HashApp\n1,2\n')],
    ['a model cut short', dense().subarray(0, 60)],
  ])('%s are no model', (_, bytes) => {
    expect(() => inspectOnnx(bytes)).toThrow(RangeError);
  });
});
