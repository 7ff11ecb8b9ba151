import type {LineTail} from './line-tail.ts';

const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;

/**
 * A line of a comma-separated file that is as plain as can be: no quote in it, so that every comma ends a cell and its
 * newline ends the row. Cell k is `bytes[bounds[k] .. bounds[k + 1] - 1)`. Valid until the next line is split.
 */
export class PlainRow {
  bytes: Buffer = Buffer.alloc(0);
  /** The same bytes, to read words of them. */
  view: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0));
  /** Where cells begin, and behind the last one where a further would. Only as far as the header has columns. */
  readonly bounds: Int32Array;
  /** A tail has read the last columns: only those before it have bounds. */
  tailRead = false;
  /** How many cells the line has; only rows with as many as the header are rows. */
  cells = 0;
  private from = 0;
  private to = 0;

  constructor(columns: number) {
    this.bounds = new Int32Array(columns + 1);
  }

  open(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * Splits the columns before `tail` of the line at `from` and has that read the others. Returns the index of the line's
   * LF, or -1 if the line is not as plain as that.
   */
  splitBefore(tail: LineTail, from: number): number {
    const {bytes, bounds} = this;
    const columns = tail.from;
    let at = from;
    bounds[0] = from;
    for (let cell = 0; cell < columns; at++) {
      const byte = bytes[at]!;
      if (byte > COMMA) continue;
      if (byte === COMMA) bounds[++cell] = at + 1;
      else if (byte === LF || byte === CR || byte === QUOTE) return -1;
    }
    const end = tail.read(bytes, this.view, at);
    this.tailRead = end >= 0;
    if (end < 0) return -1;
    this.cells = bounds.length - 1;
    this.from = from;
    this.to = bytes[end - 1] === CR ? end - 1 : end;
    return end;
  }

  /**
   * Splits the line at `from`, which must end in LF. Returns the index of that LF, or -1 for a line with a quote or
   * with a CR that is not before its LF.
   */
  split(from: number): number {
    const {bytes, bounds} = this;
    const columns = bounds.length - 1;
    let cells = 0;
    this.tailRead = false;
    bounds[0] = from;
    for (let at = from; ; at++) {
      const byte = bytes[at]!;
      // Digits and letters lie above: the one comparison most bytes take.
      if (byte > COMMA) continue;
      if (byte === COMMA) {
        if (++cells <= columns) bounds[cells] = at + 1;
      } else if (byte === LF || (byte === CR && bytes[at + 1] === LF)) {
        if (++cells <= columns) bounds[cells] = at + 1;
        this.cells = cells;
        this.from = from;
        this.to = at;
        return byte === LF ? at : at + 1;
      } else if (byte === CR || byte === QUOTE) {
        return -1;
      }
    }
  }

  /** Whether nothing at all is on the line. */
  get blank(): boolean {
    return this.from === this.to;
  }

  text(cell: number): string {
    return this.bytes.toString('utf8', this.bounds[cell]!, this.bounds[cell + 1]! - 1);
  }

  texts(): string[] {
    return this.bytes.toString('utf8', this.from, this.to).split(',');
  }
}
