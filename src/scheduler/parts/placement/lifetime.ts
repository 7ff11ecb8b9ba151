import {NOW_US} from '../../core/at-hand.ts';
import type {Hosts} from '../../core/hosts.ts';
import {NONE} from '../../core/instances.ts';
import type {PlacementPart} from './placement.ts';

/**
 * Hosts are to be empty as soon as may be: a newcomer goes where what runs is expected to end last after it, so that it adds
 * nothing; if it outlives all, where it adds least; and to an empty host last. What a call takes is expected to be its
 * function's mean. O(hosts) an instance.
 */
class Lifetime {
  private readonly hosts: Hosts;
  private readonly meanUs: Float64Array; // [function]
  private readonly atHand: Float64Array;
  /** When what runs there is expected to end. [host] */
  private untilUs: Float64Array;

  constructor(hosts: Hosts, meanUs: Float64Array, atHand: Float64Array) {
    this.hosts = hosts;
    this.meanUs = meanUs;
    this.atHand = atHand;
    this.untilUs = new Float64Array(hosts.count);
  }

  choose(memoryMib: number, fn: number): number {
    const {hosts, untilUs} = this;
    const nowUs = this.atHand[NOW_US]!;
    const endUs = nowUs + (fn === NONE ? 0 : this.meanUs[fn]!);
    let [within, beyond, empty] = [NONE, NONE, NONE];
    for (let host = hosts.firstFit(memoryMib); host !== NONE; host = hosts.firstFit(memoryMib, host + 1)) {
      const lastUs = untilUs[host]!;
      if (lastUs <= nowUs) empty = empty === NONE ? host : empty;
      else if (lastUs >= endUs) within = within === NONE || lastUs < untilUs[within]! ? host : within;
      else beyond = beyond === NONE || lastUs > untilUs[beyond]! ? host : beyond;
    }
    if (within !== NONE) return within;
    return beyond === NONE ? empty : beyond;
  }

  serves(host: number, fn: number, fromUs: number): void {
    this.untilUs[host] = Math.max(this.untilUs[host]!, fromUs + this.meanUs[fn]!);
  }

  opened(host: number): void {
    const larger = new Float64Array(host + 1);
    larger.set(this.untilUs);
    this.untilUs = larger;
  }
}

export const lifetime: PlacementPart = {
  name: 'lifetime',
  summary:
    'where what runs is expected to end soonest after the newcomer, so that hosts are empty soon (best fit by lifetime)',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, {hosts, expectedUs, atHand}) => new Lifetime(hosts, expectedUs, atHand),
};
