import {draw32, unit} from '../../../base/random.ts';
import type {EventHeap} from '../../core/event-heap.ts';
import {DOWN, orderOf, UP} from '../../core/events.ts';
import type {ChanceOfOutage, FaultRule} from './fault-rule.ts';

/** The scheduler, among hosts. */
export const SCHEDULER = -1;

/** Something that is down: a host, or SCHEDULER, by one of the faults that were asked for. */
export interface Down {
  readonly host: number;
  readonly keeps: boolean;
  readonly fault: number;
}

/** What is done when something fails, and when it is back; of what is down twice at a time, at the first and at the last. */
export interface OutageHands {
  down(what: Down, nowUs: number): void;
  /** A host that is down already fails once more, and its work is lost now. */
  worsens(host: number, nowUs: number): void;
  up(host: number): void;
}

/** Something that fails once, or again and again. */
interface Failing extends Down {
  readonly chance: ChanceOfOutage | undefined;
  readonly thing: number;
  /** How often it has failed. */
  failures: number;
  untilUs: number;
}

/** When the hosts of a cell and its scheduler are down: their timers. What fails when does not depend on what runs. */
export class Outages {
  private readonly failing: Failing[] = [];
  private readonly timers: EventHeap;
  private readonly hands: OutageHands;
  private readonly downs: Int32Array; // [host + 1], the scheduler first
  /** Hosts that are down. */
  hostsDown = 0;
  /** When the scheduler is back; of what is down. */
  schedulerUpUs = 0;

  constructor({outages, chances}: FaultRule, hosts: number, timers: EventHeap, hands: OutageHands) {
    this.timers = timers;
    this.hands = hands;
    this.downs = new Int32Array(hosts + 1);
    for (const {fromUs, untilUs, ...what} of outages) {
      const id = this.failing.push({...what, chance: undefined, thing: 0, failures: 0, untilUs}) - 1;
      timers.push(fromUs, orderOf(DOWN, id), id);
    }
    for (const chance of chances) {
      const things = chance.what === 'hosts' ? hosts : 1;
      for (let k = 0; k < things; k++) {
        const host = chance.what === 'hosts' ? k : SCHEDULER;
        const thing = chance.first + k * chance.step;
        const {keeps, fault} = chance;
        const id = this.failing.push({host, keeps, fault, chance, thing, failures: 0, untilUs: 0}) - 1;
        this.await(id, 0);
      }
    }
  }

  isDown(host: number): boolean {
    return this.downs[host + 1]! > 0;
  }

  /** The timer of that kind for `id` fires. */
  fires(kind: number, id: number, nowUs: number): void {
    const its = this.failing[id]!;
    const {host, chance} = its;
    const at = host + 1;
    if (kind === DOWN) {
      if (chance !== undefined) its.untilUs = nowUs + chance.forUs;
      if (host === SCHEDULER) this.schedulerUpUs = Math.max(this.schedulerUpUs, its.untilUs);
      this.downs[at]! += 1;
      if (its.untilUs < Number.POSITIVE_INFINITY) this.timers.push(its.untilUs, orderOf(UP, id), id);
      if (this.downs[at] === 1 && host !== SCHEDULER) this.hostsDown++;
      if (this.downs[at] === 1) this.hands.down(its, nowUs);
      else if (host !== SCHEDULER && !its.keeps) this.hands.worsens(host, nowUs);
    } else {
      this.downs[at]! -= 1;
      if (chance !== undefined) this.await(id, nowUs);
      if (this.downs[at] === 0 && host !== SCHEDULER) this.hostsDown--;
      if (this.downs[at] === 0) this.hands.up(host);
    }
  }

  /** It will fail again, so long after `nowUs` as it has drawn. */
  private await(id: number, nowUs: number): void {
    const its = this.failing[id]!;
    const {meanUs, key} = its.chance!;
    const gapUs = Math.ceil(-meanUs * Math.log(unit(draw32(key, its.thing, its.failures++))));
    this.timers.push(nowUs + gapUs, orderOf(DOWN, id), id);
  }
}
