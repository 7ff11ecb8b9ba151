import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const json = (...args: string[]) => {
  const {status, stdout, stderr} = run(...args, '--json');
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
};

/** Two days: `night` from the same hour of each day, eight calls twenty minutes apart; `rare` twice; `twin` two at once. */
const calls = [0, 1].flatMap((day) => [
  ...Array.from({length: 8}, (_, k) => `night,${day * 86_400 + 5400 + k * 1200},1000`),
  `rare,${day * 86_400 + 40_000},1000`,
  ...[0, 1].map(() => `twin,${day * 86_400 + 50_000},1000`),
]);

beforeAll(() => {
  const rows = ['function,arrival,duration', ...calls, 'rare,172799,1', ''].join('\n');
  writeFileSync(join(folder, 'c.csv'), rows);
  const map = 'function=function,arrival=arrival:s,duration=duration:ms';
  expect(run('ingest', 'c.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

const onLambda = ['--platform', 'lambda:keep-alive=10m', '--cold', 'fixed:10s', '--default-memory', '1GiB'];

describe('plan --platform lambda', () => {
  test('keeps an instance in the hours in which that costs less than waiting, and replay finds that bill', () => {
    // An hour of one costs $0.015, and one call of 10 s that waits at $20 an hour $0.056.
    const priced = [...onLambda, '--delay-usd-per-hour', '20'];
    const report = json('plan', 'w.arrow', ...priced, '--out', 'p.arrow');
    const night = report.functions.find((one: {function: string}) => one.function === 'night');
    // Time 0 is its first call, the last of the day comes after two hours and twenty minutes.
    expect(night.schedule).toEqual([
      {fromHour: 0, untilHour: 3, count: 1},
      {fromHour: 3, untilHour: 24, count: 0},
    ]);
    expect(night.scalableTarget).toEqual({
      alias: 'live',
      resourceId: 'function:night:live',
      minCapacity: 0,
      maxCapacity: 1,
    });
    const [run30] = json('replay', 'w.arrow', ...priced, '--policy', 'plan:file=p.arrow').runs;
    expect(run30.usdPerDay * 30).toBeCloseTo(report.best.usdPerMonth, 9);
    expect(run30.kept).toEqual(report.best.kept);
    // Sixteen cold starts are gone.
    const [before] = json('replay', 'w.arrow', ...priced).runs;
    expect(before.usdPerDay * 30).toBeCloseTo(report.now.usdPerMonth, 9);
    expect(report.savesUsdPerMonth).toBeGreaterThan(0);
  });

  test('where waiting is free nothing is kept that does not pay for itself', () => {
    const report = json('plan', 'w.arrow', ...onLambda);
    expect([report.changed, report.functions, report.savesUsdPerMonth]).toEqual([[], [], 0]);
    const text = run('plan', 'w.arrow', ...onLambda).stdout.toString();
    expect(text).toMatch(/^lambda:keep-alive=10m: leave it as it is/);
  });

  test('meets a start delay, and says with exit 4 where nothing does', () => {
    const report = json('plan', 'w.arrow', ...onLambda, '--p99-start-ms', '0');
    expect(report.met).toBe(true);
    expect(report.best.startDelayMs.p99).toBe(0);
    expect(report.best.usdPerMonth).toBeGreaterThan(report.now.usdPerMonth);
    const missed = run('plan', 'w.arrow', '--platform', 'openwhisk', '--p99-start-ms', '0');
    expect([missed.status, missed.stdout.toString()]).toEqual([4, expect.stringContaining('comes nearest')]);
  });

  test('its plan goes to Terraform as a target and scheduled actions', () => {
    const exported = run('export', 'p.arrow', '--to', 'terraform', '--start', '2026-01-05T00:00Z');
    const {resource} = JSON.parse(exported.stdout.toString());
    expect(resource.aws_appautoscaling_target.cf_night_live).toMatchObject({
      resource_id: 'function:night:live',
      max_capacity: 1,
    });
    const schedules = Object.entries<{schedule: string}>(resource.aws_appautoscaling_scheduled_action)
      .filter(([label]) => label.startsWith('cf_night'))
      .map(([, {schedule}]) => schedule);
    expect(schedules.sort()).toEqual(['cron(0 3 * * ? *)', 'cron(58 23 * * ? *)']);
  });
});

test('plan --platform knative finds target and window, export writes them', () => {
  const report = json('plan', 'w.arrow', '--platform', 'knative', '--cold', 'fixed:1s', '--out', 'k.arrow');
  expect(report.knobs).toMatchObject({platform: 'knative', utilization: 0.7});
  expect(report.best.usdPerMonth).toBeLessThanOrEqual(report.now.usdPerMonth);
  const patches = JSON.parse(run('export', 'k.arrow', '--to', 'knative', '--all').stdout.toString());
  expect(patches).toHaveLength(3);
  expect(patches[0].spec.template.metadata.annotations).toMatchObject({
    'autoscaling.knative.dev/target': String(report.knobs.target),
    'autoscaling.knative.dev/target-utilization-percentage': '70',
    'autoscaling.knative.dev/window': `${report.knobs.windowS}s`,
  });
});

describe('limits of instances', () => {
  const burst = (name: string, at: number, calls: number) =>
    Array.from({length: calls}, (_, k) => `${name},${at + k / 100},2000`);
  const args = ['--platform', 'cloud-run', '--concurrency', '1', '--cold', 'fixed:1s', '--p99-start-ms', '1000'];

  beforeAll(() => {
    // Eleven at once, then one; three at once.
    const rows = ['function,arrival,duration', ...burst('wide', 0, 11), ...burst('narrow', 5, 3), 'wide,90,2000', ''];
    writeFileSync(join(folder, 'm.csv'), rows.join('\n'));
    const map = 'function=function,arrival=arrival:s,duration=duration:ms';
    expect(run('ingest', 'm.csv', '--format', 'csv', '--map', map, '--out', 'm.arrow', '--quiet').status).toBe(0);
  });

  test('are the most instances that a function had at a time and a fifth more; with them nothing waits', () => {
    const report = json('plan', 'm.arrow', ...args, '--out', 'm-plan.arrow', '--force');
    // 1.2 x 11 = 13.2, and 1.2 x 3 = 3.6. The flag goes before the platform's key, of which no value is tried then.
    expect(report.knobs.concurrency).toBe(1);
    expect(report.replays).toBeLessThan(8);
    expect(report.limits).toEqual({headroom: 0.2, functions: 2, least: 4, most: 14});
    const services = JSON.parse(run('export', 'm-plan.arrow', '--to', 'cloud-run').stdout.toString());
    expect(services.map(({service, maxInstances}: Record<string, unknown>) => [service, maxInstances])).toEqual([
      ['wide', 14],
      ['narrow', 4],
    ]);
    const followed = json('replay', 'm.arrow', ...args.slice(0, 6), '--policy', 'plan:file=m-plan.arrow').runs[0];
    expect(followed).toMatchObject({throttled: 0, abandoned: 0, queued: 0, stillQueued: 0});
    expect(followed.usdPerDay * 30).toBeCloseTo(report.best.usdPerMonth, 9);
    expect(followed.startDelayMs.p99).toBe(report.best.startDelayMs.p99);
    expect(run('plan', 'm.arrow', ...args).stdout.toString()).toContain(
      'Limit each of 2 functions to the most instances that it had at a time and 20 % more (max): 4 to 14.',
    );
  });

  test('stay within what the platform allows; Lambda has none', () => {
    const own = ['--platform', 'cloud-run:max=5', ...args.slice(2, 6)];
    expect(json('plan', 'm.arrow', ...own).limits).toMatchObject({least: 4, most: 5});
    expect(json('plan', 'm.arrow', '--platform', 'lambda', '--cold', 'fixed:1s').limits).toBeNull();
  });
});

describe('platforms', () => {
  test('has two rows a platform, the second no later and no dearer than the first', () => {
    const report = json('platforms', 'w.arrow', '--cold', 'fixed:1s');
    expect(report.rows).toHaveLength(10);
    for (let k = 0; k < report.rows.length; k += 2) {
      const [usual, best] = [report.rows[k], report.rows[k + 1]];
      expect([usual.settings, best.settings, best.platform]).toEqual(['default', 'best', usual.platform]);
      expect(best.usdPerMonth).toBeLessThanOrEqual(usual.usdPerMonth);
      expect(best.startDelayMs.p99).toBeLessThanOrEqual(usual.startDelayMs.p99);
    }
    // The first row is what replay says.
    const [lambda] = json('replay', 'w.arrow', '--platform', 'lambda', '--cold', 'fixed:1s').runs;
    expect(report.rows[0].usdPerMonth).toBeCloseTo(lambda.usdPerDay * 30, 9);
  });

  test('--on takes names and keys; text has a footnote each', () => {
    const {stdout} = run('platforms', 'w.arrow', '--on', 'cloud-run:max=9,min=1,lambda:account=5');
    const text = stdout.toString();
    expect(text).toMatch(/^cloud-run:max=9,min=1 \[1\] {2}as it comes/m);
    expect(text).toMatch(/^lambda:account=5 \[2\]/m);
    expect(text).toMatch(
      /^\[2\] lambda:account=5: best: .*the account may have 5 calls in flight\. Prices: lambda \(/m,
    );
    expect(run('platforms', 'w.arrow', '--on', 'lambada').stderr).toContain("there is no platform 'lambada'");
    const [header, ...lines] = run('platforms', 'w.arrow', '--on', 'lambda', '--csv')
      .stdout.toString()
      .trim()
      .split('\n');
    expect(header).toMatch(/^platform,settings,changed,policy,usd_per_month/);
    expect(lines).toHaveLength(2);
  });
});
