/**
 * What every npm script needs first: the dependencies that the lock file names. Decided by what is installed, never by
 * a time of a file (a copied checkout has new ones) nor by a hook (npm runs no pre/post scripts under `ignore-scripts`).
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a command in the repository with inherited output; ends this process if it fails. */
export function run(command, args, options = {}) {
  const {status, error} = spawnSync(command, args, {cwd: root, stdio: ['ignore', 2, 2], ...options});
  if (error) throw error;
  if (status !== 0) {
    process.stderr.write(`\n${command} ${args.join(' ')} ended with ${status}\n`);
    process.exit(status ?? 1);
  }
}

/** Installs when some package is missing or of another version than the lock file says. */
export function ensureInstalled() {
  if (isInstalled()) return;
  process.stderr.write('installing dependencies (npm ci)...\n');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

function isInstalled() {
  // npm writes down here what it has installed.
  const written = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(written)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(written, 'utf8')).packages;
  // Optional packages are those of other processors and systems; they are checked only where they are there.
  return Object.entries(wanted).every(
    ([path, {version, optional}]) =>
      path === '' || (installed[path] === undefined ? optional === true : installed[path].version === version),
  );
}
