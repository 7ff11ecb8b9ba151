import type {TraceBytes} from './bytes.ts';
import {limitLines} from './line-limit.ts';
import type {RowProblem, RowSource, RowTally} from './rows.ts';

const LF = 10;

/**
 * Rows of newline-delimited JSON: an object a line, of which `columns` become the cells. A column is a key, or a path
 * of keys joined by dots. A missing or null value is a blank cell.
 */
export function ndjsonRows(bytes: TraceBytes, columns: readonly string[], tally: RowTally): RowSource {
  const {file} = bytes;
  return {
    file,
    header: columns,
    async each(take) {
      let line = 0;
      for await (const text of linesOf(limitLines(file, bytes.chunks))) {
        line++;
        if (text.trim() === '') continue;
        tally.read++;
        const object = parseObject(text);
        const problem: RowProblem | undefined = object
          ? take(columns.map((column) => cellOf(object, column)))
          : {column: 'the line', value: text, rule: 'a JSON object'};
        if (problem) tally.skip(file, line, problem);
      }
    },
  };
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      yield Buffer.concat([rest, chunk.subarray(from, end)]).toString('utf8');
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function cellOf(object: Record<string, unknown>, column: string): string {
  let value = valueAt(object, column);
  if (value === undefined && column.includes('.')) value = column.split('.').reduce<unknown>(valueAt, object);
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function valueAt(object: unknown, key: string): unknown {
  const isObject = typeof object === 'object' && object !== null && Object.hasOwn(object, key);
  return isObject ? (object as Record<string, unknown>)[key] : undefined;
}
