import {styled, terminal} from './terminal.ts';
import {printable} from './text.ts';

export interface TableColumn {
  readonly title: string;
  /** Numbers go right, text left. */
  readonly align: 'left' | 'right';
  /** Where the terminal is too narrow columns of the highest rank go first; those without one go last, from the right. */
  readonly rank?: number;
}

/**
 * An aligned text table: title line, then a line a row, two blanks between columns, no trailing blanks, final newline.
 * What is longer than 200 characters is cut. On a narrow terminal names are cut to what still tells them apart, and
 * columns are left out, which a last line names. `strong` rows stand out where there is colour.
 */
export function textTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  strong: (row: number) => boolean = () => false,
): string {
  if (terminal.markdown) return markdownTable(columns, rows);
  const titles = columns.map((column) => column.title);
  const {lines, kept} = fitted(columns, [titles, ...rows.map((row) => row.map(shown))]);
  const widths = kept.map((c) => lines.reduce((most, line) => Math.max(most, widthOf(line[c] ?? '')), 0));
  const text = lines.map((line, k) => {
    const cells = kept.map((c, i) => pad(line[c] ?? '', widths[i]!, columns[c]!.align));
    const whole = cells.join('  ').trimEnd();
    return `${k > 0 && strong(k - 1) ? styled('strong', whole) : whole}\n`;
  });
  const left = titles.filter((title, c) => title !== '' && !kept.includes(c));
  const note = left.length === 0 ? '' : `${styled('faint', `(no room for ${left.join(', ')}; --json has all)`)}\n`;
  return text.join('') + note;
}

/** The same as a table of Markdown, whole: what it would take for markup is escaped. */
function markdownTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const titles = columns.map(({title}) => markdownCell(title));
  const rule = columns.map(({align}) => (align === 'right' ? '---:' : '---'));
  const body = rows.map((row) => line(columns.map((_, c) => markdownCell(shown(row[c] ?? '')))));
  return `\n${line(titles)}${line(rule)}${body.join('')}\n`;
}

function markdownCell(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, '\\$&');
}

/** The longest cell: one long name would otherwise make every line as long. */
const LONGEST_CELL = 200;

function shown(cell: string): string {
  return printable(cell.length > LONGEST_CELL ? `${cell.slice(0, LONGEST_CELL)}...` : cell);
}

/** Names are not cut below this, and what is not longer than that is no name. */
const SHORTEST = 8;
const LONG = 14;

/**
 * The lines, titles first, with names cut, and which columns fit the terminal. Long names give up room before sentences and
 * columns do, the longest most, so that all of them end at one length; none is cut below what tells it apart.
 */
function fitted(
  columns: readonly TableColumn[],
  lines: readonly (readonly string[])[],
): {lines: readonly (readonly string[])[]; kept: number[]} {
  const widths = columns.map((_, c) => lines.reduce((most, line) => Math.max(most, widthOf(line[c] ?? '')), 0));
  const least = columns.map(({align, title}, c) => {
    if (align === 'right' || widths[c]! <= LONG || sumOf(widths) <= terminal.width) return widths[c]!;
    const told = tellingLength(lines.slice(1).map((line) => line[c] ?? '')) + 1;
    return Math.min(widths[c]!, Math.max(SHORTEST, widthOf(title), told));
  });
  let kept = columns.map((_, c) => c);
  while (sumOf(kept.map((c) => least[c]!)) > terminal.width && kept.length > 1) {
    const last = kept
      .slice(1)
      .reduce((worst, c) => ((columns[c]!.rank ?? 0) >= (columns[worst]!.rank ?? 0) ? c : worst), kept[1]!);
    kept = kept.filter((c) => c !== last);
  }
  // A name is known by its beginning; of a sentence nothing is left then.
  const isSentence = columns.map((_, c) => lines.slice(1).some((line) => line[c]?.includes(' ')));
  const longest = widths.reduce((most, width) => Math.max(most, width), 0);
  const roomAt = (names: number, sentences: number): number[] =>
    widths.map((width, c) => Math.max(least[c]!, Math.min(width, isSentence[c] ? sentences : names)));
  const fits = (room: readonly number[]): boolean => sumOf(kept.map((c) => room[c]!)) <= terminal.width;
  let names = longest;
  while (names > SHORTEST && !fits(roomAt(names, longest))) names--;
  let sentences = longest;
  while (sentences > SHORTEST && !fits(roomAt(names, sentences))) sentences--;
  const room = roomAt(names, sentences);
  const cut = lines.map((line, k) => line.map((cell, c) => (k === 0 ? cell : cutTo(cell, room[c]!))));
  return {lines: cut, kept};
}

/** Of a line of columns, with what lies between them. */
function sumOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + 2, -2);
}

/** So many characters of each tell all that differ apart. */
function tellingLength(texts: readonly string[]): number {
  const sorted = [...new Set(texts)].sort();
  let most = 0;
  for (let k = 1; k < sorted.length; k++) {
    const [a, b] = [[...sorted[k - 1]!], [...sorted[k]!]];
    let same = 0;
    while (same < a.length && a[same] === b[same]) same++;
    // One that the other begins with is told by its end.
    most = Math.max(most, same + 1);
  }
  return most;
}

function cutTo(text: string, length: number): string {
  const letters = [...text];
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join('')}…`;
}

function widthOf(cell: string): number {
  return [...cell].length;
}

function pad(cell: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(width - widthOf(cell));
  return align === 'left' ? cell + blanks : blanks + cell;
}
