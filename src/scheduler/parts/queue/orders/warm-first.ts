import {queuePart} from '../queue.ts';

export const warmFirst = queuePart({
  name: 'warm-first',
  summary: 'an instance that frees serves a call of its function, other room goes to whoever waits longest and fits',
  kind: 'ours',
  scope: 'cell',
  parameters: {},
  create: () => undefined,
});
