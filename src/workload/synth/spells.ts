import type {Random} from '../../base/random.ts';

/** Minutes over which burstiness is told. */
export const BLOCK_MINUTES = 10;
/** Twenty minutes: what changes more slowly is the shape of the day, and comparing minutes half an hour apart misses it. */
const MAX_PERSISTENCE = 0.95;

/**
 * A function's rate moves in spells: from one minute to the next the level stays with probability `persistence`, else it
 * is drawn anew. Returns how much more dispersed the calls of ten minutes are than those of one, beyond Poisson: 1 for
 * levels that never stay, 10 for ones that always do.
 */
export function blockRatio(persistence: number): number {
  let ratio = 1;
  for (let lag = 1, stays = persistence; lag < BLOCK_MINUTES; lag++, stays *= persistence) {
    ratio += 2 * (1 - lag / BLOCK_MINUTES) * stays;
  }
  return ratio;
}

/** The persistence with that ratio, the inverse of `blockRatio`; ratios beyond its range give 0 and 0.95. */
export function persistenceOf(ratio: number): number {
  let [low, high] = [0, MAX_PERSISTENCE];
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (blockRatio(middle) > ratio) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** Time constant of a persistence in minutes: 0 for levels that never stay. */
export function spellMinutes(persistence: number): number {
  return persistence > 0 ? -1 / Math.log(persistence) : 0;
}

/** Minutes that a level stays, at least 1; `spell` as `spellMinutes` has it. */
export function drawSpell(spell: number, random: Random): number {
  return 1 + Math.floor(spell * random.exponential());
}
