import {NONE} from '../../core/instances.ts';
import type {PlacementPart} from './placement.ts';

/** Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 2001. */
export const powerOfTwo: PlacementPart = {
  name: 'power-of-two',
  summary: 'the emptier of two hosts drawn at random; the next host with room when neither has any',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {hosts, random: rng}) => ({
    choose: (memoryMib) => {
      const {count} = hosts;
      const a = rng.below(count);
      const b = rng.below(count);
      const aFits = hosts.fits(a, memoryMib);
      const bFits = hosts.fits(b, memoryMib);
      if (aFits && bFits) return hosts.freeShare(b) > hosts.freeShare(a) ? b : a;
      if (aFits) return a;
      if (bFits) return b;
      const host = hosts.firstFit(memoryMib, a);
      return host === NONE ? hosts.firstFit(memoryMib, 0) : host;
    },
  }),
};
