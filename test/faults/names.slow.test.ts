import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parse} from 'csv-parse/sync';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {hostileNames, unseen} from './hostile-names.ts';

const folder = temporaryFolder();
const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const run = (...args: string[]) => coldfront(args, {cwd: folder});
/** As UTF-8 keeps them: halves of characters are no text. */
const kept = hostileNames.map((name) => Buffer.from(name).toString());

beforeAll(() => {
  expect(hostileNames.length).toBe(57);
  const calls = hostileNames.flatMap((name, k) =>
    Array.from({length: 5 + k}, (_, n) =>
      JSON.stringify({f: name, a: name, o: hostileNames[(k + 1) % 57], t: name, at: 60 * (3 * n + k), d: 0.5}),
    ),
  );
  writeFileSync(join(folder, 'w.ndjson'), `${calls.join('\n')}\n`);
  const map = 'function=f,app=a,owner=o,trigger=t,arrival=at:s,duration=d:s';
  const ingest = run('ingest', 'w.ndjson', '--format', 'ndjson', '--map', map, '--out', 'w.arrow');
  expect([ingest.status, ingest.stderr]).toEqual([0, expect.not.stringMatching(/skipped/)]);
  expect(run('plan', 'w.arrow', '--rest', 'keep', '--out', 'p.arrow').status).toBe(0);
  writeFileSync(join(folder, 'r.json'), run('replay', 'w.arrow', '--json', '--teams', '60').stdout);
});

/** A command whose stdout and stderr are a terminal; what that got. */
function onTerminal(...args: readonly string[]): {status: number | null; seen: string} {
  const quoted = [process.execPath, entry, ...args].map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ');
  // Colour and progress are ours and are left out, so that whatever moves the cursor is a name's.
  const env = {...process.env, NO_COLOR: '1', CI: '1', TERM: 'dumb', NODE_EXTRA_CA_CERTS: ''};
  const {status, stdout} = spawnSync('script', ['-qec', quoted, '/dev/null'], {cwd: folder, env, maxBuffer: 1 << 28});
  // A terminal begins each line with a carriage return.
  return {status, seen: stdout.toString().replaceAll('\r\n', '\n')};
}

const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

/** What moves or hides in it, with what stands around. */
function hiddenIn(text: string): string | undefined {
  const at = text.search(unseen);
  return at < 0 ? undefined : JSON.stringify(text.slice(Math.max(0, at - 20), at + 20));
}

const printing = [
  'describe w.arrow --top 60',
  'replay w.arrow',
  'replay w.arrow --csv',
  'frontier w.arrow --policy none',
  'plan w.arrow --rest keep --refused 60',
  'forecast w.arrow --model rolling-mean',
  'backtest w.arrow --model rolling-mean',
  'export p.arrow --to csv',
  'export p.arrow --to knative --all --hash-names',
  'export p.arrow --to keda --all --hash-names',
  'export p.arrow --to lambda --all --hash-names --repeat day',
  'export p.arrow --to terraform --all --hash-names --repeat day',
  'diff p.arrow p.arrow',
  'diff r.json r.json',
  'check r.json --max-usd-per-day 0',
  'tradeoff break-even --workload w.arrow',
  'tradeoff periodic --workload w.arrow',
  'tradeoff pinning --workload w.arrow',
].map((line) => line.split(' '));

describe('57 hostile names', () => {
  test
    .skipIf(!hasTerminal)
    .each(
      [...printing, ...printing.map((args) => [...args, '--json'])].filter(isTaken).map((args) => [args.join(' ')]),
    )('%s: none moves or hides anything on a terminal', (line) => {
    const {status, seen} = onTerminal(...line.split(' '));
    expect([0, 4], seen.slice(-500)).toContain(status);
    expect(seen.length).toBeGreaterThan(10);
    expect(hiddenIn(seen)).toBeUndefined();
  });

  test('are kept to the letter in JSON and CSV, formulas made harmless', () => {
    const json = JSON.parse(run('describe', 'w.arrow', '--json', '--top', '60').stdout.toString());
    const busiest = json.busiest.map(({function: name}: {function: string}) => name);
    expect(busiest.sort()).toEqual([...kept].sort());
    expect(run('replay', 'w.arrow', '--per-function', 'f.csv', '--out', 'r.txt').status).toBe(0);
    const rows: {function: string}[] = parse(readFileSync(join(folder, 'f.csv')), {columns: true});
    const harmless = kept.map((name) => (/^[=+\-@\t\r]/.test(name) ? `'${name}` : name));
    expect(rows.map((row) => row.function).sort()).toEqual(harmless.sort());
    expect(hiddenIn(readFileSync(join(folder, 'r.txt'), 'utf8'))).toBeUndefined();
  });

  test('are shown by no text that goes into a file as they are', () => {
    for (const args of printing.filter(
      ([name, , flag, to]) => flag !== '--csv' && !(name === 'export' && to === 'csv'),
    )) {
      const {stdout, stderr} = run(...args);
      expect(hiddenIn(stdout.toString() + stderr), args.join(' ')).toBeUndefined();
    }
  });

  /** What is said of a name that is wrong somewhere. */
  const refused = (name: string): string[][] => [
    ['describe', name],
    ['replay', 'w.arrow', '--policy', name],
    ['replay', 'w.arrow', '--policy', `plan:file=${name}`],
    ['replay', 'w.arrow', '--spread', name],
    ['replay', 'w.arrow', '--out', `gone/${name}`],
    ['plan', 'w.arrow', '--rest', 'keep', '--explain', `no ${name}`],
    ['forecast', 'w.arrow', '--model', `./${name}`],
    ['ingest', name, '--out', 'x.arrow'],
    ['ingest', 'w.ndjson', '--format', name, '--out', 'x.arrow'],
    [`x${name}`],
  ];
  // No argument holds a NUL, and one that is nothing but a blank, or begins with a dash, is another matter.
  const words = hostileNames.filter((name) => !name.includes('\0') && name.trim() !== '' && !name.startsWith('-'));

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('in what is refused (%d) are one line', (k) => {
    for (const name of words.filter((_, n) => n % 10 === k)) {
      const args = refused(name)[k]!;
      const {status, stdout, stderr} = run(...args);
      expect([2, 3], JSON.stringify(args).slice(0, 200)).toContain(status);
      expect([stdout.toString(), hiddenIn(stderr)]).toEqual(['', undefined]);
      expect(stderr.split('\n').length, stderr.slice(0, 500)).toBe(2);
      expect(stderr.length).toBeLessThan(5000);
    }
  });

  test.skipIf(!hasTerminal)('are one line on a terminal, too', () => {
    for (const [n, name] of words.entries()) {
      if (n % 7 !== 0 || name.length > 1000) continue;
      const {status, seen} = onTerminal(...refused(name)[n % 10]!);
      expect([2, 3]).toContain(status);
      expect(hiddenIn(seen)).toBeUndefined();
      expect(seen.split('\n').length, seen.slice(0, 500)).toBe(2);
    }
  });
});

/** Not every command has JSON to print. */
function isTaken(args: readonly string[]): boolean {
  return !(args.includes('--json') && (args.includes('--csv') || args[0] === 'export'));
}
