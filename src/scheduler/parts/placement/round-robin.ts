import {NONE} from '../../core/instances.ts';
import type {PlacementPart} from './placement.ts';

export const roundRobin: PlacementPart = {
  name: 'round-robin',
  summary: 'the next host with room after the one chosen last, in a circle',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {hosts}) => {
    let next = 0;
    return {
      choose: (memoryMib) => {
        let host = hosts.firstFit(memoryMib, next);
        if (host === NONE) host = hosts.firstFit(memoryMib, 0);
        if (host !== NONE) next = host + 1;
        return host;
      },
    };
  },
};
