import type {Random} from '../../base/random.ts';

/** Means above this are drawn from the normal limit. */
const NORMAL_FROM = 30;
/** Trials up to this many are drawn one by one. */
const FEW = 16;

/** A Poisson number; its normal limit for large means. */
export function poissonDraw(mean: number, random: Random): number {
  if (mean > NORMAL_FROM) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let events = 0;
  for (let product = random.next(); product > limit; product *= random.next()) events++;
  return events;
}

/** How many of `trials` survive: exact for few, its Poisson or normal limit for many. */
export function binomialDraw(trials: number, p: number, random: Random): number {
  if (p >= 1) return trials;
  if (trials <= FEW) {
    let hits = 0;
    for (let i = 0; i < trials; i++) if (random.next() < p) hits++;
    return hits;
  }
  const mean = trials * p;
  if (mean <= NORMAL_FROM) return Math.min(trials, poissonDraw(mean, random));
  return Math.min(trials, Math.max(0, Math.round(mean + Math.sqrt(mean * (1 - p)) * random.normal())));
}
