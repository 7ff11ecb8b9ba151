/** Bytes that are there when they are written. */
export interface LateBytes {
  readonly byteLength: number;
  pieces(): Iterable<Uint8Array>;
}

const none = new Uint8Array(0);

/** The body of a record batch as it is laid down: a node a column and the buffers of each, padded to 8 bytes. */
export class ArrowMessage {
  byteLength = 0;
  readonly nodes: {length: number; nullCount: number}[] = [];
  readonly regions: {offset: number; length: number}[] = [];
  readonly buffers: (Uint8Array | LateBytes)[] = [];
  readonly variadic: number[] = [];

  /** Adds a column without nulls and the buffers of its values, if it has any itself. */
  column(length: number, ...values: (ArrayBufferView | LateBytes)[]): void {
    this.nodes.push({length, nullCount: 0});
    // Without nulls the buffer of validity is empty.
    for (const value of [none, ...values]) {
      const {byteLength} = value;
      this.regions.push({offset: this.byteLength, length: byteLength});
      this.buffers.push('pieces' in value ? value : new Uint8Array(value.buffer, value.byteOffset, byteLength));
      this.byteLength += Math.ceil(byteLength / 8) * 8;
    }
  }
}
