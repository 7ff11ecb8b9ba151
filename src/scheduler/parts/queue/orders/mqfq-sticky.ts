import {numberFrom, timeUs} from '../../../../base/parameters.ts';
import {NONE} from '../../../core/instances.ts';
import {type QueueContext, queuePart} from '../queue.ts';
import {RankHeap} from '../rank-heap.ts';
import {StartTags} from './start-tags.ts';

/** A gap weighs this much in a function's mean gap. */
const LATEST = 0.1;

/**
 * Multi-queue fair queueing with locality (Hedayati et al., ATC 2019; Fuerst et al., "MQFQ-Sticky", HPDC 2025): of the
 * calls whose start tag is at most T above the least, one that finds an instance of its function goes first, the least
 * tag among them; else the least tag of all. V is the least tag of those that wait, so that who comes back is level with
 * them. Anticipation: what is idle is held back for its own function for a while, as long as its calls usually keep away,
 * at most T.
 */
class StickyTags extends StartTags {
  private readonly aheadUs: number;
  private readonly keep: number;
  private readonly hasIdle: QueueContext['hasIdle'];
  /** Functions that had an idle instance and a call that waits, by that call's tag. */
  private readonly warm: RankHeap;
  readonly holdUs: Float64Array; // [function]
  private readonly gapUs: Float64Array; // [function] mean, latest ones weighing more
  private readonly calledUs: Float64Array; // [function] last

  constructor({line, classes, hasIdle}: QueueContext, aheadUs: number, keep: number) {
    super(line, classes);
    const functions = classes.team.length;
    this.aheadUs = aheadUs;
    this.keep = keep;
    this.hasIdle = hasIdle;
    this.warm = new RankHeap(functions);
    this.holdUs = new Float64Array(functions);
    this.gapUs = new Float64Array(functions).fill(Number.NaN);
    this.calledUs = new Float64Array(functions).fill(Number.NaN);
  }

  /** A call of `fn` arrives at `nowUs`. */
  called(fn: number, nowUs: number): void {
    const gapUs = nowUs - this.calledUs[fn]!;
    this.calledUs[fn] = nowUs;
    if (Number.isNaN(gapUs)) return;
    const meanUs = this.gapUs[fn]!;
    this.gapUs[fn] = Number.isNaN(meanUs) ? gapUs : meanUs + LATEST * (gapUs - meanUs);
    this.holdUs[fn] = Math.floor(Math.min(this.aheadUs, this.keep * this.gapUs[fn]!));
  }

  override added(call: number, fn: number): void {
    super.added(call, fn);
    if (this.hasIdle(fn)) this.fileWarm(fn);
  }

  override removed(fn: number): void {
    super.removed(fn);
    if (this.warm.has(fn)) this.fileWarm(fn);
  }

  override heldChanged(fn: number): void {
    super.heldChanged(fn);
    if (this.warm.has(fn) || this.hasIdle(fn)) this.fileWarm(fn);
  }

  /** The one with the least tag. */
  leader(): number {
    return super.first();
  }

  override first(): number {
    const {warm} = this;
    for (let fn = warm.top; fn !== NONE; fn = warm.top) {
      if (!this.hasIdle(fn)) warm.remove(fn);
      else if (this.within(fn)) return this.line.oldest[fn]!;
      else break;
    }
    return super.first();
  }

  override ofFunction(fn: number): number {
    if (this.line.oldest[fn] === NONE || this.line.isHeld(fn)) return NONE;
    return this.within(fn) ? this.line.oldest[fn]! : NONE;
  }

  idles(fn: number): void {
    this.fileWarm(fn);
  }

  override begins(call: number, fn: number): void {
    const {heads} = this;
    const leastUs = heads.size > 0 ? heads.key[heads.top]! : Number.POSITIVE_INFINITY;
    const tag = call === NONE ? this.tag(fn) : this.line.tagOf(call);
    this.virtualUs = Math.max(this.virtualUs, Math.min(tag, leastUs));
  }

  /** The oldest call of `fn` is at most T ahead. */
  private within(fn: number): boolean {
    return this.heads.key[fn]! <= this.heads.key[this.heads.top]! + this.aheadUs;
  }

  private fileWarm(fn: number): void {
    const call = this.line.oldest[fn]!;
    if (call === NONE || this.line.isHeld(fn)) this.warm.remove(fn);
    else this.warm.set(fn, this.line.tagOf(call), this.line.sequenceOf(call));
  }
}

export const mqfqSticky = queuePart({
  name: 'mqfq-sticky',
  summary:
    'fair queueing that prefers instances that are there, while their teams are at most T ahead of the least served',
  kind: 'published',
  scope: 'cell',
  parameters: {
    t: timeUs('how far ahead of the least served team, in estimated time', {default: '100ms'}),
    keep: numberFrom(0, 1000, 'what is idle is held for its function for so many mean gaps, at most T', {default: '1'}),
  },
  create: ({t, keep}, context) => new StickyTags(context, t, keep),
});
