import type {Int64Words, LabelColumn, ListColumn, TextColumn} from './workload.ts';

/** Text rows as Arrow keeps them: UTF-8 bytes end to end and the offsets between rows. A row is decoded when asked. */
export class Utf8Column implements TextColumn {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
  readonly length: number;
  private readonly buffer: Buffer;

  constructor(bytes: Uint8Array, offsets: Int32Array) {
    this.bytes = bytes;
    this.offsets = offsets;
    this.length = offsets.length - 1;
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  at(row: number): string {
    return this.buffer.toString('utf8', this.offsets[row]!, this.offsets[row + 1]!);
  }

  /** All rows; one decoding for the whole column where its text is ASCII. */
  toArray(): string[] {
    const {buffer, offsets, length} = this;
    const from = offsets[0]!;
    const text = buffer.toString('utf8', from, offsets[length]!);
    // As many characters as bytes: every character is one byte, so offsets into bytes are offsets into text.
    if (text.length !== offsets[length]! - from) return Array.from({length}, (_, row) => this.at(row));
    return Array.from({length}, (_, row) => text.slice(offsets[row]! - from, offsets[row + 1]! - from));
  }
}

/** Strings as a column of UTF-8 text, 2 GiB at most. */
export function textColumn(texts: readonly string[]): Utf8Column {
  const offsets = new Int32Array(texts.length + 1);
  for (let i = 0; i < texts.length; i++) offsets[i + 1] = offsets[i]! + Buffer.byteLength(texts[i]!);
  const bytes = Buffer.from(new ArrayBuffer(offsets[texts.length]!));
  for (let i = 0; i < texts.length; i++) bytes.write(texts[i]!, offsets[i]!);
  return new Utf8Column(bytes, offsets);
}

/** `prefix1` to `prefixN`. */
export function numberedTexts(prefix: string, n: number): string[] {
  return Array.from({length: n}, (_, i) => `${prefix}${i + 1}`);
}

/** `numberedTexts` as a column. */
export function numberedColumn(prefix: string, n: number): Utf8Column {
  return textColumn(numberedTexts(prefix, n));
}

/** A string a row as labels: each distinct one is kept once, in order of first appearance. */
export function labelColumn(texts: readonly string[]): LabelColumn {
  const labels = new LabelTable();
  const id = Int32Array.from(texts, (text) => labels.idOf(text));
  return {id, values: labels.values};
}

/** Distinct strings in order of first appearance. */
export class LabelTable {
  readonly values: string[] = [];
  private readonly ids = new Map<string, number>();

  idOf(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    this.ids.set(text, this.values.length);
    return this.values.push(text) - 1;
  }

  /** The number of a label that is already here, or -1. */
  find(text: string): number {
    return this.ids.get(text) ?? -1;
  }
}

/** Consecutive lists over `values`: row f is as long as `length[f]` says and begins where row f - 1 ends. */
export function consecutiveLists<T>(values: T, length: Float64Array): ListColumn<T> {
  const start = new Float64Array(length.length);
  for (let f = 1; f < length.length; f++) start[f] = start[f - 1]! + length[f - 1]!;
  return {values, start, length};
}

/** An int64 column with room for `length` elements, all 0. */
export function int64Words(length: number): Int64Words {
  return new Int32Array(2 * length);
}

/** A copy of `array` with room for at least twice its elements. */
export function doubled<A extends Int32Array | Uint32Array | Float64Array | Float32Array>(array: A): A {
  const larger = new (array.constructor as new (length: number) => A)(Math.max(1024, array.length * 2));
  larger.set(array);
  return larger;
}

/** `n` times NaN: a column of which nothing is known. */
export function unknowns(n: number): Float64Array {
  return new Float64Array(n).fill(Number.NaN);
}
