import type {PlacementSpec} from './placement.ts';

export const firstFit: PlacementSpec = {
  summary: 'the lowest-numbered host with room: packs the fleet, lets the tail drain',
  create: (hosts) => ({choose: (memoryMib) => hosts.firstFit(memoryMib)}),
};
