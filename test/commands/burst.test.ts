import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {plainCsvRows, temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const json = (...args: string[]) => {
  const {status, stdout, stderr} = run(...args, '--json', '--quiet');
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
};
const said = (stderr: string) => stderr.replace(/\s+/g, ' ');

/** Single calls of two owners, four an hour and a minute, over two hours; and counts. */
beforeAll(() => {
  const rows = Array.from({length: 480}, (_, k) => `x,one,${k % 4 ? 'a' : 'b'},http,${k * 15},0.1`);
  writeFileSync(join(folder, 't.csv'), `o,p,f,t,at,d\n${rows.join('\n')}\n`);
  const map = 'owner=o,app=p,function=f,trigger=t,arrival=at:s,duration=d:s';
  expect(run('ingest', 't.csv', '--format', 'csv', '--map', map, '--out', 'single.arrow').status).toBe(0);
  const many = ['--functions', '200', '--rate', '20', '--span', '2h', '--out', 'counted.arrow', '--quiet'];
  expect(run('synth', ...many).status).toBe(0);
});

const burst = ['--burst', 'at=30m,for=90s,rate=40'];
const workloads = ['single.arrow', 'counted.arrow'];

describe.each(workloads)('--burst on %s', (workload) => {
  test('calls of the run are calls of the workload and of the burst, on fleets with and without limits, by lanes and by events', () => {
    const own = json('replay', workload).workload.invocations;
    for (const fleet of [[], ['--hosts', '2', '--slots', '30']]) {
      const lanes = json('replay', workload, ...burst, ...fleet);
      expect(lanes.workload).toMatchObject({invocations: own + 3600, burstCalls: 3600});
      const {invocations, warm, cold, dropped, abandoned, stillQueued} = lanes.runs[0];
      expect(invocations).toBe(own + 3600);
      expect(warm + cold + dropped + abandoned + stillQueued).toBe(own + 3600);
      expect(json('replay', workload, ...burst, ...fleet, '--engine', 'events').runs).toEqual(lanes.runs);
    }
  });

  test('the same bytes for 1, 2 and 7 threads, and from shares that are merged', () => {
    const asked = [
      'replay',
      workload,
      ...burst,
      '--hosts',
      '4',
      '--slots',
      '20',
      '--cells',
      '4',
      '--policy',
      'surge',
      '--policy',
      'lru',
    ];
    const outputs = [1, 2, 7].map((threads) => run(...asked, '--json', '--threads', `${threads}`).stdout.toString());
    expect(outputs[1]).toBe(outputs[0]);
    expect(outputs[2]).toBe(outputs[0]);
    for (const k of [1, 2]) {
      expect(run(...asked, '--shard', `${k}/2`, '--out', `${workload}-${k}.part`, '--force').status).toBe(0);
    }
    const merged = run('merge', `${workload}-1.part`, `${workload}-2.part`, '--json');
    expect([merged.status, merged.stdout.toString()]).toEqual([0, outputs[0]]);
  });

  test('a seed makes it, another makes it elsewhere; the calls of the trace stay when they were', () => {
    const arrivals = (...args: string[]) => {
      expect(run('replay', workload, '--calls', 'log.csv', '--force', '--quiet', ...args).status).toBe(0);
      return plainCsvRows(readFileSync(join(folder, 'log.csv'), 'utf8')).map(
        (row) => `${row.function} ${row.arrival_us}`,
      );
    };
    const own = arrivals();
    const [one, again, other] = [arrivals(...burst), arrivals(...burst), arrivals(...burst, '--seed', '2')];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    const left = new Set(one);
    expect(own.filter((call) => !left.has(call))).toEqual([]);
  });
});

describe('one burst', () => {
  test('it is in what every command reads', () => {
    const own = json('describe', 'single.arrow').invocations;
    expect(json('describe', 'single.arrow', ...burst).invocations).toBe(own + 3600);
    expect(json('frontier', 'single.arrow', '--policy', 'none', ...burst).workload.invocations).toBe(own + 3600);
    const size = ['size', 'single.arrow', '--find', 'slots', '--p99-start', '400ms', '--seeds', '1'];
    expect(json(...size, ...burst).answer).toBeGreaterThan(json(...size).answer);
    expect(json('plan', 'single.arrow', ...burst).demand.callsPerDay).toBeCloseTo((own + 3600) * 12, 3);
  });

  test('of a function, by its name or with app and owner before it, and by its shape', () => {
    const a = (...args: string[]) => {
      expect(run('replay', 'single.arrow', '--per-function', 'f.csv', '--force', '--quiet', ...args).status).toBe(0);
      return plainCsvRows(readFileSync(join(folder, 'f.csv'), 'utf8')).map(
        (row) => `${row.function} ${row.invocations}`,
      );
    };
    expect(a('--burst', 'at=1m,for=10s,rate=30,functions=b')).toEqual(['b 420', 'a 360']);
    expect(a('--burst', 'at=1m,for=10s,rate=30,functions=x/one/b,shape=triangle')).toEqual(['b 270', 'a 360']);
    expect(
      a('--burst', 'at=1m,for=1m,rate=600/1m,functions=one/a,shape=ramp', '--burst', 'at=0s,for=1s,rate=1,functions=b'),
    ).toEqual(['b 121', 'a 660']);
  });

  test('is told on stderr, comes on top of --scale, and stands in a file of settings', () => {
    expect(run('describe', 'single.arrow', ...burst).stderr).toBe('a burst adds 3,600 calls\n');
    expect(json('describe', 'single.arrow', '--scale', '2', ...burst).invocations).toBe(960 + 3600);
    writeFileSync(join(folder, 'b.json'), '{"burst": ["at=30m,for=90s,rate=40"]}');
    expect(json('describe', 'single.arrow', '--profile', 'b.json').invocations).toBe(480 + 3600);
    expect(json('describe', 'single.arrow', '--set', 'burst=at=30m,for=90s,rate=40').invocations).toBe(480 + 3600);
  });

  test.each([
    ['at=2h,for=60s,rate=1', 2, 'ends at 2h1m, after the workload does'],
    ['at=1m,for=0s,rate=1', 2, 'for is 0, must be above 0'],
    ['at=1m,for=10s,rate=fast', 2, "rate is 'fast', must be calls a time above 0"],
    ['at=1m,for=10s', 2, 'needs rate=...'],
    ['at=1m,for=10s,rate=1,shape=round', 2, 'must be flat, ramp, triangle or decay'],
    ['at=1m,for=10s,rate=1,functions=c', 3, "has no function 'c'"],
    ['at=1m,for=1h,rate=1e13', 2, 'more than a workload can hold'],
  ])('%s: exit %d', (text, status, message) => {
    const refused = run('describe', 'single.arrow', '--burst', text);
    expect([refused.status, said(refused.stderr)]).toEqual([status, expect.stringContaining(message)]);
  });
});

test('a plan that knows of a burst by its rate has fewer cold starts and costs less when it comes', () => {
  const args = ['--functions', '40', '--rate', '5', '--span', '4h', '--seed', '5', '--out', 's.arrow', '--quiet'];
  expect(run('synth', ...args).status).toBe(0);
  writeFileSync(join(folder, 'event.csv'), 'start,duration,rate,class\n1h,10m,60,*\n');
  json('plan', 's.arrow', '--no-trials', '--out', 'calm.arrow');
  json('plan', 's.arrow', '--no-trials', '--events', 'event.csv', '--out', 'event.arrow');
  const plans = ['--policy', 'plan:file=calm.arrow', '--policy', 'plan:file=event.arrow'];
  const {runs} = json('replay', 's.arrow', ...plans, '--burst', 'at=1h,for=10m,rate=60');
  const [calm, event] = runs;
  expect(event.cold).toBeLessThan(calm.cold);
  expect(event.usdPerDay).toBeLessThan(calm.usdPerDay);
});
