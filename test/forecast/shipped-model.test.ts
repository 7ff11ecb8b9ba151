import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import * as web from 'onnxruntime-web';
import {describe, expect, test} from 'vitest';
import {namedPriceSheet} from '../../src/cost/sheets.ts';
import {minuteSeriesOf} from '../../src/demand/calls/minute-series.ts';
import {memoryColumn} from '../../src/fleet/memory.ts';
import {backtest, rollingFolds} from '../../src/forecast/backtest/backtest.ts';
import {functionCosts} from '../../src/forecast/backtest/costs.ts';
import {features, writeFeatures} from '../../src/forecast/features/features.ts';
import {CallHistory} from '../../src/forecast/history.ts';
import {loadModel} from '../../src/forecast/model/load-model.ts';
import {OnnxSession} from '../../src/forecast/onnx/session.ts';
import {openForecaster} from '../../src/forecast/open-forecaster.ts';
import {shippedModelPath, shippedModels} from '../../src/forecast/shipped-model.ts';
import {readTrace} from '../../src/trace/read-trace.ts';
import {noClock, population, seriesOf} from '../helpers/series.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/traces/', import.meta.url));
const QUANTILES = [0.5, 0.9, 0.975];

/** Feature rows of a made population. */
function featureRows(count: number): Float32Array {
  const series = seriesOf(population(9, count, 2000), 2000);
  const rows: number[] = [];
  const row = new Float32Array(features.length);
  for (let f = 0; f < series.rows; f++) {
    const history = new CallHistory(2000, noClock);
    history.load(series, f);
    history.seek(1900);
    if (history.entries === 0) continue;
    writeFeatures(history, row, 0);
    rows.push(...row);
  }
  return Float32Array.from(rows);
}

describe('the models that come with coldfront', () => {
  test.each([
    {name: 'azure-2019', functions: 8594},
    {name: 'levels', functions: 46_877},
  ])('$name fits this program and says how it was made', ({functions, name}) => {
    const {contract, info} = loadModel(shippedModelPath(name));
    expect(contract.features).toEqual(features.map((feature) => feature.name));
    expect(contract.training).toMatchObject({
      command: expect.stringMatching(/^coldfront train /),
      functions,
      worthShipping: true,
    });
    expect(info.inputs[0]!.shape[0]).toBe('rows');
  });

  test('are all named', () => {
    const folder = fileURLToPath(new URL('../../fixtures/models/', import.meta.url));
    const files = readdirSync(folder).filter((file) => file.endsWith('.onnx'));
    expect(files.sort()).toEqual(shippedModels.map((name) => `${name}.onnx`).sort());
  });

  test('an installation without it says so, and what to do instead', () => {
    expect(() => shippedModelPath('azure-2019', '/')).toThrow(/the model that comes with coldfront is missing/);
  });

  test.each(shippedModels)(
    'another ONNX runtime reads %s, for any number of rows, and gives the same numbers',
    async (name) => {
      const bytes = new Uint8Array(readFileSync(shippedModelPath(name)));
      const rows = featureRows(120);
      const width = features.length;
      web.env.wasm.numThreads = 1;
      const theirs = await web.InferenceSession.create(bytes, {executionProviders: ['wasm']});
      const ours = await OnnxSession.open(bytes);
      for (const count of [1, rows.length / width]) {
        const data = rows.slice(0, count * width);
        const a = await ours.run({features: ours.tensor(data, [count, width])});
        const b = await theirs.run({features: new web.Tensor('float32', data, [count, width])});
        for (const name of ['active', 'counts']) {
          const [x, y] = [a[name]!.data as Float32Array, b[name]!.data as Float32Array];
          expect(y.length).toBe(x.length);
          const apart = x.reduce(
            (most, value, i) => Math.max(most, Math.abs(value - y[i]!) / (1 + Math.abs(value))),
            0,
          );
          expect(apart).toBeLessThan(1e-4);
        }
      }
      await ours.close();
      await theirs.release();
    },
  );

  test.each(['azure2019-d07-window480', 'azure2019-d07-fullday'])(
    'on %s, which it never saw, azure-2019 is calibrated and beats rolling mean + sd and the gap histogram at every price',
    async (name) => {
      const {workload} = await readTrace([`${fixtures}${name}`], {format: 'auto'});
      const series = minuteSeriesOf(workload);
      const folds = rollingFolds(series.span / 4, series.span, 2, 1);
      for (const delayUsdPerHour of [20, 1, 0.1]) {
        const prices = {...namedPriceSheet('seed')!, delayUsdPerHour};
        const costs = functionCosts(workload, {prices, coldUs: 500_000, memoryMib: memoryColumn(workload, 128)});
        const task = {series, costs, windowMinutes: 1, folds, quantiles: QUANTILES};
        const score = async (model: string) =>
          backtest(task, await openForecaster(model, {horizons: [1], quantiles: QUANTILES}));
        const model = await score('azure-2019');
        for (const baseline of ['rolling-mean', 'iat-histogram']) {
          const theirs = await score(baseline);
          expect(model.regretUsdPerDay, `${baseline} at $${delayUsdPerHour}`).toBeLessThan(theirs.regretUsdPerDay);
          expect(model.wql).toBeLessThan(theirs.wql);
          expect(model.brier).toBeLessThan(theirs.brier);
        }
        for (const level of QUANTILES) {
          expect(Math.abs(model.coverage[String(level)]! - level), `coverage of ${level}`).toBeLessThan(0.02);
        }
      }
    },
  );
});
