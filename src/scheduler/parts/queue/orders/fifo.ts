import {queuePart} from '../queue.ts';
import {RankedOrder} from './ranked.ts';

export const fifo = queuePart({
  name: 'fifo',
  summary: 'strictly first come, first served',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {line}) => new RankedOrder(line, () => 0),
});
