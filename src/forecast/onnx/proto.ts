/**
 * The protobuf wire format, as far as ONNX files need it: varints, 32-bit words and length-delimited fields
 * going out, every wire type coming in. Field numbers are the caller's business.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Wire types of protobuf; 3 and 4 (groups) are long dead and refused. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Appends fields to a growing buffer. Messages nest by writing one writer into another. */
export class ProtoWriter {
  private buffer = new Uint8Array(256);
  private length = 0;

  /** An integer of any sign within +-2^53; negative ones take ten bytes, as protobuf's int64 does. */
  int(field: number, value: number): this {
    this.varint(field * 8 + VARINT);
    if (value >= 0) this.varint(value);
    else this.negative(value);
    return this;
  }

  float(field: number, value: number): this {
    this.varint(field * 8 + FIXED32);
    this.raw(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.varint(field * 8 + BYTES);
    this.varint(value.length);
    this.raw(value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  message(field: number, value: ProtoWriter): this {
    return this.bytes(field, value.finish());
  }

  packedInts(field: number, values: ArrayLike<number>): this {
    const packed = new ProtoWriter();
    for (let i = 0; i < values.length; i++) {
      if (values[i]! >= 0) packed.varint(values[i]!);
      else packed.negative(values[i]!);
    }
    return this.bytes(field, packed.finish());
  }

  packedFloats(field: number, values: ArrayLike<number>): this {
    return this.bytes(field, new Uint8Array(Float32Array.from(values).buffer));
  }

  /** A view of what was written so far; valid until the next write. */
  finish(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private varint(value: number): void {
    let rest = value;
    this.reserve(10);
    while (rest >= 128) {
      this.buffer[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.length++] = rest;
  }

  private negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    this.reserve(10);
    for (; rest >= 128n; rest >>= 7n) this.buffer[this.length++] = Number(rest & 127n) | 128;
    this.buffer[this.length++] = Number(rest);
  }

  private raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.length + more));
    larger.set(this.finish());
    this.buffer = larger;
  }
}

/** One field as it stands on the wire: a number for varints, bytes for everything else. */
export interface ProtoField {
  readonly field: number;
  /** The value of a varint (two's complement for negative ones), NaN for other wire types. */
  readonly value: number;
  /** The payload of other wire types; empty for varints. */
  readonly bytes: Uint8Array;
}

const empty = new Uint8Array(0);

/** The fields of a message in file order. Throws RangeError where the bytes are no protobuf message. */
export function* readFields(message: Uint8Array): Generator<ProtoField> {
  let at = 0;
  while (at < message.length) {
    const [tag, afterTag] = readVarint(message, at);
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (field === 0) throw new RangeError(`field number 0 at byte ${at}`);
    if (wire === VARINT) {
      const [value, next] = readVarint(message, afterTag);
      yield {field, value, bytes: empty};
      at = next;
      continue;
    }
    let from = afterTag;
    let size = wire === FIXED64 ? 8 : 4;
    if (wire === BYTES) [size, from] = readVarint(message, afterTag);
    else if (wire !== FIXED64 && wire !== FIXED32) throw new RangeError(`wire type ${wire} at byte ${at}`);
    if (size < 0 || from + size > message.length) throw new RangeError(`a field at byte ${at} runs past the end`);
    yield {field, value: Number.NaN, bytes: message.subarray(from, from + size)};
    at = from + size;
  }
}

/** The numbers of a repeated integer field, packed or not. */
export function readInts(item: ProtoField): number[] {
  if (!Number.isNaN(item.value)) return [item.value];
  const values: number[] = [];
  for (let at = 0; at < item.bytes.length; ) {
    const [value, next] = readVarint(item.bytes, at);
    values.push(value);
    at = next;
  }
  return values;
}

export function readString(item: ProtoField): string {
  return decoder.decode(item.bytes);
}

/** A varint and where the next byte is. Ten-byte ones are negative int64s. */
function readVarint(bytes: Uint8Array, from: number): [value: number, next: number] {
  let value = 0;
  let scale = 1;
  for (let at = from; at < from + 10; at++) {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError(`a number at byte ${from} runs past the end`);
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) return [at === from + 9 ? Number(readNegative(bytes, from)) : value, at + 1];
  }
  throw new RangeError(`a number at byte ${from} has more than ten bytes`);
}

function readNegative(bytes: Uint8Array, from: number): bigint {
  let value = 0n;
  for (let i = 0; i < 10; i++) value |= BigInt(bytes[from + i]! & 127) << BigInt(7 * i);
  return BigInt.asIntN(64, value);
}
