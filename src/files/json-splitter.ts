import {inputError} from '../base/errors.ts';

const [LF, QUOTE, COMMA, COLON, BACKSLASH] = [10, 34, 44, 58, 92];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
/** The longest value that is kept as one text. */
export const MAX_VALUE_BYTES = 1 << 28;
const MAX_DEPTH = 500;
/** Keys are followed this deep; envelopes lie no deeper. */
const KEYED_DEPTH = 3;
const NONE = -1;

/** Gets the text of a value, the path of the array it came from ('' for one of the whole text) and its first line. */
export type OnJson = (text: string, path: string, line: number) => void;

/**
 * Takes JSON of any length apart as it comes: values one behind the other, each element of an array that is one of
 * them, and each element of an array in an envelope, `events` in `{"events": [...], "nextToken": ""}`. What is left of
 * the envelope itself follows, with the array empty.
 */
export class JsonSplitter {
  private readonly file: string;
  private readonly envelopes: ReadonlySet<string>;
  private readonly onJson: OnJson;
  private line = 1;
  private readonly types: number[] = [];
  /** The key at hand of the objects that are open. */
  private readonly keys: string[] = [];
  private awaitsKey = false;
  private inString = false;
  /** Backslash at the end of a chunk. */
  private escaped = false;
  /** Number of open containers when the array at hand that is taken apart is the innermost; NONE if none is. */
  private splitDepth = NONE;
  private splitPath = '';
  private whole = new Piece();
  private element = new Piece();
  private key = new Piece();

  constructor(file: string, envelopes: readonly string[], onJson: OnJson) {
    this.file = file;
    this.envelopes = new Set(envelopes);
    this.onJson = onJson;
  }

  feed(chunk: Buffer): void {
    for (const piece of [this.whole, this.element, this.key]) piece.enter();
    for (let at = 0; at < chunk.length; at++) {
      if (this.inString) {
        at = this.endOfString(chunk, at);
        continue;
      }
      const byte = chunk[at]!;
      if (byte === LF) this.line++;
      else if (byte === QUOTE) this.openString(at);
      else if (byte === COMMA) this.comma(chunk, at);
      else if (byte === COLON) this.awaitsKey = false;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.open(byte, chunk, at);
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) this.close(chunk, at);
      else if (byte > 32) this.begin(at);
    }
    for (const piece of [this.whole, this.element, this.key]) piece.leave(chunk);
    if (this.whole.length + this.element.length > MAX_VALUE_BYTES) {
      throw inputError(`${this.file}:${this.line}`, `a JSON value is longer than ${MAX_VALUE_BYTES} bytes`);
    }
  }

  /** The line on which a value begins that is cut; 0 when all are complete. */
  end(): number {
    return this.types.length > 0 ? Math.max(1, this.element.line || this.whole.line || this.line) : 0;
  }

  private endOfString(chunk: Buffer, from: number): number {
    let at = from;
    if (this.escaped) at++;
    this.escaped = false;
    for (;;) {
      const quote = chunk.indexOf(QUOTE, at);
      const end = quote < 0 ? chunk.length : quote;
      let slashes = 0;
      while (end - slashes - 1 >= at && chunk[end - slashes - 1] === BACKSLASH) slashes++;
      if (quote < 0) {
        this.escaped = slashes % 2 === 1;
        return end;
      }
      if (slashes % 2 === 0) {
        this.closeString(chunk, quote);
        return quote;
      }
      at = quote + 1;
    }
  }

  private openString(at: number): void {
    this.begin(at);
    this.inString = true;
    const depth = this.types.length;
    if (this.awaitsKey && depth <= KEYED_DEPTH && this.types[depth - 1] === OPEN_OBJECT)
      this.key.open(at + 1, this.line);
  }

  private closeString(chunk: Buffer, at: number): void {
    this.inString = false;
    if (!this.key.isOpen) return;
    this.keys[this.types.length - 1] = this.key.close(chunk, at);
    this.awaitsKey = false;
  }

  private comma(chunk: Buffer, at: number): void {
    if (this.types.length === this.splitDepth) this.emitElement(chunk, at);
    this.awaitsKey = this.types.at(-1) === OPEN_OBJECT;
  }

  /** Something of a value stands at `at`. */
  private begin(at: number): void {
    if (this.types.length === this.splitDepth && !this.element.isOpen) this.element.open(at, this.line);
  }

  private open(type: number, chunk: Buffer, at: number): void {
    this.begin(at);
    const depth = this.types.length;
    if (depth >= MAX_DEPTH) throw inputError(`${this.file}:${this.line}`, 'the JSON is nested too deep to be a trace');
    const path = this.keys.slice(0, depth).join('.');
    if (depth === 0 && type === OPEN_OBJECT) this.whole.open(at, this.line);
    this.types.push(type);
    this.awaitsKey = type === OPEN_OBJECT;
    const inObjects =
      this.splitDepth === NONE && depth <= KEYED_DEPTH && !this.types.slice(0, depth).includes(OPEN_ARRAY);
    if (type !== OPEN_ARRAY || !inObjects || !(depth === 0 || this.envelopes.has(path))) return;
    this.splitDepth = depth + 1;
    this.splitPath = depth === 0 ? '' : path;
    if (depth > 0) this.whole.pause(chunk, at + 1);
  }

  private close(chunk: Buffer, at: number): void {
    if (this.types.length === 0) return;
    if (this.types.length === this.splitDepth) {
      this.emitElement(chunk, at);
      this.splitDepth = NONE;
      if (this.types.length > 1) this.whole.resume(at);
    }
    this.types.pop();
    this.awaitsKey = false;
    if (this.types.length > 0 || !this.whole.isOpen) return;
    const {line} = this.whole;
    this.onJson(this.whole.close(chunk, at + 1), '', line);
    this.keys.length = 0;
  }

  private emitElement(chunk: Buffer, at: number): void {
    if (!this.element.isOpen) return;
    const {line} = this.element;
    this.onJson(this.element.close(chunk, at), this.splitPath, line);
  }
}

/** A text that may lie across chunks, with stretches left out. */
class Piece {
  isOpen = false;
  line = 0;
  length = 0;
  private parts: Buffer[] = [];
  /** Where it goes on in the chunk at hand; NONE while it pauses. */
  private from = NONE;
  private paused = false;

  open(at: number, line: number): void {
    this.isOpen = true;
    this.line = line;
    this.from = at;
  }

  pause(chunk: Buffer, at: number): void {
    this.keep(chunk, at);
    this.paused = true;
    this.from = NONE;
  }

  resume(at: number): void {
    this.paused = false;
    this.from = at;
  }

  enter(): void {
    if (this.isOpen && !this.paused) this.from = 0;
  }

  leave(chunk: Buffer): void {
    if (this.isOpen && !this.paused) this.keep(chunk, chunk.length);
  }

  close(chunk: Buffer, at: number): string {
    this.keep(chunk, at);
    const text = (this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts)).toString('utf8');
    this.isOpen = false;
    this.paused = false;
    this.parts = [];
    this.length = 0;
    this.line = 0;
    this.from = NONE;
    return text;
  }

  private keep(chunk: Buffer, at: number): void {
    if (this.from < 0 || at <= this.from) return;
    // The chunk is soon used again.
    this.parts.push(Buffer.from(chunk.subarray(this.from, at)));
    this.length += at - this.from;
  }
}
