import {NOW_US} from '../../core/at-hand.ts';
import type {IsolatedHosts} from '../../core/isolated-hosts.ts';
import {StrandedCores} from './stranded.ts';

/** What groups of functions that keep hosts to themselves hold, use and want, as hosts and the queue tell of it. */
export class Held {
  readonly cores: StrandedCores;
  private readonly isolated: IsolatedHosts;
  private readonly cpuOf: (fn: number) => number;
  private readonly atHand: Float64Array;

  /** `cpuOf`: cores that a call of a function wants. */
  constructor(cores: number, isolated: IsolatedHosts, cpuOf: (fn: number) => number, atHand: Float64Array) {
    this.cores = new StrandedCores(cores, isolated.views.length);
    this.isolated = isolated;
    this.cpuOf = cpuOf;
    this.atHand = atHand;
    isolated.told = (group, hosts) => this.cores.changed(group, hosts, 0, 0, this.atHand[NOW_US]!);
  }

  /** Hears of the host of that number. */
  listenTo(number: number): (busy: number, wanting: number, atUs: number) => void {
    let [group, busyBefore, wantingBefore] = [0, 0, 0];
    return (busy, wanting, atUs) => {
      if (busy === busyBefore && wanting === wantingBefore) return;
      const owner = this.isolated.ownerOf(number);
      if (owner !== group) {
        this.cores.changed(group, 0, -busyBefore, -wantingBefore, atUs);
        [group, busyBefore, wantingBefore] = [Math.max(0, owner), 0, 0];
      }
      this.cores.changed(group, 0, busy - busyBefore, wanting - wantingBefore, atUs);
      [busyBefore, wantingBefore] = [busy, wanting];
    };
  }

  /** A call of `fn` waits for room. */
  waits(fn: number): void {
    this.cores.changed(this.isolated.groupOf[fn]!, 0, 0, this.cpuOf(fn), this.atHand[NOW_US]!);
  }

  /** One waits no longer. */
  left(fn: number): void {
    this.cores.changed(this.isolated.groupOf[fn]!, 0, 0, -this.cpuOf(fn), this.atHand[NOW_US]!);
  }
}
