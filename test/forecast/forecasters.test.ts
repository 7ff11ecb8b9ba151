import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {UserError} from '../../src/base/errors.ts';
import {baselines} from '../../src/forecast/baselines/registry.ts';
import {type Forecast, forecastAt} from '../../src/forecast/forecast.ts';
import {openForecaster} from '../../src/forecast/open-forecaster.ts';
import {SHIPPED_MODEL} from '../../src/forecast/shipped-model.ts';
import {type Calls, population, seriesOf} from '../helpers/series.ts';

const HORIZONS = [1, 10];
const QUANTILES = [0.5, 0.9, 0.975];

async function forecastOf(name: string, rows: readonly Calls[], minute: number): Promise<Forecast> {
  const forecaster = await openForecaster(name, {horizons: HORIZONS, quantiles: QUANTILES});
  return forecastAt(seriesOf(rows, Math.max(1, minute)), forecaster, minute);
}

/** Fails unless chances lie in [0, 1] and quantiles are whole, finite and ascending. */
function expectCoherent({active, calls, horizons, quantiles}: Forecast): void {
  expect(horizons).toEqual(HORIZONS);
  for (const level of QUANTILES) expect(quantiles).toContain(level);
  for (const chance of active) expect(chance >= 0 && chance <= 1, `a chance of ${chance}`).toBe(true);
  for (const [k, count] of calls.entries()) {
    const least = k % quantiles.length === 0 ? 0 : calls[k - 1]!;
    expect(Number.isInteger(count) && count >= least, `${count} calls after ${least}`).toBe(true);
  }
}

describe.each([...baselines.names, SHIPPED_MODEL])('the forecaster %s', (name) => {
  test.each([0, 1, 300])('of no functions forecasts none, at minute %i', async (minute) => {
    const {active, calls, functions} = await forecastOf(name, [], minute);
    expect([functions, active.length, calls.length]).toEqual([0, 0, 0]);
  });

  test.each([0, 1, 300])('of functions that were never called expects no call, at minute %i', async (minute) => {
    const {active, calls} = await forecastOf(name, [[], [], []], minute);
    expect(active).toEqual(new Float32Array(3 * HORIZONS.length));
    expect(calls.every((count) => count === 0)).toBe(true);
  });

  test.each([1, 2, 300, 20_000])('of one call in minute 0 says something coherent at minute %i', async (minute) => {
    expectCoherent(await forecastOf(name, [[[0, 1]]], minute));
  });

  test('of the most calls that a minute holds says something coherent', async () => {
    const full: Calls = Array.from({length: 90}, (_, t) => [t, 2 ** 32 - 1] as const);
    expectCoherent(await forecastOf(name, [full, [[89, 2 ** 32 - 1]], [[0, 2 ** 32 - 1]]], 90));
  });

  test('of a mixed population says something coherent, and of each function what it says of it alone', async () => {
    const rows = population(3, 60, 1500);
    const all = await forecastOf(name, rows, 1500);
    expectCoherent(all);
    for (const f of [0, 1, 2, 3, 4, 5]) {
      const alone = await forecastOf(name, [rows[f]!], 1500);
      const cells = HORIZONS.length;
      const from = f * cells;
      expect(alone.active).toEqual(all.active.slice(from, from + cells));
      const levels = all.quantiles.length;
      expect(alone.calls).toEqual(all.calls.slice(from * levels, (from + cells) * levels));
    }
  });
});

describe('a forecaster that there is not', () => {
  test.each(['azure-2020', 'Rolling-Mean', 'toString', ''])(
    '%j is a usage error that names those there are',
    async (name) => {
      const error = await openForecaster(name, {quantiles: QUANTILES}).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect(error.exitCode).toBe(2);
      const text = [error.message, ...error.suggestions].join('\n');
      expect(text).toContain(`--model is '${name}'`);
      for (const known of [...baselines.names, SHIPPED_MODEL]) expect(text).toContain(known);
    },
  );
});

test('backtest --help has a line for every baseline', () => {
  const manifest = fileURLToPath(new URL('../../oclif.manifest.json', import.meta.url));
  const {description} = JSON.parse(readFileSync(manifest, 'utf8')).commands.backtest;
  for (const {name, summary} of baselines.parts) {
    expect(description.split('\n')).toContain(`  ${name.padEnd(14)} ${summary}`);
  }
});
