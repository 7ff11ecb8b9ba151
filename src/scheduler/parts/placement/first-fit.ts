import type {PlacementPart} from './placement.ts';

export const firstFit: PlacementPart = {
  name: 'first-fit',
  summary: 'the lowest-numbered host with room: packs the fleet, lets the tail drain',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {hosts}) => ({choose: (memoryMib) => hosts.firstFit(memoryMib)}),
};
