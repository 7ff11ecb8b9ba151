import {afterEach, describe, expect, test} from 'vitest';
import {textTable} from '../../src/base/table.ts';
import {styled, terminal} from '../../src/base/terminal.ts';
import {printable, screenLines} from '../../src/base/text.ts';

afterEach(() => Object.assign(terminal, {width: Number.POSITIVE_INFINITY, colour: false}));

const columns = [
  {title: 'function', align: 'left'},
  {title: 'cold', align: 'right', rank: 1},
  {title: 'idle', align: 'right', rank: 2},
  {title: '$', align: 'right'},
] as const;
const rows = [
  ['aaaaaaaaaaaaaaaaaaaa-first', '1', '2', '30.00'],
  ['aaaaaaaaaaaaaaaaaaaa-second', '1', '2', '4.00'],
  ['b-third', '1', '2', '5.00'],
];

describe('a table on a terminal', () => {
  test('is whole where it fits, and in files and pipes', () => {
    terminal.width = 80;
    const whole = textTable(columns, rows);
    terminal.width = Number.POSITIVE_INFINITY;
    expect(textTable(columns, rows)).toBe(whole);
    expect(whole.split('\n')[1]).toBe('aaaaaaaaaaaaaaaaaaaa-first      1     2  30.00');
  });

  test('cuts names to what still tells them apart', () => {
    terminal.width = 44;
    expect(textTable(columns, rows).split('\n')).toEqual([
      'function                   cold  idle      $',
      'aaaaaaaaaaaaaaaaaaaa-fir…     1     2  30.00',
      'aaaaaaaaaaaaaaaaaaaa-sec…     1     2   4.00',
      'b-third                       1     2   5.00',
      '',
    ]);
  });

  test('cuts all long names to one length, so that none is cut to nothing beside a longer one', () => {
    terminal.width = 60;
    const two = [
      {title: 'function', align: 'left'},
      {title: 'app', align: 'left'},
      {title: 'calls', align: 'right'},
    ] as const;
    const [head, row] = textTable(two, [['f'.repeat(64), 'a'.repeat(40), '12']]).split('\n');
    expect(head).toBe(`${'function'.padEnd(25)}  ${'app'.padEnd(25)}  calls`);
    expect(row).toBe(`${'f'.repeat(24)}…  ${'a'.repeat(24)}…     12`);
  });

  test('leaves out columns of the highest rank first, and says which', () => {
    terminal.width = 40;
    expect(textTable(columns, rows).split('\n')).toEqual([
      'function                     cold      $',
      'aaaaaaaaaaaaaaaaaaaa-first      1  30.00',
      'aaaaaaaaaaaaaaaaaaaa-second     1   4.00',
      'b-third                         1   5.00',
      '(no room for idle; --json has all)',
      '',
    ]);
  });
});

describe('text for people', () => {
  test('is folded at blanks, with its indent', () => {
    terminal.width = 12;
    expect(screenLines('one two three four\n  five six seven\nunbreakable-word')).toBe(
      'one two\nthree four\n  five six\n  seven\nunbreakable-word',
    );
  });

  test('has styles where there is colour alone, and no name can bring its own', () => {
    expect(screenLines(styled('good', 'met'))).toBe('met');
    terminal.colour = true;
    expect(screenLines(`${styled('good', 'met')} and ${styled('bad', 'missed')}`)).toBe(
      '\x1b[32mmet\x1b[0m and \x1b[31mmissed\x1b[0m',
    );
    expect(screenLines(`a\x1b[31m ${printable('\uE0F3red')}`)).toBe('a\\x1b[31m \\u{e0f3}red');
  });
});
