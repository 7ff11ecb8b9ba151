import {GraphBuilder} from '../onnx/build.ts';
import {type NetworkShape, parameterBlocks, parameterCount} from './shape.ts';

/** Decay rates of Adam's moments and its epsilon (Kingma and Ba, ICLR 2015). */
export const ADAM = {beta1: 0.9, beta2: 0.999, epsilon: 1e-8} as const;

/**
 * One step of training as an ONNX graph: forward pass, loss, hand-derived backward pass, Adam.
 *
 * Inputs: `x` [N, features] standardised; `active` [N, horizons] 1 where the window has a call; `target`
 * [N, horizons, 1] what the quantile head is to reach; `weight` [N, horizons] and `countWeight` [N, horizons, 1]
 * the share of each cell in the two losses (0 hides a cell); `theta`, `m`, `v` [parameters]; scalars `rate`
 * (learning rate with Adam's bias correction in it) and `shrink` (decoupled weight decay, Loshchilov and Hutter,
 * ICLR 2019).
 * Outputs: `theta.next`, `m.next`, `v.next`, `gradient` and the two losses `activeLoss` (log loss) and
 * `countLoss` (pinball), each a weighted sum.
 */
export function trainingGraph(shape: NetworkShape): Uint8Array {
  const g = new GraphBuilder('coldfront-training-step');
  const parameters = parameterCount(shape);
  const {horizons, quantiles} = shape;
  dataInputs(g, shape);
  for (const name of ['theta', 'm', 'v']) g.input(name, [parameters]);
  for (const name of ['rate', 'shrink']) g.input(name, []);

  const blocks = splitParameters(g, shape);
  const forward = forwardPass(g, 'x', blocks);
  const headGradients = losses(g, forward, horizons, quantiles);
  const gradients = backwardPass(g, 'x', blocks, forward, headGradients);
  const flat = parameterBlocks(shape).map((block) => g.node('Reshape', [gradients[block.name]!, 'flat']));
  g.nodes('Concat', flat, ['gradient'], {axis: {int: 0}});
  adam(g);

  for (const name of ['theta.next', 'm.next', 'v.next', 'gradient']) g.output(name, [parameters]);
  for (const name of ['activeLoss', 'countLoss']) g.output(name, []);
  return g.finish();
}

/** The two losses of a parameter vector on given rows, without a step: inputs as above but `m`, `v`, `rate`, `shrink`. */
export function evaluationGraph(shape: NetworkShape): Uint8Array {
  const g = new GraphBuilder('coldfront-evaluation');
  dataInputs(g, shape);
  g.input('theta', [parameterCount(shape)]);
  const forward = forwardPass(g, 'x', splitParameters(g, shape));
  losses(g, forward, shape.horizons, shape.quantiles);
  g.output('logit', ['N', shape.horizons]);
  g.output('count', ['N', shape.horizons * shape.quantiles.length]);
  for (const name of ['activeLoss', 'countLoss']) g.output(name, []);
  return g.finish();
}

function dataInputs(g: GraphBuilder, {features, horizons}: NetworkShape): void {
  g.input('x', ['N', features]);
  g.input('active', ['N', horizons]);
  g.input('target', ['N', horizons, 1]);
  g.input('weight', ['N', horizons]);
  g.input('countWeight', ['N', horizons, 1]);
}

/** Names of the graph's tensors after the forward pass. */
interface Forward {
  readonly z1: string;
  readonly h1: string;
  readonly z2: string;
  readonly h2: string;
  readonly logit: string;
  readonly count: string;
}

type Names = Readonly<Record<string, string>>;

/** Cuts `theta` into its blocks and gives each its shape. */
function splitParameters(g: GraphBuilder, shape: NetworkShape): Names {
  const blocks = parameterBlocks(shape);
  g.integers(
    'sizes',
    blocks.map((block) => block.size),
  );
  g.integers('flat', [-1]);
  g.nodes(
    'Split',
    ['theta', 'sizes'],
    blocks.map((block) => `${block.name}.flat`),
    {axis: {int: 0}},
  );
  const names: Record<string, string> = {};
  for (const block of blocks) {
    const to = g.integers(`${block.name}.shape`, block.shape);
    names[block.name] = g.node('Reshape', [`${block.name}.flat`, to], {output: block.name});
  }
  return names;
}

/** Two ReLU layers and two linear heads. Shared with the exported network. */
export function forwardPass(g: GraphBuilder, x: string, p: Names): Forward {
  const z1 = g.node('Gemm', [x, p.w1!, p.b1!]);
  const h1 = g.node('Relu', [z1]);
  const z2 = g.node('Gemm', [h1, p.w2!, p.b2!]);
  const h2 = g.node('Relu', [z2]);
  const logit = g.node('Gemm', [h2, p.wActive!, p.bActive!], {output: 'logit'});
  const count = g.node('Gemm', [h2, p.wCount!, p.bCount!], {output: 'count'});
  return {z1, h1, z2, h2, logit, count};
}

/** The two losses, and their derivatives by the outputs of the heads. */
function losses(
  g: GraphBuilder,
  {logit, count}: Forward,
  horizons: number,
  quantiles: readonly number[],
): {logit: string; count: string} {
  const each = {attributes: {keepdims: {int: 0}}};
  // Log loss from the logit l: softplus(l) - y l; its derivative: sigmoid(l) - y.
  const entropy = g.node('Sub', [g.node('Softplus', [logit]), g.node('Mul', ['active', logit])]);
  g.node('ReduceSum', [g.node('Mul', [entropy, 'weight'])], {output: 'activeLoss', ...each});
  const dLogit = g.node('Mul', [g.node('Sub', [g.node('Sigmoid', [logit]), 'active']), 'weight']);
  // Pinball at level q of e = target - forecast: max(q e, (q - 1) e); by the forecast: -q where e > 0, else 1 - q.
  const levels = quantiles.length;
  const row = (name: string, of: (level: number) => number) => g.constant(name, [1, 1, levels], quantiles.map(of));
  const above = row('level', (level) => level);
  const below = row('level-1', (level) => level - 1);
  const error = g.node('Sub', ['target', g.node('Reshape', [count, g.integers('cube', [-1, horizons, levels])])]);
  const pinball = g.node('Max', [g.node('Mul', [error, above]), g.node('Mul', [error, below])]);
  g.node('ReduceSum', [g.node('Mul', [pinball, 'countWeight'])], {output: 'countLoss', ...each});
  const isAbove = g.node('Greater', [error, g.constant('zero', [], [0])]);
  const slope = g.node('Where', [isAbove, row('-level', (level) => -level), row('1-level', (level) => 1 - level)]);
  const weighted = g.node('Mul', [slope, 'countWeight']);
  const dCount = g.node('Reshape', [weighted, g.integers('rows', [-1, horizons * levels])]);
  return {logit: dLogit, count: dCount};
}

/** Derivatives of the summed losses by every block of parameters. */
function backwardPass(g: GraphBuilder, x: string, p: Names, f: Forward, d: {logit: string; count: string}): Names {
  const overRows = g.integers('overRows', [0]);
  const byWeights = (input: string, gradient: string) =>
    g.node('Gemm', [input, gradient], {attributes: {transA: {int: 1}}});
  const byBias = (gradient: string) => g.node('ReduceSum', [gradient, overRows], {attributes: {keepdims: {int: 0}}});
  const byInput = (gradient: string, weights: string) =>
    g.node('Gemm', [gradient, weights], {attributes: {transB: {int: 1}}});
  const throughRelu = (gradient: string, before: string) =>
    g.node('Where', [g.node('Greater', [before, 'zero']), gradient, 'zero']);

  const dH2 = g.node('Add', [byInput(d.logit, p.wActive!), byInput(d.count, p.wCount!)]);
  const dZ2 = throughRelu(dH2, f.z2);
  const dZ1 = throughRelu(byInput(dZ2, p.w2!), f.z1);
  return {
    w1: byWeights(x, dZ1),
    b1: byBias(dZ1),
    w2: byWeights(f.h1, dZ2),
    b2: byBias(dZ2),
    wActive: byWeights(f.h2, d.logit),
    bActive: byBias(d.logit),
    wCount: byWeights(f.h2, d.count),
    bCount: byBias(d.count),
  };
}

/** theta' = theta - shrink theta - rate m' / (sqrt(v') + epsilon). */
function adam(g: GraphBuilder): void {
  const {beta1, beta2, epsilon} = ADAM;
  const scaled = (name: string, value: number, by: string) => g.node('Mul', [by, g.constant(name, [], [value])]);
  const squared = g.node('Mul', ['gradient', 'gradient']);
  g.node('Add', [scaled('beta1', beta1, 'm'), scaled('1-beta1', 1 - beta1, 'gradient')], {output: 'm.next'});
  g.node('Add', [scaled('beta2', beta2, 'v'), scaled('1-beta2', 1 - beta2, squared)], {output: 'v.next'});
  const spread = g.node('Add', [g.node('Sqrt', ['v.next']), g.constant('epsilon', [], [epsilon])]);
  const step = g.node('Mul', [g.node('Div', ['m.next', spread]), 'rate']);
  const kept = g.node('Sub', ['theta', g.node('Mul', ['theta', 'shrink'])]);
  g.node('Sub', [kept, step], {output: 'theta.next'});
}
