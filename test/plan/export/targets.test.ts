import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {parse} from 'csv-parse/sync';
import {describe, expect, test} from 'vitest';
import {targets} from '../../../src/plan/export/targets.ts';
import {coldfront} from '../../helpers/cli.ts';
import type {PlanRow} from '../plan-files.ts';
import {exported} from './exported.ts';

const DAY = 1440;
const hostile = [
  '=1+1',
  '-9',
  '"q", \'r\'',
  'a\nb\tc',
  '$' + '{aws}%{if}',
  '..',
  '名前',
  '<&>',
  '\u001b[2J',
  'x'.repeat(300),
];

/** What a target's own format makes of its text; throws where it is none. */
const readers: Readonly<Record<(typeof targets.parts)[number]['format'], (text: string) => unknown[]>> = {
  csv: (text) => parse(text, {columns: true}),
  json: (text) => leavesOf(JSON.parse(text)),
};

/** Texts and numbers in a value, keys too. */
function leavesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (value === null || typeof value !== 'object') return [value];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...leavesOf(inner)]);
}

describe.each(targets.parts)('export --to $name', ({name: to, format, ...target}) => {
  const read = readers[format];
  const daily = (name: string, slots: number, from = 0, until = DAY): PlanRow => {
    return {function: name, from, until, slots, repeat: DAY};
  };

  test('is told of in --help, by its name, its title and what it is', () => {
    const {commands} = JSON.parse(
      readFileSync(fileURLToPath(new URL('../../../oclif.manifest.json', import.meta.url)), 'utf8'),
    );
    expect(commands.export.flags.to.options).toContain(to);
    expect(commands.export.summary).toContain(target.title);
    expect(commands.export.description).toContain(`${to} - ${target.summary}`);
  });

  test.each([
    ['without rows', []],
    ['that keeps nothing', [daily('f', 0)]],
  ])('of a plan %s parses, names no function and warns of nothing', (_, rows) => {
    const {functions, text, names, notes} = exported(rows, {to});
    expect(() => read(text)).not.toThrow();
    expect(text.endsWith('\n')).toBe(true);
    expect([functions, names, notes]).toEqual([0, 'owner,app,function,name\n', []]);
  });

  test.each(hostile)('of a function named %j parses, and has it by the name that the table of names says', (name) => {
    const {text, names} = exported([daily(name, 3)], {to});
    const [row] = parse(names, {columns: true}) as {function: string; name: string}[];
    expect(row!.function).toBe(/^[=-]/.test(name) ? `'${name}` : name);
    if (format === 'csv') expect(read(text)).toMatchObject([{function: row!.name}]);
    else {
      // In a CSV a leading hyphen, which Lambda takes, has an apostrophe before it.
      const named = row!.name.replace(/^'/, '');
      expect(named).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      const texts = read(text).filter((leaf) => typeof leaf === 'string');
      expect(texts.some((leaf) => leaf.includes(named))).toBe(true);
      // What the user's own texts cannot hold: a line's end, a control character, a template that somebody would fill in.
      expect(texts.join('')).not.toMatch(/[\u0000-\u001f\u007f]|%\{if|\$\{aws\}/);
    }
  });

  test('of two windows a day holds the slots of both, or the most of them where it follows no clock', () => {
    const {functions, text} = exported([daily('f', 7, 0, 600), daily('f', 31, 600, DAY)], {to});
    expect(functions).toBe(1);
    const numbers = format === 'csv' ? read(text).map((row) => (row as {slots: string}).slots) : read(text).map(String);
    expect(numbers).toContain('31');
    if (!('followsClock' in target) || target.followsClock) expect(numbers).toContain('7');
  });

  test('says the same twice', () => {
    const rows = [daily('a', 2), daily('b', 1, 60, 90)];
    expect(exported(rows, {to}).text).toBe(exported(rows, {to}).text);
  });
});

describe('a target that there is not', () => {
  test('is a usage error that names those there are', () => {
    expect(() => exported([], {to: 'nomads'})).toThrow("--to is 'nomads', there is no target 'nomads'");
    const {status, stderr} = coldfront(['export', 'p.arrow', '--to', 'nomads']);
    expect(status).toBe(2);
    for (const name of targets.names) expect(stderr).toContain(name);
  });
});
