import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const scriptOf = (shell: string): string => {
  const {status, stdout, stderr} = coldfront(['completion', shell]);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.toString();
};

describe('completion in bash', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'complete.bash'), scriptOf('bash'));
    writeFileSync(join(folder, 'w.arrow'), '');
  });

  /** What pressing tab at the end of the words offers. */
  function offered(...words: string[]): string[] {
    const line = ['coldfront', ...words].map((word) => `'${word}'`).join(' ');
    const script = `. ./complete.bash; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _coldfront; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', script], {cwd: folder, encoding: 'utf8'})
      .stdout.split('\n')
      .filter((one) => one !== '');
  }

  test('offers commands, topics once, and the commands of a topic', () => {
    expect(offered('re')).toEqual(['replay', 'report']);
    expect(offered('')).toEqual(expect.arrayContaining(['ingest', 'plan', 'tradeoff']));
    expect(offered('').filter((word) => word === 'tradeoff')).toHaveLength(1);
    expect(offered('tradeoff', 'p')).toEqual(expect.arrayContaining(['periodic', 'pinning', 'prediction']));
  });

  test('offers the flags of the command, and what may follow them', () => {
    expect(offered('plan', 'w.arrow', '--train')).toEqual(['--train-until']);
    expect(offered('tradeoff', 'burst', '--wor')).toEqual(['--workload']);
    expect(offered('replay', 'w.arrow', '--policy', 'inf')).toEqual(['infinite']);
    expect(offered('ingest', '--format', 'azure-20')).toEqual(['azure-2019', 'azure-2021']);
    expect(offered('plan', 'w.arrow', '--rest', 'k')).toEqual(['keep']);
  });

  test('offers files elsewhere', () => {
    expect(offered('describe', 'w')).toEqual(['w.arrow']);
    expect(offered('export', 'p.arrow', '--out', 'w')).toEqual(['w.arrow']);
  });
});

describe.each([
  ['zsh', /^ {4}'plan'\) _arguments .*'\*--train-until\[/m],
  ['fish', /^complete -c coldfront -n '__fish_seen_subcommand_from plan' -l train-until -r -d '/m],
])('completion in %s', (shell, line) => {
  const text = scriptOf(shell);

  test('knows the flags of each command', () => expect(text).toMatch(line));

  const has = spawnSync(shell, ['-c', 'true']).status === 0;
  const path = join(folder, `complete.${shell}`);
  writeFileSync(path, text);

  test.skipIf(!has)('is a script that the shell can read', () => {
    const {status, stderr} = spawnSync(shell, ['-n', path], {encoding: 'utf8'});
    expect([status, stderr]).toEqual([0, '']);
  });

  test.skipIf(!has || shell !== 'fish')('offers commands, flags and their values', () => {
    const offered = (line: string): string[] =>
      spawnSync('fish', ['-c', `source ${path}; complete -C '${line}'`], {encoding: 'utf8'})
        .stdout.trimEnd()
        .split('\n')
        .map((one) => one.split('\t')[0]!);
    expect(offered('coldfront repl')).toEqual(['replay']);
    expect(offered('coldfront tradeoff pin')).toEqual(['pinning']);
    expect(offered('coldfront plan w.arrow --train')).toEqual(['--train-until']);
    expect(offered('coldfront replay w.arrow --policy infi')).toEqual(['infinite']);
  });
});

test('a demo writes a sample, shows a first look at it and keeps what it made, once', () => {
  const demo = () => coldfront(['demo'], {cwd: folder});
  const {status, stdout, stderr} = demo();
  expect([status, stderr]).toEqual([0, '']);
  const shown = stdout.toString();
  expect(shown).toContain('$ coldfront ingest coldfront-demo/trace --out coldfront-demo/w.arrow');
  expect(shown).toContain('150 functions of 138 apps and 123 owners, 410,633 invocations in 8 h');
  expect(shown).toMatch(/^fixed:ttl=10m /m);
  expect(coldfront(['describe', 'coldfront-demo/w.arrow'], {cwd: folder}).status).toBe(0);
  const again = demo();
  expect([again.status, again.stdout.toString()]).toEqual([2, '']);
  expect(again.stderr).toMatch(/^coldfront demo: coldfront-demo exists \([^\n]*--force\)\n$/);
});
