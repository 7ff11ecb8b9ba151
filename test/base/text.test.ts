import {describe, expect, test} from 'vitest';
import {textTable} from '../../src/base/table.ts';
import {printable, printableLines, visibleJson} from '../../src/base/text.ts';

/** One of each kind that a terminal obeys or does not show. */
const unseen = [
  '\0',
  '\n',
  '\u001b[2J',
  '\u007f',
  '\u009b31m',
  '\u061c',
  '\u200b',
  '\u202e',
  '\u2066',
  '\u2028',
  '\ufeff',
  '\u{e0041}',
];

describe('text from a trace', () => {
  test('says what is unseen in it, and nothing else changes', () => {
    expect(printable('a\u001b[31mb\u202ec\u{e0041}')).toBe('a\\x1b[31mb\\u{202e}c\\u{e0041}');
    expect(printable('函数 é 🚀 ا "x"')).toBe('函数 é 🚀 ا "x"');
    for (const text of unseen) expect(printable(text)).toMatch(/^[\x20-\x7e]+$/);
  });

  test('of several lines keeps its lines', () => {
    expect(printableLines('a\u0007\nb\r\n')).toBe('a\\x07\nb\\x0d\n');
  });

  test('in JSON means the same and hides nothing', () => {
    const value = {[unseen.join('x')]: unseen};
    const json = visibleJson(JSON.stringify(value, undefined, 2));
    expect(JSON.parse(json)).toEqual(value);
    expect(json.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]+$/);
  });
});

describe('a table', () => {
  const columns = [
    {title: 'name', align: 'left'},
    {title: 'n', align: 'right'},
  ] as const;

  test('cuts a name of any length, so that no line is as long', () => {
    const lines = textTable(columns, [
      ['a'.repeat(1e6), '1'],
      ['b', '22'],
    ]).split('\n');
    expect(lines[1]).toBe(`${'a'.repeat(200)}...   1`);
    expect(lines[2]).toBe(`b${' '.repeat(204)}22`);
  });

  test('takes more rows than a function takes arguments', () => {
    expect(
      textTable(
        columns,
        Array.from({length: 300_000}, () => ['a', '1']),
      ).length,
    ).toBeGreaterThan(300_000);
  });
});
