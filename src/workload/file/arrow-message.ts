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
    // Without nulls the buffer of validity is empty.
    this.add(length, 0, [none, ...values]);
  }

  /** Adds a column in which so many rows have no value; those that have are marked with a bit, the first with the lowest. */
  optionalColumn(length: number, nullCount: number, validity: Uint8Array, ...values: ArrayBufferView[]): void {
    this.add(length, nullCount, [nullCount === 0 ? none : validity, ...values]);
  }

  private add(length: number, nullCount: number, values: readonly (ArrayBufferView | LateBytes)[]): void {
    this.nodes.push({length, nullCount});
    for (const value of values) {
      const {byteLength} = value;
      this.regions.push({offset: this.byteLength, length: byteLength});
      this.buffers.push('pieces' in value ? value : new Uint8Array(value.buffer, value.byteOffset, byteLength));
      this.byteLength += Math.ceil(byteLength / 8) * 8;
    }
  }
}
