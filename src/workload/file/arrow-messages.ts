const MAGIC = 'ARROW1';
const CONTINUATION = -1;
const PREFIX_BYTES = 8;

/**
 * What the Arrow library is given of an Arrow IPC file: its messages (schema, dictionaries, record batches), each with its
 * body, as views over the file. A view a message and not one over all, because a file may be larger than the 4 GiB a
 * Uint8Array spans on Node 20. Some writers keep the schema in the footer alone: then it is the file, read by its footer.
 * Returns a sentence when the file is no complete Arrow file, or one whose metadata would lead the library astray: it
 * believes every vector length it reads.
 */
export function arrowMessages(file: ArrayBuffer): Uint8Array[] | Uint8Array | string {
  if (magicAt(file, 0) !== MAGIC) return 'is not an Arrow file';
  if (magicAt(file, file.byteLength - MAGIC.length) !== MAGIC) return 'is cut: the end of the Arrow file is missing';
  const messages: Uint8Array[] = [];
  let hasSchema = false;
  let at = 8;
  try {
    for (let next: Message | undefined; (next = messageAt(file, at)) !== undefined; at = next.end) {
      messages.push(new Uint8Array(file, at, next.end - at));
      hasSchema ||= next.type === headerTypes.schema;
    }
    if (hasSchema) return messages;
    checkFooter(file, new Set(messages.map(({byteOffset}) => byteOffset)));
    return new Uint8Array(file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `is damaged: the Arrow message at byte ${at} makes no sense: ${error.message}`;
  }
}

interface Message {
  readonly type: number;
  readonly end: number;
}

/** The message at a byte of the file; undefined behind the last one. */
function messageAt(file: ArrayBuffer, at: number): Message | undefined {
  const view = new DataView(file);
  if (view.getInt32(at, true) !== CONTINUATION) throw new RangeError('it does not begin as one');
  const headBytes = view.getUint32(at + 4, true);
  if (headBytes === 0) return undefined;
  const head = at + PREFIX_BYTES;
  const {type, bodyBytes} = checkHead(new DataView(file, head, headBytes));
  const end = head + headBytes + bodyBytes;
  if (end > file.byteLength) throw new RangeError('its body is cut');
  return {type, end};
}

/** Checks a footer that the library is to find messages by: they are those that were checked themselves. */
function checkFooter(file: ArrayBuffer, messages: ReadonlySet<number>): void {
  const end = file.byteLength - MAGIC.length - 4;
  const bytes = new DataView(file).getUint32(end, true);
  const view = new DataView(file, end - bytes, bytes);
  const table = new FlatTable(view, view.getUint32(0, true));
  const header = table.table(footer.schema);
  if (header === undefined) throw new RangeError('no schema');
  checkSchema(header);
  for (const slot of [footer.dictionaries, footer.recordBatches]) {
    const {first, count} = table.vector(slot, 24);
    for (let block = 0; block < count; block++) {
      if (!messages.has(table.int64At(first + 24 * block))) throw new RangeError('the footer names one that is none');
    }
  }
}

function magicAt(file: ArrayBuffer, at: number): string {
  return at < 0 ? '' : Buffer.from(file, at, Math.min(MAGIC.length, file.byteLength - at)).toString('latin1');
}

// Slots of the tables in apache/arrow, format/Message.fbs and Schema.fbs; bytes into the vtable.
const message = {headerType: 6, header: 8, bodyLength: 10};
const footer = {schema: 6, dictionaries: 8, recordBatches: 10};
const schema = {fields: 6, metadata: 8};
const field = {typeType: 8, children: 14, metadata: 16};
const dictionaryBatch = {data: 6};
const recordBatch = {nodes: 6, buffers: 8, variadicCounts: 12};
const headerTypes = {schema: 1, dictionaryBatch: 2, recordBatch: 3};
/** Unions and views of binary or text: the library sizes arrays by numbers in them. No workload has them. */
const foreignTypes = [14, 23, 24];
/** list<item> and nothing deeper. */
const MAX_DEPTH = 2;

/** Checks the head of a message; RangeError when it makes no sense. */
function checkHead(head: DataView): {type: number; bodyBytes: number} {
  const root = new FlatTable(head, head.getUint32(0, true));
  const type = root.uint8(message.headerType);
  const header = root.table(message.header);
  if (header === undefined) throw new RangeError('no header');
  const bytes = root.int64(message.bodyLength);
  if (bytes < 0) throw new RangeError('a negative length');
  if (type === headerTypes.schema) checkSchema(header);
  else if (type === headerTypes.dictionaryBatch) checkRecordBatch(header.table(dictionaryBatch.data), bytes);
  else checkRecordBatch(header, bytes);
  return {type, bodyBytes: bytes};
}

function checkSchema(header: FlatTable): void {
  header.vector(schema.metadata, 4);
  checkFields(header.tables(schema.fields), 1, {left: MAX_FIELDS});
}

/** Several fields may lie in the same bytes, so that a short message could have any number of them. */
const MAX_FIELDS = 1 << 16;

function checkFields(fields: readonly FlatTable[], depth: number, budget: {left: number}): void {
  budget.left -= fields.length;
  if (budget.left < 0) throw new RangeError('more columns than any file has');
  for (const field of fields) checkField(field, depth, budget);
}

function checkField(table: FlatTable, depth: number, budget: {left: number}): void {
  if (depth > MAX_DEPTH || foreignTypes.includes(table.uint8(field.typeType))) {
    throw new RangeError('a column of a type that no file of ours has');
  }
  table.vector(field.metadata, 4);
  checkFields(table.tables(field.children), depth + 1, budget);
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
