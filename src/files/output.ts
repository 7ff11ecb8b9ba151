import {closeSync, existsSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {usageError} from '../base/errors.ts';

/** Where an output goes, piece by piece and in order. */
export interface OutputSink {
  write(piece: Uint8Array | string): void;
}

/** Refuses an output that exists, unless `force`: call it before the work, so that the user need not wait for it. */
export function checkOutput(path: string, force: boolean): void {
  if (path === '-' || !existsSync(path)) return;
  const stat = statSync(path);
  if (stat.isDirectory()) throw usageError(`--out is '${path}', a directory; it must name a file`);
  if (stat.isFile() && !force) throw usageError(`${path} exists`, 'add --force to overwrite it');
}

/**
 * Writes a file, or stdout for `-`, whole or not at all: `produce` fills a temporary file in the same folder, which
 * then takes the name; Ctrl-C meanwhile takes effect afterwards. Devices and named pipes are written directly.
 */
export function writeOutput(path: string, force: boolean, produce: (sink: OutputSink) => void): void {
  checkOutput(path, force);
  if (path === '-') {
    produce(stdoutSink);
    return;
  }
  // A link keeps pointing at its file, so the file is replaced and not the link.
  const target = existsSync(path) ? realpathSync(path) : path;
  const direct = existsSync(target) && !statSync(target).isFile();
  const temporary = direct ? target : join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  if (!direct) holdInterrupt();
  const fd = openForWriting(temporary, path);
  try {
    produce({write: (piece) => writeAll(fd, toBytes(piece), path)});
    closeSync(fd);
    if (!direct) renameSync(temporary, target);
  } catch (error) {
    if (!direct) {
      closeQuietly(fd);
      rmSync(temporary, {force: true});
    }
    throw error;
  }
}

const INTERRUPTED = 130;

/** Ctrl-C would otherwise end the process at once and leave the temporary file: let the write come to its end first. */
function holdInterrupt(): void {
  if (process.listenerCount('SIGINT') === 0) process.once('SIGINT', () => process.exit(INTERRUPTED));
}

/** stdout, unbuffered and without a limit on size. */
const stdoutSink: OutputSink = {write: (piece) => writeAll(1, toBytes(piece), 'stdout')};

const encoder = new TextEncoder();

function toBytes(piece: Uint8Array | string): Uint8Array {
  return typeof piece === 'string' ? encoder.encode(piece) : piece;
}

function openForWriting(file: string, path: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** One system call takes at most 2 GiB; smaller pieces let a reader of the pipe work meanwhile. */
const PIECE_BYTES = 1 << 24;

function writeAll(fd: number, bytes: Uint8Array, path: string): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at, Math.min(PIECE_BYTES, bytes.length - at));
    } catch (error) {
      const {code} = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') sleepMs(1);
      else if (code === 'EPIPE' && fd === 1 && process.stdout.emit('error', error)) return;
      else throw cannotWrite(path, error);
    }
  }
}

/** A pipe that is full says so when someone made it non-blocking: wait for its reader. */
function sleepMs(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // The error that brought us here says more.
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  ENAMETOOLONG: 'its name is too long',
};

function cannotWrite(path: string, error: unknown): unknown {
  const {code, syscall} = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  return usageError(`${path} cannot be written: ${reasons[code] ?? code}`);
}
