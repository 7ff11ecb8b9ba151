/** Most buckets of one sort, and their ends. */
const MAX_BUCKETS = 1 << 15;
const bucketEnd = new Int32Array(MAX_BUCKETS + 1);
/** So few are sorted by insertion. */
const FEW = 32;
/** A bucket with more than this is left to the general sort: values were not spread after all. */
const CROWDED = 48;

/**
 * Sorts `from[0, n)`, integers in [low, low + width), into `to[at, at + n)`. Fast where they are spread over their
 * range: a counting sort into about as many buckets as there are values leaves nearly nothing to the insertion sort.
 */
export function sortSpread(from: Int32Array, n: number, low: number, width: number, to: Int32Array, at: number): void {
  if (n <= FEW) {
    for (let k = 0; k < n; k++) to[at + k] = from[k]!;
    insertionSort(to, at, at + n);
    return;
  }
  let buckets = 2 * FEW;
  while (buckets < 2 * n && buckets < MAX_BUCKETS) buckets *= 2;
  const perUnit = buckets / width;
  bucketEnd.fill(0, 0, buckets + 1);
  for (let k = 0; k < n; k++) bucketEnd[(((from[k]! - low) * perUnit) | 0) + 1]! += 1;
  let most = 0;
  bucketEnd[0] = at;
  for (let b = 1; b <= buckets; b++) {
    const size = bucketEnd[b]!;
    if (size > most) most = size;
    bucketEnd[b] = size + bucketEnd[b - 1]!;
  }
  for (let k = 0; k < n; k++) {
    const value = from[k]!;
    to[bucketEnd[((value - low) * perUnit) | 0]!++] = value;
  }
  if (most > CROWDED) to.subarray(at, at + n).sort();
  else insertionSort(to, at, at + n);
}

function insertionSort(values: Int32Array, from: number, to: number): void {
  for (let k = from + 1; k < to; k++) {
    const value = values[k]!;
    if (values[k - 1]! <= value) continue;
    let down = k - 1;
    for (; down >= from && values[down]! > value; down--) values[down + 1] = values[down]!;
    values[down + 1] = value;
  }
}

/** Most buckets of a sort of pairs. */
const MAX_PAIR_BUCKETS = 1 << 16;
const pairsEnd = new Int32Array(MAX_PAIR_BUCKETS + 1);
let pairKeys = new Int32Array(1 << 12);
let pairValues = new Float64Array(1 << 12);

/**
 * Sorts the first `n` pairs of key and value by key, integers in [0, width); stable. Fast where keys are spread over their
 * range, or in order already.
 */
export function sortPairs(keys: Int32Array, values: Float64Array, n: number, width: number): void {
  let ordered = 1;
  while (ordered < n && keys[ordered - 1]! <= keys[ordered]!) ordered++;
  if (ordered >= n) return;
  if (n > FEW) dealPairs(keys, values, n, width);
  for (let k = 1; k < n; k++) {
    const key = keys[k]!;
    if (keys[k - 1]! <= key) continue;
    const value = values[k]!;
    let down = k - 1;
    for (; down >= 0 && keys[down]! > key; down--) {
      keys[down + 1] = keys[down]!;
      values[down + 1] = values[down]!;
    }
    keys[down + 1] = key;
    values[down + 1] = value;
  }
}

/** Deals pairs to about twice as many buckets as there are, in order of these. */
function dealPairs(keys: Int32Array, values: Float64Array, n: number, width: number): void {
  if (pairKeys.length < n) {
    pairKeys = new Int32Array(2 * n);
    pairValues = new Float64Array(2 * n);
  }
  let buckets = 2 * FEW;
  while (buckets < 2 * n && buckets < MAX_PAIR_BUCKETS) buckets *= 2;
  const perUnit = buckets / width;
  pairsEnd.fill(0, 0, buckets + 1);
  for (let k = 0; k < n; k++) pairsEnd[((keys[k]! * perUnit) | 0) + 1]! += 1;
  for (let b = 1; b <= buckets; b++) pairsEnd[b]! += pairsEnd[b - 1]!;
  for (let k = 0; k < n; k++) {
    const key = keys[k]!;
    const to = pairsEnd[(key * perUnit) | 0]!++;
    pairKeys[to] = key;
    pairValues[to] = values[k]!;
  }
  for (let k = 0; k < n; k++) {
    keys[k] = pairKeys[k]!;
    values[k] = pairValues[k]!;
  }
}

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const digitEnd = new Int32Array(DIGITS + 1);

/** The order of `keys[0, n)`, integers >= 0, from low to high and stable: places in `keys`, in one of the two arrays. */
export function stableOrder(keys: Int32Array, n: number, a: Int32Array, b: Int32Array): Int32Array {
  let most = 0;
  for (let k = 0; k < n; k++) {
    a[k] = k;
    most |= keys[k]!;
  }
  let [from, to] = [a, b];
  for (let shift = 0; most >>> shift > 0; shift += DIGIT_BITS) {
    digitEnd.fill(0);
    for (let k = 0; k < n; k++) digitEnd[((keys[k]! >>> shift) & (DIGITS - 1)) + 1]! += 1;
    for (let d = 1; d < DIGITS; d++) digitEnd[d]! += digitEnd[d - 1]!;
    for (let k = 0; k < n; k++) {
      const key = from[k]!;
      to[digitEnd[(keys[key]! >>> shift) & (DIGITS - 1)]!++] = key;
    }
    [from, to] = [to, from];
  }
  return from;
}
