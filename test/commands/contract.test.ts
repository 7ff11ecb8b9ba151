import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {beforeAll, describe, expect, test} from 'vitest';
import type {Reader} from '../../src/base/readers.ts';
import {readValues} from '../../src/commands/flags/value-flags.ts';
import {coldfront, shell} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

interface Flag {
  readonly type: 'boolean' | 'option';
  readonly required?: boolean;
  readonly options?: readonly string[];
}

interface Command {
  readonly args: Readonly<Record<string, {required?: boolean; options?: readonly string[]}>>;
  readonly flags: Readonly<Record<string, Flag>>;
}

/** Every command there is, as the build found them. */
const {commands} = JSON.parse(readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8')) as {
  commands: Readonly<Record<string, Command>>;
};
const all = Object.entries(commands).map(([id, command]) => ({id, words: id.split(':'), ...command}));
const withJson = all.filter(({flags}) => flags.json);
const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const errorSchema = JSON.parse(readFileSync(new URL('../../dist/schemas/error.schema.json', import.meta.url), 'utf8'));
const isError = new Ajv2020().compile(errorSchema);

/** What must be given besides arguments, made up; what a command asks for beyond what oclif knows, too. */
function required({id, flags}: (typeof all)[number]): string[] {
  const given = Object.entries(flags).flatMap(([name, flag]) =>
    flag.required ? [`--${name}`, flag.options?.[0] ?? 'made.out'] : [],
  );
  const besides: Readonly<Record<string, string[]>> = {
    check: ['--max-slots', '1'],
    // Not with --print-sql.
    ingest: ['--out', 'made.out'],
    size: ['--slots', '1', '--p99-start', '1s'],
  };
  return [...given, ...(besides[id] ?? [])];
}

/** The command with a file that is not there, none where it reads no file. */
function onNoFile(command: (typeof all)[number]): string[] {
  const {words, args, flags} = command;
  const names = Object.keys(args).filter((name) => args[name]!.options === undefined);
  if (names.length > 0) return [...words, ...names.map(() => './gone.onnx'), ...required(command)];
  const reads = ['workload', 'like'].find((flag) => flag in flags);
  return reads === undefined ? [] : [...words, `--${reads}`, './gone.onnx', ...required(command)];
}

/** One line, said by the command, without the name of a class. */
function lineOf(words: readonly string[]): RegExp {
  return new RegExp(`^coldfront ${words.join(' ')}: (?!\\w*Error: )[^\\n]+\\n$`);
}

function errorIn({stdout}: {stdout: Buffer}) {
  const printed = JSON.parse(stdout.toString());
  expect(isError(printed), JSON.stringify(isError.errors)).toBe(true);
  expect(printed.error.message).not.toContain('\n');
  return printed.error;
}

describe('every command', () => {
  test.each(all)('$id: a flag that is none is exit 2 and a line, not a page', ({words, args}) => {
    const {status, stdout, stderr} = run(
      ...words,
      '--frobnicate',
      ...Object.values(args).map(({options}) => options?.[0] ?? 'w.arrow'),
    );
    expect([status, stdout.toString()]).toEqual([2, '']);
    expect(stderr).toContain('--frobnicate');
    expect(stderr).toContain(`${words.join(' ')} --help`);
    expect(stderr).toMatch(lineOf(words));
  });

  const needy = all
    .map((command) => ({...command, needs: [...mandatory(command.args), ...mandatory(command.flags)]}))
    .filter(({needs}) => needs.length > 0);

  test.each(needy)('$id: without $needs it is exit 2 and names the first', ({words, needs}) => {
    const {status, stdout, stderr} = run(...words);
    expect([status, stdout.toString()]).toEqual([2, '']);
    expect(stderr).toContain(needs[0]);
    expect(stderr).toMatch(lineOf(words));
  });

  const readers = all.map((command) => ({...command, lost: onNoFile(command)})).filter(({lost}) => lost.length > 0);

  test.each(readers)('$id: a file that is not there is exit 3, by name, and nothing is written', ({lost, words}) => {
    const {status, stdout, stderr} = run(...lost);
    expect([status, stdout.toString()]).toEqual([3, '']);
    expect(stderr).toMatch(lineOf(words));
    expect(stderr).toContain('gone.onnx: ');
    expect(existsSync(join(folder, 'made.out'))).toBe(false);
  });

  test.each(readers.filter(({flags}) => flags.json))('$id --json: the same is an object', ({lost}) => {
    const result = run(...lost, '--json');
    expect([result.status, result.stderr]).toEqual([3, '']);
    expect(errorIn(result)).toMatchObject({
      code: 'BAD_INPUT',
      exit: 3,
      message: expect.stringContaining('gone.onnx: '),
    });
  });
});

/** Names of those that must be given. */
function mandatory(inputs: Readonly<Record<string, {required?: boolean}>>): string[] {
  return Object.keys(inputs).filter((name) => inputs[name]!.required);
}

describe('every value flag', () => {
  const single = all.filter(({words}) => words.length === 1);

  test.each(single)('of $id reads its own default and refuses nonsense by name', async ({id}) => {
    const {default: command} = await import(`../../src/commands/${id}.ts`);
    const flags: Record<string, {default?: unknown; read?: Reader<unknown>}> = command.flags;
    const defaults = Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, flag.default]));
    expect(() => readValues(flags, defaults)).not.toThrow();
    for (const [name, {read}] of Object.entries(flags)) {
      if (!read || name === 'smear-owners') continue;
      expect(() => read('bogus!', `--${name}`), name).toThrow(`--${name} is 'bogus!'`);
    }
  });
});

describe('under --json', () => {
  test.each(withJson.slice(0, 3))('what oclif refuses in $id is an object of one line too', ({words}) => {
    const result = run(...words, '--frobnicate', '--json');
    expect([result.status, result.stderr]).toEqual([2, '']);
    expect(errorIn(result)).toMatchObject({code: 'USAGE', exit: 2, message: 'Nonexistent flag: --frobnicate'});
  });

  test('flags that exclude each other are named on one line', () => {
    const error = errorIn(run('plan', 'w.arrow', '--model', 'm', '--forecast', 'f', '--json'));
    expect(error.message).toBe(
      '--forecast=f cannot also be provided when using --model; --model=m cannot also be provided when using --forecast',
    );
  });
});

/** Commands that print a result, on small inputs. */
const printing: readonly [name: string, args: readonly string[]][] = [
  ['describe', ['w.arrow']],
  ['replay', ['w.arrow']],
  ['replay', ['w.arrow', '--csv']],
  ['frontier', ['w.arrow', '--policy', 'none']],
  ['plan', ['w.arrow', '--no-trials']],
  ['forecast', ['w.arrow', '--model', 'rolling-mean']],
  ['backtest', ['w.arrow', '--model', 'rolling-mean']],
  ['model', []],
  ['export', ['p.arrow', '--to', 'csv']],
  ['diff', ['p.arrow', 'p.arrow']],
  ['tradeoff burst', ['--workload', 'w.arrow']],
  ['size', ['w.arrow', '--find', 'ttl', '--cold-share', '90%', '--seeds', '1']],
  ['config', []],
  ['history', ['r.json', 'r.json']],
  ['explain', ['w.arrow', 'f1', '--no-trials']],
  ['size', ['w.arrow', '--find', 'ttl', '--cold-share', '90%', '--seeds', '1', '--csv']],
];

describe('what a command prints', () => {
  beforeAll(() => {
    expect(run('synth', '--functions', '20', '--rate', '1', '--span', '3h', '--out', 'w.arrow').status).toBe(0);
    expect(run('plan', 'w.arrow', '--no-trials', '--out', 'p.arrow').status).toBe(0);
    writeFileSync(join(folder, 'r.json'), run('replay', 'w.arrow', '--json').stdout);
  });

  test.each(printing)(
    '%s %j goes to stdout alone, without colour, and into a closed pipe without a word',
    (name, args) => {
      const {status, stdout, stderr} = run(...name.split(' '), ...args);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout.length).toBeGreaterThan(0);
      expect(stdout.includes('\x1b')).toBe(false);
      const piped = shell(`set -o pipefail; coldfront ${name} ${args.join(' ')} | true`, folder);
      expect([piped.status, piped.stderr]).toEqual([0, '']);
    },
  );

  test.each([
    ['ingest', 'calls.csv --format csv --map function=f,arrival=t:s'],
    ['synth', '--functions 3 --span 1h'],
    ['plan', 'w.arrow --no-trials'],
    ['forecast', 'w.arrow --model rolling-mean'],
  ])('%s gives stdout to the artifact: the summary, and --json as a line, go to stderr', (name, rest) => {
    writeFileSync(join(folder, 'calls.csv'), 'f,t\na,1\nb,2\n');
    const args = [name, ...rest.split(' '), '--out', '-'];
    const [text, json, quiet] = [run(...args), run(...args, '--json'), run(...args, '--quiet')];
    expect([text, json, quiet].map(({status}) => status)).toEqual([0, 0, 0]);
    expect(text.stdout.subarray(0, 6).toString()).toBe('ARROW1');
    expect(json.stdout.equals(text.stdout) && quiet.stdout.equals(text.stdout)).toBe(true);
    expect(text.stderr.length).toBeGreaterThan(0);
    expect(JSON.parse(json.stderr.trimEnd().split('\n').at(-1)!).schema).toBe(`coldfront.${name}/1`);
    expect(quiet.stderr).toBe('');
  });

  test('under --quiet remarks are not made, errors are', () => {
    run('synth', '--functions', '21', '--rate', '1', '--span', '3h', '--out', 'more.arrow');
    const args = ['replay', 'more.arrow', '--policy', 'plan:file=p.arrow'];
    expect(run(...args).stderr).toContain('does not know');
    expect(run(...args, '--quiet').stderr).toBe('');
    expect(run('describe', 'gone.arrow', '--quiet').stderr).toContain('gone.arrow: ');
  });

  test.each([
    ['replay w.arrow', /^replayed \d+ invocations in [\d.]+ s \([\d.]+ M invocations\/s\)( by [\w .%,]+)?$/],
    [
      'frontier w.arrow --policy none',
      /^replayed \d+ invocations in [\d.]+ s \([\d.]+ M invocations\/s\)( by [\w .%,]+)?$/,
    ],
    ['plan w.arrow', /^planned 20 functions x 1 windows in [\d.]+ s \(resident \d+ MiB\)$/],
    ['forecast w.arrow --model rolling-mean', /^forecast 20 functions in [\d.]+ s$/],
  ])('%s --timing says one line on stderr, even under --quiet, and stdout stays', (line, timing) => {
    const plain = run(...line.split(' '));
    for (const more of [['--timing'], ['--timing', '--quiet']]) {
      const timed = run(...line.split(' '), ...more);
      expect(timed.stderr.trimEnd()).toMatch(timing);
      expect(timed.stdout.equals(plain.stdout)).toBe(true);
    }
  });

  test('--no-color silences even who asks for colour', () => {
    const stderrOf = (...args: string[]): string =>
      spawnSync(process.execPath, [new URL('../../bin/run.js', import.meta.url).pathname, ...args], {
        env: {...process.env, FORCE_COLOR: '1', NO_COLOR: ''},
      }).stderr.toString();
    expect(stderrOf('replay', '--frobnicate')).toContain('\x1b[31m');
    expect(stderrOf('replay', '--frobnicate', '--no-color')).not.toContain('\x1b');
  });
});
