import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront, shell} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

beforeAll(() => {
  expect(coldfront(['synth', '--functions', '400', '--span', '3h', '--out', 'w.arrow'], {cwd: folder}).status).toBe(0);
  expect(coldfront(['plan', 'w.arrow', '--rest', 'keep', '--out', 'p.arrow'], {cwd: folder}).status).toBe(0);
  writeFileSync(join(folder, 'r.json'), coldfront(['replay', 'w.arrow', '--json'], {cwd: folder}).stdout);
});

/** A run in a Node that first loads a module with this text, in its threads too. */
function sabotaged(text: string, ...args: string[]) {
  const path = join(folder, 'sabotage.mjs');
  writeFileSync(path, text);
  const env = {...process.env, NODE_OPTIONS: `--import ${path}`, NODE_EXTRA_CA_CERTS: ''};
  const {status, stdout, stderr} = spawnSync(process.execPath, [entry, ...args], {cwd: folder, env});
  return {status, stdout: stdout.toString(), stderr: stderr.toString()};
}

/** One line: what is wrong and what to try. */
function expectLine(stderr: string, ...words: string[]): void {
  expect(stderr).toMatch(/^coldfront[ \w-]*: [^\n]+\n$/);
  for (const word of words) expect(stderr).toContain(word);
  expect(stderr.length).toBeLessThan(1000);
}

const printing = [
  'describe w.arrow',
  'describe w.arrow --json',
  'replay w.arrow',
  'replay w.arrow --csv',
  'plan w.arrow --rest keep',
  'plan w.arrow --rest keep --out -',
  'export p.arrow --to csv',
  'diff p.arrow p.arrow',
  'check r.json --max-usd-per-day 0',
  'tradeoff burst',
];

describe('a full disk', () => {
  test.each(printing)('under the stdout of %s is exit 2 and a line', (line) => {
    const {status, stderr} = shell(`coldfront ${line} > /dev/full`, folder);
    expect(status).toBe(2);
    expectLine(stderr, 'stdout cannot be written: no space left on the device');
  });

  test.each(['describe w.arrow', 'replay w.arrow --json', 'tradeoff burst'])(
    'that takes a part of what %s prints is exit 2 too',
    (line) => {
      // A file may have one block of 512 or 1024 bytes.
      const {status, stderr} = shell(`trap '' XFSZ; ulimit -f 1; coldfront ${line} > part.txt`, folder);
      expect(status).toBe(2);
      expectLine(stderr, 'stdout cannot be written: the file would be larger than is allowed');
    },
  );

  test.each(['synth --functions 2000 --span 1h --out o.arrow', 'replay w.arrow --out o.txt --per-function o.csv'])(
    'under the outputs of %s leaves nothing',
    (line) => {
      const before = readdirSync(folder).sort();
      const {status, stderr} = shell(`trap '' XFSZ; ulimit -f 1; coldfront ${line}`, folder);
      expect(status).toBe(2);
      expectLine(stderr, 'o.', 'cannot be written: the file would be larger than is allowed');
      expect(readdirSync(folder).sort()).toEqual(before);
    },
  );
});

const mounts = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0;

/** A shell line in which `mnt` is a file system of its own, mounted with these options. */
function mounted(options: string, line: string) {
  mkdirSync(join(folder, 'mnt'), {recursive: true});
  const script = `coldfront() { '${process.execPath}' '${entry}' "$@"; }; mount -t tmpfs -o ${options} none mnt && { ${line}; }`;
  const {status, stderr} = spawnSync('unshare', ['--map-root-user', '--mount', 'bash', '-c', script], {cwd: folder});
  return {status, stderr: stderr.toString()};
}

describe.skipIf(!mounts)('a file system', () => {
  test.each([
    ['synth --functions 20 --span 1h --out mnt/o.arrow', 'mnt/o.arrow'],
    ['plan w.arrow --rest keep --out mnt/o.arrow', 'mnt/o.arrow'],
    ['replay w.arrow --per-function mnt/o.csv', 'mnt/o.csv'],
    ['export p.arrow --to csv --out mnt/o.csv', 'mnt/o.csv'],
  ])('that is read-only under %s is exit 2 and a line', (line, path) => {
    const {status, stderr} = mounted('ro', `coldfront ${line}`);
    expect(status).toBe(2);
    expectLine(stderr, `${path} cannot be written: the file system is read-only`);
  });

  test('that is full under an output leaves nothing there, and the old file where there was one', () => {
    const line = 'echo old > mnt/o.arrow; coldfront synth --functions 40000 --span 1h --out mnt/o.arrow --force';
    const {status, stderr} = mounted('size=64k', `${line}; code=$?; cat mnt/o.arrow; ls -A mnt >&2; exit $code`);
    expect(status).toBe(2);
    const [said, ...left] = stderr.trimEnd().split('\n');
    expectLine(`${said}\n`, 'mnt/o.arrow cannot be written: no space left on the device');
    expect(left).toEqual(['o.arrow']);
  });
});

describe('bad luck', () => {
  test('a thread that dies ends the run in a line', () => {
    const death = `import {isMainThread} from 'node:worker_threads'; if (!isMainThread) process.exit(7);`;
    const {status, stderr, stdout} = sabotaged(death, 'replay', 'w.arrow', '--cells', '4', '--threads', '2');
    expect([status, stdout]).toEqual([1, '']);
    expectLine(stderr, 'unforeseen: ', '--debug');
  });

  test('a clock that goes backwards changes no result', () => {
    const back = `let now = 2e12; Date.now = () => (now -= 1000); performance.now = () => (now -= 1000);`;
    for (const args of [
      ['replay', 'w.arrow', '--json'],
      ['plan', 'w.arrow', '--rest', 'keep', '--json'],
    ]) {
      const {status, stdout} = sabotaged(back, ...args);
      expect([status, stdout]).toEqual([0, coldfront(args, {cwd: folder}).stdout.toString()]);
    }
  });

  test('an error that nobody foresaw is one line that says how to report it, and its stack comes with --debug', () => {
    const later = `process.once('beforeExit', () => { throw new TypeError('later\\u001b[2J'); });`;
    const uncaught = sabotaged(later, 'replay', 'w.arrow');
    expect(uncaught.status).toBe(1);
    expectLine(uncaught.stderr, 'unforeseen: later\\x1b[2J', '--debug');
    const debugged = sabotaged(later, 'replay', 'w.arrow', '--debug');
    expect(debugged.stderr).toMatch(/^\s+at /m);
  });

  test('a stack under --debug names the lines of the sources', () => {
    const {stderr} = sabotaged('', 'describe', 'gone.arrow', '--debug');
    expect(stderr).toMatch(/src\/files\/input\.ts:\d+/);
  });

  test('few file descriptors, a small heap and a folder that is none', () => {
    expect(shell('ulimit -n 96; coldfront replay w.arrow --cells 4 --json', folder)).toMatchObject({
      status: 0,
      stderr: '',
    });
    const none = shell('ulimit -n 24; coldfront replay w.arrow', folder);
    expect([0, 2]).toContain(none.status);
    if (none.status === 2) expectLine(none.stderr, 'too many files are open', 'ulimit -n');
    for (const most of [32, 40, 48]) {
      const {status, stdout} = shell(`ulimit -n ${most}; coldfront replay w.arrow --json`, folder);
      if (status !== 0 && stdout.length > 0)
        expect([most, JSON.parse(stdout.toString()).error.exit]).toEqual([most, status]);
      expect([0, 2]).toContain(status);
    }
    const env = 'NODE_OPTIONS=--max-old-space-size=48';
    expect(shell(`export ${env}; coldfront synth --functions 20000 --span 1h --out small.arrow`, folder).status).toBe(
      0,
    );
    const {status, stderr} = shell('coldfront plan w.arrow --rest keep --out w.arrow/p.arrow', folder);
    expect(status).toBe(2);
    expectLine(stderr, 'a part of its path is not a folder');
  });

  test('nobody who listens to messages is no reason to fail', () => {
    const {status} = shell('set -o pipefail; coldfront describe gone.arrow 2>&1 >/dev/null | true', folder);
    expect(status).toBe(3);
    expect(readFileSync(join(folder, 'w.arrow')).length).toBeGreaterThan(0);
  });
});
