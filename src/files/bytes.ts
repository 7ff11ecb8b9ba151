import {closeSync, createReadStream, fstatSync, openSync, readSync} from 'node:fs';
import {pipeline, Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {inputError} from '../base/errors.ts';
import {cannotRead} from './input.ts';
import {lineEnd, lineTooLong, MAX_LINE_BYTES} from './line-limit.ts';

/** A file's bytes, unpacked, with their first ones at hand. Read `chunks` once or `close`. */
export interface TraceBytes {
  readonly file: string;
  /** At least the first line, or all there is. */
  readonly head: Buffer;
  /** A chunk is valid until the one after the next is asked for. */
  readonly chunks: AsyncIterable<Buffer>;
  close(): Promise<void>;
}

const HEAD_BYTES = 1 << 16;
const CHUNK_BYTES = 1 << 18;
/** Chunks of a file between two looks at the event loop: some milliseconds' work, so Ctrl-C is heard. */
const CHUNKS_PER_TURN = 8;
const UNPACKED_BYTES = 1 << 18;

/**
 * Opens a file, or stdin for `-`. gzip is recognised by its first bytes. A file that is no text is bad input.
 * `onBytes` is told how much was read, before unpacking.
 */
export async function openBytes(path: string, onBytes?: (bytes: number) => void): Promise<TraceBytes> {
  const file = path === '-' ? 'stdin' : path;
  const raw = peekable(readFrom(path, path === '-' ? process.stdin : bytesOf(path), onBytes));
  const magic = await raw.peek(2);
  const source = magic[0] === 0x1f && magic[1] === 0x8b ? peekable(gunzip(file, raw.chunks())) : raw;
  const head = await firstLines(source);
  const close = async (): Promise<void> => {
    await source.close();
    await raw.close();
  };
  try {
    refuseBinary(file, head);
  } catch (error) {
    await close();
    throw error;
  }
  return {file, head, chunks: source.chunks(), close};
}

/** The first bytes with at least a whole line, or one byte more than a line may have. */
async function firstLines(source: {peek(bytes: number): Promise<Buffer>}): Promise<Buffer> {
  for (let wanted = HEAD_BYTES; ; wanted *= 2) {
    const head = await source.peek(Math.min(wanted, MAX_LINE_BYTES + 1));
    const complete = head.length < wanted || head.length > MAX_LINE_BYTES;
    if (complete || lineEnd(head, 0) >= 0) return head;
  }
}

/**
 * A file's bytes. A chunk is valid until the one after the next is asked for: reading into two buffers in turn saves
 * the system from mapping fresh memory for every chunk.
 */
async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  const fd = openSync(path, 'r');
  try {
    if (!fstatSync(fd).isFile()) {
      // Pipes and devices: whoever waits for them must not block.
      yield* createReadStream(path, {fd, autoClose: false});
      return;
    }
    const buffers = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
    for (let k = 0; ; k++) {
      const buffer = buffers[k % 2]!;
      const length = readSync(fd, buffer, 0, CHUNK_BYTES, null);
      if (length === 0) return;
      if (k % CHUNKS_PER_TURN === CHUNKS_PER_TURN - 1) await new Promise(setImmediate);
      yield buffer.subarray(0, length);
    }
  } finally {
    closeSync(fd);
  }
}

/** Turns what the system says about a file into bad input. */
async function* readFrom(
  path: string,
  stream: AsyncIterable<Buffer>,
  onBytes: ((bytes: number) => void) | undefined,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) {
      onBytes?.(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** The same chunks, valid for good: for whoever reads ahead. */
export async function* copiesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

async function* gunzip(file: string, packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacked = createGunzip({chunkSize: UNPACKED_BYTES});
  // Errors of either stream come out of the iteration below.
  pipeline(Readable.from(copiesOf(packed)), unpacked, () => undefined);
  try {
    yield* unpacked;
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw inputError(file, 'the gzip data is cut: its end is missing');
    if (code?.startsWith('Z_')) throw inputError(file, `the gzip data is damaged: ${message}`);
    throw error;
  }
}

function peekable(stream: AsyncGenerator<Buffer>) {
  let head: Buffer = Buffer.alloc(0);
  return {
    async peek(bytes: number): Promise<Buffer> {
      while (head.length < bytes) {
        const {value, done} = await stream.next();
        if (done) break;
        head = head.length === 0 ? value : Buffer.concat([head, value]);
      }
      return head;
    },
    async *chunks(): AsyncGenerator<Buffer> {
      if (head.length > 0) yield head;
      head = Buffer.alloc(0);
      yield* stream;
    },
    async close(): Promise<void> {
      await stream.return(undefined);
    },
  };
}

/** First bytes of files that people hand over by mistake, and what they are. */
const strangers: readonly [string, string][] = [
  ['ARROW1', 'is an Arrow file; a workload needs no ingest'],
  ['PAR1', 'is a Parquet file; export it as CSV'],
  ['PK\x03\x04', 'is a zip archive; unpack it first'],
  ['Rar!', 'is a RAR archive; unpack it first'],
  ['7z\xbc\xaf\x27\x1c', 'is a 7z archive; unpack it first'],
  ['\x28\xb5\x2f\xfd', 'is packed with zstd; unpack it first'],
  ['\xfd7zXZ', 'is packed with xz; unpack it first'],
  ['BZh', 'is packed with bzip2; unpack it first'],
  ['\xff\xfe', 'is UTF-16 text; convert it to UTF-8'],
  ['\xfe\xff', 'is UTF-16 text; convert it to UTF-8'],
];

function refuseBinary(file: string, head: Buffer): void {
  if (head.length === 0) throw inputError(file, 'is empty');
  const start = head.toString('latin1', 0, 16);
  const stranger = strangers.find(([magic]) => start.startsWith(magic));
  if (stranger) throw inputError(file, stranger[1]);
  if (head.length > MAX_LINE_BYTES && lineEnd(head, 0) < 0) throw lineTooLong(file, 1);
  if (head.includes(0)) throw inputError(file, 'is a binary file, must be text');
}
