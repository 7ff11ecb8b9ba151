import {describe, expect, test} from 'vitest';
import {replay} from '../../../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../../../helpers/options.ts';
import {eventWorkload} from '../../../helpers/workload.ts';

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

  test('of hybrid are the percentiles and the share that the user says', async () => {
    // A call every 10 minutes and every 30 in turn: the window from the least to the largest gap holds both.
    const at = Array.from({length: 60}, (_, k) => (k >> 1) * 2400e6 + (k % 2) * 600e6);
    const workload = eventWorkload(at.map((us) => ({function: 'f', at: us, duration: 1e6})));
    const coldOf = async (text: string): Promise<number> =>
      (await replay(workload, [parsePolicy(text)], testOptions(workload)))[0]!.counts.cold;
    const [whole, narrow] = [await coldOf('hybrid:head=0,tail=100'), await coldOf('hybrid:head=0,tail=40')];
    expect(whole).toBeLessThan(5);
    expect(narrow).toBeGreaterThan(20);
  });
});
