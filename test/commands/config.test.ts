import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {afterEach, beforeAll, describe, expect, test} from 'vitest';
import {allKeys, flaglessKeys, flagsOfKey} from '../../src/commands/flags/setting-keys.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const settings = (content: unknown, name = 'coldfront.json') =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
const stdoutOf = (...args: string[]): string => {
  const {status, stdout, stderr} = run(...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.toString();
};
const inForce = (...args: string[]): Record<string, [string | null, string]> => {
  const report = JSON.parse(stdoutOf('config', '--json', ...args));
  return Object.fromEntries(report.settings.map(({key, value, from}: Record<string, string>) => [key, [value, from]]));
};

beforeAll(() => {
  const start = ['--functions', '10', '--rate', '1', '--span', '30m'];
  expect(run('synth', ...start, '--out', 'w.arrow').status).toBe(0);
});
afterEach(() => rmSync(join(folder, 'coldfront.json'), {force: true}));

describe('a file of settings', () => {
  test('says the same as flags do, in groups or at the top', () => {
    const flags = [
      '--hosts',
      '2',
      '--slots',
      '3',
      '--prices',
      'lambda',
      '--policy',
      'none',
      '--policy',
      'fixed:ttl=1m',
    ];
    const wanted = stdoutOf('replay', 'w.arrow', ...flags, '--json');
    settings({fleet: {hosts: 2, slots: 3}, money: {prices: 'lambda'}, policies: ['none', 'fixed:ttl=1m']});
    expect(stdoutOf('replay', 'w.arrow', '--json')).toBe(wanted);
    settings({hosts: 2, slots: 3, prices: 'lambda', experiment: {policy: ['none', 'fixed:ttl=1m']}});
    expect(stdoutOf('replay', 'w.arrow', '--json')).toBe(wanted);
  });

  test('is named by --profile from anywhere, and files in it are beside it', () => {
    mkdirSync(join(folder, 'deep'), {recursive: true});
    writeFileSync(join(folder, 'deep/f.csv'), 'function,ttl\n*,1s\n');
    settings({fleet: {functions: 'f.csv'}}, 'deep/p.json');
    expect(stdoutOf('replay', 'w.arrow', '--json', '--profile', 'deep/p.json')).toBe(
      stdoutOf('replay', 'w.arrow', '--json', '--functions', 'deep/f.csv'),
    );
  });

  test('flags win over it, --set too, and it wins over platform, preset and defaults', () => {
    settings({fleet: {preset: 'meta', hosts: 7, slots: 5}, money: {platform: 'lambda'}, calls: {cold: 'fixed:1s'}});
    const {hosts, slots, cells, cold, prices, spread, maxWait} = inForce('--slots', '9', '--set', 'fleet.hosts=8');
    expect({hosts, slots, cells, cold, prices, spread, maxWait}).toEqual({
      hosts: ['8', '--set'],
      slots: ['9', 'command line'],
      cells: ['64', '--preset meta'],
      cold: ['fixed:1s', 'coldfront.json'],
      prices: ['lambda', '--platform lambda'],
      spread: ['uniform', 'default'],
      maxWait: [expect.any(String), expect.any(String)],
    });
  });

  test('prices may be written out: what is left out is 0', () => {
    settings({prices: {warmUsdPerSlotDay: 1}});
    const {costUsd} = JSON.parse(stdoutOf('replay', 'w.arrow', '--json')).runs[0];
    expect(costUsd.total).toBe(costUsd.warm);
    expect(costUsd.warm).toBeGreaterThan(0);
  });

  test('objectives are those of size and of check', () => {
    settings({objectives: {p99Start: '700ms', coldShare: '90%'}, experiment: {seeds: '1'}});
    const sized = JSON.parse(stdoutOf('size', 'w.arrow', '--find', 'slots', '--json'));
    expect(
      sized.objectives.map(({objective, limit}: {objective: string; limit: number}) => [objective, limit]),
    ).toEqual([
      ['p99-start-ms', 700],
      ['max-cold-share', 0.9],
    ]);
    writeFileSync(join(folder, 'r.json'), stdoutOf('replay', 'w.arrow', '--json'));
    const checked = JSON.parse(stdoutOf('check', 'r.json', '--json', '--quiet'));
    expect(checked.runs[0].objectives.map(({limit}: {limit: number}) => limit)).toEqual([700, 0.9]);
  });

  test('a sweep stays a sweep whatever the policy is', () => {
    settings({policy: 'none'});
    const rows = JSON.parse(stdoutOf('frontier', 'w.arrow', '--json')).rows;
    expect(rows.length).toBeGreaterThan(5);
  });

  test.each<[unknown, string]>([
    ['{', 'coldfront.json: is not JSON'],
    [[1], 'coldfront.json: must be an object of settings'],
    [{fleet: {host: 3}}, "coldfront.json: has 'fleet.host', which is no setting (did you mean hosts?"],
    [{hosts: 'many'}, "coldfront.json: hosts is 'many', must be a whole number"],
    [{fleet: {hosts: {a: 1}}}, 'coldfront.json: fleet.hosts is {"a":1}, must be a single value'],
    [{semantics: {ties: 'x'}}, "coldfront.json: semantics.ties is 'x', must be one of"],
    [{coalesce: 'maybe'}, "coldfront.json: coalesce is 'maybe', must be true or false"],
    [{slots: null}, 'coldfront.json: slots is null, must be a text, a number, true or false'],
  ])('%j is exit 3 and says where', (content, said) => {
    settings(content);
    const {status, stdout, stderr} = run('replay', 'w.arrow');
    expect([status, stdout.toString()]).toEqual([3, '']);
    expect(stderr.startsWith(`coldfront replay: ${said}`), stderr).toBe(true);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  test('a file that is not there is named; --set of nothing known is exit 2', () => {
    expect(run('replay', 'w.arrow', '--profile', 'gone.json')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('gone.json: cannot be read'),
    });
    for (const set of ['hosts', 'nosuch=1', 'calls.hosts=1']) {
      expect(run('replay', 'w.arrow', '--set', set)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(`--set is '${set}'`),
      });
    }
  });
});

describe('growth', () => {
  const calls = (...args: string[]): number =>
    JSON.parse(stdoutOf('replay', 'w.arrow', '--json', '--quiet', ...args)).runs[0].invocations;

  test('is compound, by periods of 30 days from the day that is given', () => {
    const plain = calls();
    expect(calls('--set', 'growth=100%,from=2026-01-01,until=2026-01-31')).toBe(2 * plain);
    expect(calls('--set', 'growth=100%,per=day,from=2026-01-01,until=2026-01-03')).toBe(4 * plain);
    settings({growth: {rate: '100%', from: '2026-01-01', until: '2026-03-02'}});
    expect(calls()).toBe(4 * plain);
  });

  test.each([
    ['growth=5%', 'growth needs until='],
    ['growth=5%,from=2026-02-01,until=2026-01-01', 'which ends before it begins, on 2026-02-01'],
    ['growth=x,until=2026-01-01', "growth:rate is 'x', must be a share above -100 %"],
    ['growth=5%,until=soon', "growth:until is ''soon'', must be a date"],
  ])('%s is exit 2 and a line', (set, said) => {
    const {status, stderr} = run('describe', 'w.arrow', '--set', set);
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
  });
});

describe('coldfront config', () => {
  test('prints what is set, from where', () => {
    settings({fleet: {hosts: 3}});
    expect(stdoutOf('config', '--slots', '4')).toMatch(
      /^Settings are read from coldfront\.json\..*\n\nsetting +value +from\n(.*\n)*fleet\.hosts +3 +coldfront\.json\nfleet\.slots +4 +command line\n/,
    );
    expect(stdoutOf('config', '--csv')).toContain('fleet,hosts,3,coldfront.json\n');
  });

  test('says so where no file is read', () => {
    expect(stdoutOf('config')).toMatch(/^No file of settings is read/);
  });
});

describe('the published schema', () => {
  const schema = JSON.parse(readFileSync(new URL('../../dist/schemas/scenario.schema.json', import.meta.url), 'utf8'));
  const holds = new Ajv2020({allowUnionTypes: true}).compile(schema);

  test('takes what commands take and refuses what they refuse', () => {
    for (const good of [
      {fleet: {hosts: 2, slots: 3}, prices: 'lambda', policies: ['none']},
      {prices: {warmUsdPerSlotDay: 1}, objectives: {p99Start: '200ms'}},
      {growth: {rate: '5%', until: '2027-01-01'}, name: 'x'},
    ]) {
      expect(holds(good)).toBe(true);
    }
    for (const bad of [{host: 2}, {fleet: {host: 2}}, {growth: {rate: '5%'}}, []]) expect(holds(bad)).toBe(false);
  });
});

test('every key is a flag of some command', () => {
  const {commands} = JSON.parse(readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8')) as {
    commands: Record<string, {flags: object}>;
  };
  const flags = new Set(Object.values(commands).flatMap((command) => Object.keys(command.flags)));
  const lost = allKeys.filter(
    (key) => !(flaglessKeys as readonly string[]).includes(key) && !flagsOfKey(key).some((name) => flags.has(name)),
  );
  expect(lost).toEqual([]);
});
