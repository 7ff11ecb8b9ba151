/**
 * What every npm script needs first: dependencies no older than the lock file, and a build no older
 * than the sources. Both are decided by content or lock time, never by a hook, because npm runs no
 * pre/post scripts under `ignore-scripts`.
 */
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const at = (...parts) => join(root, ...parts);

/** Runs a command in the repository with inherited output; ends this process if it fails. */
export function run(command, args, options = {}) {
  const {status, error} = spawnSync(command, args, {cwd: root, stdio: ['ignore', 2, 2], ...options});
  if (error) throw error;
  if (status !== 0) {
    process.stderr.write(`\n${command} ${args.join(' ')} ended with ${status}\n`);
    process.exit(status ?? 1);
  }
}

/** Installs when the lock file is newer than what npm last installed here. */
export function ensureInstalled() {
  const installed = at('node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(at('package-lock.json')).mtimeMs) return;
  process.stderr.write('installing dependencies (npm ci)...\n');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** A digest of everything the build reads. */
export function sourceDigest() {
  const hash = createHash('sha256');
  const files = readdirSync(at('src'), {recursive: true, encoding: 'utf8'}).filter((f) => /\.(tsx?|json)$/.test(f));
  for (const file of files.sort()) hash.update(file).update(readFileSync(at('src', file)));
  for (const file of ['package.json', 'package-lock.json', join('bin', 'dev', 'build.js')])
    hash.update(readFileSync(at(file)));
  return hash.digest('hex');
}

/** Builds when the sources differ from those of the last build. */
export async function ensureBuilt() {
  const stamp = at('dist', '.stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceDigest()) return;
  process.stderr.write('building...\n');
  const {build} = await import('./build.js');
  await build();
}
