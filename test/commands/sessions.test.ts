import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {plainCsvRows, temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
/** A message, wherever its lines break. */
const said = (stderr: string) => stderr.replace(/\s+/g, ' ');
const ok = (...args: string[]) => {
  const {status, stdout, stderr} = run(...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.toString();
};

beforeAll(() => {
  // Times and lengths in ms; anna and bert meet in a room, and the last call is nobody's.
  const calls = ['act,0,100,anna,hall', 'act,10,50,anna,hall', 'act,20,50,bert,hall', 'act,30,10,,'];
  writeFileSync(join(folder, 'calls.csv'), ['function,at,ms,player,place', ...calls, ''].join('\n'));
  const map = 'function=function,arrival=at:ms,duration=ms:ms,session=player,room=place';
  ok('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet');
  const plain = 'function=function,arrival=at:ms,duration=ms:ms';
  ok('ingest', 'calls.csv', '--format', 'csv', '--map', plain, '--out', 'nobody.arrow', '--quiet');
  writeFileSync(join(folder, 'three.csv'), 'function,min,max\nact,3,3\n');
  writeFileSync(join(folder, 'more.csv'), 'function,min,max\n*,20,20\n');
  const game = ['--sessions', 'players=300,rooms=30,actions=2,length=40s', '--span', '2m', '--functions', '3'];
  ok('synth', ...game, '--out', 'game.arrow', '--quiet');
});

/** Start of each call in ms, by its arrival. */
function starts(...args: string[]): Record<string, number> {
  ok('replay', 'w.arrow', '--functions', 'three.csv', '--calls', 'log.csv', '--force', '--quiet', ...args);
  const rows = plainCsvRows(readFileSync(join(folder, 'log.csv'), 'utf8'));
  return Object.fromEntries(rows.map((row) => [Number(row.arrival_us) / 1000, Number(row.start_us) / 1000]));
}

describe('replay --routing', () => {
  test('any: whoever is free serves; sticky: a session waits for its own instance; room: all of a room for one', () => {
    expect(starts('--routing', 'any')).toEqual({0: 0, 10: 10, 20: 20, 30: 60});
    const sticky = starts('--routing', 'sticky:bound=1');
    expect([sticky[0], sticky[10], sticky[20]]).toEqual([0, 100, 20]);
    const room = starts('--routing', 'room');
    expect([room[0], room[10], room[20]]).toEqual([0, 100, 150]);
  });

  test('the report tells of sessions and what they did with their state', () => {
    const costs = 'reads=2,writes=1,read=1ms,write=2ms,budget=105ms,network=1ms';
    const text = ok(
      ...['replay', 'w.arrow', '--functions', 'three.csv', '--routing', 'sticky:bound=1', '--json'],
      ...['--set', 'state=store', '--set', `stateCosts=${costs}`],
    );
    const [it] = JSON.parse(text).runs;
    expect(it.sessions).toMatchObject({
      ...{routing: 'sticky', state: 'store', recovery: 'store', sessions: 2, moved: 0, lostSessions: 0, lostActions: 0},
      // Each of three actions of sessions reads twice and writes once: 4 ms.
      storeOperations: {reads: 6, writes: 3, loads: 0, saves: 0, total: 9},
      bound: {most: 2, mostOnOne: 1, imbalance: 1.5},
      world: null,
    });
    // anna: 104 + 1 ms, then 94 + 54 + 1 ms: one of them late; bert 55 ms, nobody 11 ms or what it has to wait.
    expect(it.sessions.actionMs.max).toBe(149);
    expect(it.slotSeconds.busy).toBeCloseTo(0.104 + 0.054 + 0.054 + 0.01, 9);
  });

  test('operations on the store are on the bill', () => {
    const costs = ['--set', 'state=store', '--set', 'stateCosts=reads=2,writes=1', '--prices', 'lambda', '--json'];
    const bill = (...more: string[]) =>
      JSON.parse(ok('replay', 'w.arrow', '--routing', 'any', ...costs, ...more)).runs[0].costUsd;
    const [free, paid] = [bill(), bill('--price', 'storeUsdPerMillionOperations=1e6')];
    expect(paid.requests - free.requests).toBeCloseTo(9, 9);
    expect(paid.total - free.total).toBeCloseTo(9, 9);
  });

  test('the same for any number of threads, shares and cells of a fleet, with failures', () => {
    const args = [
      ...['game.arrow', '--functions', 'more.csv', '--hosts', '8', '--slots', '12', '--cells', '2'],
      ...['--routing', 'room:bound=1.5', '--set', 'state=cache', '--set', 'world=pull:ttl=50ms,updates=20'],
      ...['--set', 'stateCosts=passivate=10s,recover=behind,behind=1s', '--fail', 'hosts=2,at=40s,for=20s'],
    ];
    const [one, two, seven] = ['1', '2', '7'].map((threads) => ok('replay', ...args, '--json', '--threads', threads));
    expect(two).toBe(one);
    expect(seven).toBe(one);
    const [{sessions, lost}] = JSON.parse(one!).runs;
    expect(sessions.moved).toBeGreaterThan(0);
    expect(sessions.lostActions).toBeGreaterThan(0);
    expect(sessions.passivated).toBeGreaterThan(0);
    expect(sessions.world.stalenessMs.max).toBeLessThanOrEqual(50);
    expect(lost).toBeGreaterThanOrEqual(0);
    for (const shard of ['1/2', '2/2']) ok('replay', ...args, '--shard', shard, '--out', `part${shard[0]}`, '--force');
    expect(ok('merge', 'part1', 'part2', '--json')).toBe(one);
  });

  test.each([
    [['nobody.arrow', '--routing', 'sticky'], /does not say to which sessions calls belong/],
    [['w.arrow', '--routing', 'sticky'], /has min 0 and no max, must be as many throughout/],
    [['w.arrow', '--routing', 'sticky:bound=0.5'], /bound/],
    [['w.arrow', '--routing', 'rooms'], /did you mean room\?/],
    [
      ['w.arrow', '--set', 'state=instance'],
      /--state instance needs every action of a session to meet the same instance/,
    ],
    [['w.arrow', '--set', 'stateCosts=read=1ms'], /nothing is said of sessions/],
    [['w.arrow', '--routing', 'any', '--max-wait', '1s'], /do not go together with --max-wait/],
    [['w.arrow', '--routing', 'any', '--set', 'state=store', '--set', 'stateCosts=recover=none'], /nothing is lost/],
  ])('%s is refused in a line', (args, message) => {
    const {status, stdout, stderr} = run('replay', ...args);
    expect([status, stdout.toString()]).toEqual([2, '']);
    expect(said(stderr)).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });
});

test('a session needs single calls', () => {
  const map = 'function=function,minute=at,session=player';
  const {status, stderr} = run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'x.arrow');
  expect(status).toBe(2);
  expect(said(stderr)).toContain("--map has 'session', which is of single calls and needs 'arrival' or 'end'");
});
