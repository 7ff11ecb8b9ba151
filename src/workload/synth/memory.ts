import {streamOf} from './streams.ts';

/** Burr fit of the average memory of Azure's apps in MB (Shahrad et al. 2020, figure 8). */
const C = 11.652;
const K = 0.221;
const LAMBDA = 107.083;
/** The largest function of AWS Lambda; the fit has no end. */
const MAX_MIB = 10_240;

/** The size that a share `u` in (0, 1) of the apps does not exceed, whole MiB. */
export function burrMemoryMib(u: number): number {
  const size = LAMBDA * Math.expm1(-Math.log1p(-u) / K) ** (1 / C);
  return Math.min(MAX_MIB, Math.max(1, Math.round(size)));
}

/** Memory of an instance of each app, MiB. */
export function drawMemory(apps: number, seed: number): Float64Array {
  return Float64Array.from({length: apps}, (_, app) => burrMemoryMib(streamOf(seed, 'memory', app).next()));
}
