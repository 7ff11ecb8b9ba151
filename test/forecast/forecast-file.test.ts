import {tableFromIPC, tableToIPC} from 'apache-arrow';
import {describe, expect, test} from 'vitest';
import {minuteSeriesOf} from '../../src/demand/calls/minute-series.ts';
import {BaselineForecaster} from '../../src/forecast/baselines/baseline-forecaster.ts';
import {forecastAt} from '../../src/forecast/forecast.ts';
import {encodeForecast, readForecast} from '../../src/forecast/forecast-file.ts';
import {type MinuteRow, minuteWorkload} from '../helpers/workload.ts';

const rows: MinuteRow[] = [
  ...Array.from({length: 30}, (_, k) => ({function: 'tick', app: 'a', owner: 'o1', minute: 2 * k, count: 3})),
  {function: 'näme\t"x"', app: 'a', owner: 'o2', minute: 50, count: 1},
  {function: 'late', app: 'b', owner: 'o1', minute: 59, count: 8},
];
const workload = minuteWorkload(rows, [0, 60]);

async function bytesOf(minute = 60): Promise<{bytes: ArrayBuffer; forecast: Awaited<ReturnType<typeof forecastAt>>}> {
  const forecaster = new BaselineForecaster('iat-histogram', [1, 10], [0.5, 0.975]);
  const forecast = await forecastAt(minuteSeriesOf(workload), forecaster, minute);
  const pieces: Uint8Array[] = [];
  encodeForecast(workload, forecast, {write: (piece) => pieces.push(piece as Uint8Array)});
  const whole = Buffer.concat(pieces);
  return {bytes: whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length) as ArrayBuffer, forecast};
}

describe('a forecast', () => {
  test('every function at the end of the span: what ticks is due, what was never called stays quiet', async () => {
    const {forecast} = await bytesOf();
    expect(forecast).toMatchObject({functions: 3, model: 'iat-histogram', minute: 60, horizons: [1, 10]});
    // The tick is due now: all 29 gaps were 2 minutes, one imagined gap ends with chance 1 in 3.
    expect(forecast.active[0]).toBeCloseTo((29 + 1 / 3) / 30, 5);
    expect([...forecast.calls.subarray(0, 4)]).toEqual([3, 3, 3, 3]);
    const before = (await bytesOf(59)).forecast;
    expect([...before.active.subarray(4)]).toEqual([0, 0]);
    expect([...before.calls.subarray(8)]).toEqual([0, 0, 0, 0]);
  });

  test('comes back from its file as it went', async () => {
    const {bytes, forecast} = await bytesOf();
    const read = readForecast(bytes, 'f.arrow');
    expect(read).toMatchObject({
      ...forecast,
      name: ['tick', 'näme\t"x"', 'late'],
      app: ['a', 'a', 'b'],
      owner: ['o1', 'o2', 'o1'],
    });
  });

  test('other Arrow readers see a row a function and a column a figure', async () => {
    const {bytes, forecast} = await bytesOf();
    const table = tableFromIPC(new Uint8Array(bytes));
    expect(table.schema.fields.map(({name}) => name)).toEqual([
      'function',
      'app',
      'owner',
      'active_1m',
      'mean_1m',
      'q0.5_1m',
      'q0.975_1m',
      'active_10m',
      'mean_10m',
      'q0.5_10m',
      'q0.975_10m',
    ]);
    expect(table.getChild('active_10m')!.get(2)).toBe(forecast.active[5]);
    expect(table.getChild('function')!.get(1)).toBe('näme\t"x"');
  });

  test('a file from before means were written has those of its quantiles', async () => {
    const {bytes, forecast} = await bytesOf();
    const table = tableFromIPC(new Uint8Array(bytes));
    const old = tableToIPC(
      table.select(table.schema.names.filter((name) => !String(name).startsWith('mean_'))),
      'file',
    );
    const {mean} = readForecast(old.slice().buffer as ArrayBuffer, 'f.arrow');
    // Three calls every other minute, one that comes rarely, and eight once.
    expect(forecast.mean[0]).toBeCloseTo(2.97, 1);
    expect(mean[0]).toBeCloseTo(3, 0);
    expect(mean[2]! > 0 && mean[2]! <= mean[3]!).toBe(true);
  });

  test.each<[string, Uint8Array, string]>([
    ['a text', new TextEncoder().encode('function,active\n'), 'f.arrow: is no'],
    ['nothing', new Uint8Array(0), 'f.arrow: is'],
  ])('%s is refused as bad input', (_, bytes, message) => {
    expect(() => readForecast(bytes.slice().buffer as ArrayBuffer, 'f.arrow')).toThrow(message);
  });
});
