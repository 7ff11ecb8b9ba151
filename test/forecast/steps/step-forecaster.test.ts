import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {features, writeFeatures} from '../../../src/forecast/features/features.ts';
import {type Forecast, forecastAt} from '../../../src/forecast/forecast.ts';
import {GraphBuilder} from '../../../src/forecast/onnx/build.ts';
import {openForecaster} from '../../../src/forecast/open-forecaster.ts';
import {historyAt, seriesOf} from '../../helpers/series.ts';
import {temporaryFolder} from '../../helpers/traces.ts';

const folder = temporaryFolder();
let models = 0;

/** A linear model of named outputs: rows [columns], each output that many columns of weights. */
function write(contract: object, columns: number, outputs: Record<string, number[][]>): string {
  const g = new GraphBuilder('m');
  g.input('x', ['N', columns]);
  for (const [name, weights] of Object.entries(outputs)) {
    const width = weights[0]!.length;
    g.node('MatMul', ['x', g.constant(`w.${name}`, [columns, width], weights.flat())], {output: name});
    g.output(name, ['N', width]);
  }
  const path = join(folder, `m${models++}.onnx`);
  writeFileSync(path, g.finish());
  writeFileSync(`${path}.contract.json`, JSON.stringify({schema: 'coldfront.model/2', ...contract}));
  return path;
}

/** Calls of the last two minutes, oldest first: 3 and 4; of a function never called before: none. */
const series = seriesOf(
  [
    [
      [4, 3],
      [5, 4],
    ],
    [[7, 1]],
  ],
  8,
);
const input = {kind: 'series', name: 'x', window: 2};
const forecast = async (path: string, remarks: string[] = []): Promise<Forecast> =>
  forecastAt(series, await openForecaster(path, {quantiles: [0.5, 0.9], onRemark: (line) => remarks.push(line)}), 6);

describe('from steps to windows', () => {
  test('means add, those below 0 count as none, and functions never called are forecast too', async () => {
    // Steps 3 + 4, -3, and 4.
    const path = write({input, outputs: {mean: {name: 'y'}}, horizonSteps: 5}, 2, {
      y: [
        [1, -1, 0, 0, 0],
        [1, 0, 1, 0, 0],
      ],
    });
    const {active, horizons, mean} = await forecast(path);
    expect(horizons).toEqual([1, 2, 5]);
    expect([...mean]).toEqual([7, 7, 11, 0, 0, 0]);
    expect([...active.subarray(3)]).toEqual([0, 0, 0]);
  });

  test('one step has the model own quantiles, rounded up and sorted, and crossing is said once', async () => {
    const quantiles = {name: 'q', levels: [0.5, 0.9]};
    const path = write({input, outputs: {quantiles}}, 2, {
      q: [
        [1, 0],
        [1, 0.3],
      ],
    });
    const remarks: string[] = [];
    // 7 and 1.2, the other way round.
    const {calls} = await forecast(path, remarks);
    expect([...calls.subarray(0, 2)]).toEqual([2, 7]);
    expect(remarks).toEqual([`${path}: quantiles cross in some rows and were sorted`]);
  });

  test('Poisson parameters are taken at their word: the sum of steps is Poisson, chances multiply', async () => {
    const parameters = {family: 'poisson', names: {mean: 'rate'}};
    const path = write({input, outputs: {parameters}, horizonSteps: 2}, 2, {
      rate: [
        [0, 0],
        [0.5, 0.75],
      ],
    });
    const {active, calls, mean} = await forecast(path);
    expect([...mean.subarray(0, 2)]).toEqual([2, 5]);
    expect(active[0]).toBeCloseTo(1 - Math.exp(-2), 6);
    expect(active[1]).toBeCloseTo(1 - Math.exp(-5), 6);
    // Poisson 2: P(N <= 4) = .947, P(N <= 3) = .857. Poisson 5: P(N <= 8) = .932, P(N <= 7) = .867.
    expect([...calls.subarray(0, 4)]).toEqual([2, 4, 5, 8]);
  });

  test('normal quantiles are those of the whole distribution, cut at 0; its mean is at least 0', async () => {
    const parameters = {family: 'normal', names: {mean: 'mu', sd: 'sigma'}};
    const path = write({input, outputs: {parameters}}, 2, {mu: [[-1], [0]], sigma: [[0], [0.5]]});
    // Mean -3, deviation 2: the quantile at 0.9 is -3 + 2 x 1.28 < 0.
    const low = await forecast(path);
    expect([low.mean[0], ...low.calls.subarray(0, 2)]).toEqual([0, 0, 0]);
    const higher = write({input, outputs: {parameters}}, 2, {mu: [[1], [0]], sigma: [[0], [0.5]]});
    // Mean 3: 3, and 3 + 2 x 1.28 = 5.56.
    expect([...(await forecast(higher)).calls.subarray(0, 2)]).toEqual([3, 6]);
  });

  test('a chance and a mean make the distribution whose silence is just so likely', async () => {
    const outputs = {mean: {name: 'y'}, active: {name: 'p'}};
    const path = write({input, outputs}, 2, {y: [[0], [1]], p: [[0], [0.125]]});
    const {active, calls, mean} = await forecast(path);
    expect([mean[0], active[0]]).toEqual([4, 0.5]);
    // Half the time nothing; else some 8 calls.
    expect(calls[0]).toBe(0);
    expect(calls[1]).toBeGreaterThan(8);
  });

  test("coldfront's own features, some of them and in another order, as in version 1", async () => {
    const [a, b] = [features[2]!.name, features[0]!.name];
    const row = new Float32Array(features.length);
    writeFeatures(
      historyAt(
        [
          [4, 3],
          [5, 4],
        ],
        6,
        8,
      ),
      row,
      0,
    );
    const contract = {
      featureVersion: 1,
      features: [a, b],
      input: {kind: 'features', name: 'x'},
      outputs: {mean: {name: 'y'}},
    };
    const {mean} = await forecast(write(contract, 2, {y: [[1], [100]]}));
    expect(mean[0]).toBeCloseTo(row[2]! + 100 * row[0]!, 3);
    // What was never called has no features, and no calls ahead.
    expect(mean[1]).toBe(0);
  });
});
