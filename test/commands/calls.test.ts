import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {tableFromIPC} from '@uwdata/flechette';
import {asyncBufferFromFile, parquetReadObjects} from 'hyparquet';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {plainCsvRows, temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const text = (name: string) => readFileSync(join(folder, name), 'utf8');

const rowsOf = (name: string) => plainCsvRows(text(name));

beforeAll(() => {
  const map = 'function=function,arrival=arrival:s,duration=duration:s';
  const calls = ['a,0,30', 'a,1,10', 'b,2,5', 'a,59,20'];
  writeFileSync(join(folder, 'calls.csv'), ['function,arrival,duration', ...calls, ''].join('\n'));
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
  const many = ['--functions', '1500', '--rate', '50', '--span', '10m', '--out', 'many.arrow', '--quiet'];
  expect(run('synth', ...many).status).toBe(0);
});

describe('replay --calls', () => {
  test('writes a row a call: who waits for the one slot, who is cold, and when each was over', () => {
    const one = ['--hosts', '1', '--slots', '1', '--cold', 'fixed:1s', '--evict', 'eager'];
    expect(run('replay', 'w.arrow', ...one, '--calls', 'log.csv', '--quiet').status).toBe(0);
    // b waits until the second call of a is over, at 41 s, as its own go first.
    expect(text('log.csv')).toBe(
      [
        'policy,function,app,arrival_us,start_us,end_us,outcome,cold_us,queue_us,host,instance,attempts',
        'fixed:ttl=10m,a,a,0,1000000,31000000,cold,1000000,0,1,1,1',
        'fixed:ttl=10m,a,a,1000000,31000000,41000000,warm,0,30000000,1,1,1',
        'fixed:ttl=10m,b,b,2000000,42000000,47000000,cold,1000000,39000000,1,2,1',
        'fixed:ttl=10m,a,a,59000000,60000000,80000000,cold,1000000,0,1,3,1',
        '',
      ].join('\n'),
    );
  });

  test('a run that ends before the trace leaves who waits unserved; one that ends with it follows them', () => {
    const one = ['--hosts', '1', '--slots', '1', '--cold', 'fixed:0s', '--full', 'queue'];
    run('replay', 'w.arrow', ...one, '--until', '20s', '--calls', 'cut.csv', '--quiet');
    expect(rowsOf('cut.csv').map((row) => [row.function, row.start_us, row.end_us, row.outcome, row.queue_us])).toEqual(
      [
        ['a', '', '', 'stillQueued', '19000000'],
        ['a', '0', '30000000', 'cold', '0'],
        ['b', '', '', 'stillQueued', '18000000'],
      ],
    );
    writeFileSync(join(folder, 'late.csv'), 'function,arrival,duration\nlong,0,100\nlate,59,5\n');
    const map = 'function=function,arrival=arrival:s,duration=duration:s';
    run('ingest', 'late.csv', '--format', 'csv', '--map', map, '--out', 'late.arrow', '--quiet');
    const {stdout} = run('replay', 'late.arrow', ...one, '--calls', 'late-log.csv', '--json');
    // The report is of the minute that the trace lasts, in which the second call does not start.
    expect(JSON.parse(stdout.toString()).runs[0]).toMatchObject({cold: 1, warm: 0, stillQueued: 1});
    expect(rowsOf('late-log.csv').map((row) => [row.function, row.start_us, row.end_us, row.outcome])).toEqual([
      ['long', '0', '100000000', 'cold'],
      ['late', '100000000', '105000000', 'cold'],
    ]);
  });

  const policies = ['--policy', 'fixed:ttl=1m', '--policy', 'hybrid'];
  const fleets = [
    ['parts of a fleet without limits', []],
    ['cells', ['--hosts', '6', '--slots', '10', '--cells', '3']],
    ['one cell', ['--hosts', '6', '--slots', '10', '--max-wait', '5s']],
  ] as const;

  test.each(fleets)('has the same bytes for any number of threads, and leaves the report alone: %s', (_, fleet) => {
    const of = (...more: string[]) =>
      run('replay', 'many.arrow', ...policies, ...fleet, '--json', ...more).stdout.toString();
    const plain = of();
    const logs = ['1', '2', '7'].map((threads) => {
      expect(of('--threads', threads, '--calls', 'many.csv', '--force')).toBe(plain);
      return text('many.csv');
    });
    expect(logs[1]).toBe(logs[0]);
    expect(logs[2]).toBe(logs[0]);
    const rows = rowsOf('many.csv');
    for (const run of JSON.parse(plain).runs) {
      const own = rows.filter(({policy}) => policy === run.policy);
      expect(own.length).toBe(run.invocations);
      // Calls that still wait as the trace ends are followed until their fate is known.
      const known = own.filter(({arrival_us, queue_us}) => Number(arrival_us) + Number(queue_us) < 600e6);
      expect(own.length - known.length).toBe(run.stillQueued);
      expect(known.filter(({outcome}) => outcome === 'abandoned').length).toBe(run.abandoned);
      expect(known.filter(({outcome}) => outcome === 'cold').length).toBe(run.cold);
      const started = known.filter(({start_us}) => start_us !== '');
      const delays = started.map((row) => (Number(row.start_us) - Number(row.arrival_us)) / 1000);
      expect(delays.reduce((a, b) => a + b, 0) / delays.length).toBeCloseTo(run.startDelayMs.mean, 6);
      const instances = new Map<string, string>();
      for (const row of own) {
        // An instance has one number, of one function, on one host.
        const whose = `${row.function} ${row.app} ${row.host}`;
        if (row.instance !== '') expect(instances.get(row.instance!) ?? whose).toBe(whose);
        instances.set(row.instance!, whose);
      }
    }
  });

  test('says the same as CSV, Arrow and Parquet', async () => {
    for (const form of ['csv', 'arrow', 'parquet']) {
      const of = ['--hosts', '1', '--slots', '1', '--until', '20s', '--calls', `same.${form}`];
      expect(run('replay', 'w.arrow', ...of, '--quiet').status).toBe(0);
    }
    const rows = rowsOf('same.csv');
    const plain = (value: unknown) => (value === null ? '' : String(value));
    const arrow = tableFromIPC(readFileSync(join(folder, 'same.arrow')));
    expect(arrow.names).toContain('arrivalUs');
    expect(arrow.toArray().map((row) => Object.values(row as object).map(plain))).toEqual(rows.map(Object.values));
    const file = await asyncBufferFromFile(join(folder, 'same.parquet'));
    const parquet = await parquetReadObjects({file});
    expect(parquet.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, plain(v)])))).toEqual(rows);
  });

  test('a bound has no log, a name must say what is to be written, and nothing is left behind', () => {
    const bound = run('replay', 'w.arrow', '--policy', 'clairvoyant', '--calls', 'bound.csv');
    expect([bound.status, bound.stderr]).toEqual([2, expect.stringContaining('clairvoyant is a bound')]);
    const nameless = run('replay', 'w.arrow', '--calls', 'log.txt');
    expect([nameless.status, nameless.stderr]).toEqual([2, expect.stringContaining('.csv, .arrow, .parquet')]);
    const both = run('replay', 'w.arrow', '--calls', '-');
    expect([both.status, both.stderr]).toEqual([2, expect.stringContaining('stdout')]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp') || name === 'bound.csv')).toEqual([]);
  });
});
