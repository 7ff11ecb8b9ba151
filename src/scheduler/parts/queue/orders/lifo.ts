import {queuePart} from '../queue.ts';
import {RankedOrder} from './ranked.ts';

export const lifo = queuePart({
  name: 'lifo',
  summary: 'latest arrival first',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {line}) => new RankedOrder(line, (call) => -line.sequenceOf(call), true),
});
