import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {usageError} from '../base/errors.ts';
import {writeStdout} from './stdout.ts';
import {closeTemporary, dropTemporary, keepTemporary, openTemporary, type Temporary} from './temporary.ts';
import {cannotWrite, writeAll} from './write-all.ts';

/** Where an output goes, piece by piece and in order. */
export interface OutputSink {
  write(piece: Uint8Array | string): void;
}

/**
 * Refuses an output that exists, unless `force`, and one that cannot be made: call it before the work, so that the user
 * need not wait for it.
 */
export function checkOutput(path: string, force: boolean): void {
  if (path === '-') return;
  if (!existsSync(path)) {
    const link = tried(path, () => lstatSync(path, {throwIfNoEntry: false}));
    if (link) throw usageError(`${path} is a link to a file that does not exist`);
    if (!existsSync(dirname(path))) throw cannotWrite(path, {code: 'ENOENT', syscall: 'open'});
    return;
  }
  const stat = statSync(path);
  if (stat.isDirectory()) throw usageError(`--out is '${path}', a directory; it must name a file`);
  if (stat.isFile() && !force) throw existing(path);
}

/** The same for all outputs of a command, of which no two may be one file; undefined ones are not asked for. */
export function checkOutputs(paths: readonly (string | undefined)[], force: boolean): void {
  for (const path of paths) if (path !== undefined) checkOutput(path, force);
  refuseShared(paths);
}

/** Refuses two outputs that are one file. */
export function refuseShared(paths: readonly (string | undefined)[]): void {
  const taken = new Set<string>();
  for (const path of paths) {
    const file = path === undefined ? undefined : fileOf(path);
    if (file !== undefined && taken.has(file)) {
      throw usageError(`two outputs go to ${path === '-' ? 'stdout' : path}`, 'give each a file of its own');
    }
    if (file !== undefined) taken.add(file);
  }
}

/** What an output is, whatever it is called; undefined for a device or a pipe, which takes any number. */
function fileOf(path: string): string | undefined {
  if (path === '-') return path;
  if (existsSync(path)) return statSync(path).isFile() ? realpathSync(path) : undefined;
  return join(realpathSync(dirname(path)), basename(path));
}

/**
 * Writes a file, or stdout for `-`, whole or not at all: `produce` fills a temporary file in the same folder, which
 * then takes the name; a signal meanwhile takes effect afterwards. What it replaces passes its mode and owner on. Devices
 * and named pipes are written directly.
 */
export function writeOutput(path: string, force: boolean, produce: (sink: OutputSink) => void): void {
  checkOutput(path, force);
  if (path === '-') {
    inPieces(writeStdout, produce);
    return;
  }
  // A link keeps pointing at its file, so the file is replaced and not the link.
  const target = existsSync(path) ? realpathSync(path) : path;
  const replaced = existsSync(target) ? statSync(target) : undefined;
  if (replaced && !replaced.isFile()) writeDirectly(target, path, produce);
  else writeAside(target, path, {replaced, force}, produce);
}

/** A call of the system for each short piece would take most of the time. */
const PIECE_LENGTH = 1 << 16;

function inPieces(write: OutputSink['write'], produce: (sink: OutputSink) => void): void {
  let text = '';
  const flush = (): void => {
    if (text !== '') write(text);
    text = '';
  };
  produce({
    write(piece) {
      if (typeof piece === 'string') {
        text += piece;
        if (text.length > PIECE_LENGTH) flush();
      } else {
        flush();
        write(piece);
      }
    },
  });
  flush();
}

function writeDirectly(device: string, path: string, produce: (sink: OutputSink) => void): void {
  const fd = tried(path, () => openSync(device, 'w'));
  try {
    inPieces((piece) => writeAll(fd, piece, path), produce);
  } finally {
    closeSync(fd);
  }
}

function writeAside(
  target: string,
  path: string,
  {replaced, force}: {replaced: Stats | undefined; force: boolean},
  produce: (sink: OutputSink) => void,
): void {
  const temporary = tried(path, () => openTemporary(target, replaced ? 0o600 : 0o666));
  try {
    const {fd} = temporary;
    inPieces((piece) => writeAll(fd, piece, path), produce);
    tried(path, () => {
      if (replaced) keepOwner(fd, replaced);
      closeTemporary(temporary);
      if (replaced || force) renameSync(temporary.path, target);
      else takeName(temporary, target, path);
    });
    keepTemporary(temporary);
  } catch (error) {
    dropTemporary(temporary);
    throw error;
  }
}

/** Who could read the file that is replaced, and only they, can read the one that takes its place. */
function keepOwner(fd: number, {mode, uid, gid}: Stats): void {
  const own = isOwner(fd, uid, gid) || isOwner(fd, -1, gid);
  fchmodSync(fd, own ? mode & 0o7777 : mode & 0o707);
}

function isOwner(fd: number, uid: number, gid: number): boolean {
  try {
    fchownSync(fd, uid, gid);
    return true;
  } catch {
    return false;
  }
}

/** As `rename`, but leaves alone what another run has put there meanwhile. */
function takeName(temporary: Temporary, target: string, path: string): void {
  try {
    linkSync(temporary.path, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw existing(path);
    // Some file systems have no links.
    renameSync(temporary.path, target);
    return;
  }
  rmSync(temporary.path, {force: true});
}

function existing(path: string): Error {
  return usageError(`${path} exists`, 'add --force to overwrite it');
}

function tried<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}
