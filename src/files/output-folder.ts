import {chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {usageError} from '../base/errors.ts';
import {type OutputSink, writeOutput} from './output.ts';
import {cannotWrite} from './write-all.ts';

/** Refuses a folder of outputs that is there, unless it is empty or `force`, and a file or stdout: call it before the work. */
export function checkFolder(path: string, force: boolean): void {
  if (path === '-') throw usageError('--out is stdout, must name a folder for --parts');
  if (!existsSync(path)) {
    if (!existsSync(dirname(withoutSlash(path)))) throw cannotWrite(path, {code: 'ENOENT', syscall: 'open'});
    return;
  }
  if (!statSync(path).isDirectory()) throw usageError(`--out is '${path}', a file; must name a folder for --parts`);
  const others = readdirSync(path).filter((name) => !isOurs(name));
  if (others.length > 0) {
    throw usageError(`${path} holds '${others[0]}', which is no part of a workload`, 'name a folder of its own');
  }
  if (readdirSync(path).length > 0 && !force) throw usageError(`${path} exists`, 'add --force to overwrite it');
}

const isOurs = (name: string): boolean => /^part-\d+-of-\d+\.arrow$/.test(name);

/**
 * Writes a folder of files whole or not at all: `produce` writes each under its name into a folder beside it, which then
 * takes the name. What it replaces holds nothing but parts.
 */
export function writeFolder(
  path: string,
  force: boolean,
  produce: (write: (name: string, fill: (sink: OutputSink) => void) => void) => void,
): void {
  checkFolder(path, force);
  const target = withoutSlash(path);
  const own = tried(path, () => mkdtempSync(join(dirname(target), `.${basename(target).slice(0, 100)}.`)));
  const stop = (): void => rmSync(own, {recursive: true, force: true});
  process.once('exit', stop);
  try {
    produce((name, fill) => writeOutput(join(own, name), false, fill));
    tried(path, () => {
      chmodSync(own, 0o777 & ~process.umask());
      if (existsSync(target)) rmSync(target, {recursive: true});
      renameSync(own, target);
    });
  } catch (error) {
    stop();
    throw error;
  } finally {
    process.removeListener('exit', stop);
  }
}

function tried<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** A path without slashes at its end. */
function withoutSlash(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}
