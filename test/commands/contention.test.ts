import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
/** A message, wherever its lines break. */
const said = (stderr: Buffer | string) => stderr.toString().replace(/\s+/g, ' ');

beforeAll(() => {
  // Two calls of 10 s at a time, every minute.
  const calls = [0, 60, 120].flatMap((s) => [`f,acme,${s},10`, `g,best,${s},10`]);
  writeFileSync(join(folder, 'calls.csv'), ['function,owner,arrival,duration', ...calls, ''].join('\n'));
  const map = 'function=function,owner=owner,arrival=arrival:s,duration=duration:s';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

function replayed(...args: string[]) {
  const {status, stdout, stderr} = run('replay', 'w.arrow', '--cold', 'fixed:0ms', '--json', ...args);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString()).runs[0];
}

describe('replay --cores', () => {
  test('two calls on one core take twice their time, are charged for it, and the report says so', () => {
    const {contention, slotSeconds} = replayed('--cores', '1');
    expect(slotSeconds.busy).toBe(120);
    expect(contention.coreSeconds).toBe(60);
    const [all] = contention.classes;
    expect(all).toMatchObject({class: '', calls: 6, serviceInflation: 2, hosts: 1, strandedCoreSeconds: 0});
    expect(Math.abs(all.responseMs.p50 / 20_000 - 1)).toBeLessThan(0.01);
    expect(replayed('--cores', '2').contention.classes[0].serviceInflation).toBe(1);
  });

  test('the text says it in a line, and a bound is marked as relaxed', () => {
    const {stdout} = run(
      'replay',
      'w.arrow',
      '--cold',
      'fixed:0ms',
      '--cores',
      '1',
      '--policy',
      'none',
      '--policy',
      'clairvoyant',
    );
    expect(stdout.toString()).toContain('none: on 1 cores a host 6 calls took 2.000 x their time alone');
    expect(stdout.toString()).toContain('clairvoyant (relaxed)');
  });

  test('the same bytes on one thread and on three, in cells of their own', () => {
    const fleet = [
      '--cores',
      '1',
      '--hosts',
      '3',
      '--slots',
      '2',
      '--cells',
      '3',
      '--placement',
      'round-robin',
      '--json',
    ];
    const [one, three] = ['1', '3'].map((threads) =>
      run('replay', 'w.arrow', ...fleet, '--threads', threads).stdout.toString(),
    );
    expect(one).toBe(three);
    expect(JSON.parse(one!).runs[0].contention.classes[0].calls).toBe(6);
  });
});

describe('replay --contention FILE', () => {
  const classes = (classes: object) => writeFileSync(join(folder, 'c.json'), JSON.stringify({classes}));

  test('classes by owner and by --functions press on each other, by hand', () => {
    classes({loud: {members: {owner: ['acme']}, cache: 0.5}, meek: {sensitivity: {cache: 0.4}}});
    writeFileSync(join(folder, 'f.csv'), 'function,class\ng,meek\n');
    const {contention} = replayed('--cores', '4', '--contention', 'c.json', '--functions', 'f.csv');
    // meek: 1 + 0.4 x 0.5 = 1.2 while the other is there, which ends first: 10 s at 1/1.2, then the rest at full speed.
    const [loud, meek] = contention.classes;
    expect([loud.class, loud.calls, loud.serviceInflation]).toEqual(['loud', 3, 1]);
    expect([meek.class, meek.calls]).toEqual(['meek', 3]);
    expect(meek.serviceInflation).toBeCloseTo((10 + (10 - 10 / 1.2)) / 10, 6);
  });

  test.each([
    ['{"classes":{}}', 'c.json: must hold {"classes": {"name": {...}}}'],
    ['{"classes":{"a":{"cachee":1}}}', "c.json: classes.a: has the key 'cachee'"],
    ['{"classes":{"a":{"cpu":0}}}', 'c.json: classes.a.cpu: is 0, must be above 0'],
    ['{"classes":{"a":{"cache":-1}}}', 'c.json: classes.a.cache: is -1, must be a number from 0 to 1e12'],
    ['{"classes":{"a":{"cache":"x"}}}', 'c.json: classes.a.cache: is "x", must be a number from 0 to 1e12'],
    ['{"classes":{"a":{"members":{"app":"x"}}}}', 'c.json: classes.a.members.app: is "x", must be a list of names'],
    ['{"classes":{"a":{"sensitivity":{"cpu":1}}}}', "c.json: classes.a.sensitivity: has the key 'cpu'"],
    ['{', 'c.json: is not JSON'],
  ])('%s is exit 3 and says what is wrong', (text, message) => {
    writeFileSync(join(folder, 'c.json'), text);
    const {status, stderr} = run('replay', 'w.arrow', '--cores', '4', '--contention', 'c.json');
    expect(status).toBe(3);
    expect(said(stderr)).toContain(message);
  });

  test('names that nobody has are said, a class that the file lacks is exit 3', () => {
    classes({a: {members: {app: ['nobody']}}});
    const {status, stderr} = run('replay', 'w.arrow', '--cores', '4', '--contention', 'c.json');
    expect(status).toBe(0);
    expect(said(stderr)).toContain("c.json: class a: no app is 'nobody'");
    writeFileSync(join(folder, 'f.csv'), 'function,class\ng,meek\n');
    const other = run('replay', 'w.arrow', '--cores', '4', '--contention', 'c.json', '--functions', 'f.csv');
    expect([other.status, said(other.stderr)]).toEqual([3, expect.stringContaining("c.json: has no class 'meek'")]);
  });

  test('isolation stands in the file or among the settings, which go first, and the report says by class what it does', () => {
    const members = (owner: string) => ({members: {owner: [owner]}});
    const file = {classes: {a: members('acme'), b: members('best')}, isolation: 'pin:a=1,b=1'};
    writeFileSync(join(folder, 'c.json'), JSON.stringify(file));
    const asked = ['--cores', '2', '--contention', 'c.json', '--hosts', '2', '--slots', '4'];
    const pinned = replayed(...asked).contention;
    expect(pinned.isolation).toBe('pin:a=1,b=1');
    expect(pinned.classes.map((its: {hosts: number}) => its.hosts)).toEqual([1, 1]);
    expect(pinned.hosts).toBe(1);
    const apart = replayed(...asked, '--set', 'isolation=separate').contention;
    expect([apart.isolation, apart.hosts]).toEqual(['separate', 2]);
    const {stdout} = run('replay', 'w.arrow', '--csv', ...asked);
    expect(stdout.toString()).toContain('contention_a_stranded_core_seconds,contention_a_usd');
    const words = run('replay', 'w.arrow', ...asked)
      .stdout.toString()
      .replace(/\s+/g, ' ');
    expect(words).toContain('on 2 cores a host, isolation pin:a=1,b=1, 3 calls of a');
    // Dollars by class are those of the bill.
    const whole = replayed(...asked);
    const usd = whole.contention.classes.reduce((sum: number, its: {usd: number}) => sum + its.usd, 0);
    expect(usd).toBeCloseTo(whole.costUsd.total, 9);
  });

  test.each([
    [['--set', 'isolation=separate', '--cores', '4'], 2, 'isolation by hosts needs two hosts or more in a cell'],
    [['--set', 'isolation=separate'], 2, "isolation is 'separate' but a host has no number of cores"],
    [['--set', 'isolation=pin:a=1', '--cores', '4'], 2, "there is no class 'a'"],
    [
      ['--set', 'isolation=separate', '--cores', '4', '--hosts', '3', '--slots', '2', '--fail', 'hosts=1,at=1m,for=1m'],
      2,
      'does not go together with --fail',
    ],
  ])('%j is refused', (args, exit, message) => {
    const {status, stderr} = run('replay', 'w.arrow', ...args);
    expect([status, said(stderr)]).toEqual([exit, expect.stringContaining(message)]);
  });

  test('pinning leaves no class that is called without a core', () => {
    const file = {classes: {a: {members: {owner: ['acme']}}}, isolation: 'pin:a=4'};
    writeFileSync(join(folder, 'c.json'), JSON.stringify(file));
    const {status, stderr} = run('replay', 'w.arrow', '--cores', '4', '--contention', 'c.json');
    expect([status, said(stderr)]).toEqual([3, expect.stringContaining('leaves no core for functions of no class')]);
  });

  test('what does not go together is exit 2', () => {
    const alone = run('replay', 'w.arrow', '--contention', 'processor-sharing');
    expect([alone.status, said(alone.stderr)]).toEqual([2, expect.stringContaining('a host has no number of cores')]);
    const cells = run('replay', 'w.arrow', '--cores', '4', '--cells', '2');
    expect([cells.status, said(cells.stderr)]).toEqual([2, expect.stringContaining('--cells is 2')]);
  });
});
