import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const fixture = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));
const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

interface Run {
  policy: string;
  prewarms: number;
  invocations: number;
  usdPerDay: number;
}

function runs(...args: string[]): Run[] {
  const {status, stdout} = run('replay', 'w.arrow', ...args, '--json');
  expect([status, status === 0 ? '' : stdout.toString()]).toEqual([0, '']);
  return JSON.parse(stdout.toString()).runs;
}

beforeAll(() => {
  expect(run('ingest', fixture, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

describe('replay --policy predictive', () => {
  test('is byte for byte the same with 1, 2 and 7 threads, hot functions split over cells', () => {
    const args = ['w.arrow', '--policy', 'predictive', '--policy', 'predictive:model=iat-histogram', '--json'];
    const fleet = ['--hosts', '24', '--slots', '40', '--cells', '6', '--from', '1h', '--until', '3h'];
    const [one, ...others] = ['1', '2', '7'].map((threads) => run('replay', ...args, ...fleet, '--threads', threads));
    expect(one!.status).toBe(0);
    expect(JSON.parse(one!.stdout.toString()).runs[0].prewarms).toBeGreaterThan(100);
    for (const other of others) expect(other.stdout.equals(one!.stdout)).toBe(true);
  });

  test.each(['20', '1', '0.1'])(
    'with the model that comes with coldfront it costs less than any fixed time to live at $%s an hour',
    (price) => {
      const ttls = ['1m', '2m', '5m', '20m', '1h', '3h', '6h'].flatMap((ttl) => ['--policy', `fixed:ttl=${ttl}`]);
      const all = runs('--policy', 'predictive', ...ttls, '--policy', 'none', '--delay-usd-per-hour', price);
      const [predictive, ...published] = all;
      for (const {policy, usdPerDay} of published) {
        expect(predictive!.usdPerDay, policy).toBeLessThan(0.9 * usdPerDay);
      }
    },
  );

  test('what comes before --from is its history', () => {
    const [late] = runs('--policy', 'predictive', '--from', '4h', '--delay-usd-per-hour', '1');
    const [cut] = runs('--policy', 'predictive', '--until', '4h', '--delay-usd-per-hour', '1');
    const [whole] = runs('--policy', 'predictive', '--delay-usd-per-hour', '1');
    expect(late!.invocations + cut!.invocations).toBe(whole!.invocations);
    // Costs of the two halves add up: the second was decided with the first in mind.
    expect((late!.usdPerDay + cut!.usdPerDay) / 2).toBeCloseTo(whole!.usdPerDay, 3);
  });

  test.each([
    ['predictive:model=nosuch', 2, "'nosuch'"],
    ['predictive:model=missing.onnx', 3, 'missing.onnx: there is no such file'],
    ['predictive:model=w.arrow', 3, 'is not an ONNX model'],
    ['predictive:horizon=5', 2, 'parameters of predictive: model'],
  ])('--policy %s ends with exit %i', (policy, status, message) => {
    const result = run('replay', 'w.arrow', '--policy', policy);
    expect([result.status, result.stderr.replace(/\s+/g, ' ')]).toEqual([status, expect.stringContaining(message)]);
  });
});
