import {NONE} from '../../../core/instances.ts';
import {type QueueOrder, queuePart} from '../queue.ts';
import {RankedOrder} from './ranked.ts';

/** The same as an order, for where it must be known who waits: by arrival, but an instance that frees serves its function. */
class OwnFirst extends RankedOrder implements QueueOrder {
  readonly ownFirst = true;

  override ofFunction(fn: number): number {
    return this.line.isHeld(fn) ? NONE : this.line.oldest[fn]!;
  }
}

export const warmFirst = queuePart({
  name: 'warm-first',
  summary: 'an instance that frees serves a call of its function, other room goes to whoever waits longest and fits',
  kind: 'ours',
  scope: 'cell',
  parameters: {},
  create: (_, {line, quotas}) => (quotas ? new OwnFirst(line, () => 0) : undefined),
});
