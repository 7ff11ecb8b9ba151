import type {TraceBytes} from './bytes.ts';
import {csvHeader, isPreamble, parseCsv} from './csv-rows.ts';
import {MAX_LINE_BYTES} from './line-limit.ts';
import type {LineTail} from './line-tail.ts';
import {PlainRow} from './plain-row.ts';
import {type RowSource, type RowTally, rowCounter, type TakePlainRow} from './rows.ts';

const LF = 10;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * Rows of a CSV file, line by line as long as lines are plain: commas, no quotes, LF or CRLF. From the first line that
 * is not, csv-parse reads the rest. Rows, skipped rows and their lines are those of `csvRows`, at ten times its speed.
 */
export function scannedRows(bytes: TraceBytes, tally: RowTally): RowSource {
  const {file} = bytes;
  const {names, delimiter} = csvHeader(bytes.head);
  return {
    file,
    header: names,
    decimalComma: delimiter === ';',
    async each(take, takePlain = () => false, tail = undefined) {
      const onRow = rowCounter(file, names, tally, take);
      const onPlain: TakePlainRow = (row) => {
        const taken = takePlain(row);
        if (taken) tally.read++;
        return taken;
      };
      const iterator = bytes.chunks[Symbol.asyncIterator]();
      const chunks: AsyncIterable<Buffer> = {[Symbol.asyncIterator]: () => iterator};
      const scanner = new LineScanner(names.length, tail, onPlain, onRow);
      try {
        const rest = delimiter === ',' ? await firstForeign(scanner, iterator) : Buffer.alloc(0);
        if (rest === undefined) return;
        const {linesBefore, lastRow} = scanner;
        await parseCsv({file, delimiter, chunks: joined(rest, chunks), linesBefore, lastRow}, onRow);
      } finally {
        await iterator.return?.();
      }
    },
  };
}

/** Scans until a line that is not plain: what was read from there on, with more in `chunks`. Undefined at the end. */
async function firstForeign(scanner: LineScanner, chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  for (;;) {
    const {value, done} = await chunks.next();
    const rest = done ? scanner.finish() : scanner.feed(value);
    if (rest !== undefined || done) return rest;
  }
}

async function* joined(first: Buffer, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  yield* chunks;
}

/** Takes the lines of chunks as they come; lines may lie across chunks. */
class LineScanner {
  linesBefore = 0;
  /** The last line that was a row or the header, 0 before the header. */
  lastRow = 0;
  private readonly row: PlainRow;
  private readonly columns: number;
  private readonly tail: LineTail | undefined;
  private readonly onPlain: TakePlainRow;
  private readonly onRow: (cells: readonly string[], line: number) => void;
  /** Pieces of a line whose end has not come yet. */
  private begun: Buffer[] = [];
  private begunBytes = 0;
  private started = false;

  constructor(columns: number, tail: LineTail | undefined, onPlain: TakePlainRow, onRow: LineScanner['onRow']) {
    this.row = new PlainRow(columns);
    this.columns = columns;
    this.tail = tail;
    this.onPlain = onPlain;
    this.onRow = onRow;
  }

  /** Takes the lines that end in the chunk. Returns all that is left, from a line that is not plain, if there is one. */
  feed(chunk: Buffer): Buffer | undefined {
    if (!this.started) {
      this.started = true;
      if (chunk.subarray(0, 3).equals(BYTE_ORDER_MARK)) return this.feed(chunk.subarray(3));
    }
    const first = this.begun.length === 0 ? 0 : chunk.indexOf(LF) + 1;
    if (first > 0) {
      const line = this.join(chunk.subarray(0, first));
      // The csv parser's guard knows what to say of a line too long.
      const stop = line.length > MAX_LINE_BYTES ? 0 : this.lines(line, 0, line.length);
      if (stop < line.length) return Buffer.concat([line.subarray(stop), chunk.subarray(first)]);
    }
    const end = this.begun.length === 0 ? chunk.lastIndexOf(LF) + 1 : 0;
    if (end > first) {
      const stop = this.lines(chunk, first, end);
      if (stop < end) return chunk.subarray(stop);
    }
    const tail = chunk.subarray(Math.max(first, end));
    if (tail.length > 0) this.begun.push(Buffer.from(tail));
    this.begunBytes += tail.length;
    return this.begunBytes > MAX_LINE_BYTES ? this.join() : undefined;
  }

  /** Takes a last line without a newline; returns it if it is not plain. */
  finish(): Buffer | undefined {
    const line = this.join();
    const ended = Buffer.concat([line, Buffer.of(LF)]);
    return line.length > 0 && this.lines(ended, 0, ended.length) < ended.length ? line : undefined;
  }

  private join(end: Buffer = Buffer.alloc(0)): Buffer {
    const line = Buffer.concat([...this.begun, end]);
    this.begun = [];
    this.begunBytes = 0;
    return line;
  }

  /** Takes the whole lines in [from, to); returns where the first begins that is not plain, or `to`. */
  private lines(bytes: Buffer, from: number, to: number): number {
    const {row, columns, tail} = this;
    row.open(bytes);
    for (let start = from; start < to; ) {
      let end = tail === undefined || this.lastRow === 0 ? -1 : row.splitBefore(tail, start);
      if (end < 0) end = row.split(start);
      if (end < 0) return start;
      start = end + 1;
      this.linesBefore++;
      if (row.blank) continue;
      const isHeader = this.lastRow === 0;
      if (isHeader && isPreamble(row.texts().join(','))) continue;
      this.lastRow = this.linesBefore;
      if (isHeader || (row.cells === columns && this.onPlain(row))) continue;
      this.onRow(row.texts(), this.linesBefore);
    }
    return to;
  }
}
