import {printable} from './text.ts';

export interface TableColumn {
  readonly title: string;
  /** Numbers go right, text left. */
  readonly align: 'left' | 'right';
}

/**
 * An aligned text table: title line, then a line a row, two blanks between columns, no trailing blanks, final newline.
 * What is longer than 200 characters is cut.
 */
export function textTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.title), ...rows.map((row) => row.map(shown))];
  const widths = columns.map((_, k) => lines.reduce((most, line) => Math.max(most, widthOf(line[k] ?? '')), 0));
  return lines
    .map((line) => {
      const cells = columns.map((column, k) => pad(line[k] ?? '', widths[k]!, column.align));
      return `${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

/** The longest cell: one long name would otherwise make every line as long. */
const LONGEST_CELL = 200;

function shown(cell: string): string {
  return printable(cell.length > LONGEST_CELL ? `${cell.slice(0, LONGEST_CELL)}...` : cell);
}

function widthOf(cell: string): number {
  return [...cell].length;
}

function pad(cell: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(width - widthOf(cell));
  return align === 'left' ? cell + blanks : blanks + cell;
}
