import {describe, expect, test} from 'vitest';
import {UserError} from '../../../src/base/errors.ts';
import {Random} from '../../../src/base/random.ts';
import {priceSheets} from '../../../src/cost/sheets.ts';
import {features, writeFeatures} from '../../../src/forecast/features/features.ts';
import {CallHistory} from '../../../src/forecast/history.ts';
import {logAnchor} from '../../../src/forecast/network/anchor.ts';
import {Augmenter} from '../../../src/forecast/training/augment.ts';
import {decodeCheckpoint, encodeCheckpoint} from '../../../src/forecast/training/checkpoint.ts';
import {defaultTrainOptions, type TrainOptions} from '../../../src/forecast/training/options.ts';
import {TrainingRows} from '../../../src/forecast/training/rows.ts';
import {RowSampler} from '../../../src/forecast/training/sampler.ts';
import {standardisationOf} from '../../../src/forecast/training/standardise.ts';
import {train} from '../../../src/forecast/training/train.ts';
import {type TrainingState, trainNetwork} from '../../../src/forecast/training/trainer.ts';
import {historyAt, noClock, population, seriesOf, timer} from '../../helpers/series.ts';

const SPAN = 700;
const series = seriesOf(population(8, 60, SPAN), SPAN);
const small: TrainOptions = {
  ...defaultTrainOptions,
  horizons: [1, 5, 10],
  hidden: [16, 12],
  epochs: 3,
  rowsPerEpoch: 4096,
  batchRows: 256,
};
const source = {place: 'w.arrow', source: 'test', startTime: '', licence: '', command: 'coldfront train w.arrow'};
const costs = {
  prices: priceSheets.seed!.sheet,
  coldUs: 500_000,
  memoryMib: new Float64Array(series.rows).fill(128),
  holdMinutes: new Float64Array(series.rows).fill(1 / 60),
};

/** Compares big arrays without walking them one expectation at a time. */
function sameBits(a: TrainingRows, b: TrainingRows): boolean {
  return (['x', 'active', 'target', 'weight', 'countWeight'] as const).every((name) =>
    Buffer.from(a[name].buffer).equals(Buffer.from(b[name].buffer)),
  );
}

describe('a training row', () => {
  test('targets are what the windows brought, hidden where they reach beyond the limit', () => {
    const history = historyAt(
      [
        [0, 2],
        [3, 4],
        [10, 5],
        [12, 1],
      ],
      10,
      40,
    );
    const rows = new TrainingRows(2, [1, 3, 10], 2, 0.5);
    rows.write(1, history, 15, 100, new Random(1));
    expect([...rows.active.subarray(3)]).toEqual([1, 1, 0]);
    const weights = [...rows.weight.subarray(3)];
    expect(weights[0]).toBeCloseTo(1 / 100, 8);
    expect(weights[1]).toBeCloseTo(1 / Math.sqrt(3) / 100, 8);
    expect([weights[2], rows.target[5]]).toEqual([0, 0]);
    expect(rows.countWeight[3]).toBeCloseTo(0.5 / 2 / 100, 8);
    [5, 6].forEach((calls, h) => {
      const anchor = logAnchor(rows.x, features.length, [1, 3][h]!);
      const jittered = Math.expm1(rows.target[3 + h]! + anchor);
      expect(jittered).toBeGreaterThanOrEqual(calls - 1e-4);
      expect(jittered).toBeLessThanOrEqual(calls + 1 + 1e-4);
    });
  });

  test('the anchor is what a window brings if it has a call: one timer call, or the usual calls of each minute', () => {
    const row = new Float32Array(features.length);
    writeFeatures(historyAt(timer(10, 300, 0, 7), 300), row, 0);
    // Active share of the hour (6 + .25) / 60.5.
    expect(Math.expm1(logAnchor(row, 0, 1))).toBeCloseTo(7, 4);
    expect(Math.expm1(logAnchor(row, 0, 60))).toBeCloseTo((7 * 60 * 6.25) / 60.5, 3);
  });
});

describe('the sampler', () => {
  test('draws minutes after the first call within the range, the same for the same seed and draw', () => {
    const range = {from: 100, until: 500, limit: 500};
    const make = () => new TrainingRows(2048, [1, 10], 3, 1);
    const [one, again, other] = [make(), make(), make()];
    const sampler = new RowSampler(series, 0.5, 7);
    expect(sampler.fill(one, 3, range, 64)).toBe(true);
    new RowSampler(series, 0.5, 7).fill(again, 3, range, 64);
    sampler.fill(other, 4, range, 64);
    expect(sameBits(again, one)).toBe(true);
    expect(sameBits(other, one)).toBe(false);
    const column = features.findIndex(({name}) => name === 'minutesKnown');
    const known = Array.from({length: one.capacity}, (_, row) => 2 ** one.x[row * features.length + column]! - 1);
    expect(known.every((minutes) => minutes > 0.99 && minutes < 500)).toBe(true);
  });

  test('says so when there is nothing to draw', () => {
    const empty = seriesOf([[], [[690, 1]]], SPAN);
    const rows = new TrainingRows(64, [1], 1, 1);
    expect(new RowSampler(empty, 0, 1).fill(rows, 0, {from: 0, until: 600, limit: 600}, 64)).toBe(false);
  });
});

describe('augmentation', () => {
  test('disguises only leave calls out: minutes and counts are never made up', () => {
    const augmenter = new Augmenter(1);
    const random = new Random(5);
    const real = new CallHistory(SPAN, noClock);
    const seen = new CallHistory(SPAN, noClock);
    const madeUp: number[][] = [];
    let thinner = 0;
    for (let visit = 0; visit < 600; visit++) {
      const f = visit % series.rows;
      real.load(series, f);
      augmenter.load(seen, series, f, random);
      seen.seek(SPAN);
      real.seek(SPAN);
      if (seen.entries < real.entries) thinner++;
      for (let i = 0; i < seen.entries; i++) {
        const [minute, count] = [seen.minute[i]!, seen.count[i]!];
        const sound = count > 0 && count <= real.callsAt(minute) && (i === 0 || minute > seen.minute[i - 1]!);
        if (!sound) madeUp.push([f, minute, count]);
      }
    }
    expect(madeUp).toEqual([]);
    expect(thinner).toBeGreaterThan(200);
  });

  test('a share of 0 shows the trace as it is', () => {
    const seen = new CallHistory(SPAN, noClock);
    new Augmenter(0).load(seen, series, 2, new Random(1));
    seen.seek(SPAN);
    expect(seen.entries).toBe(series.length[2]);
  });
});

describe('standardisation', () => {
  test('mean 0 and deviation 1; constants and calendar effects beyond the span are muted', () => {
    const rows = new TrainingRows(4096, [1], 1, 1);
    new RowSampler(series, 0, 1).fill(rows, 0, {from: 0, until: SPAN, limit: SPAN}, 64);
    const {factor, offset} = standardisationOf(rows, rows.capacity, SPAN);
    rows.standardise(rows.capacity, {factor, offset});
    const muted = features.filter((_, j) => factor[j] === 0).map(({name}) => name);
    expect(muted).toEqual(
      expect.arrayContaining(['hourSine', 'weekend', 'trigger:http', 'calls1440Ago', 'phase10080']),
    );
    expect(muted).not.toContain('onMultipleOf5');
    const column = features.findIndex(({name}) => name === 'hazard');
    const values = Array.from({length: rows.capacity}, (_, row) => rows.x[row * features.length + column]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0, 3);
    expect(variance).toBeCloseTo(1, 2);
    expect(rows.x.every((value) => Math.abs(value) <= 6)).toBe(true);
  });
});

describe('training', () => {
  test('twice gives the same bytes; another seed other ones', async () => {
    const trained = async () => (await train(series, costs, source, small))!;
    const [one, two] = [await trained(), await trained()];
    expect(Buffer.from(two.file).equals(Buffer.from(one.file))).toBe(true);
    const [here, there] = [
      await trainNetwork(series, small, 'w'),
      await trainNetwork(series, {...small, seed: 2}, 'w'),
    ];
    expect(there.theta).not.toEqual(here.theta);
    expect(one.contract.training).toMatchObject({command: source.command, seed: 1, epochs: 3, functions: 60});
  });

  test('lowers the loss of rows that come later in time', async () => {
    const {losses} = await trainNetwork(series, {...small, epochs: 12}, 'w');
    const [first, last] = [losses[0]!.validation, losses.at(-1)!.validation];
    expect(last.active).toBeLessThan(0.8 * first.active);
    expect(last.count).toBeLessThan(0.8 * first.count);
  });

  test('a run that was stopped goes on from its checkpoint to the same bits', async () => {
    const states: TrainingState[] = [];
    const whole = await trainNetwork(series, small, 'w', {
      onEpoch: (state) => states.push(structuredClone(state)),
    });
    const file = Buffer.concat(encodeCheckpoint(states[1]!, series, small));
    const resume = decodeCheckpoint(file, 'm.ckpt', series, small);
    const rest = await trainNetwork(series, small, 'w', {resume});
    expect(rest).toEqual(whole);
    expect(() => decodeCheckpoint(file, 'm.ckpt', series, {...small, seed: 9})).toThrow('other options');
    expect(() => decodeCheckpoint(file.subarray(0, 5000), 'm.ckpt', series, small)).toThrow('is cut');
    expect(() => decodeCheckpoint(Buffer.from('a,b\n'), 'm.ckpt', series, small)).toThrow('is no training checkpoint');
  });

  test('interrupted, it keeps the best so far', async () => {
    const abort = new AbortController();
    const network = await trainNetwork(series, small, 'w', {
      signal: abort.signal,
      onEpoch: ({losses}) => losses.length === 2 && abort.abort(),
    });
    expect([network.stopped, network.losses.length]).toEqual(['interrupted', 2]);
    const first = await trainNetwork(series, small, 'w');
    expect(first.losses.slice(0, 2)).toEqual(network.losses);
  });

  test('stops early when the later minutes get no better', async () => {
    const network = await trainNetwork(series, {...small, epochs: 60, learningRate: 0.5, patience: 2}, 'w');
    expect(network.stopped).toBe('early');
    expect(network.losses.length - network.bestEpoch).toBe(2);
  });

  test('interrupted before the first epoch there is no model', async () => {
    expect(await train(series, costs, source, small, {signal: AbortSignal.abort()})).toBeUndefined();
  });

  test('features that are not chosen are muted: whatever they say changes nothing', async () => {
    const chosen = features.filter(({signal}) => signal === 'recency').map(({name}) => name);
    const {standardisation} = await trainNetwork(series, {...small, epochs: 1, features: chosen}, 'w');
    const heard = features.filter((_, j) => standardisation.factor[j] !== 0).map(({name}) => name);
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.filter((name) => !chosen.includes(name))).toEqual([]);
  });

  test('too little to learn from is bad input', async () => {
    const lonely = seriesOf([[[3, 1]], []], 4);
    await expect(trainNetwork(lonely, small, 'w.arrow')).rejects.toThrow(UserError);
    await expect(trainNetwork(lonely, small, 'w.arrow')).rejects.toThrow('w.arrow: has too few calls in its 4 minutes');
  });

  test('what it learnt pays: better than rolling mean + sd on a mixed population', async () => {
    const model = (await train(series, costs, source, {...small, epochs: 10}))!;
    expect(model.ratio).toBeLessThan(0.8);
    // Judged where a user's hour costs $20, $1 and $0.10: at each price decisions follow, and cost less.
    for (const {usdPerDay} of [model.championship.model, model.championship.rollingMean]) {
      expect(usdPerDay).toHaveLength(3);
      expect(usdPerDay[1]).toBeLessThan(usdPerDay[0]!);
      expect(usdPerDay[2]).toBeLessThan(usdPerDay[1]!);
    }
    expect(model.contract.training).toMatchObject({worthShipping: true});
  });
});
