/**
 * `npm run readme`: runs every command of README.md's `console` blocks for real, in order and in one temporary
 * folder, and writes what it printed below it. `--check` changes nothing and fails when README is not what runs.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ensureBuilt} from './build.js';
import {ensureInstalled, root} from './setup.js';

const check = process.argv.includes('--check');
ensureInstalled();
await ensureBuilt();

const folder = mkdtempSync(join(tmpdir(), 'coldfront-readme-'));
symlinkSync(join(root, 'fixtures'), join(folder, 'fixtures'));
const shim = `coldfront() { "${process.execPath}" "${join(root, 'bin/run.js')}" "$@"; }`;

function output(command) {
  const {stdout, stderr} = spawnSync('bash', ['-c', `${shim}\n${command} 2>&1`], {
    cwd: folder,
    encoding: 'utf8',
    env: {...process.env, NO_COLOR: '1', COLUMNS: '120', NODE_EXTRA_CA_CERTS: ''},
  });
  return (stdout + stderr).trimEnd();
}

try {
  const path = join(root, 'README.md');
  const before = readFileSync(path, 'utf8');
  const after = before.replace(/```console\n([\s\S]*?)```/g, (_, block) => {
    const commands = block.split('\n').filter((line) => line.startsWith('$ '));
    const lines = commands.map((line) => {
      const printed = output(line.slice(2));
      return printed === '' ? line : `${line}\n${printed}`;
    });
    return `\`\`\`console\n${lines.join('\n\n')}\n\`\`\``;
  });
  if (check && after !== before) {
    process.stderr.write('README.md shows something else than what runs: npm run readme\n');
    process.exitCode = 1;
  }
  if (!check) writeFileSync(path, after);
} finally {
  rmSync(folder, {recursive: true, force: true});
}
