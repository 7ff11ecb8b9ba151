const MAGIC = 'ARROW1';
const CONTINUATION = -1;
const PREFIX_BYTES = 8;

/**
 * The messages of an Arrow IPC file (schema, dictionaries, record batches), each with its body, as views over the
 * file. A view a message and not one over all, because a file may be larger than the 4 GiB a Uint8Array spans on
 * Node 20. Returns a sentence when the file is no complete Arrow file, or one whose metadata would lead the Arrow
 * library astray: it believes every vector length it reads.
 */
export function arrowMessages(file: ArrayBuffer): Uint8Array[] | string {
  if (magicAt(file, 0) !== MAGIC) return 'is not an Arrow file';
  if (magicAt(file, file.byteLength - MAGIC.length) !== MAGIC) return 'is cut: the end of the Arrow file is missing';
  const view = new DataView(file);
  const messages: Uint8Array[] = [];
  for (let at = 8; ; ) {
    try {
      if (view.getInt32(at, true) !== CONTINUATION) return `is damaged: no Arrow message at byte ${at}`;
      const headBytes = view.getUint32(at + 4, true);
      if (headBytes === 0) return messages;
      const head = at + PREFIX_BYTES;
      const end = head + headBytes + bodyBytes(new DataView(file, head, headBytes));
      messages.push(new Uint8Array(file, at, end - at));
      at = end;
    } catch (error) {
      if (error instanceof RangeError)
        return `is damaged: the Arrow message at byte ${at} makes no sense: ${error.message}`;
      throw error;
    }
  }
}

function magicAt(file: ArrayBuffer, at: number): string {
  return at < 0 ? '' : Buffer.from(file, at, Math.min(MAGIC.length, file.byteLength - at)).toString('latin1');
}

// Slots of the tables in apache/arrow, format/Message.fbs and Schema.fbs; bytes into the vtable.
const message = {headerType: 6, header: 8, bodyLength: 10};
const schema = {fields: 6, metadata: 8};
const field = {typeType: 8, children: 14, metadata: 16};
const dictionaryBatch = {data: 6};
const recordBatch = {nodes: 6, buffers: 8, variadicCounts: 12};
const headerTypes = {schema: 1, dictionaryBatch: 2, recordBatch: 3};
/** Unions and views of binary or text: the library sizes arrays by numbers in them. No workload has them. */
const foreignTypes = [14, 23, 24];
/** list<item> and nothing deeper. */
const MAX_DEPTH = 2;

/** Checks the head of a message and returns the length of its body; RangeError when it makes no sense. */
function bodyBytes(head: DataView): number {
  const root = new FlatTable(head, head.getUint32(0, true));
  const type = root.uint8(message.headerType);
  const header = root.table(message.header);
  if (header === undefined) throw new RangeError('no header');
  const bytes = root.int64(message.bodyLength);
  if (bytes < 0) throw new RangeError('a negative length');
  if (type === headerTypes.schema) checkSchema(header);
  else if (type === headerTypes.dictionaryBatch) checkRecordBatch(header.table(dictionaryBatch.data), bytes);
  else checkRecordBatch(header, bytes);
  return bytes;
}

function checkSchema(header: FlatTable): void {
  header.vector(schema.metadata, 4);
  for (const child of header.tables(schema.fields)) checkField(child, 1);
}

function checkField(table: FlatTable, depth: number): void {
  if (depth > MAX_DEPTH || foreignTypes.includes(table.uint8(field.typeType))) {
    throw new RangeError('a column of a type that no workload has');
  }
  table.vector(field.metadata, 4);
  for (const child of table.tables(field.children)) checkField(child, depth + 1);
}

function checkRecordBatch(table: FlatTable | undefined, bodyBytes: number): void {
  if (table === undefined) throw new RangeError('a dictionary without data');
  table.vector(recordBatch.buffers, 16);
  table.vector(recordBatch.variadicCounts, 8);
  const nodes = table.vector(recordBatch.nodes, 16);
  for (let node = 0; node < nodes.count; node++) {
    // No value takes less than a byte.
    const length = table.int64At(nodes.first + 16 * node);
    if (!(length >= 0 && length <= bodyBytes)) throw new RangeError(`${length} values in ${bodyBytes} bytes`);
  }
}

/** A table of a flatbuffer, reading no byte outside it: RangeError instead. */
class FlatTable {
  private readonly view: DataView;
  private readonly at: number;
  private readonly slots: number;

  constructor(view: DataView, at: number) {
    this.view = view;
    this.at = at;
    this.slots = at - view.getInt32(at, true);
  }

  uint8(slot: number): number {
    const at = this.field(slot);
    return at === 0 ? 0 : this.view.getUint8(at);
  }

  int64(slot: number): number {
    const at = this.field(slot);
    return at === 0 ? 0 : this.int64At(at);
  }

  int64At(position: number): number {
    return Number(this.view.getBigInt64(position, true));
  }

  table(slot: number): FlatTable | undefined {
    const at = this.field(slot);
    return at === 0 ? undefined : new FlatTable(this.view, this.target(at));
  }

  /** First element and number of elements of a vector, all of them inside the buffer. */
  vector(slot: number, stride: number): {first: number; count: number} {
    const at = this.field(slot);
    if (at === 0) return {first: 0, count: 0};
    const base = this.target(at);
    const count = this.view.getUint32(base, true);
    if (base + 4 + count * stride > this.view.byteLength) throw new RangeError('a vector longer than the message');
    return {first: base + 4, count};
  }

  tables(slot: number): FlatTable[] {
    const {first, count} = this.vector(slot, 4);
    return Array.from({length: count}, (_, i) => new FlatTable(this.view, this.target(first + 4 * i)));
  }

  /** Position of a field, 0 when the table leaves it out. */
  private field(slot: number): number {
    if (slot >= this.view.getUint16(this.slots, true)) return 0;
    const offset = this.view.getUint16(this.slots + slot, true);
    return offset === 0 ? 0 : this.at + offset;
  }

  /** Offsets point forward and are never 0, so that following them ends. */
  private target(at: number): number {
    const offset = this.view.getUint32(at, true);
    if (offset === 0) throw new RangeError('an offset of 0');
    return at + offset;
  }
}
