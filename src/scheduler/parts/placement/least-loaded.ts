import type {PlacementPart} from './placement.ts';

export const leastLoaded: PlacementPart = {
  name: 'least-loaded',
  summary: 'the host with the largest free share of its scarcer resource (slots or memory), lowest number first',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {hosts}) => ({choose: (memoryMib) => hosts.leastLoaded(memoryMib)}),
};
