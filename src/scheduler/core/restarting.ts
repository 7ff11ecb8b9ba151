import type {RestartRule} from '../parts/faults/restart-rule.ts';
import {NOW_US} from './at-hand.ts';
import type {Dispatcher} from './dispatcher.ts';
import type {EventHeap} from './event-heap.ts';
import {orderOf, RESTART} from './events.ts';
import type {Fleet} from './fleet.ts';
import {DOUBLES, FN, HOST, INTS, NONE, SINCE_US, STATE, State} from './instances.ts';
import type {KeptElsewhere} from './kept-elsewhere.ts';
import type {Sharing} from './sharing.ts';

/** What it works with. */
interface Parts {
  readonly fleet: Fleet;
  readonly dispatcher: Dispatcher;
  readonly timers: EventHeap;
  readonly atHand: Float64Array;
  readonly sharing: Sharing | undefined;
  readonly elsewhere: KeptElsewhere;
}

/** What became of a rolling restart: plain data. */
export interface Drains {
  /** How long each host took to be empty that was by the end, us. */
  readonly drainUs: Float64Array;
  readonly hosts: number;
  readonly waves: number;
  /** From the beginning of the first wave until the last host was back, us; Infinity: not by the end. */
  readonly wholeUs: number;
}

/**
 * A rolling restart: the hosts of a wave take no more calls, what is idle there goes, calls run to their end or their slice's,
 * and who is empty restarts. When all are back the next wave begins.
 */
export class Restarting {
  private readonly parts: Parts;
  private readonly rule: RestartRule;
  /** 1: it takes no more calls. [host] */
  private readonly draining: Uint8Array;
  /** Instances on hosts of the wave. [host] */
  private readonly left: Int32Array;
  private next = 0;
  private away = 0;
  private waves = 0;
  private beganUs = 0;
  private readonly drainUs: number[] = [];
  private wholeUs = Number.POSITIVE_INFINITY;

  constructor(parts: Parts, rule: RestartRule) {
    const {fleet, timers} = parts;
    this.parts = parts;
    this.rule = rule;
    this.draining = new Uint8Array(fleet.hosts.count);
    this.left = new Int32Array(fleet.hosts.count);
    fleet.hosts.mayFail();
    fleet.onLeave = (host) => this.leaves(host);
    timers.push(rule.atUs, orderOf(RESTART, 0), NONE);
  }

  get drains(): Drains {
    const {drainUs, waves, wholeUs} = this;
    return {drainUs: Float64Array.from(drainUs), hosts: this.draining.length, waves, wholeUs};
  }

  /** The host of `i` takes no more calls. */
  holds(i: number): boolean {
    return this.draining[this.parts.fleet.pool.ints[i * INTS + HOST]!] === 1;
  }

  /** The timer fires: of a host that is back, or of the first wave. */
  fires(host: number): void {
    if (host !== NONE) this.isBack(host);
    if (this.away > 0) return;
    if (this.next < this.draining.length) this.beginWave();
    else this.wholeUs = this.nowUs - this.rule.atUs;
  }

  private get nowUs(): number {
    return this.parts.atHand[NOW_US]!;
  }

  private beginWave(): void {
    this.waves++;
    this.beganUs = this.nowUs;
    const end = Math.min(this.draining.length, this.next + this.rule.wave);
    this.away = end - this.next;
    const first = this.next;
    this.next = end;
    for (let host = first; host < end; host++) this.close(host);
    for (let host = first; host < end; host++) this.empty(host);
    this.parts.dispatcher.roomAppeared();
  }

  private close(host: number): void {
    const {fleet} = this.parts;
    this.draining[host] = 1;
    fleet.hosts.close(host);
    fleet.placement.changed?.(host);
  }

  /** What has no call on `host` goes. */
  private empty(host: number): void {
    const {fleet, sharing} = this.parts;
    const {ints, createdSequence} = fleet.pool;
    const instances: number[] = [];
    for (let i = 0; i < fleet.pool.used; i++) {
      if (ints[i * INTS + STATE] !== State.free && ints[i * INTS + HOST] === host) instances.push(i);
    }
    this.left[host] = instances.length;
    if (instances.length === 0) this.isEmpty(host);
    instances.sort((a, b) => createdSequence[a]! - createdSequence[b]!);
    for (const i of instances) {
      const state = ints[i * INTS + STATE]!;
      const serves = state === State.claimed || state === State.busy;
      if (!serves) this.destroy(i);
      else sharing?.retire(i, ints[i * INTS + FN]!);
    }
  }

  /** `i`, which has no call, is no more. */
  private destroy(i: number): void {
    const {fleet, sharing} = this.parts;
    const {ints, doubles, createdUs} = fleet.pool;
    const {nowUs} = this;
    const fn = ints[i * INTS + FN]!;
    const isKept = fleet.kept?.holds(i) === true;
    const state = ints[i * INTS + STATE]!;
    if (state === State.starting) {
      if (sharing === undefined) fleet.unclaimed.remove(i);
      else sharing.freeze(i, fn);
      fleet.account.leftStarting(fn, Math.min(createdUs[i]!, nowUs), nowUs);
    } else {
      fleet.leftIdle(i, fn, doubles[i * DOUBLES + SINCE_US]!, nowUs);
      if (state === State.idle) {
        if (isKept) fleet.kept!.remove(i, fn);
        else fleet.withdraw(i);
        fleet.watch?.used(fn, isKept);
      }
    }
    fleet.destroy(i, nowUs);
    if (!isKept) return;
    fleet.kept!.lose(i, fn);
    this.replaceKept(fn);
  }

  /** An instance of `fn` that it keeps whatever happens starts on another host, or when there is room. */
  replaceKept(fn: number): void {
    this.parts.elsewhere.replace(fn);
  }

  /** An instance is no more, on `host`. */
  private leaves(host: number): void {
    if (this.draining[host] === 1 && --this.left[host]! === 0) this.isEmpty(host);
  }

  private isEmpty(host: number): void {
    const {timers} = this.parts;
    this.drainUs.push(this.nowUs - this.beganUs);
    timers.push(this.nowUs + this.rule.forUs, orderOf(RESTART, 1 + host), host);
  }

  private isBack(host: number): void {
    const {fleet, dispatcher} = this.parts;
    this.away--;
    this.draining[host] = 0;
    fleet.hosts.reopen(host);
    fleet.placement.changed?.(host);
    this.parts.elsewhere.again();
    dispatcher.roomAppeared();
  }
}
