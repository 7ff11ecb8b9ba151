import {NONE} from '../../core/instances.ts';
import type {PlacementPart} from './placement.ts';

/** Probes before giving up on an even choice and taking the next host with room after a random one. */
const PROBES = 16;

export const random: PlacementPart = {
  name: 'random',
  summary: 'a host drawn at random among those with room',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {hosts, random: rng}) => ({
    choose: (memoryMib) => {
      const {count} = hosts;
      for (let probe = 0; probe < PROBES; probe++) {
        const host = rng.below(count);
        if (hosts.fits(host, memoryMib)) return host;
      }
      const host = hosts.firstFit(memoryMib, rng.below(count));
      return host === NONE ? hosts.firstFit(memoryMib, 0) : host;
    },
  }),
};
