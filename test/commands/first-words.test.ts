import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {commandIn, understood, unknownCommand} from '../../src/commands/flags/first-words.ts';
import {coldfront} from '../helpers/cli.ts';

const ids = ['plan', 'replay', 'describe', 'tradeoff:burst', 'tradeoff:pinning'];
const said = (...argv: string[]) => {
  const {message, suggestions} = unknownCommand(argv, ids);
  return [message, ...suggestions];
};

describe('the first words', () => {
  test('help and version are commands, too', () => {
    expect(understood(['help'])).toEqual(['--help']);
    expect(understood(['help', 'plan'])).toEqual(['plan', '--help']);
    expect(understood(['help', 'tradeoff', 'burst'])).toEqual(['tradeoff', 'burst', '--help']);
    expect(understood(['version'])).toEqual(['--version']);
    expect(understood(['plan', 'help'])).toEqual(['plan', 'help']);
  });

  test('name a command of one word or of two', () => {
    expect(commandIn(['plan', 'w.arrow'], ids)).toBe('plan');
    expect(commandIn(['tradeoff', 'burst', '--json'], ids)).toBe('tradeoff burst');
    expect(commandIn(['tradeoff', 'bust'], ids)).toBe('');
    expect(commandIn([], ids)).toBe('');
  });

  test('that name none say which is near, and where they are listed', () => {
    expect(said('reply', 'w.arrow')).toEqual([
      "there is no command 'reply'",
      'did you mean replay?',
      'coldfront help lists them',
    ]);
    expect(said('w.arrow', 'replay')).toEqual(["there is no command 'w.arrow'", 'coldfront help lists them']);
    expect(said('tradeoff', 'bust')).toEqual([
      "there is no tradeoff 'bust'",
      'did you mean burst?',
      'coldfront help tradeoff',
    ]);
    expect(said('tradeoff', '--json')[0]).toBe('which tradeoff? burst, pinning');
    expect(said('--policy', 'none')[0]).toBe('a command comes first, not --policy');
  });
});

describe('a newcomer', () => {
  const {version} = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

  test.each([['--help'], ['-h'], ['help'], []])('with %s sees the commands', (...args) => {
    const {status, stdout, stderr} = coldfront(args);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(/^ {2}replay {2,}/m);
  });

  test.each([
    ['help', 'plan'],
    ['plan', '-h'],
    ['plan', '--help'],
  ])('with %s %s sees its flags', (...args) => {
    const {status, stdout} = coldfront(args);
    expect(status).toBe(0);
    expect(stdout.toString()).toContain('--train-until');
  });

  test.each([['-v'], ['--version'], ['version']])('with %s sees the version', (word) => {
    expect(coldfront([word]).stdout.toString()).toContain(`coldfront/${version}`);
  });

  test.each([
    [
      ['reply', 'w.arrow'],
      "coldfront: there is no command 'reply' (did you mean replay?; coldfront help lists them)\n",
    ],
    [['--json', 'plan'], ''],
    [
      ['replay', 'w.arrow', '--polcy', 'none'],
      'coldfront replay: Nonexistent flag: --polcy (did you mean --policy?; coldfront replay --help)\n',
    ],
    [
      ['replay', 'w.arrow', '--policy', 'fixd'],
      "coldfront replay: --policy is 'fixd', there is no policy 'fixd' (did you mean fixed?)\n",
    ],
    [
      ['ingest', 'w.csv', '--format', 'azure-2020', '--out', 'w.arrow'],
      "coldfront ingest: --format is 'azure-2020', which is none of its choices (did you mean azure-2021?; coldfront ingest --help)\n",
    ],
  ])('who types %j is told on one line, or in JSON', (args, line) => {
    const {status, stdout, stderr} = coldfront(args);
    expect(status).toBe(2);
    if (typeof line === 'string') expect(stderr).toBe(line);
    else expect(stderr).toMatch(line);
    if (line !== '') return;
    expect(JSON.parse(stdout.toString())).toMatchObject({schema: 'coldfront.error/1', error: {code: 'USAGE', exit: 2}});
  });
});
