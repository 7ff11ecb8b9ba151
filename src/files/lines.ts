const LF = 10;

/** The first line of a text that is not empty, without the byte order mark. */
export function firstLine(head: Buffer): string {
  return firstLinesOf(head).next().value ?? '';
}

/** The lines that the first bytes of a text hold, empty ones left out; the last may be cut. */
export function* firstLinesOf(head: Buffer): Generator<string, undefined> {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  for (const line of text.split(/[\r\n]+/)) if (line !== '') yield line;
  return undefined;
}

/** The lines of a text, without their LF. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      if (rest.length === 0) yield chunk.toString('utf8', from, end);
      else {
        yield Buffer.concat([rest, chunk.subarray(from, end)]).toString('utf8');
        rest = Buffer.alloc(0);
      }
      from = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}
