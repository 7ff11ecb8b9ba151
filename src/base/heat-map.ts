/** From next to nothing to the most; nothing at all is a blank. */
const SHADES = '░▒▓█';

/**
 * A line of shades, `width` characters a value: from `least` (the lightest) to `most` (solid). 0 is a blank; null, for
 * what is not known, a dot.
 */
export function shades(values: readonly (number | null)[], least: number, most: number, width = 1): string {
  return values.map((value) => shadeOf(value, least, most).repeat(width)).join('');
}

function shadeOf(value: number | null, least: number, most: number): string {
  if (value === null) return '·';
  if (value <= 0) return ' ';
  const share = most > least ? (value - least) / (most - least) : 1;
  return SHADES[Math.max(0, Math.min(SHADES.length - 1, Math.floor(share * SHADES.length)))]!;
}

/** Means of `columns` stretches of the values, at most as many as there are. */
export function narrowed(values: readonly number[], columns: number): number[] {
  const count = Math.min(columns, values.length);
  return Array.from({length: count}, (_, k) => {
    const [from, until] = [k, k + 1].map((edge) => Math.round((edge * values.length) / count));
    const stretch = values.slice(from, until);
    return stretch.reduce((sum, value) => sum + value, 0) / stretch.length;
  });
}
