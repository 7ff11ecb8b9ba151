import {closeSync, createReadStream, fstatSync, openSync, readSync} from 'node:fs';
import {pipeline, Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {inputError} from '../base/errors.ts';
import {createHash} from './hashing.ts';
import {cannotRead} from './input.ts';
import {lineEnd, lineTooLong, MAX_LINE_BYTES} from './line-limit.ts';
import {strangerIn} from './strangers.ts';

/** A file's bytes, unpacked, with their first ones at hand. Read `chunks` once or `close`. */
export interface TraceBytes {
  readonly file: string;
  /** At least the first line, or all there is. */
  readonly head: Buffer;
  /** A chunk is valid until the one after the next is asked for. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Once all chunks are read: what no other file has but a copy, except by a rare chance. */
  fingerprint(): string;
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
  const stream = path === '-' ? process.stdin : bytesOf(path);
  return openStream(path === '-' ? 'stdin' : path, readFrom(path, stream, onBytes));
}

/** The same for bytes from elsewhere; `file` is what messages call them. */
export async function openStream(file: string, stream: AsyncGenerator<Buffer>): Promise<TraceBytes> {
  const raw = peekable(stream);
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
  const prints = new Fingerprint(head);
  return {file, head, chunks: prints.over(source.chunks()), fingerprint: () => prints.text(), close};
}

const PRINTED_BYTES = 1 << 10;

/** Length, beginning and end of a text that goes by. */
class Fingerprint {
  private readonly head: string;
  private length = 0;
  private tail: Buffer = Buffer.alloc(0);

  constructor(head: Buffer) {
    this.head = createHash('sha1').update(head).digest('base64');
  }

  async *over(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.length += chunk.length;
      const end = Buffer.from(chunk.subarray(-PRINTED_BYTES));
      this.tail = end.length < PRINTED_BYTES ? Buffer.concat([this.tail, end]).subarray(-PRINTED_BYTES) : end;
      yield chunk;
    }
  }

  text(): string {
    return `${this.length} ${this.head} ${this.tail.toString('base64')}`;
  }
}

/** The first bytes with at least a whole line, or one byte more than a line may have. */
async function firstLines(source: {peek(bytes: number): Promise<Buffer>}): Promise<Buffer> {
  for (let wanted = HEAD_BYTES; ; wanted *= 2) {
    const head = await source.peek(Math.min(wanted, MAX_LINE_BYTES + 1));
    const complete = head.length < wanted || head.length > MAX_LINE_BYTES;
    if (complete || lineEnd(head, 0) >= 0 || isJson(head)) return head;
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

function refuseBinary(file: string, head: Buffer): void {
  const stranger = strangerIn(head);
  if (stranger !== undefined) throw inputError(file, stranger);
  // JSON is often one line, whatever its length; whoever reads it limits its values instead.
  if (head.length > MAX_LINE_BYTES && lineEnd(head, 0) < 0 && !isJson(head)) throw lineTooLong(file, 1);
}

/** Whether a text is JSON, by its first characters; `wsk` writes a line before it. */
export function isJson(head: Buffer): boolean {
  return /^\ufeff?(?:ok: [^\n]*\n)?\s*(?:\{\s*["}]|\[\s*[[{\]])/.test(head.toString('utf8', 0, 512));
}
