import {doubled} from '../columns.ts';
import {streamOf} from './streams.ts';

/**
 * Share of apps with more functions than this (Shahrad et al. 2020: 54 % have one function, 95 % at most ten, 0.04 %
 * more than a hundred; three functions an app on average in the released trace). Power laws in between and beyond.
 */
const larger: readonly (readonly [functions: number, share: number])[] = [
  [1, 0.46],
  [2, 0.31],
  [3, 0.22],
  [10, 0.05],
  [100, 0.0004],
];
const MAX_FUNCTIONS = 2000;
/** Golden ratio: its multiples, modulo 1, spread over [0, 1) more evenly than random draws. */
const GOLDEN = 0.6180339887498949;

/** Functions dealt to apps, and apps to owners. Functions of an app are neighbours. */
export interface AppLayout {
  readonly apps: number;
  readonly owners: number;
  readonly appOf: Int32Array; // [function]
  readonly sizeOf: Int32Array; // [app]
  readonly ownerOf: Int32Array; // [app]
}

export function layOutApps(functions: number, owners: number, seed: number): AppLayout {
  const offset = streamOf(seed, 'sizes').next();
  const appOf = new Int32Array(functions);
  let sizes = new Int32Array(1024);
  let apps = 0;
  for (let f = 0; f < functions; apps++) {
    if (apps === sizes.length) sizes = doubled(sizes);
    const size = Math.min(functions - f, appSize((offset + apps * GOLDEN) % 1));
    sizes[apps] = size;
    appOf.fill(apps, f, f + size);
    f += size;
  }
  return {
    apps,
    owners: Math.min(owners, apps),
    appOf,
    sizeOf: sizes.subarray(0, apps),
    ownerOf: dealToOwners(apps, owners, seed),
  };
}

/** The size that a share `v` in [0, 1) of the apps exceeds. */
function appSize(v: number): number {
  if (v >= larger[0]![1]) return 1;
  const k = Math.min(larger.length - 1, larger.findIndex(([, share], i) => i > 0 && share <= v) >>> 0);
  const [n0, share0] = larger[k - 1]!;
  const [n1, share1] = larger[k]!;
  const exponent = Math.log(n1 / n0) / Math.log(share1 / share0);
  return Math.min(MAX_FUNCTIONS, Math.floor(n0 * (Math.max(v, 1e-9) / share0) ** exponent) + 1);
}

/** Owner `j` (from 0) gets apps in proportion to 1 / (j + 1): Zipf's law, as sizes of teams go. */
function dealToOwners(apps: number, owners: number, seed: number): Int32Array {
  const random = streamOf(seed, 'owners');
  const upTo = new Float64Array(Math.min(owners, apps));
  let sum = 0;
  for (let j = 0; j < upTo.length; j++) upTo[j] = sum += 1 / (j + 1);
  const ownerOf = new Int32Array(apps);
  for (let app = 0; app < apps; app++) {
    const wanted = random.next() * sum;
    let [low, high] = [0, upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    ownerOf[app] = low;
  }
  return ownerOf;
}
