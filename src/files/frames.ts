import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {deserialize, serialize} from 'node:v8';
import {deflateRawSync, inflateRawSync} from 'node:zlib';
import {inputError} from '../base/errors.ts';
import {createHash} from './hashing.ts';
import {cannotRead} from './input.ts';
import {writeOutput} from './output.ts';

/**
 * A file of plain values, one after the other: a line of JSON that says what it is; each value with its packed length
 * before it, packed; a length of 0; SHA-256 of all before. What is cut off or changed is so found before any value is
 * read. Values are what threads send each other: objects, texts, numbers and columns.
 */
const LENGTH_BYTES = 4;
const DIGEST_BYTES = 32;
/** A line that is longer begins no such file. */
const LONGEST_LINE = 1 << 20;
const PIECE_BYTES = 1 << 22;

/** Values of a file to come, packed as they are put in. */
export class FramesToCome {
  private readonly packed: Buffer[] = [];
  /** Bytes so far. */
  bytes = 0;

  put(value: unknown): void {
    const frame = deflateRawSync(serialize(value), {level: 1});
    this.packed.push(frame);
    this.bytes += frame.length + LENGTH_BYTES;
  }

  /** Writes them whole or not at all. */
  write(path: string, force: boolean, header: object): void {
    writeOutput(path, force, (sink) => {
      const digest = createHash('sha256');
      const put = (piece: Uint8Array): void => {
        digest.update(piece);
        sink.write(piece);
      };
      put(Buffer.from(`${JSON.stringify(header)}\n`));
      const length = Buffer.alloc(LENGTH_BYTES);
      for (const frame of this.packed) {
        length.writeUInt32LE(frame.length);
        put(Buffer.from(length));
        put(frame);
      }
      put(Buffer.alloc(LENGTH_BYTES));
      sink.write(digest.digest());
    });
  }
}

/** A file of values that is whole; they are read one by one as they are asked for. */
export class Frames {
  readonly path: string;
  /** What its first line says: any JSON. */
  readonly header: unknown;
  private readonly fd: number;
  private readonly offsets: number[] = [];
  private readonly lengths: number[] = [];

  /** `what` names such a file in messages: `a part`. @throws UserError (exit 3) for a file that is none or not whole. */
  constructor(path: string, what: string) {
    this.path = path;
    try {
      this.fd = openSync(path, 'r');
    } catch (error) {
      throw cannotRead(path, error);
    }
    try {
      const {size} = fstatSync(this.fd);
      const head = this.bytesAt(0, Math.min(size, LONGEST_LINE));
      const end = head.indexOf(10);
      this.header = end < 0 ? undefined : readJson(head.toString('utf8', 0, end));
      if (this.header === undefined) throw inputError(path, `is not ${what}: it does not begin with a line of JSON`);
      if (!this.isWhole(size, end + 1)) {
        throw inputError(path, 'is damaged or only half written', 'run what makes it again, and copy it whole');
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get count(): number {
    return this.offsets.length;
  }

  value(k: number): unknown {
    const packed = this.bytesAt(this.offsets[k]!, this.lengths[k]!);
    try {
      return deserialize(inflateRawSync(packed));
    } catch {
      throw inputError(this.path, `value ${k + 1} of ${this.count} is none that this version reads`);
    }
  }

  close(): void {
    closeSync(this.fd);
  }

  /** Notes where values lie, from `at` on; false unless the file ends as it should. */
  private isWhole(size: number, at: number): boolean {
    for (;;) {
      if (at + LENGTH_BYTES + DIGEST_BYTES > size) return false;
      const length = this.bytesAt(at, LENGTH_BYTES).readUInt32LE();
      at += LENGTH_BYTES;
      if (length === 0) break;
      this.offsets.push(at);
      this.lengths.push(length);
      at += length;
    }
    if (at + DIGEST_BYTES !== size) return false;
    const digest = createHash('sha256');
    for (let done = 0; done < at; done += PIECE_BYTES)
      digest.update(this.bytesAt(done, Math.min(PIECE_BYTES, at - done)));
    return digest.digest().equals(this.bytesAt(at, DIGEST_BYTES));
  }

  private bytesAt(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    try {
      const read = readSync(this.fd, bytes, 0, length, offset);
      return read === length ? bytes : bytes.subarray(0, read);
    } catch (error) {
      throw cannotRead(this.path, error);
    }
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
