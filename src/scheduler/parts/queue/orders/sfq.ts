import {queuePart} from '../queue.ts';
import {StartTags} from './start-tags.ts';

export const sfq = queuePart({
  name: 'sfq',
  summary: 'start-time fair queueing: teams share by weight, whatever they ask for',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {line, classes}) => new StartTags(line, classes),
});
