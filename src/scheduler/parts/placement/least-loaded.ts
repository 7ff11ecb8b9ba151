import type {PlacementSpec} from './placement.ts';

export const leastLoaded: PlacementSpec = {
  summary: 'the host with the largest free share of its scarcer resource (slots or memory), lowest number first',
  create: (hosts) => ({choose: (memoryMib) => hosts.leastLoaded(memoryMib)}),
};
