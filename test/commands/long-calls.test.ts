import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {plainCsvRows, temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const said = (stdout: Buffer | string) => stdout.toString().replace(/\s+/g, ' ');

function ingest(name: string, calls: readonly string[]): void {
  writeFileSync(join(folder, `${name}.csv`), ['function,arrival,duration', ...calls, ''].join('\n'));
  const map = 'function=function,arrival=arrival:s,duration=duration:s';
  const args = [`${name}.csv`, '--format', 'csv', '--map', map, '--out', `${name}.arrow`, '--quiet'];
  expect(run('ingest', ...args).status).toBe(0);
}

beforeAll(() => {
  ingest('w', ['f,0,40', 'f,5,40', 'g,12,1', 'g,48,3', 'g,52,1', 'f,70,40', 'g,130,1']);
  ingest('hosts', ['a,0,100', 'b,1,10', 'a,2,100', 'a,3,100', 'e,12,92', 'c,50,51', 'd,60,60', 'b,130,10']);
  const many = ['--functions', '200', '--rate', '20', '--span', '20m', '--out', 'many.arrow', '--quiet'];
  expect(run('synth', ...many).status).toBe(0);
});

/** The report's run, and by call start and end in seconds and the host. */
function replayed(workload: string, ...args: string[]) {
  const usual = ['--policy', 'none', '--cold', 'fixed:0s', '--json', '--calls', 'log.csv', '--force'];
  const {status, stdout, stderr} = run('replay', `${workload}.arrow`, ...usual, ...args);
  expect([status, stderr]).toEqual([0, '']);
  const rows = plainCsvRows(readFileSync(join(folder, 'log.csv'), 'utf8')).map((row) => [
    `${row.function}${Number(row.arrival_us) / 1e6}`,
    [Number(row.start_us) / 1e6, Number(row.end_us) / 1e6, Number(row.host)],
  ]);
  return {run: JSON.parse(stdout.toString()).runs[0], calls: Object.fromEntries(rows)};
}

const two = ['--hosts', '2', '--slots', '2'];

describe('replay with a rolling restart', () => {
  const restart = ['--set', 'restart=at=10s,wave=1,for=5s'];

  test('by hand: the first host is empty after 35 s and back 5 later, the second after 1 s; who comes goes elsewhere', () => {
    const {run: it, calls} = replayed('w', ...two, ...restart);
    // Host 1 ends what came at 0 and 5 s; host 2 closes at 50 s, and the call of 48 s ends there.
    expect(calls).toEqual({
      f0: [0, 40, 1],
      f5: [5, 45, 1],
      g12: [12, 13, 2],
      g48: [48, 51, 2],
      g52: [52, 53, 1],
      f70: [70, 110, 1],
      g130: [130, 131, 1],
    });
    expect(it.restart).toMatchObject({hosts: 2, waves: 2, emptied: 2, wholeMs: 46_000});
    expect(it.restart.drainMs.max).toBe(35_000);
  });

  test('at once both are closed, and who comes waits until one is back', () => {
    const {run: it, calls} = replayed('w', ...two, '--set', 'restart=at=10s,wave=100%,for=5s');
    // Host 2 is empty, and back after 5 s.
    expect(calls.g12).toEqual([15, 16, 2]);
    expect(it.restart).toMatchObject({hosts: 2, waves: 1, emptied: 2, wholeMs: 40_000});
  });

  test('with --checkpoint calls leave at the end of their slice', () => {
    const slices = ['--checkpoint', 'every=10s,save=1s,restore=1s'];
    const {run: it, calls} = replayed('w', ...two, ...restart, ...slices);
    // Slices of f0 end at 10 and of f5 at 15 s: host 1 is empty at 15 and back at 20, when host 2 closes.
    expect(it.restart.waves).toBe(2);
    expect(it.restart.drainMs.max).toBeLessThanOrEqual(10_000);
    // Five slices of 9, 8, 8, 8 and 7 s of work, the last of them on the first host again.
    expect(calls.f0).toEqual([0, 48, 1]);
  });

  test('the text says it', () => {
    const {stdout} = run('replay', 'w.arrow', '--policy', 'none', ...two, ...restart);
    expect(said(stdout)).toMatch(/restart/i);
  });
});

describe('replay with a batch pool', () => {
  const batch = 'batch=hosts=1,slots=2,memory=2GiB,from=30s,start=10s,usdPerGbHour=0.012';

  test('by hand: long calls start there in 10 s, two at a time, and its memory is paid for whether it is used or not', () => {
    const {run: it, calls} = replayed('w', ...two, '--set', batch);
    expect(calls).toMatchObject({f0: [10, 50, 3], f5: [15, 55, 3], g12: [12, 13, 1], f70: [80, 120, 3]});
    // 3 minutes of 2 GiB; three times 40 s of 128 MiB.
    expect(it.batch).toMatchObject({hosts: 1, functions: 1, calls: 3});
    expect(it.batch.usd).toBeCloseTo((2 * 180 * 0.012) / 3600, 12);
    expect(it.batch.utilisation).toBeCloseTo((3 * 40 * 0.125) / (2 * 180), 9);
    expect(it.costUsd.hosts).toBeCloseTo(it.batch.usd, 12);
  });

  test('neither the timeout nor slices hold there', () => {
    const {run: it} = replayed('w', ...two, '--set', batch, '--timeout', '2s');
    expect(it.timeouts).toBe(1);
    expect(it.work).toMatchObject({usefulSeconds: 3 * 40 + 3, cutSeconds: 2, long: {calls: 3, ended: 3}});
  });

  test('by class it takes the functions of that class', () => {
    writeFileSync(join(folder, 'classes.csv'), 'function,class\ng,video\n');
    const pool = 'batch=hosts=1,slots=2,memory=2GiB,class=video,start=10s';
    const {calls} = replayed('w', ...two, '--functions', 'classes.csv', '--set', pool);
    expect(calls).toMatchObject({f0: [0, 40, 1], g12: [22, 23, 3]});
  });
});

describe('what comes of the time that calls take', () => {
  test('a timeout by hand: three of 40 s are cut at 30 s', () => {
    const {run: it} = replayed('w', ...two, '--timeout', '30s');
    expect(it.timeouts).toBe(3);
    expect(it.work).toMatchObject({
      ...{goodput: 6 / 96, usefulSeconds: 6, cutSeconds: 90, overheadSeconds: 0, lostSeconds: 0, duplicatedSeconds: 0},
      long: {fromMs: 30_000, functions: 1, calls: 3, ended: 0},
      short: {calls: 4},
    });
  });

  test('slices by hand: 40 s are 19, 18 and 3 of work, two saves and two restores of a second each', () => {
    const {run: it} = replayed('w', ...two, '--checkpoint', 'every=20s,save=1s,restore=1s');
    expect(it.slices).toMatchObject({checkpoints: 6, overheadSeconds: 12});
    expect(it.work).toMatchObject({goodput: 126 / 138, usefulSeconds: 126, overheadSeconds: 12});
    expect(it.work.long.completionMs.max).toBe(44_000);
  });

  test('a host that fails by hand: 10 s of one call and 5 s of the other are lost', () => {
    const fault = ['--fail', 'hosts=1,at=10s,for=2s', '--timeout', '10m'];
    const {run: it} = replayed('w', '--hosts', '1', '--slots', '4', ...fault);
    expect(it.lost).toBe(2);
    expect(it.work).toMatchObject({usefulSeconds: 46, lostSeconds: 15, goodput: 46 / 61});
  });
});

describe('--placement lifetime', () => {
  const three = ['--hosts', '2', '--slots', '3', '--placement'];

  test('by hand: where what runs ends soonest after the newcomer, else last of all, and on an empty host at last', () => {
    const {calls} = replayed('hosts', ...three, 'lifetime');
    const hosts = Object.fromEntries(Object.entries(calls).map(([call, row]) => [call, (row as number[])[2]]));
    // Ends: host 1 at 100, 11, 102 s and full; then 103 on host 2. 104 outlives 102 and 103: with 103. 101: before 102.
    expect(hosts).toEqual({a0: 1, b1: 1, a2: 1, a3: 2, e12: 2, c50: 1, d60: 2, b130: 1});
    expect(replayed('hosts', ...three, 'first-fit').calls.e12[2]).toBe(1);
  });
});

test('the same bytes for 1, 2 and 7 threads of restart, batch, timeouts and slices at once', () => {
  const keys = ['restart=at=5m,wave=25%,for=30s', 'batch=hosts=4,slots=2,memory=4GiB,from=20s,start=30s'];
  const of = (threads: string) =>
    run(
      ...['replay', 'many.arrow', '--hosts', '8', '--slots', '6', '--cells', '4', '--placement', 'lifetime'],
      ...['--policy', 'none', '--policy', 'fixed:ttl=1m', '--checkpoint', 'every=10s,save=1s', '--timeout', '30s'],
      ...keys.flatMap((key) => ['--set', key]),
      ...['--json', '--threads', threads],
    );
  const one = of('1');
  expect([one.status, one.stderr]).toEqual([0, '']);
  expect(of('2').stdout.equals(one.stdout)).toBe(true);
  expect(of('7').stdout.equals(one.stdout)).toBe(true);
  const [none] = JSON.parse(one.stdout.toString()).runs;
  expect(none.restart.emptied).toBe(8);
  expect(none.batch.calls).toBeGreaterThan(0);
});
