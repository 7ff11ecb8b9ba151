import {closeSync, openSync, readSync} from 'node:fs';
import type {Entry, ZipFile} from 'yauzl';
import {inputError} from '../base/errors.ts';
import {openStream, type TraceBytes} from './bytes.ts';
import {cannotRead} from './input.ts';

const MAGICS = ['PK\x03\x04', 'PK\x05\x06'];
/** What an archive may unpack to: a hundred times itself, or a gigabyte if that is more. */
const MAX_RATIO = 100;
const MAX_SMALL_BYTES = 2 ** 30;
const MAX_ENTRIES = 100_000;

/** Whether a file begins as a zip archive does. */
export function isZip(start: Buffer): boolean {
  return MAGICS.includes(start.toString('latin1', 0, 4));
}

/** The first bytes of a file; none of what is no regular file. */
export function firstBytes(path: string, length: number): Buffer {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw cannotRead(path, error);
  }
  try {
    const start = Buffer.alloc(length);
    return start.subarray(0, readSync(fd, start, 0, length, 0));
  } catch (error) {
    throw cannotRead(path, error);
  } finally {
    closeSync(fd);
  }
}

/** A file in an archive. */
export interface ZipEntry {
  /** Archive and file, for messages. */
  readonly name: string;
  readonly packedBytes: number;
  open(): Promise<TraceBytes>;
}

/**
 * The files in a zip archive, in the order of the archive; folders and hidden files are left out. What an archive says
 * that it unpacks to is bounded, and no file may be larger than it says.
 */
export async function openZip(path: string): Promise<{entries: ZipEntry[]; close(): void}> {
  // Bundled, a CommonJS package has no names but its default.
  const {default: yauzl} = await import('yauzl');
  let zip: ZipFile;
  try {
    zip = await yauzl.openPromise(path, {lazyEntries: true, autoClose: false});
  } catch (error) {
    throw damaged(path, error);
  }
  try {
    const entries = await readEntries(path, zip);
    checkSize(path, zip, entries);
    return {
      entries: entries.map((entry) => {
        const name = `${path}/${entry.fileName}`;
        return {name, packedBytes: entry.compressedSize, open: () => openEntry(name, zip, entry)};
      }),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function readEntries(path: string, zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.length === MAX_ENTRIES) throw inputError(path, `holds more than ${MAX_ENTRIES} files`);
      const hidden = /(^|\/)(\.|__MACOSX\/)/.test(entry.fileName);
      if (!entry.fileName.endsWith('/') && !hidden) entries.push(entry);
    }
  } catch (error) {
    throw damaged(path, error);
  }
  return entries;
}

function checkSize(path: string, zip: ZipFile, entries: readonly Entry[]): void {
  const packed = entries.reduce((sum, {compressedSize}) => sum + compressedSize, 0);
  const unpacked = entries.reduce((sum, {uncompressedSize}) => sum + uncompressedSize, 0);
  if (packed > zip.fileSize) throw inputError(path, 'is no honest zip archive: its files lie over one another');
  const most = Math.max(MAX_SMALL_BYTES, MAX_RATIO * zip.fileSize);
  if (unpacked <= most) return;
  throw inputError(
    path,
    `would unpack to ${unpacked} bytes, more than ${MAX_RATIO} times its own size`,
    'unpack it yourself if that is meant',
  );
}

async function openEntry(name: string, zip: ZipFile, entry: Entry): Promise<TraceBytes> {
  if (entry.isEncrypted()) throw inputError(name, 'is encrypted; unpack it first');
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw inputError(name, `is packed by method ${entry.compressionMethod} of zip, which is not read; unpack it first`);
  }
  return openStream(name, unpacked(name, zip, entry));
}

async function* unpacked(name: string, zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw damaged(name, error);
  }
}

function damaged(place: string, error: unknown): unknown {
  if (!(error instanceof Error) || 'exitCode' in error) return error;
  if ('syscall' in error) return cannotRead(place, error);
  return inputError(place, `the zip archive is damaged: ${error.message}`);
}
