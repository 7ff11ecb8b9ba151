import {Registry} from '../../../base/part.ts';
import {bestFit} from './best-fit.ts';
import {firstFit} from './first-fit.ts';
import {leastLoaded} from './least-loaded.ts';
import {lifetime} from './lifetime.ts';
import type {PlacementPart} from './placement.ts';
import {powerOfTwo} from './power-of-two.ts';
import {random} from './random.ts';
import {roundRobin} from './round-robin.ts';

/** `--placement` by name. */
export const placements = new Registry<PlacementPart>({flag: '--placement', one: 'placement', many: 'placements'}, [
  firstFit,
  bestFit,
  leastLoaded,
  roundRobin,
  random,
  powerOfTwo,
  lifetime,
]);
