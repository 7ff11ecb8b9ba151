import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const {man} = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const {commands} = JSON.parse(readFileSync(`${root}oclif.manifest.json`, 'utf8'));
const page = readFileSync(root + man, 'utf8');

describe('the manual page', () => {
  test('has every command with its flags, and no line that roff would take for one of its own', () => {
    for (const [id, {flags}] of Object.entries<{flags: object}>(commands)) {
      expect(page).toContain(`.SS coldfront ${id.replaceAll(':', ' ').replaceAll('-', '\\-')}`);
      for (const name of Object.keys(flags)) expect(page).toContain(`\\-\\-${name.replaceAll('-', '\\-')}`);
    }
    const requests = new Set([...page.matchAll(/^\.(\S+)/gm)].map(([, request]) => request));
    expect([...requests].sort()).toEqual(['B', 'I', 'PP', 'SH', 'SS', 'TH', 'TP', 'ad', 'fi', 'nf']);
  });

  test.skipIf(spawnSync('groff', ['--version']).status !== 0)('is set without a complaint', () => {
    const {status, stdout, stderr} = spawnSync('groff', ['-man', '-ww', '-Tutf8', '-P-c', root + man], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    // Bold is a letter, a step back and the letter again.
    expect(stdout.replaceAll(/.\u0008/gu, '')).toContain('EXIT STATUS');
  });
});
