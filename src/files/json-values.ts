import {isJson, type TraceBytes} from './bytes.ts';
import {JsonSplitter} from './json-splitter.ts';
import {limitLines} from './line-limit.ts';
import {firstLine, linesOf} from './lines.ts';
import {partialJson} from './partial-json.ts';
import {RowMarks, type RowTally} from './rows.ts';

/** Uses a value, or says through `marks` what of it cannot be used. `path` is that of the envelope's array it lay in. */
export type TakeValue = (value: unknown, path: string, marks: RowMarks) => void;

/**
 * Hands over the values of a JSON text, one by one whatever its length: an object a line, one array, objects printed over
 * many lines or one behind the other, and the elements of arrays in `envelopes` (paths of keys joined by dots), before
 * what is left of the envelope. What is no JSON is skipped and counted.
 */
export async function eachJsonValue(
  bytes: TraceBytes,
  envelopes: readonly string[],
  tally: RowTally,
  take: TakeValue,
): Promise<void> {
  const marks = new RowMarks(bytes.file, tally);
  if (isJsonLine(firstLine(bytes.head))) await eachLine(bytes, envelopes, marks, take);
  else await eachPiece(bytes, envelopes, marks, take);
}

/** A text whose lines are values each is read by the line, so that a broken one spoils no other. */
async function eachLine(
  bytes: TraceBytes,
  envelopes: readonly string[],
  marks: RowMarks,
  take: TakeValue,
): Promise<void> {
  for await (const text of linesOf(limitLines(bytes.file, bytes.chunks))) {
    marks.line++;
    if (text.trim() === '') continue;
    const value = parsed(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    if (value === undefined) marks.skip({column: 'the line', value: text, rule: 'a JSON object'});
    else unpack(value, envelopes, (inner, path) => take(inner, path, marks));
  }
}

async function eachPiece(
  bytes: TraceBytes,
  envelopes: readonly string[],
  marks: RowMarks,
  take: TakeValue,
): Promise<void> {
  const splitter = new JsonSplitter(bytes.file, envelopes, (text, path, line) => {
    marks.line = line;
    const value = parsed(text);
    if (value === undefined) marks.skip({column: 'the value', value: text, rule: 'a JSON value'});
    else take(value, path, marks);
  });
  for await (const chunk of bytes.chunks) splitter.feed(chunk);
  const cut = splitter.end();
  if (cut === 0) return;
  marks.line = cut;
  marks.skip({column: 'the value', value: 'cut', rule: 'complete: the end of the file is missing'});
}

/** Hands over what a value that is in memory holds: the elements of an array, those of envelopes, and the rest. */
function unpack(value: unknown, envelopes: readonly string[], visit: (value: unknown, path: string) => void): void {
  if (Array.isArray(value)) {
    for (const element of value) visit(element, '');
    return;
  }
  for (const path of envelopes) {
    const keys = path.split('.');
    const last = keys.pop()!;
    const holder = keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
    const elements = isRecord(holder) ? holder[last] : undefined;
    if (!Array.isArray(elements)) continue;
    for (const element of elements) visit(element, path);
    (holder as Record<string, unknown>)[last] = [];
  }
  visit(value, '');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isJsonLine(line: string): boolean {
  const value = parsed(line);
  return typeof value === 'object' && value !== null;
}

/** The value; undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** As many of a text's first values as its first bytes hold; of the last one what is there. */
export function firstJsonValues(head: Buffer): unknown[] {
  if (!isJson(head)) return [];
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  const values: unknown[] = [];
  for (let at = 0; at < text.length && values.length < SAMPLES; ) {
    const start = text.slice(at).search(/[[{]/);
    if (start < 0) break;
    const {value, end} = partialJson(text, at + start);
    values.push(...(Array.isArray(value) ? value : [value]));
    at = end;
  }
  return values.slice(0, SAMPLES);
}

const SAMPLES = 200;
