import {closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {usageError} from '../base/errors.ts';
import {reasonOf} from './write-all.ts';

/**
 * A temporary file for what is more than memory should hold. It has no name while it is used, so that nothing is left of it
 * however the process ends.
 */
export class SpillFile {
  private readonly fd: number;
  /** Bytes that were written. */
  bytes = 0;

  constructor() {
    const folder = tmpdir();
    try {
      const own = mkdtempSync(join(folder, 'coldfront-'));
      try {
        this.fd = openSync(join(own, 'calls'), 'w+');
      } finally {
        rmSync(own, {recursive: true});
      }
    } catch (error) {
      throw cannotSpill(folder, error);
    }
  }

  /** Writes the bytes of a column behind all others. */
  append({buffer, byteOffset, byteLength}: ArrayBufferView): void {
    const piece = new Uint8Array(buffer, byteOffset, byteLength);
    for (let at = 0; at < piece.length; ) {
      try {
        at += writeSync(this.fd, piece, at, piece.length - at, this.bytes + at);
      } catch (error) {
        throw cannotSpill(tmpdir(), error);
      }
    }
    this.bytes += piece.length;
  }

  /** Fills `bytes` with what was written from there on. */
  read(position: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(this.fd, bytes, at, bytes.length - at, position + at);
      if (read === 0) throw new Error('the temporary file of calls is shorter than what was written to it');
      at += read;
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}

function cannotSpill(folder: string, error: unknown): unknown {
  const {code, syscall} = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  return usageError(
    `${folder} cannot take a trace that is larger than memory: ${reasonOf(code)}`,
    'set TMPDIR to a folder with more room',
  );
}
