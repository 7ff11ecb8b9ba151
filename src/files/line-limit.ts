import {inputError, type UserError} from '../base/errors.ts';

/** The widest real trace has lines of some 100 kB; a million columns of one digit fit as well. */
export const MAX_LINE_BYTES = 1 << 22;

const LF = 10;
const CR = 13;

/**
 * Passes chunks on, of which the first begins with line `line`; a line too long to be a row ends it as bad input, so
 * that no parser keeps such a line.
 */
export async function* limitLines(file: string, chunks: AsyncIterable<Buffer>, line = 1): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (;;) {
      const end = lineEnd(chunk, from);
      length += (end < 0 ? chunk.length : end) - from;
      if (length > MAX_LINE_BYTES) throw lineTooLong(file, line);
      if (end < 0) break;
      line++;
      length = 0;
      from = end + 1;
    }
    yield chunk;
  }
}

export function lineTooLong(file: string, line: number): UserError {
  return inputError(`${file}:${line}`, `the line is longer than ${MAX_LINE_BYTES} bytes, no row is that long`);
}

/** Where the line that `from` lies in ends: its LF, or its CR in a text of old Macs; -1 if it goes on. */
export function lineEnd(chunk: Buffer, from: number): number {
  const lf = chunk.indexOf(LF, from);
  return lf >= 0 ? lf : chunk.indexOf(CR, from);
}
