import {oneOf} from '../../../../base/parameters.ts';
import {queuePart} from '../queue.ts';
import {RankedOrder} from './ranked.ts';

/** Liu and Layland, "Scheduling algorithms for multiprogramming in a hard-real-time environment", JACM 1973. */
export const edf = queuePart({
  name: 'edf',
  summary: 'earliest deadline first, calls without one last; who can no longer start in time leaves or is served late',
  kind: 'published',
  scope: 'cell',
  parameters: {
    expired: oneOf(['drop', 'keep'], 'what becomes of a call whose deadline has passed', {default: 'drop'}),
  },
  limits: ({expired}, {deadlineUs}) => ({
    as: 'expired',
    afterUs: expired === 'drop' ? deadlineUs : deadlineUs.map(() => Number.POSITIVE_INFINITY),
  }),
  create: (_, {line, classes}) => new RankedOrder(line, (call, fn) => line.arrivalUsOf(call) + classes.deadlineUs[fn]!),
});
