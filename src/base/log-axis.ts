/** A logarithmic axis; values at or below 0 lie at its beginning, apart from all others. */
export interface LogAxis {
  /** Place of a value from 0 to 1. */
  at(value: number): number;
  /** Round values of the axis and their places; 0 where some values are. */
  readonly ticks: readonly {readonly value: number; readonly at: number}[];
}

/** Of the length of the axis: what values of 0 are kept away from others. */
const ZERO_GAP = 0.08;

/** The axis for those values, with at most about `most` ticks; values that are no numbers are left aside. */
export function logAxis(values: readonly number[], most: number): LogAxis {
  const known = values.filter((value) => Number.isFinite(value));
  const positive = known.filter((value) => value > 0);
  const hasZero = positive.length < known.length;
  const base = hasZero ? ZERO_GAP : 0;
  if (positive.length === 0) return {at: () => 0, ticks: hasZero ? [{value: 0, at: 0}] : []};
  const low = Math.log10(positive.reduce((a, b) => Math.min(a, b)));
  const high = Math.log10(positive.reduce((a, b) => Math.max(a, b)));
  const wide = Math.max(high - low, 1e-9);
  const at = (value: number): number => {
    if (!(value > 0)) return 0;
    return high === low ? (1 + base) / 2 : base + ((Math.log10(value) - low) / wide) * (1 - base);
  };
  const round = ticksBetween(low, high, hasZero ? most - 1 : most);
  return {at, ticks: [...(hasZero ? [0] : []), ...round].map((value) => ({value, at: at(value)}))};
}

/** Powers of ten, or more where few lie inside. Fewer where they would be more than `most`. */
function ticksBetween(low: number, high: number, most: number): number[] {
  for (const steps of [[1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]) {
    const ticks = decades(low, high, 1, steps);
    if (ticks.length <= most) return ticks.length > 0 ? ticks : [10 ** low, 10 ** high];
  }
  const every = Math.ceil((high - low) / Math.max(1, most - 1));
  return decades(low, high, every, [1]);
}

function decades(low: number, high: number, every: number, steps: readonly number[]): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power += every) {
    for (const step of steps) {
      const value = Number(`${step}e${power}`);
      const place = Math.log10(value);
      if (place >= low - 1e-9 && place <= high + 1e-9) ticks.push(value);
    }
  }
  return ticks;
}
