import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const fixture = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));
const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

function json(...args: string[]) {
  const {status, stdout, stderr} = run(...args, '--json');
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
}

beforeAll(() => {
  expect(run('ingest', fixture, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

describe('plan --validate', () => {
  test('expects what the plan made there says, and finds what replays of the time after it find', () => {
    const report = json('plan', 'w.arrow', '--train-until', '4h', '--validate', '--out', 'p.arrow');
    const {validation, baseline, expected, usdPerDay, rest} = report;
    const policies = ['plan:file=p.arrow', baseline.policy, 'adaptive', 'predictive'];
    const {runs} = json('replay', 'w.arrow', '--from', '4h', ...policies.flatMap((text) => ['--policy', text]));
    const [plan, base, adaptive, predictive] = runs.map((one: {usdPerDay: number}) => one.usdPerDay);
    expect(validation).toHaveLength(1);
    expect(validation[0]).toMatchObject({
      fromMs: 4 * 3600e3,
      untilMs: 8 * 3600e3,
      rest,
      expectedUsdPerDay: usdPerDay,
      expectedColdShare: expected.coldShare,
      interval80: expected.interval80,
      foundUsdPerDay: expect.closeTo(plan, 9),
      foundColdShare: expect.closeTo(runs[0].coldShare, 12),
      baselineUsdPerDay: expect.closeTo(base, 9),
      adaptiveUsdPerDay: expect.closeTo(adaptive, 9),
      predictiveUsdPerDay: expect.closeTo(predictive, 9),
    });
  });

  test('the first line says what to use and by how much', () => {
    const {validation} = json('plan', 'w.arrow', '--rest', 'none', '--validate', '--origins', '1', '--no-timers');
    expect(validation).toHaveLength(1);
    expect(validation[0].foundUsdPerDay).toBeGreaterThan(validation[0].predictiveUsdPerDay);
    const {stdout} = run('plan', 'w.arrow', '--rest', 'none', '--validate', '--origins', '1', '--no-timers');
    expect(stdout.toString()).toMatch(/^Use (predictive|adaptive), not the plan: found \$[\d.,]+ a day .*% more than /);
  });

  test.each([
    [['--validate', '--origins', '0'], 'origins'],
    [['--validate', '--origins', '1000'], '--origins is 1000'],
    [['--train-until', '8h'], '--train-until'],
    [['--train-until', '9h'], 'must be before the end of the span, 8 h'],
    [['--cycle', 'week'], '--cycle is week, but there are only 8 h of history'],
    [['--window', '90s'], 'must be whole minutes'],
    [['--slots', '4', '--cells', '2'], 'must be at most the number of hosts, 1'],
    [['--objective', 'worst-team'], 'needs one budget'],
    [['--rest', 'fixed'], 'ttl'],
    [['--rest', 'sometimes'], 'there is no rest'],
    [['--rest', 'keep', '--spill', '1m'], 'rest'],
  ])('%j is a usage error', (flags, message) => {
    const {status, stderr} = run('plan', 'w.arrow', ...flags);
    expect([status, stderr.replace(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('plan --no-trials', () => {
  test('tries nothing: instances beyond the slots are kept, and the demand alone says what to expect', () => {
    const {rest, trials, recorded, baseline, expected} = json('plan', 'w.arrow', '--train-until', '4h', '--no-trials');
    expect([rest, trials, recorded, baseline, expected.interval80]).toEqual(['keep', ...new Array(4).fill(undefined)]);
    const {stdout} = run('plan', 'w.arrow', '--train-until', '4h', '--no-trials');
    expect(stdout.toString()).toContain('Beyond the slots: keep. Nothing was tried inside the history');
    expect(stdout.toString()).toContain('Not to be known from 4 h of trace: rhythms longer than 2 h');
  });
});

describe('plan without --train-until', () => {
  test('tells what a replay on its own trace finds, beside what days to come should bring', () => {
    const {recorded, expected, baseline, trials} = json('plan', 'w.arrow', '--out', 'own.arrow');
    const {runs} = json('replay', 'w.arrow', '--policy', 'plan:file=own.arrow');
    expect(recorded.costUsdPerDay.total).toBeCloseTo(runs[0].usdPerDay, 9);
    expect(recorded.coldShare).toBeCloseTo(runs[0].coldShare, 12);
    const [low, high] = expected.interval80.usdPerDay;
    expect(expected.costUsdPerDay.total).toBeGreaterThan(low);
    expect(expected.costUsdPerDay.total).toBeLessThan(high);
    expect(baseline.policy).toBe('fixed:ttl=10m');
    expect(trials.originsMs).toEqual([192, 288, 384].map((minutes) => minutes * 60e3));
  });
});
