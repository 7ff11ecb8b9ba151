import {describe, expect, test} from 'vitest';
import {parseInputs} from '../../src/tradeoff/input.ts';
import {flips} from '../../src/tradeoff/sensitivity.ts';
import type {Flip} from '../../src/tradeoff/topic.ts';
import {ask} from './ask.ts';
import {everyTopic} from './every-topic.ts';

describe('the sensitivity', () => {
  test.each(everyTopic)(
    '$name: at the value it names the verdict is the one it names, just before it is the old one',
    (topic) => {
      const values = parseInputs(topic.inputs, {});
      const now = topic.verdict(values).code;
      for (const {input, value, verdict} of flips(topic, values)) {
        const [key, spec] = Object.entries(topic.inputs).find(([, one]) => one.flag === input)!;
        const at = values[key] as number;
        expect(topic.verdict({...values, [key]: value}).code, input).toBe(verdict);
        expect(verdict).not.toBe(now);
        const before = spec.whole ? value - Math.sign(value - at) : value + (at - value) * 1e-6;
        expect(topic.verdict({...values, [key]: before}).code, input).toBe(now);
      }
    },
  );

  test('break-even: the closed forms of where it flips', () => {
    const found = Object.fromEntries(ask('break-even').sensitivity.map((flip) => [flip.input, flip.value]));
    // -ln(.05)/30 calls a day leave room for a break-even of 0.0999.
    const upper = -Math.log(0.05) / 30;
    // A cold start is half a second of a user's time, 1/360 of a dollar, and of the slot's.
    expect(found['warm-usd-per-day']).toBeCloseTo(upper / 360 / (1 - (0.5 * upper) / 86_400), 8);
    expect(found['idle-days']).toBeCloseTo((-Math.log(0.05) * 24_000.5) / 86_400, 6);
    expect(found.cold).toBeCloseTo(0.01 / upper / (20 / 3600 + 0.01 / 86_400), 5);
  });

  test('names the nearest first', () => {
    const [first] = ask('long-running').sensitivity;
    expect(first).toMatchObject({input: 'usd-per-gb-hour', verdict: 'extend'});
    // Then a minute less outweighs the pool's price: its start and the run at 2.4 cents, the run alone at this price.
    const run = 3600 * (Math.exp(1 / 12) - 1);
    expect(first!.value).toBeCloseTo((0.024 * (60 + run)) / run, 6);
  });

  test.each(everyTopic)('$name: the rounded value that people read is where it flips', (topic) => {
    const now = ask(topic.name).verdict.code;
    for (const {input, verdict, text} of ask(topic.name).sensitivity) {
      const [, moves, shown] = /(to|above|below) (\S+) \(now/.exec(text) ?? [];
      if (shown === undefined) continue;
      const there = ask(topic.name, `--${input} ${shown}`).verdict.code;
      expect(there, text).toBe(moves === 'to' ? verdict : now);
    }
  });

  test('pinning without a rate: the rate decides', () => {
    const report = ask('pinning');
    expect(report.verdict.code).toBe('depends-on-rate');
    const [{value}] = report.sensitivity.filter(({input, verdict}) => input === 'rate' && verdict === 'pin') as [Flip];
    expect(ask('pinning', `--rate ${value * 1.001}`).verdict.code).toBe('pin');
    expect(ask('pinning', `--rate ${value * 0.999}`).verdict.code).toBe('share');
  });
});
