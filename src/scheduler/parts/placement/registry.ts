import {bestFit} from './best-fit.ts';
import {firstFit} from './first-fit.ts';
import {leastLoaded} from './least-loaded.ts';
import type {PlacementSpec} from './placement.ts';
import {powerOfTwo} from './power-of-two.ts';
import {random} from './random.ts';
import {roundRobin} from './round-robin.ts';

/** `--placement` by name. */
export const placements = {
  'first-fit': firstFit,
  'best-fit': bestFit,
  'least-loaded': leastLoaded,
  'round-robin': roundRobin,
  random,
  'power-of-two': powerOfTwo,
} satisfies Record<string, PlacementSpec>;

export type PlacementName = keyof typeof placements;
