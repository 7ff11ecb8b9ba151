import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Script} from 'node:vm';
import ts from 'typescript';
import {expect, test} from 'vitest';

const root = fileURLToPath(new URL('../../src/', import.meta.url));

/** Every regular expression that stands in the sources. */
function expressions(): {file: string; source: string; flags: string}[] {
  return readdirSync(root, {recursive: true, encoding: 'utf8'})
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => {
      const parsed = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest);
      const found: {file: string; source: string; flags: string}[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) {
          const at = node.text.lastIndexOf('/');
          found.push({file, source: node.text.slice(1, at), flags: node.text.slice(at + 1)});
        }
        node.forEachChild(visit);
      };
      visit(parsed);
      return found;
    });
}

const LENGTH = 100_000;
/** Repeated, these make expressions that try every combination take minutes; an honest one takes milliseconds. */
const pumps = [
  '0',
  ' ',
  'a',
  '-',
  '.',
  '/',
  '_',
  ',',
  '\\',
  '"',
  '{',
  '(',
  '1.',
  'a ',
  '0-',
  '.log',
  '\n',
  '[',
  ':',
  'a=',
];
const ends = ['', '\u0001', '\n!'];

/** Texts that begin as the expression does, as far as that can be seen, then go on with one thing again and again. */
function textsFor(source: string): string[] {
  const head = /^\^?(?:\\s\*)?([\w ]+)/.exec(source.replaceAll('\\/', '/'))?.[1] ?? '';
  const heads = [...new Set(['', head])];
  return heads.flatMap((start) =>
    pumps.flatMap((pump) => ends.map((end) => start + pump.repeat(LENGTH / pump.length) + end)),
  );
}

/** What is never given a long text, and why. */
const short: Readonly<Record<string, string>> = {
  'base/format.ts: /\\.?0+e/': 'a number of ours',
  'base/units.ts: /\\B(?=(\\d{3})+$)/': 'a number of ours',
  'trace/collect/function-of-file.ts': 'parts of a path, cut to 1,000 characters',
  'tradeoff/break-even/mixture.ts': 'a flag',
};

test('no expression takes more than a moment for any text that is repeated in it', () => {
  const slow: string[] = [];
  const seen = new Set<string>();
  for (const {file, source, flags} of expressions()) {
    if (seen.has(source)) continue;
    seen.add(source);
    if (file in short || `${file}: /${source}/` in short) continue;
    const context = {expression: new RegExp(source, flags.replace('y', '')), texts: textsFor(source)};
    const script = new Script('for (const text of texts) { expression.lastIndex = 0; expression.test(text); }');
    try {
      script.runInNewContext(context, {timeout: 5000});
    } catch {
      slow.push(`${file}: /${source}/`);
    }
  }
  expect(slow).toEqual([]);
});
