import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {traceFormats} from '../src/trace/formats.ts';

test('README quotes the dollars that were kept', () => {
  const script = fileURLToPath(new URL('../bin/dev/models.js', import.meta.url));
  const {status, stderr} = spawnSync(process.execPath, [script, '--check'], {encoding: 'utf8'});
  expect([status, stderr]).toEqual([0, '']);
});

test('README lists every format', () => {
  const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');
  const [, table] = /<!-- formats -->\n([\s\S]*?)<!-- \/formats -->/.exec(readme)!;
  expect(table).toBe(formatsTable());
});

/** To bring README up to date, put what this makes between its marks. */
function formatsTable(): string {
  const rows = traceFormats.parts.map(
    ({name, owner, obtain, reads}) => `| \`${name}\` | ${[owner, obtain, reads].map(cell).join(' | ')} |\n`,
  );
  return `| format | who has it | how to get it | what is read |\n|---|---|---|---|\n${rows.join('')}`;
}

const cell = (text: string) => text.replaceAll('|', '\\|');
