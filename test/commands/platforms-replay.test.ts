import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const MAP = 'function=function,app=app,trigger=trigger,arrival=at:s,duration=ms:ms,memory=mib:MiB';

/** A trace of `function,app,trigger,at,ms,mib[,cold]` rows, replayed; the report. */
function report(rows: readonly string[], ...args: string[]) {
  const cold = rows[0]!.split(',').length > 6;
  const header = `function,app,trigger,at,ms,mib${cold ? ',cold' : ''}`;
  writeFileSync(join(folder, 'c.csv'), [header, ...rows, ''].join('\n'));
  const map = cold ? `${MAP},cold=cold:ms` : MAP;
  const made = run('ingest', 'c.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--force', '--quiet');
  expect([made.status, made.stderr]).toEqual([0, '']);
  const {status, stdout, stderr} = run('replay', 'w.arrow', '--json', ...args);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
}
const first = (rows: readonly string[], ...args: string[]) => report(rows, ...args).runs[0];
const times = (n: number, row: (k: number) => string) => Array.from({length: n}, (_, k) => row(k));

describe('--platform lambda', () => {
  test('is what its flags say: the same run, but for the account', () => {
    const rows = times(30, (k) => `f,a,http,${k * 400},1500,512`);
    const {runs, platform, prices} = report(rows, '--platform', 'lambda:account=0');
    const byHand = first(
      rows,
      ...['--policy', 'fixed:ttl=10m', '--concurrency', '1', '--full', 'drop', '--prices', 'lambda'],
      ...['--start-rate', '1000/10s:burst=1000,per=function', '--cold', 'lambda:runtime=nodejs20.x,memory=512MiB'],
    );
    expect(runs[0]).toEqual(byHand);
    expect(platform.assumed).toEqual(['policy', 'concurrency', 'full', 'start-rate', 'prices', 'cold']);
    expect(prices).toMatchObject({sheet: 'lambda', asOf: '2026-11', recalled: [], given: []});
  });

  test('every part goes by a flag that is given', () => {
    const rows = times(4, () => 'f,a,http,0,1000,1024');
    const {runs, platform, prices} = report(
      rows,
      ...['--platform', 'lambda', '--concurrency', '4', '--policy', 'none', '--cold', 'fixed:2s'],
      ...['--price', 'usdPerMillionRequests=1'],
    );
    expect(platform.assumed).toEqual(['full', 'start-rate', 'prices']);
    expect(runs[0]).toMatchObject({policy: 'none', cold: 1, warm: 3, peakSlots: 1});
    expect(runs[0].costUsd.requests).toBeCloseTo(4e-6, 15);
    expect(prices.given).toEqual(['usdPerMillionRequests']);
  });

  test('a call beyond the account, or beyond a reservation, is throttled; idle environments stay', () => {
    // Of five at once three are in flight; later, g starts beside the idle three of f.
    const rows = [...times(5, () => 'f,a,http,0,1000,512'), 'g,a,http,30,1000,512'];
    const base = ['--platform', 'lambda:account=3,keep-alive=10m', '--cold', 'fixed:100ms'];
    expect(first(rows, ...base)).toMatchObject({cold: 4, warm: 0, throttled: 2, evictions: 0, peakSlots: 4});
    writeFileSync(join(folder, 'f.csv'), 'function,reserved\nf,2\n');
    expect(first(rows, ...base, '--functions', 'f.csv')).toMatchObject({cold: 3, throttled: 3});
    // One is left for whoever has none reserved.
    writeFileSync(join(folder, 'f.csv'), 'function,reserved\ng,2\n');
    expect(first(rows, ...base, '--functions', 'f.csv')).toMatchObject({cold: 2, throttled: 4});
  });

  test('a function starts a thousand at once, and a hundred more a second', () => {
    // 1,000 tokens; at 1 s a hundred more, of 300 that want one.
    const rows = [...times(1200, () => 'f,a,http,0,9000,128'), ...times(300, () => 'f,a,http,1,9000,128')];
    const {cold, throttled} = first(rows, '--platform', 'lambda:account=0', '--cold', 'fixed:1ms');
    expect({cold, throttled}).toEqual({cold: 1100, throttled: 400});
  });

  test('provisioned concurrency serves first, spills over, and counts against the account whether busy or not', () => {
    // Two provisioned for f. Three at once: one spills over. At 60 s one call.
    const rows = [...times(3, () => 'f,a,http,0,10000,1024'), 'f,a,http,60,20000,1024', 'g,a,http,60,1000,1024'];
    writeFileSync(join(folder, 'f.csv'), 'function,min\nf,2\n');
    const args = ['--functions', 'f.csv', '--cold', 'fixed:1s', '--until', '120s'];
    const {runs} = report(rows, '--platform', 'lambda', ...args);
    expect(runs[0].kept).toEqual({instances: 2, utilisation: 40 / 240, spillOver: 1});
    expect(runs[0].costUsd.warm).toBeCloseTo(2 * 300 * 4.1667e-6, 15);
    expect(runs[0].costUsd.execution).toBeCloseTo(40 * 9.7222e-6 + (11 + 2) * 1.66667e-5, 15);
    // An account of two is all provisioned: what spills over is throttled, and so is g.
    expect(first(rows, '--platform', 'lambda:account=2', ...args)).toMatchObject({warm: 3, cold: 0, throttled: 2});
    expect(first(rows, '--platform', 'lambda:account=3', ...args)).toMatchObject({warm: 3, cold: 2, throttled: 0});
  });

  test('SnapStart restores: a restore and what is restored are paid for, no start', () => {
    const rows = ['f,a,http,0,100.5,2048', 'f,a,http,60,100,2048'];
    const {runs, prices} = report(rows, '--platform', 'lambda:snapstart=yes,restore=250ms', '--until', '2m');
    expect(runs[0].coldTimeMs.max).toBe(250);
    expect(runs[0].costUsd.execution).toBeCloseTo(2 * (0.101 + 0.1) * 1.66667e-5 + 2 * 0.0001397998, 12);
    expect(runs[0].costUsd.warm).toBeCloseTo(2 * 120 * 1.5046e-6, 12);
    expect(prices.recalled).toEqual(['restoreUsdPerGb', 'snapshotUsdPerGbSecond']);
    writeFileSync(join(folder, 'f.csv'), 'function,min\nf,2\n');
    const refused = run('replay', 'w.arrow', '--platform', 'lambda:snapstart=yes', '--functions', 'f.csv');
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(/goes without\s+instances/)]);
  });

  test('keeps environments for as long as the trace tells, and takes its cold times', () => {
    // Gaps of 4 minutes are warm, gaps of 6 cold.
    const rows = times(60, (k) => {
      const at = Math.floor(k / 2) * 600 + (k % 2) * 240;
      return `f,a,http,${at},100,512,${k % 2 === 0 ? 750 : ''}`;
    });
    const {calibrated, runs} = report(rows, '--platform', 'lambda');
    expect(calibrated.differingCalls).toBe(0);
    expect(calibrated.ttlMs).toBeGreaterThan(239_000);
    expect(calibrated.ttlMs).toBeLessThanOrEqual(360_000);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({cold: 30, warm: 30, coldTimeMs: {max: 750}});
    expect(first(rows, '--platform', 'lambda:keep-alive=1m')).toMatchObject({policy: 'fixed:ttl=1m', cold: 60});
  });
});

describe('--platform cloud-run', () => {
  test('eighty calls an instance, a maximum that keeps calls waiting for ten seconds, idle for a quarter of an hour', () => {
    const rows = [...times(200, () => 's,a,http,0,15000,512'), 's,a,http,900,100,512', 's,a,http,1900,100,512'];
    const base = ['--cold', 'fixed:1s'];
    expect(first(rows, '--platform', 'cloud-run', ...base)).toMatchObject({cold: 4, warm: 198, peakSlots: 3});
    // Two instances take 160 of 200, forty wait for 16 s and give up after 10.
    const limited = first(rows, '--platform', 'cloud-run:max=2', ...base);
    expect(limited).toMatchObject({cold: 3, warm: 159, abandoned: 40, peakSlots: 2});
  });

  test('a minimum is paid for while it idles; billed by instance, every instance is all its life', () => {
    const rows = ['s,a,http,0,10000,1024', 's,a,http,50,1000,1024'];
    const kept = first(rows, '--platform', 'cloud-run:min=1', '--cold', 'fixed:1s');
    expect(kept).toMatchObject({cold: 0, kept: {instances: 1, spillOver: 0}});
    expect(kept.costUsd.warm).toBeCloseTo(49 * (2.5e-6 + 2.5e-6), 15);
    const life = first(rows, '--platform', 'cloud-run:billing=instance', '--cold', 'fixed:1s');
    expect(life.costUsd.warm + life.costUsd.execution).toBeCloseTo(60 * (1.8e-5 + 2e-6), 15);
  });
});

describe('--platform knative', () => {
  test('calls wait for pods that the autoscaler orders; nodes are paid for whole', () => {
    const rows = times(60, (k) => `s,a,http,${k},500,512`);
    const {runs, fleet, prices} = report(rows, '--platform', 'knative', '--cold', 'fixed:2s');
    expect(fleet).toMatchObject({hosts: null, memoryMibPerHost: 16_384});
    expect(runs[0]).toMatchObject({cold: 0, warm: 60, peakHosts: 1, hostSeconds: 60});
    expect(runs[0].policy).toBe('knative:target=0,utilization=0.7,window=1m,grace=30s');
    expect(runs[0].startDelayMs.max).toBe(2000);
    expect(runs[0].costUsd).toMatchObject({hosts: runs[0].costUsd.total});
    expect(runs[0].costUsd.hosts).toBeCloseTo(0.192 / 60, 12);
    expect(prices.recalled).toEqual(['hostUsdPerHour']);
  });

  test('min-scale keeps pods, max-scale limits them', () => {
    const rows = [...times(10, () => 's,a,http,10,5000,512'), 's,a,http,50,1000,512'];
    const args = ['--concurrency', '1', '--cold', 'fixed:1s'];
    expect(first(rows, '--platform', 'knative:min=10', ...args).startDelayMs.max).toBe(0);
    expect(first(rows, '--platform', 'knative:max=2', ...args)).toMatchObject({peakSlots: 2, warm: 11});
  });
});

describe('--platform azure-flex', () => {
  test('http functions of an app share instances of the largest memory, others have their own', () => {
    const rows = [
      ...times(4, (k) => `h${k % 2},shop,http,0,2000,${k % 2 === 0 ? 512 : 2048}`),
      'q,shop,queue,0,2000,2048',
      'h0,other,http,0,2000,2048',
      'h1,shop,http,100,500,2048',
    ];
    const {runs} = report(rows, '--platform', 'azure-flex', '--cold', 'fixed:1s');
    // One instance for the four calls of shop's two, one for its queue, one for the other app; all at 2 GB.
    expect(runs[0]).toMatchObject({cold: 3, warm: 4, peakSlots: 3, peakMemoryMib: 3 * 2048});
    expect(runs[0].costUsd.execution).toBeCloseTo(2 * (3 * 2 + 1) * 2.6e-5, 12);
    // Each place is a call's: with one a call, each of the four has an instance of its own.
    expect(first(rows, '--platform', 'azure-flex:http=1', '--cold', 'fixed:1s')).toMatchObject({cold: 6, peakSlots: 6});
  });

  test('always-ready instances of a group are the sum of its functions', () => {
    const rows = ['h0,shop,http,0,2000,2048', 'h1,shop,http,0,2000,2048'];
    writeFileSync(join(folder, 'f.csv'), 'function,min\nh0,1\nh1,2\n');
    const {kept, cold, costUsd} = first(rows, '--platform', 'azure-flex', '--functions', 'f.csv');
    expect([kept.instances, cold]).toEqual([3, 0]);
    expect(costUsd.warm).toBeCloseTo(3 * 2 * 60 * 4e-6, 12);
    const refused = run(
      'replay',
      'w.arrow',
      '--platform',
      'azure-flex',
      '--hosts',
      '4',
      '--slots',
      '9',
      '--cells',
      '2',
    );
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(/share\s+instances/)]);
  });
});

describe('--platform openwhisk', () => {
  const args = ['--cold', 'fixed:1s'];

  test('a start of its size takes a stem cell and has half of it left; a new cell is there when it has been made', () => {
    // Two cells: the third call at 0 s starts from nothing. At 0.6 s both are there again, after half a second.
    const rows = [
      ...times(3, (k) => `f${k},a,http,0,100,256`),
      'big,a,http,0,100,512',
      ...times(2, (k) => `g${k},a,http,0.6,100,256`),
    ];
    const {runs} = report(rows, '--platform', 'openwhisk', ...args);
    expect(runs[0].cold).toBe(6);
    expect(runs[0].slotSeconds.starting).toBeCloseTo(4 * 0.5 + 2 * 1, 9);
    const none = first(rows, '--platform', 'openwhisk:stem-cells=0', ...args);
    expect(none.slotSeconds.starting).toBe(6);
    const quick = first(rows, '--platform', 'openwhisk:init=0.2,stem-cells=1', ...args);
    // f0 takes the only cell; the next is made in 0.8 s, so that nobody finds it.
    expect(quick.slotSeconds.starting).toBeCloseTo(0.2 + 5, 9);
  });

  test('a container that is paused takes time to go on, one that has just been used does not', () => {
    const rows = ['f,a,http,0,100,512', 'f,a,http,1.14,100,512', 'f,a,http,1.3,100,512', 'f,a,http,30,100,512'];
    // Ready at 1 s, free at 1.1 s. At 1.14 s it has been idle for 40 ms, at 1.3 s for 60, at 30 s for long.
    const {startDelayMs, slotSeconds, warm} = first(rows, '--platform', 'openwhisk', ...args);
    expect(warm).toBe(3);
    expect([startDelayMs.p50, startDelayMs.max]).toEqual([20, 1000]);
    expect(slotSeconds.busy).toBeCloseTo(0.4 + 2 * 0.02, 9);
  });

  test("stem cells take their memory off an invoker's pool", () => {
    // 1 GiB less two cells of 256 MiB: two of 256 MiB fit, the third waits or opens another invoker.
    const rows = times(3, (k) => `f${k},a,http,0,30000,256`);
    expect(first(rows, '--platform', 'openwhisk', '--memory', '1GiB', ...args)).toMatchObject({peakHosts: 2});
    expect(first(rows, '--platform', 'openwhisk', '--hosts', '1', '--memory', '1GiB', ...args)).toMatchObject({
      peakHosts: 1,
      queued: 1,
    });
    const refused = run('replay', 'w.arrow', '--platform', 'openwhisk', '--memory', '512MiB');
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(/leave\s+nothing/)]);
  });
});

describe('what is printed', () => {
  test('assumptions, and the sheet with its source and what of it is recalled', () => {
    report(['f,a,http,0,100,512'], '--platform', 'lambda');
    const {stdout} = run('replay', 'w.arrow', '--platform', 'openwhisk:resume=5ms');
    expect(stdout.toString()).toMatch(/^openwhisk:resume=5ms: an invoker has all memory/m);
    expect(stdout.toString()).toMatch(
      /^Prices: knative \(m5\.xlarge on demand, us-east-1\), as of 2026-11; recalled, not read: hostUsdPerHour\.$/m,
    );
    const frontier = run('frontier', 'w.arrow', '--platform', 'lambda:keep-alive=5m');
    expect(frontier.stdout.toString()).toMatch(/^Prices: lambda \(/m);
    expect(frontier.stdout.toString()).toContain('against fixed:ttl=5m');
  });

  test('an unknown platform or key is refused by name', () => {
    const {status, stderr} = run('replay', 'w.arrow', '--platform', 'lamda');
    expect([status, stderr]).toEqual([2, expect.stringContaining("platform 'lamda'")]);
    expect(run('replay', 'w.arrow', '--platform', 'lambda:x=1').stderr).toContain('parameters of lambda: account');
  });
});
