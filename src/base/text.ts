import {terminal, withStyles} from './terminal.ts';

/** What a terminal obeys or does not show: control characters (C0, DEL, C1), marks of direction and of other formats. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/** The same, and marks of style, which no name may hold. */
const unseenInNames = /[\p{Cc}\p{Cf}\u2028\u2029\uE0F0-\uE0F4]/gu;

/**
 * Text from a trace made safe for a terminal: what is unseen becomes `\xNN` or `\u{...}`, so that a name can neither
 * move the cursor nor hide.
 */
export function printable(text: string): string {
  return text.replace(unseenInNames, written);
}

function written(c: string): string {
  const code = c.codePointAt(0)!;
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** JSON that means the same and hides nothing: what is unseen is written as `\uNNNN`. Its line ends stay. */
export function visibleJson(json: string): string {
  return json.replace(unseen, (c) => {
    if (c === '\n') return c;
    return Array.from({length: c.length}, (_, i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
  });
}

/** Text of several lines, each made safe for a terminal. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** The same as it is shown to people: with its styles, and folded where the terminal is narrower. */
export function screenLines(text: string): string {
  return text
    .split('\n')
    .flatMap((line) => folded(line.replace(unseen, written), terminal.width))
    .map(withStyles)
    .join('\n');
}

/** A line as several, broken at blanks; what has no blank stays whole, and lines of tables are narrow enough already. */
function folded(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const lines: string[] = [];
  const indent = /^ */.exec(line)![0];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    const end = at > indent.length ? at : rest.indexOf(' ', width);
    if (end < 0) break;
    lines.push(rest.slice(0, end).trimEnd());
    rest = indent + rest.slice(end + 1);
  }
  return [...lines, rest];
}

/** Text from a trace made safe inside HTML and SVG, attributes included. */
export function escapeMarkup(text: string): string {
  const entities: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};
  return text.replace(/[&<>"']/g, (c) => entities[c]!);
}

/** What a CSV line is made of; null and undefined are empty. */
export type CsvCell = string | number | bigint | boolean | null | undefined;

/**
 * One CSV line with its newline (RFC 4180). Numbers are written in full, null and undefined as an empty cell. A text
 * that a spreadsheet would take for a formula (leading = + - @, tab or return) gets an apostrophe in front.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(cell: CsvCell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A word as a shell takes it: one word, whatever is in it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
