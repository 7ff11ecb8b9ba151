/** The library's writer of assembled messages: unlike its door for tables, it takes record batches one by one. */
declare module '@uwdata/flechette/src/encode/encode-ipc.js' {
  interface Record {
    readonly byteLength: number;
    readonly nodes: readonly {length: number; nullCount: number}[];
    readonly regions: readonly {offset: number; length: number}[];
    readonly variadic: readonly number[];
    readonly buffers: readonly {readonly byteLength: number}[];
  }
  export function encodeIPC(
    data: {
      schema: object;
      dictionaries: Iterable<{id: number; isDelta: boolean; data: Record}>;
      records: Iterable<Record>;
    },
    options: {
      sink: {write(buffer: {readonly byteLength: number}): void; pad(count: number): void; finish(): null};
      format: 'file';
    },
  ): void;
}
