import {GraphBuilder} from '../onnx/build.ts';
import {logAnchorNodes} from './anchor.ts';
import {type NetworkShape, parameterBlocks} from './shape.ts';
import {forwardPass} from './training-graph.ts';

/** Standardised features beyond this are cut: a stranger's extremes must not reach where nothing was learnt. */
export const CLIP = 6;

/** How features become network inputs: (value - offset) x factor, cut at +-CLIP. A factor of 0 mutes a feature. */
export interface Standardisation {
  readonly offset: Float32Array;
  readonly factor: Float32Array;
}

/** Names of the exported tensors. */
export const tensorNames = {input: 'features', active: 'active', counts: 'counts'} as const;

/**
 * The trained network as a file that stands alone: raw features in, [N, features]; P(at least one call) out,
 * `active` [N, horizons]; and `counts` [N, horizons x quantiles], quantiles of calls + jitter.
 */
export function inferenceGraph(
  shape: NetworkShape,
  horizons: readonly number[],
  theta: Float32Array,
  {offset, factor}: Standardisation,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const g = new GraphBuilder('coldfront-forecaster');
  const width = shape.features;
  const {input, active, counts} = tensorNames;
  g.input(input, ['rows', width]);
  const centred = g.node('Sub', [input, g.constant('offset', [1, width], offset)]);
  const scaled = g.node('Mul', [centred, g.constant('factor', [1, width], factor)]);
  const x = g.node('Clip', [scaled, g.constant('low', [], [-CLIP]), g.constant('high', [], [CLIP])]);
  const blocks: Record<string, string> = {};
  for (const {name, shape: size, offset: from, size: length} of parameterBlocks(shape)) {
    blocks[name] = g.constant(name, size, theta.subarray(from, from + length));
  }
  const {logit, count} = forwardPass(g, x, blocks);
  g.node('Sigmoid', [logit], {output: active});

  const perWindow = horizons.flatMap((minutes) => shape.quantiles.map(() => minutes));
  const logQuantile = g.node('Add', [count, logAnchorNodes(g, input, perWindow)]);
  g.node('Sub', [g.node('Exp', [logQuantile]), 'one'], {output: counts});
  g.output(active, ['rows', horizons.length]);
  g.output(counts, ['rows', perWindow.length]);
  return g.finish(metadata);
}
