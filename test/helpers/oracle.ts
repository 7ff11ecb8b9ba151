import {evictionOrder} from './oracle-eviction.ts';
import {OracleFleet} from './oracle-fleet.ts';
import type {Decision, Instance, OracleCall, Outcome, Scenario} from './oracle-types.ts';

/** A call on its way, with what happened to it so far. */
interface Pending extends OracleCall {
  readonly counted: boolean;
  readonly first: boolean;
  queued: boolean;
  waitedUs: number;
  served: boolean;
}

interface Event {
  readonly timeUs: number;
  readonly rank: number;
  readonly sequence: number;
  readonly happen: () => void;
}

/** Ranks at equal times. `arrivals-first` gives arrivals rank -1. */
const FINISH = 0;
const READY = 1;
const EXPIRY = 2;
const ARRIVAL = 4;
/** After everything else at its time: a call served after exactly the longest wait is served. */
const ABANDON = 5;

/**
 * The scheduler written the slow and obvious way, from the contract alone: an object an instance, a closure an
 * event, lists that are searched from end to end. What the real core answers is held against this.
 */
export function simulate(scenario: Scenario): Outcome {
  return new Simulation(scenario).run();
}

class Simulation {
  private readonly s: Scenario;
  private readonly fleet: OracleFleet;
  private readonly order;
  private readonly events: Event[] = [];
  private readonly queue: Pending[] = [];
  /** Late binding: calls that wait for any starting or busy instance of their function. */
  private readonly startWaiters: Pending[][];
  private readonly outcome: Outcome;
  private readonly startQueues: Instance[][]; // [host]
  private readonly startsRunning: number[]; // [host]
  private readonly beginOf = new Map<Instance, () => void>();
  private nextTokenUs = 0;
  private now = 0;
  private sequence = 0;
  private idleOrder = 0;

  constructor(scenario: Scenario) {
    this.s = scenario;
    this.fleet = new OracleFleet(scenario.hosts, scenario.placement);
    this.order = evictionOrder(scenario.eviction);
    this.startWaiters = scenario.memoryMib.map(() => []);
    this.startQueues = scenario.hosts.map(() => []);
    this.startsRunning = scenario.hosts.map(() => 0);
    this.outcome = {
      invocations: 0,
      warm: 0,
      cold: 0,
      firstStarts: 0,
      queued: 0,
      dropped: 0,
      abandoned: 0,
      stillQueued: 0,
      evictions: 0,
      expirations: 0,
      functions: scenario.memoryMib.map(() => ({invocations: 0, warm: 0, cold: 0, dropped: 0})),
      slotUs: {busy: 0n, idle: 0n, starting: 0n},
      mibUs: {busy: 0n, idle: 0n, starting: 0n},
      startDelaysUs: [],
      coldTimesUs: [],
      queueWaitsUs: [],
      peakSlots: 0,
      peakMemoryMib: 0,
      decisions: [],
    };
  }

  run(): Outcome {
    const {calls, spanUs, semantics} = this.s;
    const seen = new Set<number>();
    const arrivalRank = semantics.ties === 'arrivals-first' ? -1 : ARRIVAL;
    let next = 0;
    for (;;) {
      const event = this.events[0];
      const call = calls[next];
      const arrivalGoesFirst =
        call !== undefined &&
        (event === undefined ||
          call.arrivalUs < event.timeUs ||
          (call.arrivalUs === event.timeUs && arrivalRank < event.rank));
      const timeUs = arrivalGoesFirst ? call.arrivalUs : event === undefined ? spanUs : event.timeUs;
      if (timeUs >= spanUs) break;
      this.now = timeUs;
      if (arrivalGoesFirst) {
        next++;
        const first = !seen.has(call.fn);
        seen.add(call.fn);
        this.arrive({...call, first, counted: this.counts(call.arrivalUs), queued: false, waitedUs: 0, served: false});
      } else {
        this.events.shift()!.happen();
      }
    }
    this.now = spanUs;
    for (const call of this.queue) if (call.counted) this.outcome.stillQueued++;
    for (const instance of this.fleet.live) this.closeState(instance);
    return this.outcome;
  }

  // What can happen to a call.

  private arrive(call: Pending): void {
    const {semantics, memoryMib} = this.s;
    if (call.counted) {
      this.outcome.invocations++;
      this.outcome.functions[call.fn]!.invocations++;
    }
    if (semantics.expiry === 'lookup') this.purge(call.fn);
    const idle = this.pickIdle(call.fn);
    if (idle !== undefined) this.startWarm(call, idle);
    else if (this.hasUnclaimedStart(call.fn)) {
      this.countStarted(call, 'warm', -1);
      this.startWaiters[call.fn]!.push(call);
    } else {
      // Evicting for the newcomer's size looks at what is evicted alone: it does so even for one that can never fit.
      const hopeless = !this.fleet.couldEverHold(memoryMib[call.fn]!);
      if (hopeless && semantics.evictUntil === 'fits') this.drop(call);
      else if (this.tryOpen(call)) return;
      else if (hopeless || semantics.full === 'drop') this.drop(call);
      else this.enqueue(call);
    }
  }

  private drop(call: Pending): void {
    call.served = true;
    this.decide('drop', call.fn, -1);
    if (!call.counted) return;
    this.outcome.dropped++;
    this.outcome.functions[call.fn]!.dropped++;
  }

  private enqueue(call: Pending): void {
    call.queued = true;
    this.decide('queue', call.fn, -1);
    if (call.counted) this.outcome.queued++;
    this.queue.push(call);
    if (this.s.maxWaitUs === Number.POSITIVE_INFINITY) return;
    this.schedule(call.arrivalUs + this.s.maxWaitUs, ABANDON, () => {
      if (call.served) return;
      call.served = true;
      this.queue.splice(this.queue.indexOf(call), 1);
      this.decide('abandon', call.fn, -1);
      if (call.counted) this.outcome.abandoned++;
    });
  }

  /** Takes a call out of the queue, if it is there, and notes how long it was in it. */
  private leaveQueue(call: Pending): void {
    if (!call.queued || call.served) return;
    this.queue.splice(this.queue.indexOf(call), 1);
    call.served = true;
    call.waitedUs = this.now - call.arrivalUs;
    if (call.counted) this.outcome.queueWaitsUs.push(call.waitedUs);
  }

  private startWarm(call: Pending, instance: Instance): void {
    this.leaveQueue(call);
    this.countStarted(call, 'warm', instance.host);
    this.occupy(instance, call);
  }

  /** Gives a ready instance to a call: user code starts now. */
  private occupy(instance: Instance, call: Pending): void {
    this.fleet.removeIdle(instance);
    instance.lastStartUs = this.now;
    this.use(instance, call);
    this.enter(instance, 'busy');
    if (call.counted) this.outcome.startDelaysUs.push(this.now - call.arrivalUs);
    this.schedule(this.now + call.durationUs, FINISH, () => this.offer(instance));
  }

  /** Opens an instance for the call if there is room or room can be made; the call is cold then. */
  private tryOpen(call: Pending): boolean {
    const memoryMib = this.s.memoryMib[call.fn]!;
    let host = this.fleet.choose(memoryMib);
    if (host < 0 && this.s.semantics.evict) host = this.makeRoom(memoryMib);
    if (host < 0) return false;
    this.leaveQueue(call);
    this.countStarted(call, 'cold', host);
    if (call.counted) this.outcome.coldTimesUs.push(call.coldUs);
    const instance = this.fleet.create(call.fn, memoryMib, host, this.now);
    this.outcome.peakSlots = Math.max(this.outcome.peakSlots, this.fleet.live.size);
    this.outcome.peakMemoryMib = Math.max(this.outcome.peakMemoryMib, this.fleet.usedMib());
    this.use(instance, call);
    if (this.s.semantics.lateBinding) this.startWaiters[call.fn]!.push(call);
    this.requestStart(instance, () => this.beginStart(instance, call));
    return true;
  }

  private beginStart(instance: Instance, call: Pending): void {
    instance.readyUs = this.now + call.coldUs;
    this.schedule(instance.readyUs, READY, () => this.releaseStart(instance.host));
    if (this.s.semantics.lateBinding) {
      this.schedule(instance.readyUs, READY, () => this.offer(instance));
    } else {
      if (call.counted) this.outcome.startDelaysUs.push(instance.readyUs - call.arrivalUs);
      this.schedule(instance.readyUs + call.durationUs, FINISH, () => this.offer(instance));
    }
  }

  // What can happen to an instance.

  /** A finished or started instance looks for its next call: one bound to its function, else one in the queue. */
  private offer(instance: Instance): void {
    const bound = this.startWaiters[instance.fn]!.shift();
    if (bound !== undefined) {
      this.occupy(instance, bound);
      return;
    }
    const waiting = this.queue.find((call) => call.fn === instance.fn);
    if (waiting !== undefined) this.startWarm(waiting, instance);
    else this.becomeIdle(instance);
  }

  private becomeIdle(instance: Instance): void {
    const {ttlUs, semantics} = this.s;
    this.enter(instance, 'idle');
    instance.idleOrder = this.idleOrder++;
    if (Number.isNaN(instance.firstIdleUs)) instance.firstIdleUs = this.now;
    this.fleet.addIdle(instance);
    const deadlineUs = this.deadlineUs(instance);
    const timed = semantics.expiry === 'timer';
    if (ttlUs === 0 || (timed && this.isExpired(deadlineUs, this.now))) {
      this.expire(instance);
    } else if (timed && deadlineUs !== Number.POSITIVE_INFINITY) {
      const order = instance.idleOrder;
      const timeUs = semantics.ttlInclusive ? deadlineUs + 1 : deadlineUs;
      this.schedule(timeUs, EXPIRY, () => {
        if (instance.state !== 'idle' || instance.idleOrder !== order) return;
        this.expire(instance);
        this.scanQueue();
      });
    }
    this.scanQueue();
  }

  private deadlineUs(instance: Instance): number {
    const {ttlUs, semantics} = this.s;
    if (semantics.ttlFrom === 'start') return instance.lastStartUs + ttlUs;
    if (semantics.ttlFrom === 'first-idle') return instance.firstIdleUs + ttlUs;
    return instance.sinceUs + ttlUs;
  }

  private isExpired(deadlineUs: number, atUs: number): boolean {
    return this.s.semantics.ttlInclusive ? deadlineUs < atUs : deadlineUs <= atUs;
  }

  /** Destroys the idle instances of the function that are past their deadline. */
  private purge(fn: number): void {
    const expired = this.fleet.idleOf(fn).filter((instance) => this.isExpired(this.deadlineUs(instance), this.now));
    for (const instance of expired) this.expire(instance);
    if (expired.length > 0) this.scanQueue();
  }

  private expire(instance: Instance): void {
    this.decide('expire', instance.fn, instance.host);
    if (this.counts(this.now)) this.outcome.expirations++;
    this.destroy(instance);
  }

  private evictInstance(instance: Instance): void {
    this.decide('evict', instance.fn, instance.host);
    if (this.counts(this.now)) this.outcome.evictions++;
    this.destroy(instance);
  }

  private destroy(instance: Instance): void {
    this.closeState(instance);
    this.fleet.removeIdle(instance);
    this.fleet.destroy(instance);
    instance.state = 'gone';
  }

  // Room.

  /** Evicts for a newcomer; the host that has room for it now, or -1. */
  private makeRoom(memoryMib: number): number {
    if (this.fleet.allIdle().length === 0) return -1;
    this.order.beforeEviction([...this.fleet.live]);
    const candidates = this.order.sort(this.fleet.allIdle());
    const victims =
      this.s.semantics.evictUntil === 'newcomer-size'
        ? victimsBySize(candidates, memoryMib)
        : this.fleet.victimsThatMakeRoom(candidates, memoryMib);
    for (const victim of victims) this.evictInstance(victim);
    const last = victims.at(-1);
    if (last !== undefined) this.order.afterEviction(last);
    // The policy is asked only where there is a choice: whole-host eviction leaves room on the victims' host.
    if (this.s.semantics.evictUntil === 'newcomer-size') return this.fleet.choose(memoryMib);
    return last === undefined ? -1 : last.host;
  }

  private scanQueue(): void {
    let started: Pending | undefined;
    do started = this.queue.find((call) => this.tryOpen(call));
    while (started !== undefined);
  }

  private pickIdle(fn: number): Instance | undefined {
    const idle = this.fleet.idleOf(fn);
    const by = (better: (a: Instance, b: Instance) => boolean) =>
      idle.reduce<Instance | undefined>(
        (best, one) => (best === undefined || better(one, best) ? one : best),
        undefined,
      );
    switch (this.s.semantics.reuse) {
      case 'mru':
        return by((a, b) => a.idleOrder > b.idleOrder);
      case 'lru':
        return by((a, b) => a.idleOrder < b.idleOrder);
      case 'newest':
        return by((a, b) => a.id > b.id);
      case 'oldest':
        return by((a, b) => a.id < b.id);
      case 'index-set':
        return idle[0];
    }
  }

  /** Late binding leaves instances starting whose call went elsewhere. */
  private hasUnclaimedStart(fn: number): boolean {
    const starting = [...this.fleet.live].filter((i) => i.fn === fn && i.state === 'starting').length;
    return this.s.semantics.lateBinding && starting > this.startWaiters[fn]!.length;
  }

  // Limits on starts.

  private requestStart(instance: Instance, begin: () => void): void {
    this.beginOf.set(instance, begin);
    this.startQueues[instance.host]!.push(instance);
    this.pumpStarts(instance.host);
  }

  private pumpStarts(host: number): void {
    const waiting = this.startQueues[host]!;
    while (waiting.length > 0 && this.startsRunning[host]! < this.s.startsPerHost) {
      this.startsRunning[host]!++;
      const begin = this.beginOf.get(waiting.shift()!)!;
      const gapUs = 1e6 / this.s.startRatePerSecond;
      const beginUs = Math.max(this.now, this.nextTokenUs);
      this.nextTokenUs = beginUs + gapUs;
      if (beginUs === this.now) begin();
      else this.schedule(beginUs, READY, begin);
    }
  }

  private releaseStart(host: number): void {
    this.startsRunning[host]!--;
    this.pumpStarts(host);
  }

  // Book-keeping.

  private use(instance: Instance, call: Pending): void {
    instance.uses++;
    const clones = [...this.fleet.live].filter((other) => other.fn === instance.fn);
    this.order.afterStart(clones, call, this.now);
  }

  private countStarted(call: Pending, what: 'warm' | 'cold', host: number): void {
    this.decide(what, call.fn, host);
    if (!call.counted) return;
    this.outcome[what]++;
    this.outcome.functions[call.fn]![what]++;
    if (call.first) this.outcome.firstStarts++;
  }

  /** Charges the state that ends now. */
  private closeState(instance: Instance): void {
    const {state, sinceUs, memoryMib} = instance;
    if (state === 'starting') {
      const readyUs = Math.min(instance.readyUs, this.now);
      this.charge('starting', sinceUs, readyUs, memoryMib);
      this.charge('busy', readyUs, this.now, memoryMib);
    } else if (state !== 'gone') this.charge(state, sinceUs, this.now, memoryMib);
  }

  private charge(state: 'busy' | 'idle' | 'starting', fromUs: number, toUs: number, memoryMib: number): void {
    const endUs = Math.min(this.s.spanUs, this.s.untilUs, toUs);
    const beginUs = Math.max(this.s.fromUs, fromUs);
    if (endUs <= beginUs) return;
    this.outcome.slotUs[state] += BigInt(endUs - beginUs);
    this.outcome.mibUs[state] += BigInt(endUs - beginUs) * BigInt(memoryMib);
  }

  private enter(instance: Instance, state: 'idle' | 'busy'): void {
    this.closeState(instance);
    instance.state = state;
    instance.sinceUs = this.now;
  }

  private counts(timeUs: number): boolean {
    return timeUs >= this.s.fromUs && timeUs < this.s.untilUs;
  }

  private decide(what: Decision['what'], fn: number, host: number): void {
    this.outcome.decisions.push({timeUs: this.now, what, fn, host});
  }

  private schedule(timeUs: number, rank: number, happen: () => void): void {
    const event = {timeUs, rank, sequence: this.sequence++, happen};
    let at = this.events.length;
    while (at > 0 && goesBefore(event, this.events[at - 1]!)) at--;
    this.events.splice(at, 0, event);
  }
}

function goesBefore(a: Event, b: Event): boolean {
  return a.timeUs - b.timeUs < 0 || (a.timeUs === b.timeUs && (a.rank - b.rank || a.sequence - b.sequence) < 0);
}

/** In order until what was evicted would hold the newcomer by itself, or nothing is left. */
function victimsBySize(candidates: readonly Instance[], memoryMib: number): Instance[] {
  const victims: Instance[] = [];
  let freedMib = 0;
  for (const candidate of candidates) {
    if (freedMib >= memoryMib) break;
    victims.push(candidate);
    freedMib += candidate.memoryMib;
  }
  return victims;
}
