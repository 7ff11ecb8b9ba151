import {inputError} from '../base/errors.ts';
import type {Content} from '../files/content.ts';
import type {Source} from '../files/sources.ts';

/** Finds files that are copies of one read before: to add a trace to itself is never meant. */
export class Duplicates {
  private readonly allowed: boolean;
  private readonly seen = new Map<string, Source[]>();

  constructor(allowed: boolean) {
    this.allowed = allowed;
  }

  /** Refuses a file that was read to its end if one before it holds the same, packed or not. */
  async check(source: Source, {bytes}: Content): Promise<void> {
    if (this.allowed || bytes === undefined) return;
    const print = bytes.fingerprint();
    const alike = this.seen.get(print) ?? [];
    for (const other of alike) {
      if (source.lasting && other.lasting && !(await sameText(source, other))) continue;
      throw inputError(
        source.name,
        `holds the same as ${other.name}, so every call would count twice`,
        'leave one of them out, or say --allow-duplicates',
      );
    }
    this.seen.set(print, [...alike, source]);
  }
}

async function sameText(a: Source, b: Source): Promise<boolean> {
  const [one, two] = await Promise.all([a.open(), b.open()]);
  try {
    const left = pieces(one.bytes!.chunks);
    const right = pieces(two.bytes!.chunks);
    for (;;) {
      const [x, y] = [await left.next(), await right.next()];
      if (x.done || y.done) return x.done === y.done;
      if (!x.value.equals(y.value)) return false;
    }
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
}

const PIECE = 1 << 16;

/** The same bytes in pieces of equal length, whatever chunks they came in. */
async function* pieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= PIECE; rest = rest.subarray(PIECE)) yield rest.subarray(0, PIECE);
  }
  yield rest;
}
