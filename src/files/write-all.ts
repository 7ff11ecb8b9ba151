import {writeSync} from 'node:fs';
import {usageError} from '../base/errors.ts';

const encoder = new TextEncoder();

/** One system call takes at most 2 GiB; smaller pieces let a reader of the pipe work meanwhile. */
const PIECE_BYTES = 1 << 24;

/** Writes all of a piece, however often the system takes a part of it; `path` names the output in messages. */
export function writeAll(fd: number, piece: Uint8Array | string, path: string): void {
  const bytes = typeof piece === 'string' ? encoder.encode(piece) : piece;
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

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  EIO: 'the device failed',
  EBADF: 'it is closed',
};

/** What the system's word for a failed write means. */
export function reasonOf(code: string): string {
  return reasons[code] ?? code;
}

/** What to throw for what the system says of an output: one line and exit 2; or the error itself if it is none of that. */
export function cannotWrite(path: string, error: unknown): unknown {
  const {code, syscall} = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  return usageError(`${path} cannot be written: ${reasonOf(code)}`);
}
