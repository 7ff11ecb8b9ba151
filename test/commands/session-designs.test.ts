import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const grid = ['replay', 'w.arrow', '--scenario', 'grid.json', '--functions', 'f.csv', '--cold', 'fixed:0ms'];

beforeAll(() => {
  // Two players, an action of 10 ms a second each.
  const actions = Array.from({length: 10}, (_, k) => [`f,a,${k},0.01`, `f,b,${k + 0.5},0.01`]).flat();
  writeFileSync(join(folder, 'calls.csv'), ['function,session,arrival,duration', ...actions, ''].join('\n'));
  writeFileSync(join(folder, 'f.csv'), 'function,min,max,concurrency\nf,2,2,4\n');
  const stateCosts = 'read=5ms,write=2ms,local=1ms,load=10ms,reads=1,writes=1,recover=store,budget=15ms';
  const designs = {routing: ['any', 'sticky:bound=1'], state: ['store', 'cache'], stateCosts};
  writeFileSync(join(folder, 'grid.json'), JSON.stringify(designs));
  const map = 'function=function,session=session,arrival=arrival:s,duration=duration:s';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

test('designs for sessions stand side by side, with the numbers that the hand finds', () => {
  const {status, stdout} = run(...grid, '--json');
  expect(status).toBe(0);
  const rows = JSON.parse(stdout.toString()).rows.map(({settings, run: {sessions}}: Row) => [
    settings.routing,
    settings.state,
    sessions.actionMs.max,
    sessions.lateShare,
    sessions.storeOperations.total,
  ]);
  // In the store each action reads and writes: 10 + 5 + 2 ms, above 15, and two operations each.
  // In a cache it reads beside it and writes through, 10 + 1 + 2 ms; the first of each session gets its state, 10 ms more.
  expect(rows).toEqual([
    ['any', 'store', 17, 1, 40],
    ['any', 'cache', 23, 0.1, 22],
    ['sticky:bound=1', 'store', 17, 1, 40],
    ['sticky:bound=1', 'cache', 23, 0.1, 22],
  ]);
  const text = run(...grid)
    .stdout.toString()
    .replace(/ +/g, ' ');
  expect(text).toContain('action p99 budget late moved lost sessions actions store ops');
  expect(text).toContain('17 ms 15 ms 100.0 % - 0 0 40');
  expect(text).toContain('23 ms 15 ms 10.0 % 0 0 0 22');
});

test('in CSV what is chosen of each list stands in front, empty where a scenario has no such list', () => {
  writeFileSync(join(folder, 'one.json'), JSON.stringify({name: 'one', routing: 'any', state: ['store', 'cache']}));
  const [head, first] = run(...grid, '--scenario', 'one.json', '--csv')
    .stdout.toString()
    .split('\n');
  expect(head).toMatch(/^scenario,settings_routing,settings_state,policy,/);
  expect(first).toMatch(/^grid,any,store,|^grid\.json,any,store,/);
  const ofOne = run(...grid, '--scenario', 'one.json', '--csv')
    .stdout.toString()
    .split('\n')
    .at(-2);
  expect(ofOne).toMatch(/^one,,cache,/);
});

interface Row {
  readonly settings: Readonly<Record<string, string>>;
  readonly run: {
    readonly sessions: {
      readonly actionMs: {readonly max: number};
      readonly lateShare: number;
      readonly storeOperations: {readonly total: number};
    };
  };
}
