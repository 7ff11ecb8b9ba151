const BLOCKS = '▁▂▃▄▅▆▇█';

/**
 * A line of blocks, at most `width` of them, for values at even steps, from 0 to the highest: each block is the mean of
 * its stretch. 0 is the lowest block, NaN and what is below 0 a blank; no values: ''.
 */
export function sparkline(values: ArrayLike<number>, width: number): string {
  const blocks = Math.min(width, values.length);
  const means = Array.from({length: blocks}, (_, k) =>
    meanOf(values, k * values.length, (k + 1) * values.length, blocks),
  );
  const most = means.reduce((high, mean) => (mean > high ? mean : high), 0);
  return means
    .map((mean) => {
      if (!(mean >= 0)) return ' ';
      return BLOCKS[most === 0 ? 0 : Math.min(BLOCKS.length - 1, Math.floor((mean / most) * BLOCKS.length))]!;
    })
    .join('');
}

/** Mean of the stretch from `from / parts` to `until / parts`, whose ends count for what of them lies inside. */
function meanOf(values: ArrayLike<number>, from: number, until: number, parts: number): number {
  let [sum, weight] = [0, 0];
  for (let k = Math.floor(from / parts); k * parts < until; k++) {
    const inside = Math.min(until, (k + 1) * parts) - Math.max(from, k * parts);
    sum += values[k]! * inside;
    weight += inside;
  }
  return sum / weight;
}
