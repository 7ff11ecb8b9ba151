import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {flaggedPrices, priceFields} from '../../src/cost/prices.ts';
import {writeWorkload} from '../../src/workload/file/file.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {minuteWorkload} from '../helpers/workload.ts';

const folder = temporaryFolder();
/** Every command that counts dollars, in its shortest form. */
const commands = [
  ['replay', 'w.arrow', '--policy', 'none'],
  ['frontier', 'w.arrow'],
  ['plan', 'w.arrow', '--no-trials'],
  ['backtest', 'w.arrow', '--model', 'never'],
];

function refusal(...args: string[]): unknown[] {
  const {status, stdout} = coldfront([...args, '--json'], {cwd: folder});
  return [status, JSON.parse(stdout.toString()).error.message];
}

beforeAll(() => {
  const rows = Array.from({length: 240}, (_, minute) => ({function: 'f', minute, count: 1 + (minute % 3)}));
  writeWorkload(minuteWorkload(rows), join(folder, 'w.arrow'), {force: false});
  writeFileSync(join(folder, 'bad.json'), '{"warmUsdPerSlotDay": 0.01, "delayUsdPerHour": -20}');
  writeFileSync(join(folder, 'unknown.json'), '{"delayUsdPerHuor": 20}');
  writeFileSync(join(folder, 'dear.json'), '{"delayUsdPerHour": 100}');
});

describe.each(commands)('%s %s', (...command) => {
  test('has a flag for every price, and takes 0 for each', () => {
    const free = flaggedPrices.map((name) => priceFields[name]).flatMap(({flag}) => [`--${flag}`, '0']);
    // A plan weighs idle time against waiting: where both are free there is nothing to plan.
    expect(coldfront([...command, ...free, '--quiet'], {cwd: folder}).status).toBe(command[0] === 'plan' ? 2 : 0);
  });

  test('refuses a price that is no finite number >= 0', () => {
    const texts = ['-1', 'NaN', 'Infinity', '1e999', '', 'free'];
    flaggedPrices
      .map((name) => priceFields[name])
      .forEach(({flag}, i) => {
        const text = texts[i % texts.length]!;
        expect(refusal(...command, `--${flag}=${text}`)).toEqual([2, `--${flag} is '${text}', must be a number >= 0`]);
      });
  });

  test('refuses a sheet with file, field, value and rule', () => {
    expect(refusal(...command, '--prices', 'bad.json')).toEqual([
      3,
      'bad.json: delayUsdPerHour is -20, must be a finite number >= 0 (USD an hour)',
    ]);
  });
});

test('a sheet that is not there, or has a field that is none, is refused', () => {
  expect(refusal('plan', 'w.arrow', '--prices', 'unknown.json')).toEqual([
    3,
    'unknown.json: "delayUsdPerHuor" is no price field',
  ]);
  expect(refusal('plan', 'w.arrow', '--prices', 'nosuch.json')).toEqual([
    2,
    "--prices is 'nosuch.json', must be a known sheet or a readable JSON file",
  ]);
});

test('a flag replaces the price of a sheet, whatever the order', () => {
  const usd = (...args: string[]) => {
    const {stdout} = coldfront(['replay', 'w.arrow', '--policy', 'none', ...args, '--json'], {cwd: folder});
    return JSON.parse(stdout.toString()).runs[0].costUsd.delay;
  };
  const cheap = usd('--delay-usd-per-hour', '1');
  expect(usd('--prices', 'dear.json')).toBeCloseTo(100 * cheap, 9);
  expect(usd('--delay-usd-per-hour', '1', '--prices', 'dear.json')).toBe(cheap);
});

test('memory counts where the sheet charges for it: the trace says how much, or --default-memory does', () => {
  const rows = [128, 1024, 256, undefined].flatMap((memoryMib, f) =>
    Array.from({length: 120}, (_, k) => ({
      function: `f${f}`,
      minute: 2 * k,
      count: 1,
      ...(memoryMib === undefined ? {} : {memoryMib}),
    })),
  );
  writeWorkload(minuteWorkload(rows, [0, 240]), join(folder, 'memory.arrow'), {force: false});
  const backtest = (...args: string[]) => {
    const flags = ['--prices', 'memory', '--model', 'always', '--json', ...args];
    const {stdout} = coldfront(['backtest', 'memory.arrow', ...flags], {cwd: folder});
    const {models, prices} = JSON.parse(stdout.toString());
    return {coldUsd: prices.coldUsd, warm: models[0].costUsdPerDay.warm};
  };
  // Half a second of a user's time and of a slot of 256 MiB, or of 512 where that is in the middle.
  const small = backtest();
  expect(small.coldUsd).toBeCloseTo(0.5 / 180 + 0.5 * 0.25 * 4.1667e-6, 15);
  const large = backtest('--default-memory', '512MiB');
  expect(large.coldUsd).toBeCloseTo(0.5 / 180 + 0.5 * 0.5 * 4.1667e-6, 15);
  // As the replay of those decisions finds, from a quarter of the span on.
  const replayed = (...args: string[]) => {
    const flags = ['--prices', 'memory', '--policy', 'predictive:model=always', '--from', '1h', '--json', ...args];
    const {stdout} = coldfront(['replay', 'memory.arrow', ...flags], {cwd: folder});
    return (24 / 3) * JSON.parse(stdout.toString()).runs[0].costUsd.warm;
  };
  expect(small.warm).toBeCloseTo(replayed(), 12);
  expect(large.warm).toBeCloseTo(replayed('--default-memory', '512MiB'), 12);
  expect(large.warm).toBeGreaterThan(small.warm);
});

describe('where prices come from is said', () => {
  const lambda = /^Prices: lambda \(us-east-1, .*\), as of 2026-11\.$/m;
  const run = (...args: string[]) => coldfront(args, {cwd: folder});

  test('by backtest and tradeoff', () => {
    expect(run('backtest', 'w.arrow', '--model', 'never', '--prices', 'lambda').stdout.toString()).toMatch(lambda);
    const {priceSource} = JSON.parse(run('backtest', 'w.arrow', '--model', 'never', '--json').stdout.toString());
    expect(priceSource).toMatchObject({sheet: 'seed', source: null});
    expect(run('tradeoff', 'burst', '--prices', 'lambda').stdout.toString()).toMatch(lambda);
    expect(JSON.parse(run('tradeoff', 'state', '--json').stdout.toString()).prices.sheet).toBe('aws-lambda');
  });

  test('by check and diff, of the reports that they read', () => {
    const report = (name: string, ...args: string[]) =>
      writeFileSync(join(folder, name), run('replay', 'w.arrow', '--policy', 'none', '--json', ...args).stdout);
    report('a.json', '--prices', 'lambda');
    report('b.json', '--prices', 'lambda', '--price', 'usdPerMillionRequests=1');
    const held = run('check', 'a.json', '--max-usd-per-day', '1000000');
    expect([held.status, held.stderr]).toEqual([0, expect.stringMatching(lambda)]);
    expect(run('check', 'a.json', '--max-cold-share', '1').stderr).not.toContain('Prices');
    const changed = run('diff', 'a.json', 'b.json').stdout.toString();
    expect(changed).toMatch(lambda);
    expect(changed).toMatch(/^Prices: lambda .*; yours: usdPerMillionRequests\.$/m);
    const {prices} = JSON.parse(run('diff', 'a.json', 'b.json', '--json').stdout.toString());
    expect([prices.before.given, prices.after.given]).toEqual([[], ['usdPerMillionRequests']]);
  });
});
