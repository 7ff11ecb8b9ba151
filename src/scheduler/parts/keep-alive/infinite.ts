import type {KeepAlivePart} from './keep-alive.ts';

export const infinite: KeepAlivePart = {
  name: 'infinite',
  summary: 'keep every instance for good; only a full fleet takes it away',
  kind: 'published',
  scope: 'function',
  parameters: {},
  sweep: {variants: [''], fleets: 'all'},
  create: () => ({constantUs: Number.POSITIVE_INFINITY, keepAliveUs: () => Number.POSITIVE_INFINITY}),
};
