import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Inputs} from '../../src/tradeoff/input.ts';
import {parseInputs} from '../../src/tradeoff/input.ts';
import {flips} from '../../src/tradeoff/sensitivity.ts';
import type {Topic} from '../../src/tradeoff/topic.ts';
import {ask, numberOf} from './ask.ts';
import {everyTopic} from './every-topic.ts';

/**
 * Flags of a topic moved at random from their defaults, by up to tenfold and now and then to absurdity; combinations
 * that it refuses are left out.
 */
function anyValues(topic: Topic) {
  const near = fc.double({min: -1, max: 1, noNaN: true});
  const move = fc.oneof({weight: 8, arbitrary: near}, {weight: 1, arbitrary: fc.constantFrom(-8, 8)});
  const moves = fc.array(move, {
    minLength: Object.keys(topic.inputs).length,
    maxLength: Object.keys(topic.inputs).length,
  });
  return moves
    .map((exponents) => moved(topic.inputs, exponents))
    .filter((values) => topic.complaint?.(values) === undefined);
}

function moved(inputs: Inputs, exponents: readonly number[]): Record<string, unknown> {
  const values: Record<string, unknown> = {...parseInputs(inputs, {})};
  Object.entries(inputs).forEach(([key, spec], i) => {
    const at = values[key];
    if (typeof at !== 'number') return;
    const value = Math.min(spec.max, Math.max(spec.min, at * 10 ** exponents[i]!));
    // A whole even number keeps the two halves of a host.
    values[key] = spec.whole ? 2 * Math.ceil(value / 2) : spec.unit === 'share' ? Math.min(value, 1 - 1e-9) : value;
  });
  return values;
}

/** Prices: what is counted in dollars, alone or per something, and the sheet. */
function doublePrices(inputs: Inputs, values: Record<string, unknown>): Record<string, unknown> {
  const doubled = {...values};
  for (const [key, spec] of Object.entries(inputs)) {
    if (typeof values[key] === 'number' && spec.unit.startsWith('USD')) doubled[key] = 2 * (values[key] as number);
    if (key === 'prices') {
      doubled[key] = Object.fromEntries(Object.entries(values[key] as object).map(([field, usd]) => [field, 2 * usd]));
    }
  }
  return doubled;
}

describe('whatever the inputs', () => {
  test.each(everyTopic)('$name: doubling every price changes no verdict, and dollars double', (topic) => {
    fc.assert(
      fc.property(anyValues(topic), (values) => {
        const doubled = doublePrices(topic.inputs, values);
        expect(topic.verdict(doubled).code).toBe(topic.verdict(values).code);
        const after = new Map(topic.answers(doubled).map((one) => [one.id + (one.scenario ?? ''), one.value]));
        for (const {id, scenario, value, unit} of topic.answers(values)) {
          const twice = after.get(id + (scenario ?? ''));
          const expected = value !== null && /^USD/.test(unit) ? 2 * value : value;
          if (expected === null || expected === 0) expect(twice).toBe(expected);
          else expect(Math.abs(twice! / expected - 1), id).toBeLessThan(1e-9);
        }
      }),
      {numRuns: 50},
    );
  });

  test.each(everyTopic)(
    '$name: every answer is a number or none, shares lie in 0..1, and the verdict has a sentence',
    (topic) => {
      // Shares of overheads and of more cores may pass 1.
      const open =
        /overhead|budgetShare|batchStartShare|extraCoresShare|fractile|timeoutOverhead|utilisationWith|fleetShare|BreakEvenUtilisation/i;
      fc.assert(
        fc.property(anyValues(topic), (values) => {
          for (const {id, value, unit} of topic.answers(values)) {
            if (value === null) continue;
            expect(Number.isFinite(value), id).toBe(true);
            if (unit !== 'share' || open.test(id)) continue;
            expect(value, id).toBeGreaterThanOrEqual(-1e-12);
            expect(value, id).toBeLessThanOrEqual(1 + 1e-12);
          }
          expect(topic.verdict(values).text()).not.toMatch(/NaN|undefined|Infinity/);
        }),
        {numRuns: 50},
      );
    },
  );
});

describe('the sensitivity', () => {
  test.each(everyTopic)('$name: is found wherever the inputs lie, and each flip is one', (topic) => {
    fc.assert(
      fc.property(anyValues(topic), (values) => {
        const now = topic.verdict(values).code;
        for (const flip of flips(topic, values)) {
          expect(flip.verdict).not.toBe(now);
          expect(Number.isFinite(flip.value)).toBe(true);
          expect(flip.text).not.toMatch(/NaN|Infinity/);
        }
      }),
      {numRuns: 10},
    );
  });
});

describe('moving one input', () => {
  const value = (topic: string, flags: string, id: string): number => numberOf(ask(topic, flags), id)!;

  test('a longer idle time never raises the rate to expect, nor the price worth keeping for falls', () => {
    fc.assert(
      fc.property(
        fc.double({min: 0.01, max: 1e4, noNaN: true}),
        fc.double({min: 1, max: 100, noNaN: true}),
        (days, factor) => {
          const [short, long] = [`--idle-days ${days}`, `--idle-days ${days * factor}`];
          expect(value('break-even', long, 'E1.2.posteriorPerDay')).toBeLessThanOrEqual(
            value('break-even', short, 'E1.2.posteriorPerDay'),
          );
          expect(value('break-even', long, 'E1.2.worthKeepingColdUsd')).toBeGreaterThanOrEqual(
            value('break-even', short, 'E1.2.worthKeepingColdUsd'),
          );
          expect(value('break-even', long, 'E1.2.breakEvenPerDay')).toBe(
            value('break-even', short, 'E1.2.breakEvenPerDay'),
          );
        },
      ),
      {numRuns: 50},
    );
  });

  test('a better recall at the same false alarms never costs more where misses are dearer', () => {
    const usd = (recall: number): number => value('prediction', `--recall ${recall}`, 'E1.3.usdPredictor');
    for (const recall of [0, 0.2, 0.4, 0.6, 0.8]) expect(usd(recall + 0.2)).toBeLessThan(usd(recall));
  });

  test('the best threshold never costs more than never, always or the prediction as given', () => {
    fc.assert(
      fc.property(fc.double({min: 0, max: 1}), fc.double({min: 0, max: 1}), fc.double({min: 0, max: 1}), (r, q, pi) => {
        fc.pre(!Number.isNaN(r + q + pi));
        const report = ask(
          'prediction',
          `--recall ${Math.max(r, q)} --false-positive-rate ${Math.min(r, q)} --base-rate ${pi}`,
        );
        const best = numberOf(report, 'E1.3.usdBestThreshold')!;
        for (const id of ['E1.3.usdPredictor', 'E1.3.usdNever', 'E1.3.usdAlways']) {
          expect(best).toBeLessThanOrEqual(numberOf(report, id)! * (1 + 1e-9) + 1e-9);
        }
      }),
    );
  });

  test('a busier function needs a smaller slowdown to explain the same p99', () => {
    const x = (rho: number): number => value('interference', `--utilisation ${rho}`, 'E2.1.inflation');
    for (let rho = 0; rho < 0.9; rho += 0.1) expect(x(rho + 0.1)).toBeLessThan(x(rho));
    expect(x(0)).toBe(20);
  });

  test('pinning never shortens a wait, and matching it never takes fewer cores than half', () => {
    for (const erlangs of [0, 0.5, 2, 4, 6, 7.9]) {
      const report = ask('pinning', `--erlangs ${erlangs}`);
      expect(numberOf(report, 'E2.2.waitPinned')!).toBeGreaterThanOrEqual(numberOf(report, 'E2.2.waitPooled')!);
      expect(numberOf(report, 'E2.2.coresToMatch')!).toBeGreaterThanOrEqual(4);
    }
  });

  test('more state never needs fewer slices', () => {
    let last = 0;
    for (const mb of [0, 10, 100, 300, 1000, 1400]) {
      const slices = value('long-running', `--state ${mb}MB`, 'E4.2.slices');
      expect(slices).toBeGreaterThanOrEqual(last);
      last = slices;
    }
  });

  test('a higher hit rate never lengthens an action', () => {
    for (const hit of [0, 0.2, 0.4, 0.6, 0.8]) {
      expect(value('state', `--hit ${hit + 0.2}`, 'E5.1.meanMs')).toBeLessThan(
        value('state', `--hit ${hit}`, 'E5.1.meanMs'),
      );
    }
  });
});
