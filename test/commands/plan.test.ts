import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {tableFromIPC} from 'apache-arrow';
import {beforeAll, describe, expect, test} from 'vitest';
import {writeWorkload} from '../../src/workload/file/file.ts';
import {coldfront, shell} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {minuteWorkload} from '../helpers/workload.ts';

const fixture = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));
const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

function json(...args: string[]) {
  const {status, stdout, stderr} = run(...args, '--json');
  expect([stderr, status, status === 0 ? '' : stdout.toString()]).toEqual(['', 0, '']);
  return JSON.parse(stdout.toString());
}

function rowsOf(file: string): {function: string; windowStartMs: number; windowEndMs: number; slots: number}[] {
  return tableFromIPC(readFileSync(join(folder, file)))
    .toArray()
    .map((row) => ({...row.toJSON(), windowStartMs: Number(row.windowStartMs), windowEndMs: Number(row.windowEndMs)}));
}

beforeAll(() => {
  expect(run('ingest', fixture, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

describe('coldfront plan', () => {
  test('--json carries the decision and its certificate, the file its rows; both the same each time', () => {
    const report = json('plan', 'w.arrow', '--no-trials', '--out', 'p.arrow');
    expect(report).toMatchObject({
      schema: 'coldfront.plan/1',
      objective: 'dollars',
      windows: 1,
      functions: 150,
      dualPrice: 0,
    });
    expect(report.primal).toBeLessThanOrEqual(report.dualBound * (1 + 1e-12));
    expect(report.gap.relative).toBeLessThan(1e-9);
    const rows = rowsOf('p.arrow');
    const warm = new Set(rows.filter(({slots}) => slots > 0).map(({function: name}) => name));
    expect(warm.size).toBe(report.functionsWarm);
    expect(rows).toHaveLength(150);
    const first = readFileSync(join(folder, 'p.arrow'));
    expect(json('plan', 'w.arrow', '--no-trials', '--out', 'p.arrow', '--force')).toEqual(report);
    expect(readFileSync(join(folder, 'p.arrow')).equals(first)).toBe(true);
  });

  test('a budget binds, its price is positive, and it is kept in every window', () => {
    const flags = [
      '--window',
      '1h',
      '--no-timers',
      '--rest',
      'none',
      '--no-trials',
      '--budget-slots',
      '40',
      '--out',
      'b.arrow',
    ];
    const report = json('plan', 'w.arrow', ...flags);
    expect(report).toMatchObject({windows: 8, slots: 40});
    expect(report.dualPrice).toBeGreaterThan(0);
    const taken = new Map<number, number>();
    for (const {windowStartMs, slots} of rowsOf('b.arrow')) {
      taken.set(windowStartMs, (taken.get(windowStartMs) ?? 0) + slots);
    }
    expect(taken.size).toBe(8);
    expect(Math.max(...taken.values())).toBe(40);
  });

  test('a budget is for all that is kept idle: none of it idles nothing, and no rest may take more than there is', () => {
    for (const none of [
      ['--budget-slots', '0'],
      ['--budget-usd-per-day', '0'],
    ]) {
      const {slots, expected} = json('plan', 'w.arrow', '--no-trials', ...none, '--out', 'z.arrow', '--force');
      expect([slots, expected.slotSecondsPerDay.kept, expected.slotSecondsPerDay.spill]).toEqual([0, 0, 0]);
      const {runs} = json('replay', 'w.arrow', '--policy', 'plan:file=z.arrow', '--quiet');
      expect(runs[0].slotSeconds.idle).toBe(0);
    }
    const {kept, spill} = json('plan', 'w.arrow', '--no-trials', '--budget-slots', '30').expected.slotSecondsPerDay;
    expect((kept + spill) / 86_400).toBeLessThanOrEqual(30);
    expect((kept + spill) / 86_400).toBeGreaterThan(20);
    const tight = run('plan', 'w.arrow', '--rest', 'fixed:ttl=10m', '--no-trials', '--budget-slots', '30');
    expect([tight.status, tight.stderr]).toEqual([4, expect.stringMatching(/by itself, the budget is 30/)]);
  });

  test('--train-until plans for what comes after it', () => {
    const split = ['--train-until', '4h', '--window', '1h', '--no-timers', '--no-trials'];
    const report = json('plan', 'w.arrow', ...split, '--out', 't.arrow');
    expect(report).toMatchObject({
      windows: 4,
      demand: {source: 'mean of history: all 4 windows are alike', historyMs: 4 * 3_600_000},
    });
    // Fourteen functions were first called in the third and fourth hour: as many in the four to come.
    expect(report.demand.unseen.functionsPerDay).toBe((14 * 24) / 4);
    expect(report.demand.unseen.coldPerDay).toBeGreaterThanOrEqual(report.demand.unseen.functionsPerDay);
    const starts = rowsOf('t.arrow').map(({windowStartMs}) => windowStartMs / 3_600_000);
    expect([Math.min(...starts), Math.max(...starts)]).toEqual([4, 7]);
  });

  test('every objective and budget gives a plan with a certificate', () => {
    for (const flags of [
      ['--objective', 'requests', '--budget-slots', '60'],
      ['--objective', 'functions', '--budget-slots', '60'],
      ['--objective', 'worst-team', '--budget-slots', '60'],
      ['--p99-start-ms', '200'],
      ['--budget-memory', '4GiB'],
      ['--budget-usd-per-day', '0.2'],
      ['--hosts', '4', '--slots', '20', '--cells', '2'],
      ['--budget-slots', '50', '--fair'],
      ['--curve', 'poisson', '--budget-slots', '50', '--budget-memory', '6GiB'],
    ]) {
      const report = json('plan', 'w.arrow', '--no-trials', ...flags);
      expect([flags, report.primal <= report.dualBound + 1e-9]).toEqual([flags, true]);
      const {kept, spill} = report.expected.slotSecondsPerDay;
      expect(kept + spill).toBeGreaterThan(0);
      for (const {used, limit} of report.constraints) {
        if (limit !== null) expect(used).toBeLessThanOrEqual(limit * (1 + 1e-9));
      }
    }
  });

  test('limits, teams and events come from tables; a bad row is named by file and line', () => {
    const [name] = rowsOf('p.arrow').map((row) => row.function);
    writeFileSync(join(folder, 'limits.csv'), `function,pin\n${name},9\n`);
    writeFileSync(join(folder, 'events.csv'), 'start,duration,p50,p90,class\n2h,30m,10,20,http\n');
    const report = json(
      'plan',
      'w.arrow',
      '--no-trials',
      '--limits',
      'limits.csv',
      '--events',
      'events.csv',
      '--out',
      'l.arrow',
    );
    expect(report.windows).toBe(3);
    expect(rowsOf('l.arrow').filter((row) => row.function === name && row.slots !== 9)).toEqual([]);
    writeFileSync(join(folder, 'bad.csv'), 'function,min\nf,-1\n');
    const bad = run('plan', 'w.arrow', '--limits', 'bad.csv');
    expect([bad.status, bad.stderr]).toEqual([3, expect.stringContaining("bad.csv:2: min is '-1'")]);
    writeFileSync(join(folder, 'who.csv'), 'function,min\nnobody,1\n');
    const who = run('plan', 'w.arrow', '--no-trials', '--limits', 'who.csv', '--json');
    expect([who.status, who.stderr]).toEqual([
      0,
      expect.stringContaining("who.csv: 'nobody' is no function of the workload"),
    ]);
  });

  test('--explain shows the whole calculation for a function', () => {
    const [name] = rowsOf('p.arrow').map((row) => row.function);
    const {explain} = json('plan', 'w.arrow', '--no-trials', '--explain', name!);
    expect(explain).toHaveLength(1);
    expect(explain[0].windows[0].levels[0]).toMatchObject({slot: 1, kept: true});
    expect(run('plan', 'w.arrow', '--explain', 'nobody').status).toBe(2);
  });

  test('what cannot be planned ends with exit 4 and says which constraint', () => {
    const [name] = rowsOf('p.arrow').map((row) => row.function);
    writeFileSync(join(folder, 'huge.csv'), `function,min\n${name},50\n`);
    const {status, stderr} = run(
      'plan',
      'w.arrow',
      '--no-trials',
      '--limits',
      'huge.csv',
      '--budget-slots',
      '10',
      '--out',
      'x.arrow',
    );
    expect([status, stderr.replace(/\s+/g, ' ')]).toEqual([
      4,
      expect.stringContaining('minimum and pinned slots take 50 of slots, the budget is 10'),
    ]);
    expect(existsSync(join(folder, 'x.arrow'))).toBe(false);
    const late = run('plan', 'w.arrow', '--no-trials', '--p99-start-ms', '1', '--budget-slots', '1');
    expect([late.status, late.stderr.replace(/\s+/g, ' ')]).toEqual([
      4,
      expect.stringContaining('budget of slots is too small'),
    ]);
  });

  test.each([
    [['--window', '90s'], '--window is 1.5 min, must be whole minutes'],
    [['--window', '1'], "--window is '1', must be a time with a unit"],
    [['--budget-usd-per-day', 'much'], "--budget-usd-per-day is 'much', must be a number >= 0"],
    [['--profile', 'week'], '--cycle is week, but there are only 8 h of history'],
    [['--curve', 'spline'], "--curve is 'spline', must be one of auto, erlang"],
  ])('%j is a usage error', (flags, message) => {
    const {status, stderr} = run('plan', 'w.arrow', ...flags);
    expect([status, stderr.replace(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(message)]);
  });

  test('the plan may go through a pipe, with the summary on stderr', () => {
    const {status, stdout} = shell(
      'set -o pipefail; coldfront plan - --out - --quiet --no-trials < w.arrow | coldfront export - --to csv | head -1',
      folder,
    );
    expect(status).toBe(0);
    expect(stdout.toString()).toContain('owner,app,function,window_start_ms');
  });
});

describe('coldfront export, check and diff', () => {
  beforeAll(() => {
    json('plan', 'w.arrow', '--no-trials', '--out', 'one.arrow');
    json('plan', 'w.arrow', '--no-trials', '--delay-usd-per-hour', '1', '--out', 'two.arrow');
  });

  test.each(['csv', 'knative', 'keda', 'lambda', 'terraform'])('exports to %s, and keeps a map of names', (to) => {
    const out = run('export', 'one.arrow', '--to', to, '--out', `${to}.out`, '--names-out', `${to}.names`);
    expect([out.status, out.stdout.length]).toEqual([0, 0]);
    expect(readFileSync(join(folder, `${to}.names`), 'utf8').split('\n')[0]).toBe('owner,app,function,name');
    const again = run('export', 'one.arrow', '--to', to, '--out', `${to}.out`);
    expect(again.status).toBe(2);
  });

  test('check prints a line for each missed objective and nothing else on stdout', () => {
    const good = run('check', 'one.arrow', '--p99-start-ms', '200', '--min-warm-share', '99%');
    expect([good.status, good.stdout.toString()]).toEqual([0, '']);
    expect(good.stderr).toBe('2 of 2 objectives met\n');
    const bad = run('check', 'one.arrow', '--max-usd-per-day', '0.01', '--max-slots', '1', '--max-gap', '1');
    expect(bad.status).toBe(4);
    expect(bad.stdout.toString().trimEnd().split('\n')).toHaveLength(2);
    const asJson = run('check', 'one.arrow', '--max-slots', '1', '--json');
    expect([asJson.status, JSON.parse(asJson.stdout.toString()).met]).toEqual([4, false]);
  });

  test('check reads the report of a replay, also from a pipe', () => {
    const {status, stdout} = shell(
      'coldfront replay w.arrow --policy none --policy fixed:ttl=10m --json | coldfront check - --max-cold-share .5',
      folder,
    );
    expect(status).toBe(4);
    expect(stdout.toString()).toBe('missed: share of cold calls (none) is 100 %, must be at most 50 %\n');
  });

  test('check without an objective, or of something else, is refused', () => {
    expect(run('check', 'one.arrow').status).toBe(2);
    expect(run('check', 'w.arrow', '--max-slots', '1').status).toBe(3);
    writeFileSync(join(folder, 'no.json'), '{');
    expect(run('check', 'no.json', '--max-slots', '1').status).toBe(3);
  });

  test('diff says what changed, and with --exit-code whether', () => {
    expect(run('diff', 'one.arrow', 'one.arrow', '--exit-code').status).toBe(0);
    const changed = run('diff', 'one.arrow', 'two.arrow', '--exit-code');
    expect(changed.status).toBe(4);
    expect(changed.stdout.toString()).toMatch(/functions changed: \d+ gained slots/);
    expect(json('diff', 'one.arrow', 'two.arrow')).toMatchObject({
      schema: 'coldfront.diff/1',
      kind: 'plan',
      same: false,
    });
    writeFileSync(join(folder, 'r.json'), run('plan', 'w.arrow', '--no-trials', '--json').stdout);
    expect(run('diff', 'r.json', 'one.arrow').status).toBe(2);
    expect(run('diff', 'r.json', 'r.json').stdout.toString()).toBe('no number changed\n');
  });

  test('no team has more cold starts than calls, however few slots there are', () => {
    const {teams} = json('plan', 'w.arrow', '--no-trials', '--objective', 'worst-team', '--budget-slots', '5');
    expect(Math.max(...teams.map(({coldShare}: {coldShare: number}) => coldShare))).toBe(1);
  });

  test('delay at no price costs nothing, to the last digit', () => {
    const {expected, usdPerDay} = json('plan', 'w.arrow', '--no-trials', '--delay-usd-per-hour', '0');
    expect(expected.costUsdPerDay.delay).toBe(0);
    expect(usdPerDay).toBe(expected.costUsdPerDay.warm);
  });

  test('a slot that was not given has a reason for that, not one for the slots beside it', () => {
    for (const budget of [[], ['--budget-slots', '40'], ['--budget-slots', '40', '--fair']]) {
      const {refused} = json('plan', 'w.arrow', '--no-trials', '--refused', '200', ...budget);
      expect(refused.length).toBeGreaterThan(50);
      for (const one of refused) {
        expect(one.reason).toMatch(/^refused: /);
        // What would pay was refused for want of budget, and nothing else was.
        const paid = budget.length > 0 && one.usdPerDay > 0;
        expect(/budget|share/.test(one.reason), JSON.stringify(one)).toBe(paid);
      }
    }
  });

  test('of counts by the minute, less than a minute is no history', () => {
    const {status, stderr} = run('plan', 'w.arrow', '--train-until', '30s');
    expect([status, stderr]).toEqual([2, expect.stringContaining("--train-until is '30s', must be 1m at least")]);
  });

  test('a minute of more instances than are planned for is bad input, and names the way out', () => {
    const workload = minuteWorkload([{function: 'hot', minute: 0, count: 2 ** 31}]);
    writeWorkload(workload, join(folder, 'hot.arrow'), {force: false});
    const {status, stderr} = run('plan', 'hot.arrow');
    expect([status, stderr.replace(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringMatching(/'hot' has 2,147,483,648 calls .*ten/),
    ]);
  });

  test('an empty workload is bad input', () => {
    writeWorkload(minuteWorkload([]), join(folder, 'empty.arrow'), {force: false});
    const {status, stderr} = run('plan', 'empty.arrow');
    expect([status, stderr]).toEqual([3, expect.stringContaining('empty.arrow: the workload is empty')]);
  });
});
