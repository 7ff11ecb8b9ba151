import {cpSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {InferenceSession, Tensor} from 'onnxruntime-node';
import {describe, expect, test} from 'vitest';
import {type Clock, knownTriggers, type MinuteSeries} from '../../../src/demand/calls/minute-series.ts';
import {type Forecast, forecastAt} from '../../../src/forecast/forecast.ts';
import {openForecaster} from '../../../src/forecast/open-forecaster.ts';
import {withVersions} from '../../helpers/onnx-versions.ts';
import {temporaryFolder} from '../../helpers/traces.ts';

const folder = fileURLToPath(new URL('../../../fixtures/own-models/', import.meta.url));
const SPAN = 100;
const ROWS = 37;
const WINDOW = 24;
/** Wednesday, 23:13: the calendar turns within the window. */
const clock: Clock = {minuteOfDay: 23 * 60 + 13, dayOfWeek: 2};

/** Calls of each function and minute: silent, steady, bursty, late and enormous ones. [function][minute] */
const calls = Array.from({length: ROWS}, (_, f) =>
  Array.from({length: SPAN}, (_, t) => {
    if (f === 0) return 0;
    if (f === 1) return 7;
    if (f === 2) return t === 99 ? 1 : 0;
    if (f === 3) return t > 90 ? 5e6 + t : 0;
    return (t * t + 3 * f) % (f + 2) === 0 ? (t * f) % 23 : 0;
  }),
);
const trigger = calls.map((_, f) => f % 9);

function seriesOf(dense: readonly (readonly number[])[]): MinuteSeries {
  const minute: number[] = [];
  const count: number[] = [];
  const start: number[] = [];
  for (const row of dense) {
    start.push(minute.length);
    row.forEach((n, t) => {
      if (n === 0) return;
      minute.push(t);
      count.push(n);
    });
  }
  const starts = Float64Array.from([...start, minute.length]);
  return {
    rows: dense.length,
    span: SPAN,
    minute: Uint32Array.from(minute),
    count: Float64Array.from(count),
    start: starts.subarray(0, -1),
    countStart: starts.subarray(0, -1),
    length: starts.slice(1).map((end, f) => end - starts[f]!),
    trigger: Uint8Array.from(trigger, (code) => (code < knownTriggers.length ? code : 255)),
    clock,
  };
}

/** A tensor written side by side as its layout says: `cell` knows each place by the names of its sides. */
function tensorOf(
  type: 'float32' | 'float64' | 'int64',
  sides: readonly [string, number][],
  cell: (at: Record<string, number>) => number,
): Tensor {
  const values: number[] = [];
  const write = (side: number, at: Record<string, number>): void => {
    if (side === sides.length) values.push(cell(at));
    else for (let i = 0; i < sides[side]![1]; i++) write(side + 1, {...at, [sides[side]![0]]: i});
  };
  write(0, {});
  const sizes = sides.map(([, size]) => size);
  if (type === 'int64') return new Tensor('int64', BigInt64Array.from(values, BigInt), sizes);
  if (type === 'float64') return new Tensor('float64', Float64Array.from(values), sizes);
  return new Tensor('float32', Float32Array.from(values), sizes);
}

async function outputs(file: string, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(readFileSync(join(folder, file)));
  const results = await session.run(feeds);
  return Object.fromEntries(
    Object.entries(results).map(([name, {data}]) => [name, Array.from(data as Float32Array, Number)]),
  );
}

const forecast = async (model: string, now = SPAN): Promise<Forecast> =>
  forecastAt(seriesOf(calls), await openForecaster(join(folder, model), {quantiles: [0.5, 0.9, 0.975]}), now);

/** Calls of function f in the step that begins `ahead` steps from `now`; 0 before the trace began. */
const stepCalls = (f: number, now: number, ahead: number, minutes = 1): number => {
  let sum = 0;
  for (let t = now + ahead * minutes; t < now + (ahead + 1) * minutes; t++) sum += calls[f]![t] ?? 0;
  return sum;
};
const hourAt = (minute: number) => Math.floor(((clock.minuteOfDay + minute + 1440) % 1440) / 60);
const weekdayAt = (minute: number) => (clock.dayOfWeek + Math.floor((clock.minuteOfDay + minute) / 1440)) % 7;

/** What is forecast of each function and window equals the sum of its steps, to single precision. */
function expectMeans({mean, horizons}: Forecast, step: (f: number, s: number) => number): void {
  expect(horizons).toEqual([1, 2, 5]);
  for (let f = 0; f < ROWS; f++) {
    horizons.forEach((minutes, h) => {
      let sum = 0;
      for (let s = 0; s < minutes; s++) sum += Math.max(0, step(f, s));
      const found = mean![f * horizons.length + h]!;
      expect(Math.abs(found - sum), `function ${f}, ${minutes}m: ${found}, not ${sum}`).toBeLessThanOrEqual(
        1e-5 * sum + 1e-6,
      );
    });
  }
}

describe('models of others forecast what onnxruntime says, restored and summed', () => {
  test.each(['lstm', 'gru'])('%s: time first, a mask, log1p, and functions younger than the window', async (model) => {
    const now = 15;
    const sides: [string, number][] = [
      ['time', WINDOW],
      ['row', ROWS],
      ['one', 1],
    ];
    const x = tensorOf('float32', sides, ({row, time}) => Math.log1p(stepCalls(row!, now, time! - WINDOW)));
    const known = tensorOf('float32', sides, ({time}) => (now + time! - WINDOW >= 0 ? 1 : 0));
    const {mean} = await outputs(`${model}.onnx`, {x, known});
    expectMeans(await forecast(`${model}.onnx`, now), (f, s) => Math.expm1(mean![s * ROWS + f]!));
  });

  test.each(['attention', 'attention-21'])(
    '%s: scaled by the mean of the window, with triggers and the calendar ahead as inputs of their own',
    async (model) => {
      const mean = (f: number) => {
        let sum = 0;
        for (let t = 0; t < WINDOW; t++) sum += stepCalls(f, SPAN, t - WINDOW);
        return 1 + sum / WINDOW;
      };
      const rows: [string, number] = ['row', ROWS];
      const {y} = await outputs(`${model}.onnx`, {
        x: tensorOf('float32', [rows, ['time', WINDOW], ['one', 1]], ({row, time}) => {
          return stepCalls(row!, SPAN, time! - WINDOW) / mean(row!);
        }),
        trigger: tensorOf('float32', [rows, ['channel', 2]], ({row, channel}) => (trigger[row!] === channel ? 1 : 0)),
        ahead: tensorOf('float32', [rows, ['step', 6], ['channel', 2]], ({step, channel}) => {
          return channel === 0 ? hourAt(SPAN + step!) : weekdayAt(SPAN + step!);
        }),
      });
      expectMeans(await forecast(`${model}.onnx`), (f, s) => y![f * 6 + s]! * mean(f));
    },
  );

  test('a covariate of two sides is known once a row, said or not', async () => {
    const contract = JSON.parse(readFileSync(join(folder, 'attention.onnx.contract.json'), 'utf8'));
    expect(contract.input.covariates[0].layout).toBe('rows,channels');
    contract.input.covariates[0].layout = undefined;
    const path = join(temporaryFolder(), 'c.json');
    writeFileSync(path, JSON.stringify(contract));
    const forecaster = await openForecaster(join(folder, 'attention.onnx'), {
      quantiles: [0.5, 0.9, 0.975],
      contract: path,
    });
    expect((await forecastAt(seriesOf(calls), forecaster, SPAN)).mean).toEqual((await forecast('attention.onnx')).mean);
  });

  test('convolutions over the count and a channel beside it; parameters of a negative binomial', async () => {
    const sides: [string, number][] = [
      ['row', ROWS],
      ['time', WINDOW],
      ['channel', 2],
    ];
    const x = tensorOf('float32', sides, ({row, time, channel}) => {
      const minute = SPAN + time! - WINDOW;
      return channel === 0 ? Math.sqrt(stepCalls(row!, SPAN, time! - WINDOW)) : hourAt(minute);
    });
    const {mu, alpha} = await outputs('tcn.onnx', {x});
    const found = await forecast('tcn.onnx');
    expectMeans(found, (f, s) => mu![f * 6 + s]!);
    for (let f = 0; f < ROWS; f++) {
      // P(N = 0) of a negative binomial: (1 + dispersion x mean) ^ (-1 / dispersion).
      const none = (s: number) => (1 + alpha![f * 6 + s]! * mu![f * 6 + s]!) ** (-1 / alpha![f * 6 + s]!);
      expect(found.active[f * 3]).toBeCloseTo(1 - none(0), 5);
      expect(found.active[f * 3 + 1]).toBeCloseTo(1 - none(0) * none(1), 5);
    }
  });

  test('whole numbers of 64 bits in, chances out', async () => {
    const x = tensorOf(
      'int64',
      [
        ['row', ROWS],
        ['time', WINDOW],
      ],
      ({row, time}) => stepCalls(row!, SPAN, time! - WINDOW),
    );
    const {p} = await outputs('chances.onnx', {x});
    const {active} = await forecast('chances.onnx');
    for (let f = 0; f < ROWS; f++) expect(active[f * 3]).toBeCloseTo(p![f * 6]!, 6);
  });

  test('double precision, 16 rows at a time, steps of five minutes, quantiles before steps', async () => {
    const found = await forecast('fixed-batch.onnx');
    expect([found.horizons, found.quantiles]).toEqual([
      [5, 10, 15],
      [0.5, 0.9, 0.975],
    ]);
    for (let from = 0; from < ROWS; from += 16) {
      const x = tensorOf(
        'float64',
        [
          ['row', 16],
          ['one', 1],
          ['time', WINDOW],
        ],
        ({row, time}) => {
          return from + row! < ROWS ? (stepCalls(from + row!, SPAN, time! - WINDOW, 5) - 2) * 0.25 : 0;
        },
      );
      const {q} = await outputs('fixed-batch.onnx', {x});
      for (let f = from; f < Math.min(ROWS, from + 16); f++) {
        const own = [0, 1, 2].map((level) => Math.max(0, q![((f - from) * 3 + level) * 4]! / 0.25 + 2));
        own.sort((a, b) => a - b);
        own.forEach((calls, level) => {
          const given = found.calls[f * 9 + level]!;
          expect(given, `function ${f}, level ${level}: ${calls}`).toBeGreaterThanOrEqual(calls * (1 - 1e-5) - 1e-5);
          expect(given).toBeLessThan(calls * (1 + 1e-5) + 1 + 1e-5);
          expect(Number.isInteger(given)).toBe(true);
        });
      }
    }
  });

  test('trees, a file a quantile, over lags and the calendar: the contract itself may be named', async () => {
    const found = await forecast('trees.contract.json');
    expect(found.horizons).toEqual([1]);
    const input = tensorOf(
      'float32',
      [
        ['row', ROWS],
        ['column', 5],
      ],
      ({row, column}) => {
        if (column! < 3) return stepCalls(row!, SPAN, -[1, 2, 60][column!]!);
        return column === 3 ? (clock.minuteOfDay + SPAN) % 60 : hourAt(SPAN);
      },
    );
    for (const [level, q] of [0.5, 0.9, 0.975].entries()) {
      const {variable} = await outputs(`trees-q${q}.onnx`, {input});
      for (let f = 0; f < ROWS; f++) expect(found.calls[f * 3 + level]).toBe(Math.ceil(variable![f]! - 1e-5));
    }
  });

  test('every forecast is coherent: quantiles ascend, longer windows hold more and are likelier to be called', async () => {
    for (const model of [
      'lstm.onnx',
      'attention.onnx',
      'tcn.onnx',
      'chances.onnx',
      'fixed-batch.onnx',
      'trees.contract.json',
    ]) {
      const {active, calls: quantiles, horizons, mean, quantiles: levels} = await forecast(model);
      for (let cell = 0; cell < active.length; cell++) {
        const at = cell * levels.length;
        for (let q = 1; q < levels.length; q++) {
          expect(quantiles[at + q], `${model}, cell ${cell}`).toBeGreaterThanOrEqual(quantiles[at + q - 1]!);
        }
        expect(active[cell]! >= 0 && active[cell]! <= 1).toBe(true);
        if (cell % horizons.length === 0) continue;
        expect(mean![cell]).toBeGreaterThanOrEqual(mean![cell - 1]!);
        expect(active[cell]).toBeGreaterThanOrEqual(active[cell - 1]! - 1e-6);
      }
    }
  });
});

describe('a model is forecast alike whatever version of the format and of the operators it is written in', () => {
  /** Models whose operators mean the same in all of these. */
  const models = ['lstm.onnx', 'gru.onnx', 'tcn.onnx', 'chances.onnx', 'fixed-batch.onnx', 'trees.contract.json'];
  const opsets = Array.from({length: 13}, (_, k) => 9 + k);
  const copies = temporaryFolder();
  cpSync(folder, copies, {recursive: true});

  /** The copy of a model in those versions, all of its files. */
  function restamped(model: string, irVersion: number, opset: number): string {
    const files = model.endsWith('.onnx') ? [model] : [0.5, 0.9, 0.975].map((q) => `trees-q${q}.onnx`);
    for (const file of files) {
      writeFileSync(join(copies, file), withVersions(readFileSync(join(folder, file)), irVersion, opset));
    }
    return join(copies, model);
  }

  test.each(models)('%s: IR 7 to 10, opset 9 to 21', async (model) => {
    const quantiles = [0.5, 0.9, 0.975];
    const {active, calls: levels, mean} = await forecast(model);
    for (const irVersion of [7, 8, 9, 10]) {
      for (const opset of opsets) {
        const path = restamped(model, irVersion, opset);
        const found = await forecastAt(seriesOf(calls), await openForecaster(path, {quantiles}), SPAN);
        const versions = `IR ${irVersion}, opset ${opset}`;
        expect([...found.mean], versions).toEqual([...mean]);
        expect([...found.active], versions).toEqual([...active]);
        expect([...found.calls], versions).toEqual([...levels]);
      }
    }
  });
});
