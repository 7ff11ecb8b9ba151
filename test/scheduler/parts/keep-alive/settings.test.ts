import {describe, expect, test} from 'vitest';
import {parsePolicy} from '../../../helpers/options.ts';
import {idlePool, madeOf} from '../../../helpers/policies.ts';

describe('without settings', () => {
  test('hybrid is as in Serverless in the Wild: four hours, the 5th and 99th percentile, 10 %, CV 2', () => {
    const {values} = parsePolicy('hybrid');
    expect(values).toEqual({range: 240, head: 5, tail: 99, margin: 10, cv: 2, oob: 0.5, unit: 'app'});
  });

  test('fixed keeps for ten minutes, ski rental draws nothing, a plan goes by its file, forecasts by the model', () => {
    expect(parsePolicy('fixed').values).toEqual({ttl: 600e6});
    expect(parsePolicy('ski-rental').values).toEqual({random: false});
    expect(parsePolicy('plan:file=p.arrow').values).toEqual({file: 'p.arrow', spill: 'plan'});
    expect(parsePolicy('predictive').values).toEqual({model: 'azure-2019'});
  });
});

describe('settings', () => {
  test.each([
    ['hybrid:range=100000m', {range: 100_000}],
    ['hybrid:range=30s', {range: 1}],
    ['hybrid:head=50,tail=50', {head: 50, tail: 50}],
    ['fixed:ttl=forever', {ttl: Number.POSITIVE_INFINITY}],
    ['ski-rental:random=yes', {random: true}],
    ['plan:file=-,spill=forever', {file: '-', spill: Number.POSITIVE_INFINITY}],
    ['plan:file=-,spill=0', {file: '-', spill: 0}],
  ])('%s is read as %j', (text, values) => {
    expect(parsePolicy(text).values).toMatchObject(values);
  });

  test.each([
    ['hybrid:range=20s', "--policy hybrid:range is '20s', must be between 1 minute and 100000 minutes"],
    ['hybrid:range=100001m', "--policy hybrid:range is '100001m', must be between 1 minute and 100000 minutes"],
    ['hybrid:head=51,tail=50', '--policy hybrid:head is 51, must not be above tail, which is 50'],
    ['hybrid:tail=101', "--policy hybrid:tail is '101', must be a number from 0 to 100"],
    ['hybrid:unit=team', "--policy hybrid:unit is 'team', must be app or function"],
    ['ski-rental:random=maybe', "--policy ski-rental:random is 'maybe', must be yes or no"],
    ['plan', "--policy is 'plan': plan needs file=..."],
    ['plan:file=p.arrow,spill=5', "--policy plan:spill is '5', must be a time with a unit"],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parsePolicy(text)).toThrow(message);
  });

  /**
   * After five calls of function 0, ten minutes apart, those of `between` half-way: for how many minutes an instance is
   * kept, and in how many one is to be ready again.
   */
  function windowOf(text: string, between: readonly number[] = []): {kept: number; opens: number} {
    const window = {kept: 0, opens: Number.POSITIVE_INFINITY};
    const lastUs = 4 * 600e6;
    const wakeAt = (_: number, atUs: number) => {
      window.opens = (atUs + 500_000 - lastUs) / 60e6;
    };
    const policy = madeOf(text, {pool: {...idlePool, wakeAt, hasIdle: () => true}});
    for (let call = 0; call < 5; call++) {
      for (const fn of call === 0 ? [] : between) {
        policy.onArrival?.(fn, call * 600e6 - 300e6);
        policy.onFinish?.(fn, call * 600e6 - 300e6);
      }
      policy.onArrival?.(0, call * 600e6);
      policy.onFinish?.(0, call * 600e6);
    }
    window.kept = policy.keepAliveUs(0, lastUs, false) / 60e6;
    return window;
  }

  test('of hybrid: the margin widens the window, from the minute of the head to the end of that of the tail', () => {
    expect(windowOf('hybrid:margin=0')).toEqual({kept: 0, opens: 10});
    expect(windowOf('hybrid')).toEqual({kept: 0, opens: 9});
    expect(windowOf('hybrid:margin=50')).toEqual({kept: 0, opens: 5});
    expect(windowOf('hybrid:margin=100')).toEqual({kept: 22, opens: Number.POSITIVE_INFINITY});
  });

  test('of hybrid: gaps are those of the app, or of the function where the user says so', () => {
    expect(windowOf('hybrid:margin=0', [1]).opens).toBe(5);
    expect(windowOf('hybrid:margin=0,unit=function', [1]).opens).toBe(10);
  });

  test('of hybrid: it keeps for the whole range where bins are not uneven enough, and forecasts gaps beyond it', () => {
    expect(windowOf('hybrid:range=2h,cv=100').kept).toBe(120);
    expect(windowOf('hybrid:range=5m')).toEqual({kept: 0, opens: 8.5});
  });

  test('of ski rental: the break-even time, or less by chance', () => {
    // C / c at SEED.md's prices: half a second of a user's time at $20 an hour, over $0.01 a slot and day.
    const breakEvenUs = ((0.5 * 20) / 3600 / 0.01) * 86_400e6;
    const always = madeOf('ski-rental');
    expect(always.keepAliveUs(0, 5, false) / breakEvenUs).toBeCloseTo(1, 3);
    const random = madeOf('ski-rental:random=yes');
    const shares = Array.from({length: 2000}, () => random.keepAliveUs(0, 5, false) / breakEvenUs);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1.001);
    // The mean of the density e^x / (e - 1) on [0, 1] is 1 / (e - 1).
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeCloseTo(1 / (Math.E - 1), 1);
    expect(always.keepAliveUs(0, 9, false)).toBe(always.keepAliveUs(0, 5, false));
  });
});
