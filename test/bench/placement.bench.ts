/** DESIGN 8, third row: least-loaded placement over 10,000 hosts, within 2 x of first-fit. */
import {Random} from '../../src/base/random.ts';
import {AT_HAND} from '../../src/scheduler/core/at-hand.ts';
import {Hosts} from '../../src/scheduler/core/hosts.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import {measure} from './measure.ts';

const HOSTS = 10_000;
const SLOTS = 256;
const STEPS = 1_000_000;

/** A fleet two thirds full; each call of the result removes and places STEPS instances in turn, at random. */
function churner(name: string): () => void {
  const hosts = new Hosts({count: HOSTS, slots: SLOTS, memoryMib: Number.POSITIVE_INFINITY});
  const nothing = {expectedUs: new Float64Array(1), atHand: new Float64Array(AT_HAND)};
  const placement = placements.named(name).create({}, {hosts, random: new Random(1), ...nothing});
  const random = new Random(2);
  const placed = new Int32Array(HOSTS * SLOTS);
  let alive = 0;
  const place = (): void => {
    const host = placement.choose(128, 0);
    hosts.take(host, 128);
    placement.changed?.(host);
    placed[alive++] = host;
  };
  while (alive < (HOSTS * SLOTS * 2) / 3) place();
  return () => {
    for (let step = 0; step < STEPS; step++) {
      const at = random.below(alive);
      const host = placed[at]!;
      placed[at] = placed[--alive]!;
      hosts.release(host, 128);
      placement.changed?.(host);
      place();
    }
  };
}

await measure(placements.names.map((name) => ({name, unit: 'placements', work: STEPS, run: churner(name)})));
