import type {KeepAlivePart} from './keep-alive.ts';

export const none: KeepAlivePart = {
  name: 'none',
  summary: 'destroy every instance at its finish: every call is cold',
  kind: 'published',
  scope: 'function',
  parameters: {},
  sweep: {variants: [''], fleets: 'all'},
  create: () => ({constantUs: 0, keepAliveUs: () => 0}),
};
