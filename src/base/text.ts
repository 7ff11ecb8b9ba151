/**
 * Text from a trace made safe for a terminal: control characters (C0, DEL, C1) and invisible direction marks are
 * written as `\xNN` or `\u{...}`, so that a name can neither move the cursor nor hide.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (c) => {
    const code = c.codePointAt(0)!;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** Text from a trace made safe inside HTML and SVG, attributes included. */
export function escapeMarkup(text: string): string {
  const entities: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};
  return text.replace(/[&<>"']/g, (c) => entities[c]!);
}

/** What a CSV line is made of; null and undefined are empty. */
export type CsvCell = string | number | boolean | null | undefined;

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
