import {numberFrom} from '../../../../base/parameters.ts';
import {NONE} from '../../../core/instances.ts';
import type {CallClasses} from '../call-classes.ts';
import type {Line} from '../line.ts';
import {type QueueOrder, queuePart} from '../queue.ts';

/**
 * The call first whose value falls fastest for each second that it would take: with value x 2^(-wait / half-life) that is
 * its value now x ln 2 / half-life / mean duration. Of one function that is its newest call. Functions decay unequally, so
 * all that wait are looked at; those that keep their value come last, by arrival.
 */
class ValueOrder implements QueueOrder {
  private readonly line: Line;
  private readonly classes: CallClasses;
  /** Functions with calls that wait, in no order, and where each of them stands. */
  private readonly waiting: Int32Array;
  private readonly place: Int32Array; // [function]
  private count = 0;

  constructor(line: Line, classes: CallClasses) {
    this.line = line;
    this.classes = classes;
    this.waiting = new Int32Array(classes.value.length);
    this.place = new Int32Array(classes.value.length).fill(NONE);
  }

  added(_: number, fn: number): void {
    if (this.place[fn] !== NONE) return;
    this.place[fn] = this.count;
    this.waiting[this.count++] = fn;
  }

  removed(fn: number): void {
    if (this.line.oldest[fn] !== NONE) return;
    const last = this.waiting[--this.count]!;
    this.waiting[this.place[fn]!] = last;
    this.place[last] = this.place[fn]!;
    this.place[fn] = NONE;
  }

  first(nowUs: number): number {
    const {line, waiting} = this;
    let best = NONE;
    let steepest = -1;
    for (let k = 0; k < this.count; k++) {
      const fn = waiting[k]!;
      if (line.isHeld(fn)) continue;
      const call = this.head(fn);
      const loss = this.lossOf(fn, nowUs - line.arrivalUsOf(call));
      if (loss < steepest || (loss === steepest && line.sequenceOf(call) > line.sequenceOf(best))) continue;
      best = call;
      steepest = loss;
    }
    return best;
  }

  ofFunction(fn: number, nowUs: number): number {
    const call = this.first(nowUs);
    return call !== NONE && this.line.fnOf(call) === fn ? call : NONE;
  }

  head(fn: number): number {
    const {line, classes} = this;
    if (classes.halfLifeUs[fn] === Number.POSITIVE_INFINITY) return line.oldest[fn]!;
    if (!line.inTurn) return this.latest(fn);
    // The first of those that came at one time.
    let call = line.newest[fn]!;
    for (let before = call; before !== NONE && line.arrivalUsOf(before) === line.arrivalUsOf(call); ) {
      call = before;
      before = line.previous(call);
    }
    return call;
  }

  /** The same where calls may have come to wait behind others that had arrived later: from outside, or back. */
  private latest(fn: number): number {
    const {line} = this;
    let latest = line.oldest[fn]!;
    if (latest === NONE) return NONE;
    for (let call = line.next(latest); call !== NONE; call = line.next(call)) {
      if (line.arrivalUsOf(call) > line.arrivalUsOf(latest)) latest = call;
    }
    return latest;
  }

  /** Value lost by waiting on, for each second that the call would take; ln 2 is the same for all. */
  private lossOf(fn: number, waitedUs: number): number {
    const {value, halfLifeUs, costUs} = this.classes;
    const halfUs = halfLifeUs[fn]!;
    if (halfUs === Number.POSITIVE_INFINITY) return 0;
    return (value[fn]! * 2 ** (-waitedUs / halfUs)) / halfUs / costUs[fn]!;
  }
}

export const value = queuePart({
  name: 'value',
  summary: 'first what loses most value by waiting for each second it takes; worth less than it costs, a call is shed',
  kind: 'ours',
  scope: 'cell',
  parameters: {cost: numberFrom(0, 1e12, 'what serving a call costs', {default: '0', example: '0.001'})},
  limits: ({cost}, {value: worth, halfLifeUs}) => ({
    as: 'shed',
    afterUs: worth.map((v, fn) => shedAfterUs(v, halfLifeUs[fn]!, cost)),
  }),
  create: (_, {line, classes}) => new ValueOrder(line, classes),
});

/** The longest wait after which a call is still worth `cost`, us; below 0: it never is. */
function shedAfterUs(v: number, halfLifeUs: number, cost: number): number {
  if (v < cost) return -1;
  if (cost === 0 || halfLifeUs === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return Math.floor(halfLifeUs * Math.log2(v / cost));
}
