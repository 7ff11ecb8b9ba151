import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {beforeAll, describe, expect, test} from 'vitest';
import {schema} from '../../src/commands/flags/scenario.schema.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const stdoutOf = (...args: string[]): string => {
  const {status, stdout, stderr} = run(...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.toString();
};
const file = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
};
const said = (stderr: string) => stderr.replace(/\s+/g, ' ');

beforeAll(() => {
  expect(run('synth', '--functions', '40', '--rate', '3', '--span', '40m', '--out', 'w.arrow').status).toBe(0);
});

/** All that a scenario may say of a run, and the flags that say the same. */
const whole = {
  name: 'everything',
  fleet: {hosts: 4, slots: 12, cells: 2, queue: 'fifo', functions: [{function: '*', ttl: '5m'}]},
  platform: 'cloud-run',
  prices: {warmUsdPerSlotDay: 0.02, delayUsdPerHour: 20},
  calls: {
    cold: 'lognormal:median=1s,sigma=0.5',
    checkpoint: {every: '30s', save: '1s', restore: '1s', resume: '500ms'},
  },
  bursts: [{at: '10m', for: '1m', rate: 20}, 'at=30m,for=30s,rate=5,shape=ramp'],
  faults: [{hosts: 1, at: '20m', for: '1m'}],
  policies: ['none', 'fixed:ttl=1m'],
  experiment: {scale: '120%', seed: 3},
};
const flags = () => [
  ...['--hosts', '4', '--slots', '12', '--cells', '2', '--queue', 'fifo'],
  ...['--functions', file('all.csv', 'function,ttl\n*,5m\n'), '--platform', 'cloud-run'],
  ...['--prices', file('prices.json', {warmUsdPerSlotDay: 0.02, delayUsdPerHour: 20})],
  ...['--cold', 'lognormal:median=1s,sigma=0.5', '--checkpoint', 'every=30s,save=1s,restore=1s,resume=500ms'],
  ...['--burst', 'at=10m,for=1m,rate=20', '--burst', 'at=30m,for=30s,rate=5,shape=ramp'],
  ...[
    '--fail',
    'hosts=1,at=20m,for=1m',
    '--policy',
    'none',
    '--policy',
    'fixed:ttl=1m',
    '--scale',
    '120%',
    '--seed',
    '3',
  ],
];

describe('one scenario', () => {
  test('is the run that its settings say as flags', () => {
    const replayed = JSON.parse(stdoutOf('replay', 'w.arrow', '--json', '-q', '--scenario', file('s.json', whole)));
    const flagged = JSON.parse(stdoutOf('replay', 'w.arrow', '--json', '-q', ...flags()));
    // The sheet is called by its file there.
    flagged.prices.sheet = replayed.prices.sheet;
    expect(replayed).toEqual(flagged);
    expect(replayed.schema).toBe('coldfront.replay/1');
  });

  test('flags win over it, and it wins over a file of settings', () => {
    const asked = (...args: string[]) =>
      JSON.parse(stdoutOf('replay', 'w.arrow', '--json', '--scenario', 'two.json', ...args)).fleet;
    file('two.json', {hosts: 2, slots: 5});
    file('other.json', {hosts: 3, slots: 7, cells: 2});
    expect(asked('--profile', 'other.json')).toMatchObject({hosts: 2, slotsPerHost: 5, cells: 2});
    expect(asked('--slots', '9')).toMatchObject({hosts: 2, slotsPerHost: 9});
    expect(asked('--set', 'slots=8')).toMatchObject({hosts: 2, slotsPerHost: 8});
  });

  test.each([
    ['flags', () => flags()],
    ['none', () => []],
    ['a scenario', () => ['--scenario', file('s.json', whole)]],
    ['a scenario and flags', () => ['--scenario', file('s.json', whole), '--slots', '7', '--policy', 'lru']],
    ['a preset and a platform', () => ['--preset', 'meta', '--platform', 'lambda']],
  ])('--print-scenario of %s, fed back, gives the same bytes', (_, args) => {
    const printed = stdoutOf('replay', 'w.arrow', '--print-scenario', ...args());
    file('printed.json', printed);
    expect(stdoutOf('replay', 'w.arrow', '--print-scenario', '--scenario', 'printed.json')).toBe(printed);
    expect(stdoutOf('replay', 'w.arrow', '--json', '-q', '--scenario', 'printed.json')).toBe(
      stdoutOf('replay', 'w.arrow', '--json', '-q', ...args()),
    );
    const validate = new Ajv2020({strict: false}).compile(schema);
    expect([validate(JSON.parse(printed)), validate.errors]).toEqual([true, null]);
  });

  test('stands behind frontier, plan and size too; files in it are beside it', () => {
    mkdirSync(join(folder, 'deep'), {recursive: true});
    file('deep/f.csv', 'function,ttl\n*,1s\n');
    file('deep/s.json', {fleet: {functions: 'f.csv', slots: 40}, policies: ['fixed']});
    const deep = ['--scenario', 'deep/s.json', '--json', '-q'];
    const flat = ['--functions', 'deep/f.csv', '--slots', '40'];
    expect(stdoutOf('frontier', 'w.arrow', '--policy', 'lru', ...deep)).toBe(
      stdoutOf('frontier', 'w.arrow', '--policy', 'lru', ...flat, '--json', '-q'),
    );
    expect(stdoutOf('plan', 'w.arrow', '--no-trials', ...deep)).toBe(
      stdoutOf('plan', 'w.arrow', '--no-trials', ...flat, '--json', '-q'),
    );
    expect(
      JSON.parse(stdoutOf('size', 'w.arrow', '--find', 'ttl', '--p99-start', '2s', '--seeds', '1', ...deep)).fleet,
    ).toEqual(
      JSON.parse(
        stdoutOf(
          'size',
          'w.arrow',
          '--find',
          'ttl',
          '--p99-start',
          '2s',
          '--seeds',
          '1',
          '--policy',
          'fixed',
          ...flat,
          '--json',
          '-q',
        ),
      ).fleet,
    );
  });
});

describe('a grid', () => {
  const grid = {
    name: 'grid',
    fleet: {hosts: 1, slots: [8, 16, 32]},
    calls: {cold: ['fixed:200ms', 'fixed:2s']},
    policies: ['none', 'fixed:ttl=1m'],
  };
  const rowsOf = (...args: string[]) => JSON.parse(stdoutOf('replay', 'w.arrow', '--json', '-q', ...args)).rows;

  test('3 x 2 x 2: a row a scenario and policy, each what a run of its own finds', () => {
    file('grid.json', grid);
    const rows = rowsOf('--scenario', 'grid.json');
    expect(rows.map(({settings, policy}: {settings: object; policy: string}) => ({...settings, policy}))).toEqual(
      ['8', '16', '32'].flatMap((slots) =>
        ['fixed:200ms', 'fixed:2s'].flatMap((cold) => grid.policies.map((policy) => ({slots, cold, policy}))),
      ),
    );
    const alone = [
      '--hosts',
      '1',
      '--slots',
      '16',
      '--cold',
      'fixed:2s',
      '--policy',
      'none',
      '--policy',
      'fixed:ttl=1m',
    ];
    const {runs} = JSON.parse(stdoutOf('replay', 'w.arrow', '--json', '-q', ...alone));
    expect(rows.slice(6, 8).map(({run: its}: {run: object}) => its)).toEqual(runs);
  });

  test('is told as text, Markdown, CSV and on a page, the same for any number of threads', () => {
    file('grid.json', grid);
    const text = stdoutOf('replay', 'w.arrow', '-q', '--scenario', 'grid.json');
    expect(text.split('\n').filter((line) => /fixed:(200ms|2s) /.test(line))).toHaveLength(12);
    expect(stdoutOf('replay', 'w.arrow', '-q', '--scenario', 'grid.json', '--markdown')).toMatch(
      /\| *8 *\| fixed:200ms *\| none/,
    );
    const csv = stdoutOf('replay', 'w.arrow', '-q', '--scenario', 'grid.json', '--csv').trimEnd().split('\n');
    expect(csv).toHaveLength(13);
    expect(csv[0]).toMatch(/^scenario,settings_slots,settings_cold,policy,/);
    expect(csv[1]).toMatch(/^grid,8,fixed:200ms,none,/);
    const outputs = [1, 2, 7].map((threads) =>
      stdoutOf('replay', 'w.arrow', '-q', '--json', '--scenario', 'grid.json', '--threads', `${threads}`),
    );
    expect(new Set(outputs).size).toBe(1);
    file('grid-report.json', outputs[0]!);
    expect(run('report', 'grid-report.json', '--out', 'grid.html', '-q').status).toBe(0);
    const page = readFileSync(join(folder, 'grid.html'), 'utf8');
    expect(page).toContain('settings.slots');
    expect(page).toContain('fixed:200ms');
  });

  test('files side by side, lists of groups, of bursts and of documents', () => {
    file('calm.json', {name: 'calm', slots: 16});
    file('busy.json', {
      fleet: [{slots: 16}, {slots: 8, hosts: 2}],
      bursts: [['at=10m,for=1m,rate=20'], ['at=10m,for=1m,rate=20', 'at=20m,for=1m,rate=20']],
      prices: ['seed', {warmUsdPerSlotDay: 1}],
    });
    const rows = rowsOf('--scenario', 'calm.json', '--scenario', 'busy.json', '--policy', 'none');
    expect(rows).toHaveLength(9);
    expect(rows.map(({scenario}: {scenario: string}) => scenario)).toEqual(['calm', ...new Array(8).fill('busy')]);
    expect(rows[1].settings).toEqual({fleet: 'slots=16', bursts: 'at=10m,for=1m,rate=20', prices: 'seed'});
    expect(rows[8].settings).toEqual({
      fleet: 'slots=8 hosts=2',
      bursts: 'at=10m,for=1m,rate=20 + at=20m,for=1m,rate=20',
      prices: '#2',
    });
    expect(rows[3].invocations - rows[1].invocations).toBe(1200);
  });

  test('--print-scenario keeps its lists, and fed back gives the same bytes', () => {
    file('grid.json', {...grid, fleet: [{slots: 8}, {slots: 16, hosts: 2}]});
    const printed = stdoutOf('replay', 'w.arrow', '--print-scenario', '--scenario', 'grid.json', '--seed', '4');
    file('printed.json', printed);
    expect(stdoutOf('replay', 'w.arrow', '--print-scenario', '--scenario', 'printed.json')).toBe(printed);
    expect(stdoutOf('replay', 'w.arrow', '-q', '--json', '--scenario', 'printed.json')).toBe(
      stdoutOf('replay', 'w.arrow', '-q', '--json', '--scenario', 'grid.json', '--seed', '4'),
    );
  });

  test('a workload from stdin is read once for all', () => {
    file('grid.json', grid);
    const input = readFileSync(join(folder, 'w.arrow'));
    const {status, stdout} = coldfront(['replay', '-', '-q', '--json', '--scenario', 'grid.json'], {
      cwd: folder,
      input,
    });
    expect([status, JSON.parse(stdout.toString()).rows.length]).toEqual([0, 12]);
  });

  test.each([
    [{slots: [8, 16]}, ['plan', 'w.arrow'], 2, 'plan takes one'],
    [{slots: [8, 16]}, ['replay', 'w.arrow', '--calls', 'c.csv'], 2, '--calls is of one run, and here are 2'],
    [{slots: [8, 'many']}, ['replay', 'w.arrow'], 3, "slots is 'many'"],
    [{slots: []}, ['replay', 'w.arrow'], 3, 'slots is an empty list'],
    [{objectives: {p99Start: ['1s', '2s']}}, ['replay', 'w.arrow'], 3, 'this command has no such setting'],
    [{slot: 8}, ['replay', 'w.arrow'], 3, "has 'slot', which is no setting"],
    [{slots: {a: 1}}, ['replay', 'w.arrow'], 3, 'must be a single value'],
  ])('%j: %j ends with exit %d', (content, args, status, message) => {
    const refused = run(...args, '--scenario', file('bad.json', content));
    expect([refused.status, said(refused.stderr)]).toEqual([status, expect.stringContaining(message)]);
  });

  test('a file of settings holds no grid', () => {
    const refused = run('replay', 'w.arrow', '--profile', file('bad.json', {slots: [8, 16]}));
    expect([refused.status, said(refused.stderr)]).toEqual([3, expect.stringContaining('spans a grid')]);
  });
});
