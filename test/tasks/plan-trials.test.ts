import {join} from 'node:path';
import {expect, test} from 'vitest';
import {cheapestRest} from '../../src/tasks/plan-trials.ts';
import {writeWorkload} from '../../src/workload/file/file.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {type MinuteRow, minuteWorkload} from '../helpers/workload.ts';

const folder = temporaryFolder();

function json(...args: string[]) {
  const {status, stdout, stderr} = coldfront([...args, '--json'], {cwd: folder});
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
}

/** An hour of calls, every fourth minute with a burst, then hours of silence; from 15 h on a dozen busy functions more. */
function rows(): MinuteRow[] {
  const calls: MinuteRow[] = [];
  for (const from of [0, 170, 390, 640, 780, 990, 1180, 1330]) {
    for (let k = 0; k < 60; k++) {
      calls.push({function: 'spells', minute: from + k, count: k % 4 === 1 ? 400 : 1 + (k % 3)});
    }
  }
  for (let f = 0; f < 12; f++) {
    for (let minute = 900 + f; minute < 1440; minute += 1 + ((minute * (f + 3)) % 3)) {
      calls.push({function: `late${f}`, minute, count: 1 + ((minute + f) % 8)});
    }
  }
  return calls;
}

test('plans that are given up after the first origin are held against policies on the same hours', () => {
  writeWorkload(minuteWorkload(rows(), [0, 1440]), join(folder, 'w.arrow'), {force: false});
  const {trials, rest} = json('plan', 'w.arrow');
  const {keep, adaptive, predictive} = trials.restUsdPerDay;
  json('plan', 'w.arrow', '--train-until', '576m', '--rest', 'keep', '--no-trials', '--out', 'p.arrow');
  const policies = ['plan:file=p.arrow', 'adaptive', 'predictive'].flatMap((policy) => ['--policy', policy]);
  const {runs} = json('replay', 'w.arrow', '--from', '576m', '--until', '864m', ...policies);
  const [plan, ...others] = runs.map((run: {usdPerDay: number}) => run.usdPerDay);
  const [beside, whole] = others[0] < others[1] ? [others[0], adaptive] : [others[1], predictive];
  expect(plan).toBeGreaterThan(1.3 * beside);
  expect(keep / whole).toBeCloseTo(plan / beside, 6);
  // Those hours were cheap: by their dollars alone the plan would seem to be the best.
  expect(plan).toBeLessThan(Math.min(adaptive, predictive));
  expect(rest).not.toBe('keep');
});

test('plans that keep instances are chosen where they are 5 % cheaper than any policy that a budget allows', () => {
  expect(cheapestRest(undefined)).toBe('keep');
  expect(cheapestRest({keep: 0.94, adaptive: 1.2, predictive: 1})).toBe('keep');
  expect(cheapestRest({keep: 0.96, adaptive: 1.2, predictive: 1})).toBe('predictive');
  expect(cheapestRest({keep: 0.96, adaptive: 1, predictive: null})).toBe('adaptive');
  expect(cheapestRest({keep: 9, adaptive: null, predictive: null})).toBe('keep');
});
