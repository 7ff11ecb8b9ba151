/**
 * DESIGN 8: one step of forecasts for 500,000 functions with the shipped model, features included, on one thread; bar
 * 5 s. Then training: rows with their features, steps of the optimiser, both; the bar of 5 minutes for
 * `coldfront train` on 8,594 function-days is 100 passes of 262,144 rows, so 87,000 rows a second.
 */
import {Random} from '../../src/base/random.ts';
import {type MinuteSeries, UNKNOWN_TRIGGER} from '../../src/demand/calls/minute-series.ts';
import {forecastAt} from '../../src/forecast/forecast.ts';
import {MINUTES_PER_DAY} from '../../src/forecast/horizons.ts';
import {openForecaster} from '../../src/forecast/open-forecaster.ts';
import {SHIPPED_MODEL} from '../../src/forecast/shipped-model.ts';
import {defaultTrainOptions} from '../../src/forecast/training/options.ts';
import {trainNetwork} from '../../src/forecast/training/trainer.ts';
import {doubled} from '../../src/workload/columns.ts';
import {azureCallsPerDay} from '../../src/workload/synth/azure-rates.ts';
import {measure} from './measure.ts';

const FUNCTIONS = 500_000;
const TRAINED = 4000;
const EPOCH_ROWS = 262_144;
const EPOCHS = 3;

/** A day of Poisson calls, functions as rare and busy as METHODS E1.1 has them from quantile `least` on. */
function day(functions: number, least: number, seed: number): MinuteSeries {
  const random = new Random(seed);
  let minute = new Uint32Array(1 << 20);
  let count = new Uint32Array(1 << 20);
  const start = new Float64Array(functions);
  const length = new Float64Array(functions);
  let used = 0;
  for (let f = 0; f < functions; f++) {
    const perMinute = azureCallsPerDay(least + (1 - least) * random.next()) / MINUTES_PER_DAY;
    start[f] = used;
    let at = -1;
    for (;;) {
      // Minutes till the next call are exponential; a minute's further calls are its mean, near enough for a bench.
      at += 1 + Math.floor(random.exponential() / perMinute);
      if (at >= MINUTES_PER_DAY) break;
      if (used === minute.length) [minute, count] = [doubled(minute), doubled(count)];
      minute[used] = at;
      count[used++] = 1 + Math.floor(perMinute * random.exponential());
    }
    length[f] = used - start[f]!;
  }
  return {
    rows: functions,
    span: MINUTES_PER_DAY,
    minute: minute.subarray(0, used),
    count: count.subarray(0, used),
    start,
    countStart: start,
    length,
    trigger: new Uint8Array(functions).fill(UNKNOWN_TRIGGER),
    clock: {minuteOfDay: 0, dayOfWeek: Number.NaN},
  };
}

const platform = day(FUNCTIONS, 0, 1);
const called = platform.length.reduce((sum, length) => sum + (length > 0 ? 1 : 0), 0);
console.log(`${FUNCTIONS} functions, ${called} of them called, in ${platform.minute.length} active minutes`);
const forecaster = await openForecaster(SHIPPED_MODEL, {quantiles: [0.5, 0.9, 0.975]});
await measure(
  [
    {
      name: 'one step, all horizons',
      unit: 'functions',
      work: FUNCTIONS,
      run: () => forecastAt(platform, forecaster, platform.span),
    },
  ],
  3,
);

const busy = day(TRAINED, 0.5, 2);
const options = {...defaultTrainOptions, rowsPerEpoch: EPOCH_ROWS, epochs: EPOCHS};
// Rows that scale the features and those that judge an epoch are made and looked at as well.
const rows = EPOCH_ROWS * EPOCHS;
await measure(
  [{name: 'training, features included', unit: 'rows', work: rows, run: () => trainNetwork(busy, options, 'bench')}],
  3,
);
