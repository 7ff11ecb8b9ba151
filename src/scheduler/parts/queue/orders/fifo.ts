import {NONE} from '../../../core/instances.ts';
import type {Line} from '../line.ts';
import {type QueueOrder, queuePart} from '../queue.ts';
import {RankedOrder} from './ranked.ts';

/** First come, first served: the line itself, until limits hold single functions back. */
class Fifo implements QueueOrder {
  private readonly line: Line;
  /** Set once functions have been held back: who is passed over is not gone through every time. */
  private ranked: RankedOrder | undefined;

  constructor(line: Line) {
    this.line = line;
  }

  added(call: number, fn: number): void {
    if (this.ranked !== undefined) this.ranked.added(call, fn);
    else this.line.setTag(call, 0);
  }

  removed(fn: number): void {
    this.ranked?.removed(fn);
  }

  heldChanged(fn: number): void {
    if (this.ranked === undefined) {
      this.ranked = new RankedOrder(this.line, () => 0);
      for (let each = 0; each < this.line.oldest.length; each++) this.ranked.heldChanged(each);
    }
    this.ranked.heldChanged(fn);
  }

  first(): number {
    return this.ranked === undefined ? this.line.first : this.ranked.first();
  }

  head(fn: number): number {
    return this.line.oldest[fn]!;
  }

  ofFunction(fn: number): number {
    const first = this.first();
    return first !== NONE && this.line.fnOf(first) === fn ? first : NONE;
  }
}

export const fifo = queuePart({
  name: 'fifo',
  summary: 'strictly first come, first served',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {line}) => new Fifo(line),
});
