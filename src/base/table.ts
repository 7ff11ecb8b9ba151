import {printable} from './text.ts';

export interface TableColumn {
  readonly title: string;
  /** Numbers go right, text left. */
  readonly align: 'left' | 'right';
}

/** An aligned text table: title line, then a line a row, two blanks between columns, no trailing blanks, final newline. */
export function textTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.title), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, k) => Math.max(...lines.map((line) => [...(line[k] ?? '')].length)));
  return lines
    .map((line) => {
      const cells = columns.map((column, k) => pad(line[k] ?? '', widths[k]!, column.align));
      return `${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

function pad(cell: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(width - [...cell].length);
  return align === 'left' ? cell + blanks : blanks + cell;
}
