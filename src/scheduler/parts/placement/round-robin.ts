import {NONE} from '../../core/instances.ts';
import type {PlacementSpec} from './placement.ts';

export const roundRobin: PlacementSpec = {
  summary: 'the next host with room after the one chosen last, in a circle',
  create: (hosts) => {
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
