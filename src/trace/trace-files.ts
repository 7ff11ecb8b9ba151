import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {usageError} from '../base/errors.ts';
import {cannotRead} from '../files/input.ts';
import {compareNames} from '../files/name-order.ts';

/** A file to read. What was found in a folder may be something else than a trace; what was named may not. */
export interface TraceFile {
  readonly path: string;
  readonly named: boolean;
}

/**
 * The files behind the arguments: folders with all that is in them but what is hidden. Sorted by name, so that the
 * workload is the same however they were given.
 */
export function traceFiles(paths: readonly string[]): TraceFile[] {
  if (paths.filter((path) => path === '-').length > 1) throw usageError("'-' is given twice, stdin can be read once");
  const files = paths.flatMap(filesAt);
  return files.sort((a, b) => compareNames(a.path, b.path));
}

/** Size of all files behind the arguments, packed as they are; 0 for what is read from a pipe. */
export function bytesOf(paths: readonly string[]): number {
  return traceFiles(paths)
    .filter(({path}) => path !== '-')
    .reduce((sum, {path}) => sum + statSync(path).size, 0);
}

function filesAt(path: string): TraceFile[] {
  if (path === '-') return [{path, named: true}];
  try {
    if (!statSync(path).isDirectory()) return [{path, named: true}];
    return readdirSync(path, {recursive: true, encoding: 'utf8'})
      .filter((name) => !/(^|[\\/])\./.test(name))
      .map((name) => ({path: join(path, name), named: false}))
      .filter((file) => statSync(file.path, {throwIfNoEntry: false})?.isFile());
  } catch (error) {
    throw cannotRead(path, error);
  }
}
