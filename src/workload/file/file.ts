import {closeSync, createReadStream, fstatSync, openSync, readSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {inputError} from '../../base/errors.ts';
import {cannotRead} from '../../files/input.ts';
import {writeOutput} from '../../files/output.ts';
import {scratchFolder} from '../../files/temporary.ts';
import {draftOf, type WorkloadDraft} from '../build/draft.ts';
import {openParts, type PartFile} from '../parts/open-parts.ts';
import {loadPages} from '../parts/paged.ts';
import type {Workload} from '../workload.ts';
import {decodeWorkload} from './arrow-decode.ts';
import {encodeWorkload} from './arrow-encode.ts';
import {RefusedFile} from './arrow-table.ts';

/**
 * Loads a workload file, Arrow or Parquet, `-` for stdin, or a folder of them, which are its parts. Of Arrow the columns are
 * views over one buffer with the file's bytes. A file that is no workload, cut, damaged or of a newer version is bad input.
 */
export async function readWorkload(path: string): Promise<Workload> {
  return loadPages(await openWorkload(path));
}

/**
 * The same of a folder of parts that count calls, with its lists left in their files, to be read page by page
 * (`parts/paged.ts`). Of one file, or of single calls, all is in memory.
 */
export async function openWorkload(path: string): Promise<Workload> {
  const isFolder = path !== '-' && (statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false);
  if (!isFolder) return readFile(path);
  const workload = await openParts(path, readPart);
  // Of single calls means and coldness are asked for all over the place.
  return workload.arrivals.kind === 'event' ? loadPages(workload) : workload;
}

/** A part, and the file in which its lists lie as they are in memory: of Parquet a copy, which goes when the process ends. */
async function readPart(path: string): Promise<PartFile> {
  const workload = await readFile(path);
  if (!isNamedParquet(path)) return {workload, file: path};
  const file = join(scratchFolder(), `${unpacked++}.arrow`);
  writeOutput(file, false, (sink) => encodeWorkload(workload, sink));
  return {workload: await readFile(file), file};
}

let unpacked = 0;

const isNamedParquet = (path: string): boolean => path.toLowerCase().endsWith('.parquet');

async function readFile(path: string): Promise<Workload> {
  const place = path === '-' ? 'stdin' : path;
  const file = await readWhole(path);
  try {
    if (!isParquetFile(file)) return decodeWorkload(file);
    const {decodeParquetWorkload} = await import('./parquet-decode.ts');
    return await decodeParquetWorkload(file);
  } catch (error) {
    if (!(error instanceof RefusedFile)) throw error;
    throw inputError(place, error.message, `make a workload with: coldfront ingest ${place} --out w.arrow`);
  }
}

/**
 * Writes a workload file, `-` for stdout; whole or not at all: as Parquet where its name ends so, else as Arrow. An existing
 * file is refused unless `force`.
 */
export async function writeWorkload(
  workload: Workload | WorkloadDraft,
  path: string,
  {force}: {force: boolean},
): Promise<void> {
  if (isNamedParquet(path)) {
    const {encodeParquetWorkload} = await import('./parquet-encode.ts');
    const draft = 'lists' in workload ? workload : draftOf(workload);
    writeOutput(path, force, (sink) => encodeParquetWorkload(draft, sink));
  } else writeOutput(path, force, (sink) => encodeWorkload(workload, sink));
}

/** Whether a file begins as Parquet does. */
function isParquetFile(file: ArrayBuffer): boolean {
  return file.byteLength > 8 && Buffer.from(file, 0, 4).toString('latin1') === 'PAR1';
}

/** All bytes of a file, `-` for stdin. A file that cannot be read is bad input. */
export async function readWhole(path: string): Promise<ArrayBuffer> {
  if (path === '-') return collect(process.stdin);
  try {
    return statSync(path).isFile() ? readRegular(path) : await collect(createReadStream(path));
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** One read takes at most 2 GiB. */
const READ_BYTES = 1 << 30;

function readRegular(path: string): ArrayBuffer {
  const fd = openSync(path, 'r');
  try {
    const {size} = fstatSync(fd);
    const buffer = new ArrayBuffer(size);
    for (let at = 0; at < size; ) {
      const read = readSync(fd, new Uint8Array(buffer, at, Math.min(READ_BYTES, size - at)));
      // Someone cuts the file while we read: what is there is judged as it is.
      if (read === 0) return buffer.slice(0, at);
      at += read;
    }
    return buffer;
  } finally {
    closeSync(fd);
  }
}

async function collect(stream: AsyncIterable<Buffer>): Promise<ArrayBuffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
  }
  const buffer = new ArrayBuffer(size);
  let at = 0;
  for (const chunk of chunks) {
    new Uint8Array(buffer, at, chunk.length).set(chunk);
    at += chunk.length;
  }
  return buffer;
}
