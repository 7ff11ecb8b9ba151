/**
 * How the terminal that results are printed on is, as the command has found it: set once before anything is printed. Not
 * part of any result: files and pipes are written at full width and without colour.
 */
export const terminal = {
  /** Cells of a line; Infinity: lines may be as long as they like. */
  width: Number.POSITIVE_INFINITY,
  colour: false,
  /** Tables are written as Markdown has them, for tickets and pages. */
  markdown: false,
  /** Wipes what is drawn on the terminal besides, before anything is written to it. */
  wipe: (): void => {},
};

/** Characters of no meaning that stand for styles until a line is printed; names from traces cannot hold them. */
const styles = {
  strong: ['\uE0F1', '1'],
  good: ['\uE0F2', '32'],
  bad: ['\uE0F3', '31'],
  faint: ['\uE0F4', '2'],
} as const;
const END = '\uE0F0';
/** All marks of style. */
export const styleMarks = /[\uE0F0-\uE0F4]/g;

/** Text that is to be seen as strong, good, bad or faint where there is colour. */
export function styled(style: keyof typeof styles, text: string): string {
  return terminal.colour ? `${styles[style][0]}${text}${END}` : text;
}

/** Marks as what a terminal obeys; styles end with their line. */
export function withStyles(line: string): string {
  let open = false;
  const shown = line.replace(styleMarks, (mark) => {
    const style = Object.values(styles).find(([own]) => own === mark);
    open = style !== undefined;
    return `\x1b[${style?.[1] ?? '0'}m`;
  });
  return open ? `${shown}\x1b[0m` : shown;
}
