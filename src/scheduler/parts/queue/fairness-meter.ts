import type {CallClasses} from './call-classes.ts';
import {RankHeap} from './rank-heap.ts';

/**
 * How far apart teams that wait are in what they have been given: estimated cost over weight, counted while somebody
 * waits. A team that comes to wait is level with the one that is furthest behind, unless it is ahead already.
 */
export class FairnessMeter {
  /** The furthest that one team was ahead of another while both waited, us of estimated cost at weight 1. */
  largestLagUs = 0;
  private readonly classes: CallClasses;
  private readonly givenUs: Float64Array; // [team]
  private readonly calls: Int32Array; // [team] that wait
  /** Teams that wait, by what they had been given when they were last looked at, which is no more than they have. */
  private readonly waiting: RankHeap;
  private leastUs = 0;

  constructor(classes: CallClasses) {
    const teams = classes.weight.length;
    this.classes = classes;
    this.givenUs = new Float64Array(teams);
    this.calls = new Int32Array(teams);
    this.waiting = new RankHeap(teams);
  }

  /** A call of `fn` comes to wait. */
  waits(fn: number): void {
    const team = this.classes.team[fn]!;
    this.calls[team]! += 1;
    if (this.calls[team]! > 1) return;
    this.advance();
    this.givenUs[team] = Math.max(this.givenUs[team]!, this.leastUs);
    this.waiting.set(team, this.givenUs[team]!, 0);
  }

  /** A call of `fn` gets an instance, which it has `waited` for or not. */
  begins(fn: number, waited: boolean): void {
    const {waiting, givenUs, classes} = this;
    if (waiting.size === 0) return;
    const team = classes.team[fn]!;
    givenUs[team]! += classes.costUs[fn]! / classes.weight[team]!;
    if (waiting.has(team)) this.largestLagUs = Math.max(this.largestLagUs, givenUs[team]! - this.furthestBehindUs());
    if (waited) this.leaves(fn);
  }

  /** A call of `fn` waits no longer. */
  leaves(fn: number): void {
    const team = this.classes.team[fn]!;
    this.calls[team]! -= 1;
    if (this.calls[team]! > 0) return;
    this.advance();
    this.waiting.remove(team);
  }

  reset(): void {
    this.largestLagUs = 0;
  }

  private advance(): void {
    const {waiting} = this;
    if (waiting.size > 0) this.leastUs = Math.max(this.leastUs, this.furthestBehindUs());
  }

  /** What the team that waits and is furthest behind has been given; somebody waits. */
  private furthestBehindUs(): number {
    const {waiting, givenUs} = this;
    for (let team = waiting.top; ; team = waiting.top) {
      if (waiting.key[team] === givenUs[team]) return givenUs[team]!;
      waiting.set(team, givenUs[team]!, 0);
    }
  }
}
