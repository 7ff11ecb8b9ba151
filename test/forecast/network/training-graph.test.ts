import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {type NetworkShape, parameterBlocks, parameterCount} from '../../../src/forecast/network/shape.ts';
import {ADAM, trainingGraph} from '../../../src/forecast/network/training-graph.ts';
import {OnnxSession} from '../../../src/forecast/onnx/session.ts';

const shape: NetworkShape = {features: 3, hidden: [5, 4], horizons: 2, quantiles: [0.5, 0.9, 0.975]};
const ROWS = 7;
const P = parameterCount(shape);

function randomData(seed: number) {
  const random = new Random(seed);
  const normals = (n: number, scale = 1) => Float32Array.from({length: n}, () => scale * random.normal());
  const cells = ROWS * shape.horizons;
  return {
    theta: normals(P, 0.7),
    m: normals(P, 0.1),
    v: normals(P, 0.1).map(Math.abs),
    x: normals(ROWS * shape.features),
    active: Float32Array.from({length: cells}, () => random.below(2)),
    target: normals(cells),
    weight: Float32Array.from({length: cells}, () => random.next()),
    countWeight: Float32Array.from({length: cells}, () => random.next()),
  };
}
type Data = ReturnType<typeof randomData>;

/** The losses in double precision, written down as the formulas stand: no matrix, no graph. */
function plainLosses(theta: ArrayLike<number>, data: Data): {active: number; count: number} {
  const blocks = new Map(parameterBlocks(shape).map((block) => [block.name, block]));
  const layer = (input: readonly number[], w: string, b: string, relu: boolean): number[] =>
    Array.from({length: blocks.get(b)!.size}, (_, k) => {
      let sum = theta[blocks.get(b)!.offset + k]!;
      for (let j = 0; j < input.length; j++) {
        sum += input[j]! * theta[blocks.get(w)!.offset + j * blocks.get(b)!.size + k]!;
      }
      return relu ? Math.max(0, sum) : sum;
    });
  const loss = {active: 0, count: 0};
  const levels = shape.quantiles.length;
  for (let i = 0; i < ROWS; i++) {
    const x = [...data.x.subarray(i * shape.features, (i + 1) * shape.features)];
    const h = layer(layer(x, 'w1', 'b1', true), 'w2', 'b2', true);
    const logit = layer(h, 'wActive', 'bActive', false);
    const quantile = layer(h, 'wCount', 'bCount', false);
    for (let k = 0; k < shape.horizons; k++) {
      const cell = i * shape.horizons + k;
      const p = 1 / (1 + Math.exp(-logit[k]!));
      loss.active -= data.weight[cell]! * Math.log(data.active[cell] === 1 ? p : 1 - p);
      shape.quantiles.forEach((level, q) => {
        const error = data.target[cell]! - quantile[k * levels + q]!;
        loss.count += data.countWeight[cell]! * Math.max(level * error, (level - 1) * error);
      });
    }
  }
  return loss;
}

async function step(data: Data, rate: number, shrink: number) {
  const session = await OnnxSession.open(trainingGraph(shape));
  const t = session.tensor.bind(session);
  const h = shape.horizons;
  const results = await session.run({
    x: t(data.x, [ROWS, shape.features]),
    active: t(data.active, [ROWS, h]),
    target: t(data.target, [ROWS, h, 1]),
    weight: t(data.weight, [ROWS, h]),
    countWeight: t(data.countWeight, [ROWS, h, 1]),
    theta: t(data.theta, [P]),
    m: t(data.m, [P]),
    v: t(data.v, [P]),
    rate: t(Float32Array.of(rate), []),
    shrink: t(Float32Array.of(shrink), []),
  });
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]));
}

describe('the training step', () => {
  test('its losses match plain loops to five digits', async () => {
    const data = randomData(1);
    const results = await step(data, 0, 0);
    const plain = plainLosses(data.theta, data);
    expect(results.activeLoss![0]! / plain.active).toBeCloseTo(1, 5);
    expect(results.countLoss![0]! / plain.count).toBeCloseTo(1, 5);
  });

  test.each([1, 2, 3])('its hand-derived gradient matches finite differences of the loss, data %i', async (seed) => {
    const data = randomData(seed);
    const {gradient} = await step(data, 0, 0);
    const theta = Float64Array.from(data.theta);
    const total = () => {
      const {active, count} = plainLosses(theta, data);
      return active + count;
    };
    const epsilon = 1e-6;
    for (let i = 0; i < P; i++) {
      const kept = theta[i]!;
      theta[i] = kept + epsilon;
      const above = total();
      theta[i] = kept - epsilon;
      const below = total();
      theta[i] = kept;
      expect(gradient![i], `parameter ${i}`).toBeCloseTo((above - below) / (2 * epsilon), 4);
    }
  });

  test('Adam moves parameters and moments as its paper says, decay apart', async () => {
    const data = randomData(4);
    const [rate, shrink] = [0.01, 0.003];
    const results = await step(data, rate, shrink);
    const {beta1, beta2, epsilon} = ADAM;
    for (let i = 0; i < P; i++) {
      const g = results.gradient![i]!;
      const m = beta1 * data.m[i]! + (1 - beta1) * g;
      const v = beta2 * data.v[i]! + (1 - beta2) * g * g;
      expect(results['m.next']![i]).toBeCloseTo(m, 5);
      expect(results['v.next']![i]).toBeCloseTo(v, 5);
      const next = data.theta[i]! * (1 - shrink) - (rate * m) / (Math.sqrt(v) + epsilon);
      expect(results['theta.next']![i]).toBeCloseTo(next, 5);
    }
  });

  test('a cell of weight 0 teaches nothing', async () => {
    const data = randomData(5);
    data.weight.fill(0);
    data.countWeight.fill(0);
    const {gradient} = await step(data, 0, 0);
    expect(gradient!.every((slope) => slope === 0)).toBe(true);
  });
});
