import {readSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {dropTemporary, openTemporary, type Temporary} from './temporary.ts';
import {cannotWrite} from './write-all.ts';

/** Doubles held in memory before they go to a file. */
const HELD = 2 ** 23;

/** Rows put aside until they are asked for: in memory, and beyond 64 MiB in a file that goes with this process. */
export class RowStore {
  private readonly beside: string;
  private readonly held = new Map<number, Float64Array>();
  private heldLength = 0;
  private readonly at: number[] = []; // [batch], in the file
  private readonly length: number[] = []; // [batch]
  private file: Temporary | undefined;
  private end = 0;

  /** The file, if there is one, lies beside that output. */
  constructor(output: string) {
    this.beside = output === '-' || output.startsWith('/dev/') ? join(tmpdir(), 'coldfront') : output;
  }

  /** Keeps the rows; returns the number under which they are asked for. */
  put(rows: Float64Array): number {
    const batch = this.length.push(rows.length) - 1;
    this.held.set(batch, rows);
    this.heldLength += rows.length;
    if (this.heldLength > HELD) this.unload();
    return batch;
  }

  /** The rows kept under that number, which are forgotten. */
  take(batch: number): Float64Array {
    const rows = this.held.get(batch);
    if (rows !== undefined) {
      this.held.delete(batch);
      this.heldLength -= rows.length;
      return rows;
    }
    const read = new Float64Array(this.length[batch]!);
    const bytes = new Uint8Array(read.buffer);
    for (let done = 0; done < bytes.length; ) {
      done += readSync(this.file!.fd, bytes, done, bytes.length - done, this.at[batch]! + done);
    }
    return read;
  }

  /** Nothing more will be asked for. */
  close(): void {
    this.held.clear();
    if (this.file !== undefined) dropTemporary(this.file);
    this.file = undefined;
  }

  private unload(): void {
    try {
      this.file ??= openTemporary(this.beside, 0o600);
      for (const [batch, rows] of this.held) {
        const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
        this.at[batch] = this.end;
        for (let done = 0; done < bytes.length; ) {
          done += writeSync(this.file.fd, bytes, done, bytes.length - done, this.end + done);
        }
        this.end += bytes.length;
      }
    } catch (error) {
      throw cannotWrite(this.beside, error);
    }
    this.held.clear();
    this.heldLength = 0;
  }
}
