import {queuePart} from '../queue.ts';
import {RankedOrder} from './ranked.ts';

export const priority = queuePart({
  name: 'priority',
  summary: 'least priority number first (0, the default, before all), by arrival within it; running calls go on',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {line, classes}) => new RankedOrder(line, (_call, fn) => classes.priority[fn]!),
});
