import type {Checkpoint} from '../../src/fleet/checkpoint.ts';
import {OracleEvents, Rank} from './oracle-events.ts';
import {type EvictionOrder, evictionOrder} from './oracle-eviction.ts';
import {OracleFleet} from './oracle-fleet.ts';
import {OracleLedger} from './oracle-ledger.ts';
import {keepAliveUs} from './oracle-policy.ts';
import {OracleQueue} from './oracle-queue.ts';
import {OracleStarts} from './oracle-starts.ts';
import type {Instance, OracleCall, Outcome, Scenario, ScriptedStep, Target} from './oracle-types.ts';

/** A call on its way. */
interface Pending extends OracleCall {
  /** Which of the scenario's calls it is. */
  readonly id: number;
  /** Set by a strict queue. */
  tag?: number;
  /** The first call ever of its function. */
  readonly isFirst: boolean;
  /** Time in the queue. */
  waitedUs: number;
  /** Which attempt it is, from 1 on. */
  attempt: number;
  /** When it arrived first; `arrivalUs`: when it last came to wait. */
  readonly calledUs: number;
  /** It was given to an instance before, and comes back: it waits for as long as it takes. */
  readonly isAgain: boolean;
  /** It has begun before, so it is counted already. */
  readonly isTold: boolean;
  /** How often its host has failed, and whether it was cut. */
  readonly failures: number;
  readonly wasCut: boolean;
  /** Something is saved, with which its next slice begins. Its duration is the work that it has still to do. */
  readonly isSaved: boolean;
  /** Number of this attempt, and of the one by which the call is told of: its own, or that from where it goes on. */
  readonly copy: number;
  readonly toldAs: number;
  /** Attempts of the call that go on at the same time. */
  readonly group: Group;
}

interface Group {
  /** One was over: it counts. */
  isOver: boolean;
  readonly attempts: Set<number>;
  /** Attempts by which the call may be told of, those among them that are no more. */
  readonly tellers: Set<number>;
}

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
  private readonly order: EvictionOrder;
  private readonly events = new OracleEvents();
  private readonly starts: OracleStarts;
  private readonly ledger: OracleLedger;
  /** Calls that wait for room, oldest first. */
  private readonly queue: Pending[] = [];
  /** Who of those goes first, in a strict order. */
  private readonly strict: OracleQueue<Pending> | undefined;
  /** Late binding: calls that wait for any instance of their function to start or finish, oldest first. */
  private readonly startWaiters: Pending[][]; // [function]
  /** Instances that each function is to have. */
  private readonly target: number[]; // [function]
  private now = 0;
  private idleOrder = 0;
  private readonly inFlight: number[]; // [function]
  /** An instance that is free, while it is asked who takes it. */
  private leaving: Instance | undefined;
  private readonly tryingAgain = new Set<Pending>();
  /** Given back between slices, or ended by a failure, and to come again. */
  private readonly comingBack = new Set<Pending>();
  private readonly called: number[]; // [function]
  /** Calls with an instance, and how many were given to one before. */
  private readonly running = new Set<Run>();
  private given = 0;
  /** How often each host, and the scheduler, is down at present. */
  private readonly downs = new Map<number, number>();
  /** Hosts that stand still, and since when. */
  private readonly frozen = new Map<number, {readonly sinceUs: number}>();
  private copies = 0;
  /** For how many reasons each host is down. */
  private readonly closed = new Map<number, number>();
  /** Hosts that are to restart when they are empty, and how many have been told to. */
  private readonly draining = new Set<number>();
  private restarted = 0;
  private readonly held: Pending[] = [];
  /** Functions whose kept instances have found no room. */
  private readonly lacking: number[] = [];

  constructor(scenario: Scenario) {
    this.s = scenario;
    this.fleet = new OracleFleet(scenario.hosts, scenario.placement, scenario.hostGroupOf);
    this.order = evictionOrder(scenario);
    this.starts = new OracleStarts(scenario);
    this.ledger = new OracleLedger(scenario);
    this.startWaiters = scenario.memoryMib.map(() => []);
    this.target = scenario.memoryMib.map(() => 0);
    const room = (of: 'slots' | 'memoryMib') => scenario.hosts.reduce((sum, host) => sum + host[of], 0);
    this.strict =
      scenario.queue &&
      new OracleQueue(scenario.queue, this.queue, {
        slots: room('slots'),
        memoryMib: room('memoryMib'),
        memoryOf: scenario.memoryMib,
        hasIdle: (fn) => this.fleet.idleOf(fn).length > 0,
        mayGo: ({fn}) => this.mayGo(fn),
      });
    this.inFlight = scenario.memoryMib.map(() => 0);
    this.called = scenario.memoryMib.map(() => 0);
  }

  run(): Outcome {
    this.s.memoryMib.forEach((_, fn) => {
      this.scheduleStep(this.s.script.filter((step) => step.fn === fn));
      this.scheduleTarget(this.s.targets.filter((target) => target.fn === fn));
    });
    this.keepFromTheStart();
    this.scheduleOutages();
    if (this.s.restart) this.events.at(this.s.restart.atUs, Rank.restart, () => this.beginWave());
    const seen = new Set<number>();
    const arrivals = this.s.calls.map((call, id) => ({
      ...call,
      id,
      waitedUs: 0,
      attempt: 1,
      calledUs: call.arrivalUs,
      isAgain: false,
      isTold: false,
      failures: 0,
      wasCut: false,
      isSaved: false,
      ...this.newAttempt(),
      isFirst: seen.size < seen.add(call.fn).size,
    }));
    const arrivalRank = this.s.semantics.ties === 'arrivals-first' ? Rank.arrivalFirst : Rank.arrival;
    let arrived = 0;
    for (;;) {
      const event = this.events.next;
      const call = arrivals[arrived];
      const callUs = call?.arrivalUs ?? Number.POSITIVE_INFINITY;
      const eventUs = event?.timeUs ?? Number.POSITIVE_INFINITY;
      if (Math.min(callUs, eventUs) >= this.s.endUs) break;
      if (this.now < this.s.fromUs && Math.min(callUs, eventUs) >= this.s.fromUs) this.watch(this.s.fromUs);
      this.now = Math.min(callUs, eventUs);
      const isArrival = callUs < eventUs || (callUs === eventUs && arrivalRank < event!.rank);
      if (isArrival) {
        arrived++;
        this.arrive(call!);
        this.ranksChanged();
      } else this.events.take().happen();
    }
    if (this.now < this.s.fromUs) this.watch(this.s.fromUs);
    this.end();
    return this.ledger.outcome;
  }

  private end(): void {
    this.now = this.s.endUs;
    this.settleRuns();
    for (const call of this.held) if (!this.isOver(call)) this.stillWaits(call);
    for (const call of this.queue) this.stillWaits(call);
    for (const again of this.tryingAgain) this.stillWaits({...again, attempt: again.attempt - 1});
    for (const again of this.comingBack) this.stillWaits(again);
    for (const instance of this.fleet.live) this.ledger.close(instance, this.now);
    // Late binding: each call that still waits gets the starting instance that would be ready for it.
    this.startWaiters.forEach((waiters, fn) => {
      const starting = [...this.fleet.startingOf(fn), ...this.fleet.unclaimedOf(fn)];
      starting.sort((a, b) => a.readyUs - b.readyUs);
      waiters.forEach((call, k) => {
        const instance = starting[Math.floor(k / this.places(fn))]!;
        this.ledger.started(call, instance.readyUs, call.waitedUs);
        this.runFrom(instance.readyUs, instance, call);
      });
    });
  }

  private stillWaits(call: Pending): void {
    if (call.group.isOver) {
      this.ledger.dropRow(call.copy);
      return;
    }
    this.counts(call);
    this.ledger.stillWaits({...call, group: newGroup(call.copy)});
  }

  /** Of each call the attempt counts that was given to its instance first and has begun, or will for all that is known. */
  private settleRuns(): void {
    const runs = [...this.running].sort((a, b) => a.order - b.order);
    const begins = ({startUs, instance}: Run) =>
      startUs <= (this.frozen.get(instance.host)?.sinceUs ?? Number.POSITIVE_INFINITY);
    for (const run of runs) {
      const {call} = run;
      if (run.haltedUs !== undefined) this.ledger.standsStill(call);
      if (call.group.isOver) this.ledger.dropRow(call.copy);
      else if (begins(run) || call.isTold) this.counts(call);
    }
    for (const {call} of runs.filter((one) => !begins(one) && !one.call.isTold)) {
      this.ledger.undo(call);
      this.stillWaits(call);
    }
  }

  /** The attempt is the one of its call that counts. */
  private counts({group, toldAs}: Pending): void {
    group.isOver = true;
    for (const other of group.tellers) if (other !== toldAs) this.ledger.untell(other);
  }

  private newAttempt(): Pick<Pending, 'copy' | 'toldAs' | 'group'> {
    const copy = this.copies++;
    return {copy, toldAs: copy, group: newGroup(copy)};
  }

  // What fails.

  private get asleep(): boolean {
    return (this.downs.get(-1) ?? 0) > 0;
  }

  private close(host: number): void {
    this.closed.set(host, (this.closed.get(host) ?? 0) + 1);
    this.fleet.down.add(host);
  }

  private reopen(host: number): void {
    const reasons = this.closed.get(host)! - 1;
    this.closed.set(host, reasons);
    if (reasons === 0) this.fleet.down.delete(host);
  }

  private destroy(instance: Instance): void {
    this.fleet.destroy(instance);
    const {host} = instance;
    if (this.draining.has(host) && this.liveOn(host).length === 0) this.restarts(host);
  }

  /** The next hosts take no more calls, until they are empty and have restarted. */
  private beginWave(): void {
    const end = Math.min(this.s.hosts.length, this.restarted + this.s.restart!.wave);
    const wave = this.s.hosts.map((_, host) => host).slice(this.restarted, end);
    this.restarted = end;
    for (const host of wave) {
      this.draining.add(host);
      this.close(host);
    }
    for (const host of wave) {
      if (this.liveOn(host).length === 0) this.restarts(host);
      for (const instance of this.liveOn(host)) {
        if (instance.calls > 0) instance.closed = true;
        else {
          this.ledger.close(instance, this.now);
          instance.state = 'gone';
          this.destroy(instance);
          if (instance.kept) this.replaceKept(instance.fn);
        }
      }
    }
    this.scanQueue();
  }

  private restarts(host: number): void {
    this.events.at(
      this.now + this.s.restart!.forUs,
      Rank.restart,
      () => {
        this.draining.delete(host);
        this.reopen(host);
        for (const fn of this.lacking.splice(0)) this.replaceKept(fn);
        this.scanQueue();
        if (this.draining.size === 0 && this.restarted < this.s.hosts.length) this.beginWave();
      },
      1 + host,
    );
  }

  private scheduleOutages(): void {
    this.s.faults?.outages.forEach(({host, fromUs, untilUs, keeps}, order) => {
      const change = (by: number): number => {
        const count = (this.downs.get(host) ?? 0) + by;
        this.downs.set(host, count);
        return count;
      };
      const isBack = (): void => {
        if (change(-1) === 0) this.isBack(host);
      };
      const fails = (): void => {
        this.events.at(untilUs, Rank.up, isBack, order);
        const isFirst = change(1) === 1;
        if (host < 0) return;
        if (isFirst && keeps) this.freeze(host);
        else if (isFirst) this.loseHost(host);
        else if (!keeps && this.frozen.has(host)) {
          this.thaw(host);
          this.loseAllOn(host);
        }
      };
      this.events.at(fromUs, Rank.down, fails, order);
    });
  }

  private isBack(host: number): void {
    if (host < 0) {
      this.wakeUp();
      return;
    }
    this.reopen(host);
    if (this.frozen.has(host)) for (const instance of this.thaw(host)) this.goesOn(instance);
    for (const fn of this.lacking.splice(0)) this.replaceKept(fn);
    this.scanQueue();
  }

  /** What is on the host stands still. */
  private freeze(host: number): void {
    const since = {sinceUs: this.now};
    this.frozen.set(host, since);
    this.close(host);
    for (const run of this.runsOn(host)) run.haltedUs = this.now;
    for (const instance of this.liveOn(host)) {
      if (instance.state === 'idle') {
        this.fleet.removeIdle(instance);
        instance.state = 'frozen';
      } else if (!this.isReady(instance) && instance.readyUs > this.now) {
        instance.halted = {beginUs: instance.beginUs, readyUs: instance.readyUs};
        instance.readyUs = Number.POSITIVE_INFINITY;
        if (instance.beginUs > this.now) instance.beginUs = Number.POSITIVE_INFINITY;
      }
    }
    this.events.at(this.now + this.s.faults!.leaseUs, Rank.lease, () => {
      if (this.frozen.get(host) === since) for (const run of this.runsOn(host)) this.runTwice(run);
    });
    this.scanQueue();
  }

  /** Whoever stands still on the host goes on; those instances that may have something to give now. */
  private thaw(host: number): readonly Instance[] {
    const {sinceUs} = this.frozen.get(host)!;
    const byUs = this.now - sinceUs;
    this.frozen.delete(host);
    this.starts.delay(host, sinceUs, byUs);
    const ready = this.liveOn(host).filter((one) => one.halted === undefined);
    for (const instance of ready) if (instance.state === 'busy') instance.idleOrder = this.idleOrder++;
    for (const instance of this.liveOn(host)) {
      if (instance.halted === undefined) continue;
      const {beginUs, readyUs} = instance.halted;
      instance.halted = undefined;
      instance.readyUs = readyUs + byUs;
      instance.beginUs = beginUs + (beginUs > sinceUs ? byUs : 0);
      this.events.at(instance.readyUs, Rank.ready, () => this.becomeReady(instance), instance.id);
    }
    for (const run of this.runsOn(host)) {
      this.ledger.delays(run.call, run.startUs, sinceUs, byUs);
      run.haltedUs = undefined;
      run.startUs += byUs;
      run.endUs += byUs;
      this.scheduleEnd(run);
    }
    return ready;
  }

  /** Its host is back: calls that wait take its places, or it is idle anew. */
  private goesOn(instance: Instance): void {
    if (instance.state === 'frozen') {
      instance.unused = false;
      this.enter(instance, 'busy');
      this.fillPlaces(instance);
      if (instance.calls === 0) this.becomeIdle(instance);
      else instance.idleOrder = this.idleOrder++;
      this.afterOffer(true);
    } else if (this.s.places.length > 0) {
      const offered = this.hasPlace(instance);
      this.fillPlaces(instance);
      instance.idleOrder = this.idleOrder++;
      if (instance.closed) this.scanQueue();
      this.afterOffer(offered);
    }
  }

  private runsOn(host: number): Run[] {
    return [...this.running].filter(({instance}) => instance.host === host).sort((a, b) => a.order - b.order);
  }

  private liveOn(host: number): Instance[] {
    return [...this.fleet.live].filter((one) => one.host === host);
  }

  /** A call that may run twice has stood still for a lease, and goes on nowhere else: it begins once more. */
  private runTwice(run: Run): void {
    const {call} = run;
    const {group} = call;
    const isAsync = this.s.async[call.fn] === true;
    const mayAgain = isAsync || (this.s.faults!.idempotent[call.fn] === true && call.failures === 0);
    const standing = [...this.running].filter((one) => one.haltedUs !== undefined).map((one) => one.call.copy);
    if (!mayAgain || group.isOver || ![...group.attempts].every((one) => standing.includes(one))) return;
    const began = call.isTold || run.startUs <= run.haltedUs!;
    const copy = this.copies++;
    const twin = {...call, failures: call.failures + 1, isTold: began, copy, toldAs: began ? call.toldAs : copy};
    run.call = {...call, failures: call.failures + 1};
    group.attempts.add(copy);
    group.tellers.add(copy);
    this.ledger.triedAgain(call);
    if (began) this.ledger.inherits(twin, call);
    this.ledger.retried(this.now);
    this.comeBack(twin);
  }

  /** The scheduler finds out what there is, serves who waits, then who came meanwhile. */
  private wakeUp(): void {
    for (const fn of this.lacking.splice(0)) this.replaceKept(fn);
    if (this.strict === undefined) {
      for (const call of [...this.queue]) {
        if (!this.queue.includes(call) || !this.admits(call.fn)) continue;
        if (!this.joinReady(call) && this.s.places.length > 0) this.claimStarting(call);
      }
    }
    this.scanQueue();
    for (const call of this.held.splice(0)) {
      const isFirst = !call.isTold && call.attempt === 1 && this.called[call.fn] === 1;
      if (!this.isOver(call)) this.serveArrival({...call, isFirst});
    }
  }

  /** It has waited outside for longer than it would. */
  private isOver(call: Pending): boolean {
    const {maxWaitUs} = this.s;
    const limit = this.strict?.limit(call.fn) ?? {afterUs: Number.POSITIVE_INFINITY, as: 'shed' as const};
    const over = !call.isAgain && this.now - call.calledUs > Math.min(limit.afterUs, maxWaitUs);
    if (over) this.ledger.fate(call, limit.afterUs <= maxWaitUs ? limit.as : 'abandon', this.now);
    return over;
  }

  private loseHost(host: number): void {
    this.close(host);
    this.loseAllOn(host);
  }

  private loseAllOn(host: number): void {
    this.starts.lose(host);
    for (const run of this.runsOn(host)) {
      this.running.delete(run);
      this.strict?.ended(run.call.fn);
      this.inFlight[run.call.fn]!--;
      this.fail(run);
    }
    for (const instance of this.liveOn(host)) {
      this.ledger.close(instance, this.now);
      instance.state = 'gone';
      this.destroy(instance);
      if (instance.kept) this.replaceKept(instance.fn);
    }
    this.scanQueue();
  }

  private replaceKept(fn: number): void {
    const host = this.asleep ? -1 : this.fleet.choose(this.s.memoryMib[fn]!, fn);
    if (host < 0) this.lacking.push(fn);
    else this.startInAdvance(fn, host, this.drawnColdUs(fn)).kept = true;
  }

  /** The host of a call has failed. */
  private fail({call, startUs}: Run): void {
    const {leaseUs, idempotent} = this.s.faults!;
    const began = startUs <= this.now;
    if (began) this.ledger.wasted(this.now - startUs, this.now);
    if (call.group.isOver || call.group.attempts.size > 1) {
      this.vanish(call);
      return;
    }
    const failed = {...call, failures: call.failures + 1, isTold: call.isTold || began};
    const isAsync = this.s.async[call.fn] === true;
    if (!isAsync && !(idempotent[call.fn] === true && failed.failures === 1)) {
      this.ledger.loses(call, this.now);
      return;
    }
    if (!call.wasCut) this.ledger.isNotCut(call);
    if (failed.isTold) this.ledger.stops(call, this.now);
    else this.ledger.undo(call);
    this.comingBack.add(failed);
    this.events.at(this.now + (isAsync ? leaseUs : 0), Rank.retry, () => {
      this.comingBack.delete(failed);
      this.ledger.retried(this.now);
      this.comeBack(failed);
    });
  }

  /** An attempt is no more, and others of its call go on, or one was over. */
  private vanish(call: Pending): void {
    const {group, copy} = call;
    group.attempts.delete(copy);
    this.ledger.dropRow(copy);
    const heirs = [...this.running].map((run) => run.call).concat(this.queue, this.held, [...this.comingBack]);
    const isNeeded = group.isOver || heirs.some((one) => one.group === group && one.toldAs === copy);
    if (!isNeeded) this.ledger.untell(copy);
  }

  // What can happen to a call.

  private arrive(call: Pending): void {
    this.ledger.arrived(call);
    this.called[call.fn]!++;
    if (this.s.semantics.expiry === 'lookup') this.purge(call.fn);
    this.serveArrival(call);
  }

  /** A call that arrives, or comes again. */
  private serveArrival(call: Pending): void {
    const {memoryMib} = this.s;
    if (this.asleep) {
      this.held.push(call);
      return;
    }
    call.waitedUs = this.now - call.calledUs;
    this.strict?.called(call.fn, this.now);
    if (this.strict !== undefined && this.comesLater(call)) {
      if (!this.fleet.couldEverHold(memoryMib[call.fn]!)) this.ledger.fate(call, 'drop', this.now);
      else {
        this.enqueue(call);
        this.scanQueue();
      }
      return;
    }
    this.serveNow(call);
    // What it was given may have changed who is first.
    if (this.strict !== undefined || this.isLateWithin) this.scanQueue();
  }

  /** Nobody who waits could use what the call takes. */
  private serveNow(call: Pending): void {
    const {semantics, memoryMib} = this.s;
    if (!this.admits(call.fn)) {
      this.refuse(call);
      return;
    }
    if (this.joinReady(call) || this.claimStarting(call)) return;
    const fits = this.fleet.couldEverHold(memoryMib[call.fn]!);
    if (fits && !(this.mayUse(call.fn) && this.mayOpen(call.fn))) {
      this.refuse(call);
      return;
    }
    if (fits && semantics.full === 'drop' && !call.isAgain && this.starts.tokenUs(call.fn, this.now) > this.now) {
      this.throttle(call);
      return;
    }
    // Evicting for the newcomer's size looks at what is evicted alone: it does so even for one that can never fit.
    const hopeless = !this.fleet.couldEverHold(memoryMib[call.fn]!);
    if (!(hopeless && semantics.evictUntil === 'fits') && this.tryOpen(call)) {
      // What was evicted for it may leave room for another that waits.
      if (this.isPatient) this.scanQueue();
      return;
    }
    if (hopeless || (semantics.full === 'drop' && !call.isAgain)) this.ledger.fate(call, 'drop', this.now);
    else this.enqueue(call);
  }

  /** In a strict order a call waits its turn if somebody waits who could use the room that it would take. */
  private comesLater(call: Pending): boolean {
    if (this.queue.some((other) => other.fn === call.fn)) return true;
    if (!this.queue.some((other) => this.mayGo(other.fn))) return false;
    const serving = this.inServingOrder(call.fn)[0];
    if (serving !== undefined && this.s.queue!.order.name === 'warm-first') return false;
    if (serving !== undefined) return serving.state === 'idle' && !serving.kept && this.s.semantics.evict !== 'never';
    return this.startingWithPlace(call.fn) === undefined && !this.hasSpareStart(call.fn);
  }

  /** A ready instance with a free place takes the call, or one that is starting where those serve alike. */
  private joinReady(call: Pending): boolean {
    const mayUse = this.mayUse(call.fn);
    const serving = this.inServingOrder(call.fn, !mayUse)[0];
    if (serving === undefined) return false;
    this.strict?.begins(call);
    this.leaveQueue(call);
    this.inFlight[call.fn]!++;
    this.ledger.fate(call, 'warm', this.now, serving.host);
    if (this.isReady(serving)) this.occupy(serving, call);
    else this.bind(serving, call);
    return true;
  }

  // Limits of single functions.

  private admits(fn: number): boolean {
    return this.inFlight[fn]! < (this.s.reserved[fn] ?? Number.POSITIVE_INFINITY);
  }

  private isReserved(fn: number): boolean {
    return (this.s.reserved[fn] ?? Number.POSITIVE_INFINITY) < Number.POSITIVE_INFINITY;
  }

  /** Limits of its own or of its team hold the function's calls back, unless there is a place for them. */
  private mayGo(fn: number): boolean {
    if (!this.isLimited) return true;
    if (!this.admits(fn)) return false;
    const mayUse = this.mayUse(fn);
    const ready = this.inServingOrder(fn, !mayUse).length > 0;
    const starting = this.startingWithPlace(fn) !== undefined || this.hasSpareStart(fn);
    return ready || starting || (mayUse && this.mayOpen(fn));
  }

  private teamOf(fn: number): number {
    return this.s.queue!.classes[fn]!.team;
  }

  /** Instances that are not idle, nor free for whoever is first. */
  private inUse(): Instance[] {
    return [...this.fleet.live].filter((one) => one.state !== 'idle' && one !== this.leaving);
  }

  /** Those of the team. */
  private usedBy(team: number): number {
    return this.inUse().filter(({fn}) => this.teamOf(fn) === team).length;
  }

  /** The call that has a claim on what its team has reserved and does not use. */
  private claim(): Pending | undefined {
    const {quotas} = this.s;
    if (quotas === undefined) return undefined;
    const claims = quotas.reserved.flatMap((reserved, team) => {
      const share = reserved > 0 ? this.usedBy(team) / reserved : 1;
      const call = this.queue.find((one) => this.teamOf(one.fn) === team && this.mayGo(one.fn));
      return share < 1 && call !== undefined ? [{share, call}] : [];
    });
    const least = Math.min(...claims.map(({share}) => share));
    return claims.find(({share}) => share === least)?.call;
  }

  /** One more instance of the function may be in use: those without a reservation share what is left. */
  private mayUse(fn: number): boolean {
    const {quotas} = this.s;
    if (quotas !== undefined && this.usedBy(this.teamOf(fn)) >= quotas.max[this.teamOf(fn)]!) return false;
    const inUse = this.inUse().filter((one) => !this.isReserved(one.fn));
    return this.isReserved(fn) || inUse.length < this.s.othersSlots;
  }

  private mayOpen(fn: number): boolean {
    return this.living(fn) < (this.s.max[fn] ?? Number.POSITIVE_INFINITY);
  }

  private refuse(call: Pending): void {
    if (this.s.semantics.full === 'queue' || call.isAgain) this.enqueue(call);
    else this.throttle(call);
  }

  private throttle(call: Pending): void {
    if (!this.tryAgain(call)) this.ledger.fate(call, 'throttle', this.now);
  }

  /** The call comes again if it has an attempt left. */
  private tryAgain(call: Pending): boolean {
    if (!this.s.async[call.fn] || call.attempt >= this.s.attempts) return false;
    const again = {...call, attempt: call.attempt + 1, isFirst: false};
    this.tryingAgain.add(again);
    this.events.at(this.now + this.s.retryAfterUs, Rank.retry, () => {
      this.tryingAgain.delete(again);
      this.ledger.retried(this.now);
      // What follows a cut has a cold time of its own.
      if (call.isAgain) this.comeBack(again);
      else this.serveArrival(again);
    });
    return true;
  }

  private keepFromTheStart(): void {
    this.s.min.forEach((min, fn) => {
      for (let k = 0; k < min; k++) {
        const instance = this.create(fn, this.fleet.choose(this.s.memoryMib[fn]!, fn));
        instance.kept = true;
        instance.readyUs = this.now;
        this.watch(this.now);
        this.becomeIdle(instance);
      }
    });
  }

  private enqueue(call: Pending): void {
    const {queue, maxWaitUs} = this.s;
    this.ledger.fate(call, 'queue', this.now);
    const limit = this.strict?.limit(call.fn) ?? {afterUs: Number.POSITIVE_INFINITY, as: 'shed'};
    const leavesAs = limit.afterUs <= maxWaitUs ? limit.as : 'abandon';
    const longestUs = call.isAgain ? Number.POSITIVE_INFINITY : Math.min(limit.afterUs, maxWaitUs);
    if (longestUs < 0) {
      this.ledger.fate(call, leavesAs, this.now);
      return;
    }
    const replaces = queue?.coalesce === true && !call.isAgain;
    const replaced = replaces ? this.queue.findIndex((other) => other.fn === call.fn && !other.isAgain) : -1;
    if (replaced < 0) {
      this.queue.push(call);
      this.strict?.added(call);
    } else {
      const [older] = this.queue.splice(replaced, 1, call);
      this.strict?.replaced(older!, call);
      this.ledger.fate(older!, 'coalesced', this.now);
    }
    if (longestUs === Number.POSITIVE_INFINITY) return;
    this.events.at(call.arrivalUs + longestUs, Rank.abandon, () => {
      if (!this.leaveQueue(call)) return;
      this.ledger.fate(call, leavesAs, this.now);
      // Everybody whose time is over now leaves before others are asked.
      if (this.strict !== undefined) this.events.at(this.now, Rank.left, () => this.scanQueue());
    });
  }

  /** Takes the call out of the queue; false if it is not there. */
  private leaveQueue(call: Pending): boolean {
    const at = this.queue.indexOf(call);
    if (at < 0) return false;
    this.queue.splice(at, 1);
    this.strict?.removed(call);
    call.waitedUs = this.now - call.calledUs;
    return true;
  }

  /** Gives a place of a ready instance to a call: user code starts now. */
  private occupy(instance: Instance, call: Pending): void {
    this.fleet.removeIdle(instance);
    if (instance.state !== 'busy') this.enter(instance, 'busy');
    this.use(instance, call);
    this.ledger.started(call, this.now, call.waitedUs);
    this.runFrom(this.now, instance, call);
  }

  /** The call runs from then on until it is over or cut. */
  private runFrom(startUs: number, instance: Instance, call: Pending, order = this.given++): void {
    const limitUs = this.s.timeoutUs[call.fn] ?? Number.POSITIVE_INFINITY;
    const slice = this.sliceOf(call);
    const isCut = slice.lengthUs > limitUs;
    const endUs = startUs + Math.min(limitUs, slice.lengthUs);
    this.ledger.runs(call, startUs, isCut ? endUs : startUs + this.wholeUs(call), instance.host);
    if (isCut) this.ledger.isCut(call);
    const run: Run = {
      call,
      instance,
      startUs,
      endUs,
      order,
      haltedUs: undefined,
      ends: () => this.endRun(run, isCut, slice),
    };
    this.running.add(run);
    this.scheduleEnd(run);
  }

  private scheduleEnd(run: Run): void {
    const {endUs} = run;
    const ends = () => {
      // Put off with the start of its instance.
      if (this.s.startCores !== undefined && run.endUs > endUs && this.running.has(run)) this.scheduleEnd(run);
      if (run.endUs === endUs && run.haltedUs === undefined && this.running.delete(run)) run.ends();
    };
    this.events.at(endUs, Rank.finish, ends, run.call.fn);
  }

  private endRun({instance, call, order}: Run, isCut: boolean, slice: Slice): void {
    if (!isCut && slice.workUs < call.durationUs) this.endSlice(instance, call, slice, order);
    else this.finish(instance, call, isCut);
  }

  /** The next slice of a call: how long it is, and what of that is work. */
  private sliceOf({durationUs, isSaved}: Pending): Slice {
    const {everyUs, saveUs, restoreUs, resumeUs} = this.s.checkpoint ?? wholeCalls;
    const beginUs = isSaved ? restoreUs + resumeUs : 0;
    if (beginUs + durationUs <= everyUs) return {lengthUs: beginUs + durationUs, workUs: durationUs};
    return {lengthUs: everyUs, workUs: everyUs - beginUs - saveUs};
  }

  /** How long all slices of a call take, one after the other. */
  private wholeUs(call: Pending): number {
    const {lengthUs, workUs} = this.sliceOf(call);
    if (workUs === call.durationUs) return lengthUs;
    return lengthUs + this.wholeUs({...call, durationUs: call.durationUs - workUs, isSaved: true});
  }

  /** The call's work is saved: it goes on where it is, or gives its place back. */
  private endSlice(instance: Instance, call: Pending, slice: Slice, order: number): void {
    const {fn} = call;
    const isAwaited = this.queue.some((other) => other.fn === fn || this.waitsForRoom(other.fn));
    const rest = {...call, durationUs: call.durationUs - slice.workUs, isSaved: true};
    this.ledger.saved(this.now, slice.lengthUs - slice.workUs);
    if (!isAwaited && !this.s.checkpoint!.yieldsAlways && !this.draining.has(instance.host)) {
      this.runFrom(this.now, instance, {...rest, isTold: true}, order);
      return;
    }
    this.strict?.ended(fn);
    instance.calls--;
    this.inFlight[fn]!--;
    this.ledger.stops(call, this.now);
    const back = {...rest, isTold: true};
    this.comingBack.add(back);
    this.events.at(this.now, Rank.retry, () => {
      this.comingBack.delete(back);
      this.comeBack(back);
    });
    if (!isAwaited || instance.kept || instance.closed) {
      if (instance.closed) this.leaveClosed(instance);
      else this.offer(instance);
      return;
    }
    if (!this.isReady(instance)) this.enter(instance, 'busy');
    const offered = this.hasPlace(instance);
    this.fillPlaces(instance);
    if (instance.calls > 0) instance.idleOrder = this.idleOrder++;
    else {
      this.ledger.close(instance, this.now);
      instance.state = 'gone';
      this.destroy(instance);
      this.scanQueue();
    }
    this.afterOffer(offered);
  }

  /** Limits of its own do not hold the function's calls back. */
  private waitsForRoom(fn: number): boolean {
    if (this.strict !== undefined) return this.mayGo(fn);
    return this.admits(fn) && (this.mayOpen(fn) || this.fleet.idleOf(fn).length > 0);
  }

  /** A call that has begun before is there again. */
  private comeBack(call: Pending): void {
    const isFirst = !call.isTold && call.attempt === 1 && this.called[call.fn] === 1;
    this.serveArrival({...call, arrivalUs: this.now, coldUs: this.drawnColdUs(call.fn), isAgain: true, isFirst});
  }

  /** Gives a place of a starting instance to a call: user code starts as soon as the instance is ready. */
  private bind(instance: Instance, call: Pending): void {
    instance.state = 'starting';
    this.use(instance, call);
    this.ledger.started(call, instance.readyUs, call.waitedUs);
    this.runFrom(instance.readyUs, instance, call);
  }

  private places(fn: number): number {
    return this.s.places[fn] ?? 1;
  }

  private hasPlace(instance: Instance): boolean {
    return instance.calls < this.places(instance.fn) && !instance.closed;
  }

  private isReady(instance: Instance): boolean {
    return instance.state === 'idle' || instance.state === 'busy';
  }

  /** What comes back and starts nothing itself has no cold time of its own: an eviction order takes its function's. */
  private withoutDraw(call: Pending): Pending {
    return call.isAgain ? {...call, coldUs: this.s.calls.find(({fn}) => fn === call.fn)?.coldUs ?? 0} : call;
  }

  /** Binds the call to an instance that is starting for nobody; it is warm then, and waits. */
  private claimStarting(call: Pending): boolean {
    if (this.s.semantics.lateBinding) {
      if (!this.hasSpareStart(call.fn)) return false;
      this.strict?.begins(call);
      this.leaveQueue(call);
      this.inFlight[call.fn]!++;
      this.ledger.fate(call, 'warm', this.now);
      this.startWaiters[call.fn]!.push(this.withoutDraw(call));
      return true;
    }
    const instance = this.startingWithPlace(call.fn);
    if (instance === undefined) return false;
    this.strict?.begins(call);
    this.leaveQueue(call);
    this.inFlight[call.fn]!++;
    this.ledger.fate(call, 'warm', this.now, instance.host);
    this.bind(instance, this.withoutDraw(call));
    return true;
  }

  /** Without late binding: the starting instance that takes the next call. */
  private startingWithPlace(fn: number): Instance | undefined {
    if (this.s.semantics.lateBinding) return undefined;
    const starting = [...this.fleet.unclaimedOf(fn), ...this.fleet.startingOf(fn)];
    return starting
      .filter((one) => this.hasPlace(one))
      .sort((a, b) => this.byLoad(a, b) || a.readyUs - b.readyUs || a.id - b.id)[0];
  }

  /** Late binding: an instance that starts has a place for which no call waits. */
  private hasSpareStart(fn: number): boolean {
    if (!this.s.semantics.lateBinding) return false;
    const starting = this.fleet.startingOf(fn).length + this.fleet.unclaimedOf(fn).length;
    return starting > 0 && starting * this.places(fn) > this.startWaiters[fn]!.length;
  }

  /** Calls of its function that wait for room take what places a newly created instance has left. */
  private bindWaiting(instance: Instance): void {
    if (this.s.places.length === 0) return;
    const {lateBinding} = this.s.semantics;
    while (this.admits(instance.fn) && (lateBinding ? this.hasSpareStart(instance.fn) : this.hasPlace(instance))) {
      const call = this.ownFirst(instance.fn);
      if (call === undefined) return;
      this.strict?.begins(call);
      this.leaveQueue(call);
      this.inFlight[call.fn]!++;
      this.ledger.fate(call, 'warm', this.now, instance.host);
      if (lateBinding) this.startWaiters[call.fn]!.push(this.withoutDraw(call));
      else this.bind(instance, call);
    }
  }

  /** Opens an instance for the call if there is room or room can be made; the call is cold then. */
  private tryOpen(call: Pending): boolean {
    const memoryMib = this.s.memoryMib[call.fn]!;
    let host = this.fleet.choose(memoryMib, call.fn);
    if (host < 0 && this.s.semantics.evict !== 'never') host = this.makeRoom(call);
    if (host < 0) return false;
    this.strict?.begins(call);
    this.leaveQueue(call);
    this.inFlight[call.fn]!++;
    this.ledger.fate(call, 'cold', this.now, host);
    const instance = this.create(call.fn, host);
    instance.state = 'starting';
    this.watch(this.now);
    const lateBinding = this.s.semantics.lateBinding;
    const beginUs = this.starts.begin(host, call.fn, this.now, call.coldUs);
    instance.beginUs = beginUs;
    instance.readyUs = beginUs + call.coldUs;
    this.shareCores(instance);
    this.ledger.coldStart({...call, coldUs: instance.readyUs - beginUs}, call.isFirst);
    if (!lateBinding) this.ledger.opens(call, beginUs);
    if (lateBinding) this.startWaiters[call.fn]!.push(this.withoutDraw(call));
    else {
      call.waitedUs = beginUs - call.calledUs;
      this.bind(instance, call);
    }
    this.events.at(instance.readyUs, Rank.ready, () => this.becomeReady(instance), instance.id);
    this.bindWaiting(instance);
    return true;
  }

  /** One more start on the host: others there, and itself, are over later, and the calls that they have begin later. */
  private shareCores(newcomer: Instance): void {
    for (const {instance, endUs} of this.starts.shareCores(newcomer)) {
      const wasUs = instance.readyUs;
      instance.readyUs = endUs;
      this.events.at(endUs, Rank.ready, () => this.becomeReady(instance), instance.id);
      for (const run of this.running) {
        if (run.instance !== instance) continue;
        this.ledger.delays(run.call, run.startUs, wasUs - 1, endUs - wasUs);
        run.startUs += endUs - wasUs;
        run.endUs += endUs - wasUs;
      }
    }
  }

  // What can happen to an instance.

  private create(fn: number, host: number): Instance {
    const instance = this.fleet.create(fn, this.s.memoryMib[fn]!, host, this.now);
    instance.idleOrder = this.idleOrder++;
    return instance;
  }

  /** A start is over: nothing to do if a call that takes no time has noticed that before. */
  private becomeReady(instance: Instance): void {
    if (this.isReady(instance) || instance.state === 'gone' || instance.readyUs !== this.now) return;
    this.offer(instance);
  }

  private finish(instance: Instance, call: Pending, isCut: boolean): void {
    this.strict?.ended(instance.fn);
    instance.calls--;
    this.inFlight[instance.fn]!--;
    const isDuplicate = call.group.isOver;
    if (isDuplicate) this.ledger.duplicates(call, this.now);
    else this.counts(call);
    if (isCut && isDuplicate) instance.closed = true;
    else if (isCut) {
      instance.closed = true;
      if (!call.wasCut) this.ledger.cut({...call, isTold: false, group: newGroup(call.copy)});
      this.tryAgain({
        ...call,
        group: newGroup(call.copy),
        isAgain: true,
        isTold: true,
        wasCut: true,
        coldUs: Number.NaN,
      });
    } else if (call.isSaved) {
      const {restoreUs, resumeUs} = this.s.checkpoint!;
      this.ledger.wentOn(this.now, restoreUs + resumeUs);
    }
    if (instance.closed) this.leaveClosed(instance);
    else this.offer(instance);
  }

  private leaveClosed(instance: Instance): void {
    if (!this.isReady(instance)) this.enter(instance, 'busy');
    if (instance.calls === 0) {
      this.ledger.close(instance, this.now);
      instance.state = 'gone';
      this.destroy(instance);
      if (instance.kept && this.draining.has(instance.host)) this.replaceKept(instance.fn);
      else if (instance.kept)
        this.startInAdvance(instance.fn, instance.host, this.drawnColdUs(instance.fn)).kept = true;
    }
    this.scanQueue();
  }

  /** What a script or a target of this very moment says, or else the usual. */
  private drawnColdUs(fn: number): number {
    const said = [...this.s.script, ...this.s.targets].find((step) => step.fn === fn && step.atUs === this.now);
    return said?.coldUs ?? this.s.drawnColdUs;
  }

  /** An instance that is ready, with places free, gets calls that wait for its function; without any it is idle. */
  private offer(instance: Instance): void {
    if (!this.isReady(instance)) this.enter(instance, 'busy');
    const offered = this.hasPlace(instance);
    this.fillPlaces(instance);
    if (instance.calls === 0) this.becomeIdle(instance);
    else instance.idleOrder = this.idleOrder++;
    this.afterOffer(offered);
  }

  /** Calls that wait for the instance's function take its free places. */
  private fillPlaces(instance: Instance): void {
    while (this.hasPlace(instance) && !this.asleep) {
      const bound = this.startWaiters[instance.fn]!.shift();
      const waiting = bound ?? (this.admits(instance.fn) ? this.whoTakes(instance) : undefined);
      if (waiting === undefined) this.leaving = undefined;
      if (waiting === undefined) break;
      if (bound === undefined) {
        this.strict?.begins(waiting);
        this.leaving = undefined;
        this.leaveQueue(waiting);
        this.inFlight[waiting.fn]!++;
        this.ledger.fate(waiting, 'warm', this.now, instance.host);
      }
      this.occupy(instance, waiting);
    }
  }

  private afterOffer(offered: boolean): void {
    // An instance whose places are all taken has become ready: nothing has changed for who waits.
    if (!offered) return;
    this.ranksChanged();
    // Somebody else is first now, or has a start left to him, or is no longer held back.
    if (this.strict !== undefined || this.isLateWithin) this.scanQueue();
  }

  /** Every start changes who goes next by a priority, and so may let in somebody who is patient. */
  private ranksChanged(): void {
    const isLimited = this.s.hosts.some((host) => Math.min(host.slots, host.memoryMib) < Number.POSITIVE_INFINITY);
    if (isLimited && this.isPatient && this.s.eviction !== 'idle-longest') this.scanQueue();
  }

  /** Of the waiting calls of the function, the one that goes first. */
  private ownFirst(fn: number): Pending | undefined {
    return this.strict ? this.strict.head(fn, this.now) : this.queue.find((call) => call.fn === fn);
  }

  /** Who takes a free place of a ready instance: beside other calls its own function, else whoever the order says. */
  private whoTakes(instance: Instance): Pending | undefined {
    const {calls, fn} = instance;
    if (this.strict === undefined || calls > 0) return this.ownFirst(fn);
    // Others may have the room that it would leave.
    this.leaving = instance;
    const claim = this.claim();
    return claim === undefined ? this.strict.ofFunction(fn, this.now) : claim.fn === fn ? claim : undefined;
  }

  private becomeIdle(instance: Instance): void {
    const {semantics} = this.s;
    this.enter(instance, 'idle');
    instance.keepUs = this.keepUs(instance);
    instance.idleOrder = this.idleOrder++;
    instance.idleSinceUs = this.now;
    if (Number.isNaN(instance.firstIdleUs)) instance.firstIdleUs = this.now;
    this.fleet.addIdle(instance);
    if (instance.kept) {
      this.scanQueue();
      return;
    }
    const deadlineUs = this.deadlineUs(instance);
    if (instance.keepUs === 0 || (semantics.expiry === 'timer' && this.isExpired(deadlineUs)))
      this.remove(instance, 'expire');
    else if (semantics.expiry === 'timer' && deadlineUs !== Number.POSITIVE_INFINITY) {
      const {idleOrder} = instance;
      this.events.at(deadlineUs, semantics.ttlInclusive ? Rank.inclusiveExpiry : Rank.expiry, () => {
        if (instance.state !== 'idle' || instance.idleOrder !== idleOrder || this.staysForTarget(instance)) return;
        this.remove(instance, 'expire');
        this.scanQueue();
      });
    }
    this.scanQueue();
  }

  private deadlineUs(instance: Instance): number {
    const {ttlFrom} = this.s.semantics;
    if (ttlFrom === 'start') return instance.lastStartUs + instance.keepUs;
    if (ttlFrom === 'first-idle') return instance.firstIdleUs + instance.keepUs;
    return instance.sinceUs + instance.keepUs;
  }

  private isExpired(deadlineUs: number): boolean {
    return this.s.semantics.ttlInclusive ? deadlineUs < this.now : deadlineUs <= this.now;
  }

  /** Expiry by lookup: destroys the idle instances of the function that are past their deadline. */
  private purge(fn: number): void {
    // A target keeps so many of those past their deadline: those that would serve last, for they are asked last.
    const firstExpired = () =>
      this.idleInServingOrder(fn).find(
        (instance) => this.isExpired(this.deadlineUs(instance)) && !this.staysForTarget(instance),
      );
    let purged = false;
    for (let instance = firstExpired(); instance !== undefined; instance = firstExpired()) {
      this.remove(instance, 'expire');
      purged = true;
    }
    if (purged) this.scanQueue();
  }

  private remove(instance: Instance, why: 'evict' | 'expire' | 'trim'): void {
    this.ledger.instanceEvent(instance, why, this.now);
    this.ledger.close(instance, this.now);
    instance.state = 'gone';
    this.destroy(instance);
    this.watch(this.now);
  }

  // Room.

  /** Evicts for a newcomer; the host that has room for it now, or -1. */
  private makeRoom(call: Pending): number {
    const memoryMib = this.s.memoryMib[call.fn]!;
    if (this.fleet.allIdle().every(({kept}) => kept)) return -1;
    this.order.beforeEviction([...this.fleet.live]);
    const candidates = this.order.sort(this.fleet.allIdle().filter(({kept}) => !kept));
    const bySize = this.s.semantics.evictUntil === 'newcomer-size';
    const victims = bySize
      ? victimsBySize(candidates, memoryMib)
      : this.fleet.victimsThatMakeRoom(candidates, memoryMib, call.fn);
    if (this.mustBePatient(call, victims)) return -1;
    for (const victim of victims) this.remove(victim, 'evict');
    const last = victims.at(-1);
    if (last === undefined) return -1;
    this.order.afterEviction(last);
    return bySize ? this.fleet.choose(memoryMib, call.fn) : last.host;
  }

  /** Newcomers wait before they evict what has not been idle for long. */
  private get isPatient(): boolean {
    const {semantics, eviction} = this.s;
    // Where functions have limits whoever finds room takes it.
    if (this.isLimited) return false;
    if (this.strict !== undefined || !['patient', 'auto'].includes(semantics.evict) || eviction === 'landlord')
      return false;
    return semantics.full === 'queue' && semantics.evictUntil === 'fits';
  }

  /** True when one of the victims has not been idle for the call's cold time, nor the call waited that long. */
  private mustBePatient(call: Pending, victims: readonly Instance[]): boolean {
    const patientUs = (victim: Instance) =>
      call.isAgain ? 0 : Math.min(victim.idleSinceUs, call.arrivalUs) + call.coldUs;
    const heldUs = (victim: Instance) => victim.idleSinceUs + this.strict!.holdUs(victim.fn);
    if (this.strict === undefined && !this.isPatient) return false;
    const isShort =
      this.s.semantics.evict === 'auto' &&
      call.coldUs < 3 * (this.s.meanDurationUs[call.fn] ?? Number.POSITIVE_INFINITY);
    if (this.strict === undefined && isShort) return false;
    const fromUs = Math.max(...victims.map(this.strict ? heldUs : patientUs));
    if (victims.length === 0 || fromUs <= this.now) return false;
    this.events.at(fromUs, Rank.patience, () => this.scanQueue());
    return true;
  }

  private scanQueue(): void {
    if (this.asleep) return;
    if (this.strict !== undefined) {
      this.scanInOrder(this.strict);
      return;
    }
    let started: Pending | undefined;
    do started = this.queue.find((call) => this.tryStart(call));
    while (started !== undefined);
  }

  /** Who is first is offered what there is of his function, else room, until he finds none. */
  private scanInOrder(strict: OracleQueue<Pending>): void {
    const first = () => this.claim() ?? strict.first(this.now);
    for (let call = first(); call !== undefined; call = first()) {
      if (!this.joinReady(call) && !this.claimStarting(call) && !this.tryOpen(call)) return;
    }
  }

  /** A waiting call starts if its function's limits and the room allow it. */
  private tryStart(call: Pending): boolean {
    if (!this.isLimited) return this.tryOpen(call);
    if (!this.admits(call.fn)) return false;
    if (this.joinReady(call) || (this.s.places.length > 0 && !this.s.semantics.lateBinding && this.claimStarting(call)))
      return true;
    return this.mayUse(call.fn) && this.mayOpen(call.fn) && this.tryOpen(call);
  }

  /** A call that is over may have held back one that waits, though another that is tied to no instance takes its place. */
  private get isLateWithin(): boolean {
    return this.isLimited && this.s.semantics.lateBinding;
  }

  private get isLimited(): boolean {
    return this.s.max.length + this.s.reserved.length > 0 || this.s.quotas !== undefined;
  }

  /** Instances of the function that a call may take at once, the one that serves next in front. */
  private inServingOrder(fn: number, inUse = false): readonly Instance[] {
    const {starting} = this.s.semantics;
    const alike = starting === 'alike' && this.places(fn) > 1 && !this.s.semantics.lateBinding;
    const others = [
      ...this.fleet.busyOf(fn),
      ...(alike ? [...this.fleet.startingOf(fn), ...this.fleet.unclaimedOf(fn)] : []),
    ];
    // Of idle ones that are kept whatever happens the last to go idle is the only candidate; they all go first.
    const kept = this.fleet.idleOf(fn).filter((instance) => instance.kept);
    const lastKept = kept.toSorted((a, b) => b.idleOrder - a.idleOrder).slice(0, 1);
    const idle = this.fleet.idleOf(fn).filter((instance) => !instance.kept);
    const all = [...(inUse ? [] : [...lastKept, ...idle]), ...others.filter((instance) => this.hasPlace(instance))];
    return this.sorted(all.some((instance) => instance.kept) ? all.filter((instance) => instance.kept) : all);
  }

  /** The one that the reuse rule takes first in front. */
  private sorted(open: readonly Instance[]): readonly Instance[] {
    const by = (key: (instance: Instance) => number) => open.toSorted((a, b) => key(a) - key(b));
    switch (this.s.semantics.reuse) {
      case 'packed':
      case 'spread':
        return by((instance) => -instance.idleOrder).sort((a, b) => this.byLoad(a, b));
      case 'mru':
        return by((instance) => -instance.idleOrder);
      case 'lru':
        return by((instance) => instance.idleOrder);
      case 'newest':
        return by((instance) => -instance.id);
      case 'oldest':
        return by((instance) => instance.id);
      case 'index-set':
        return open;
    }
  }

  private byLoad(a: Instance, b: Instance): number {
    const {reuse} = this.s.semantics;
    if (reuse === 'packed') return b.calls - a.calls;
    return reuse === 'spread' ? a.calls - b.calls : 0;
  }

  /** Idle instances of the function, the one that serves next in front. */
  private idleInServingOrder(fn: number): readonly Instance[] {
    return this.sorted(this.fleet.idleOf(fn).filter((instance) => !instance.kept));
  }

  // What a pre-warming policy does.

  /** The steps of one function, each scheduled when the one before has happened. */
  private scheduleStep([step, ...later]: readonly ScriptedStep[]): void {
    if (step === undefined) return;
    this.events.at(step.atUs, Rank.wake, () => {
      this.prewarm(step);
      this.trim(step);
      // An order may depend on the time.
      if (this.strict !== undefined) this.scanQueue();
      this.scheduleStep(later);
    });
  }

  private prewarm(step: ScriptedStep): void {
    const memoryMib = this.s.memoryMib[step.fn]!;
    for (let k = 0; k < step.prewarm; k++) {
      const host = this.mayOpen(step.fn) ? this.fleet.choose(memoryMib, step.fn) : -1;
      if (host < 0) return;
      this.startInAdvance(step.fn, host, step.coldUs);
    }
  }

  /** An instance that no call has asked for. */
  private startInAdvance(fn: number, host: number, coldUs: number): Instance {
    const instance = this.create(fn, host);
    this.watch(this.now);
    this.ledger.instanceEvent(instance, 'prewarm', this.now);
    instance.beginUs = this.starts.begin(host, fn, this.now, coldUs);
    instance.readyUs = instance.beginUs + coldUs;
    this.shareCores(instance);
    this.events.at(instance.readyUs, Rank.ready, () => this.becomeReady(instance), instance.id);
    this.bindWaiting(instance);
    return instance;
  }

  /** Those that would serve last go first. */
  private trim(step: ScriptedStep): void {
    const before = this.fleet.idleOf(step.fn).length;
    for (let excess = before - step.keepIdle; excess > 0; excess--) {
      const last = this.idleInServingOrder(step.fn).at(-1);
      if (last !== undefined) this.remove(last, 'trim');
    }
    if (before > step.keepIdle) this.scanQueue();
  }

  // What a policy that follows targets does.
  /** The changes of one function's target, each scheduled when the one before has been dealt with. */
  private scheduleTarget([change, ...later]: readonly Target[]): void {
    if (change === undefined) return;
    this.events.at(change.atUs, Rank.wake, () => {
      const isLower = change.slots < this.target[change.fn]!;
      this.target[change.fn] = change.slots;
      const excess = Math.min(this.living(change.fn) - change.slots, this.fleet.idleOf(change.fn).length);
      for (let k = 0; isLower && k < excess; k++) this.remove(this.idleInServingOrder(change.fn).at(-1)!, 'trim');
      if (isLower && excess > 0) this.scanQueue();
      if (this.living(change.fn) >= change.slots) this.scheduleTarget(later);
      else {
        // Once all targets that fall at this time have made room.
        this.events.at(change.atUs, Rank.wake, () => {
          this.prewarm({...change, prewarm: change.slots - this.living(change.fn), keepIdle: 0});
          this.scheduleTarget(later);
        });
      }
    });
  }

  private living(fn: number): number {
    return [...this.fleet.live].filter((instance) => instance.fn === fn).length;
  }

  private keepUs(instance: Instance): number {
    if (this.s.targets.length === 0) return keepAliveUs(this.s, instance.fn, this.now, instance.unused);
    return this.living(instance.fn) <= this.target[instance.fn]! ? Number.POSITIVE_INFINITY : this.s.spillUs;
  }

  /** Its time is up, but its function would have fewer instances than its target without it: it stays for good. */
  private staysForTarget(instance: Instance): boolean {
    const stays = this.s.targets.length > 0 && this.living(instance.fn) <= this.target[instance.fn]!;
    if (stays) instance.keepUs = Number.POSITIVE_INFINITY;
    return stays;
  }

  // Book-keeping.

  private use(instance: Instance, call: Pending): void {
    instance.lastStartUs = this.now;
    instance.calls++;
    instance.unused = false;
    instance.uses++;
    const uses = () => [...this.fleet.live].reduce((n, other) => n + (other.fn === call.fn ? other.uses : 0), 0);
    // A call that will be cut is worth what it runs.
    const durationUs = Math.min(this.sliceOf(call).lengthUs, this.s.timeoutUs[call.fn] ?? Number.POSITIVE_INFINITY);
    this.order.afterStart({...call, durationUs}, uses, this.now);
  }

  private enter(instance: Instance, state: 'idle' | 'busy'): void {
    this.ledger.close(instance, this.now);
    instance.state = state;
    instance.sinceUs = this.now;
  }

  /** Notes what is in use: after every creation and end, and when the counted part begins. */
  private watch(atUs: number): void {
    this.ledger.level(this.fleet.live.size, this.fleet.usedMib(), atUs);
  }
}

/** A call that has an instance, in which its slice begins and ends then. */
interface Run {
  call: Pending;
  readonly instance: Instance;
  startUs: number;
  endUs: number;
  readonly order: number;
  /** Since when it stands still. */
  haltedUs: number | undefined;
  readonly ends: () => void;
}

function newGroup(copy: number): Group {
  return {isOver: false, attempts: new Set([copy]), tellers: new Set([copy])};
}

interface Slice {
  readonly lengthUs: number;
  readonly workUs: number;
}

/** No call is longer than a slice. */
const wholeCalls: Checkpoint = {
  everyUs: Number.POSITIVE_INFINITY,
  saveUs: 0,
  restoreUs: 0,
  resumeUs: 0,
  yieldsAlways: false,
};

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
