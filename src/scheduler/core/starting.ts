import {StemCells} from '../parts/containers/stem-cells.ts';
import {SharedStarts} from '../parts/limits/shared-starts.ts';
import {StartGate} from '../parts/limits/start-gate.ts';
import {LateBinding} from '../parts/queue/late-binding.ts';
import {ARRIVAL_US, ATTEMPT, COLD_US, DURATION_US, FIRST, NOW_US} from './at-hand.ts';
import type {CellSetup} from './cell-setup.ts';
import type {EventHeap} from './event-heap.ts';
import {orderOf, READY, sequenceOf} from './events.ts';
import type {Fleet} from './fleet.ts';
import {FN, INTS, NONE, STATE, State} from './instances.ts';
import type {Serving} from './serving.ts';
import type {Sharing} from './sharing.ts';
import type {Tally} from './tally.ts';

/** Starts that a usual wait is the mean of, once there were so many. */
const RECENT_STARTS = 256;

/** Instances on their way: for a call that is bound to them, for whichever call of their function is first, or ahead of calls. */
export class Starting {
  /** Set with late binding only. */
  readonly late: LateBinding | undefined;
  private readonly gate: StartGate | undefined;
  /** Set where starts on one host lengthen each other. */
  private readonly shared: SharedStarts | undefined;
  private readonly fleet: Fleet;
  private readonly tally: Tally;
  private readonly serving: Serving;
  private readonly timers: EventHeap;
  private readonly atHand: Float64Array;
  private readonly coldTime: CellSetup['coldTime'];
  /** Set where hosts keep containers at hand. */
  private readonly stemCells: StemCells | undefined;
  /** Set where an instance may have several calls. */
  private readonly sharing: Sharing | undefined;
  /** How long calls have waited for their starts to begin, recent ones weighing more, us; 0 where starts are not limited. */
  usualWaitUs = 0;
  private starts = 0;

  constructor(
    fleet: Fleet,
    tally: Tally,
    serving: Serving,
    timers: EventHeap,
    atHand: Float64Array,
    setup: CellSetup,
    sharing: Sharing | undefined,
  ) {
    this.fleet = fleet;
    this.tally = tally;
    this.serving = serving;
    this.timers = timers;
    this.atHand = atHand;
    this.coldTime = setup.coldTime;
    const {containers} = setup;
    this.stemCells = containers && containers.stemCells > 0 ? new StemCells(setup.memoryMib, containers) : undefined;
    this.sharing = sharing;
    this.late = setup.semantics.lateBinding ? new LateBinding(fleet, sharing?.places) : undefined;
    const {
      hosts,
      startsPerHost: perHost,
      startsPerSecond: perSecond,
      startBurst = 1,
      startsPerFunction = false,
      parts,
      faults,
    } = setup;
    const {startCores} = setup;
    const putOff = (i: number, byUs: number) => this.putOff(i, byUs);
    this.shared = startCores === undefined ? undefined : new SharedStarts(startCores, fleet.pool, putOff);
    const slowdowns = faults?.slowdowns ?? [];
    const rate = {perSecond, burst: startBurst, perFunction: startsPerFunction};
    const limits = {perHost, ...rate, parts, slowdowns, shared: this.shared};
    const gated = Math.min(perHost, perSecond) !== Number.POSITIVE_INFINITY || slowdowns.length > 0;
    this.gate = gated ? new StartGate(hosts.count, fleet.functions.count, limits) : undefined;
  }

  /** True when an instance of `fn` is starting that has a place which no call has claimed. */
  hasSpare(fn: number): boolean {
    if (this.late) return this.late.hasSpare(fn);
    if (this.sharing) return this.sharing.takeStarting(fn) !== NONE;
    return this.fleet.functions.startingHead[fn] !== NONE;
  }

  /** An instance of `fn` that is starting anyway takes the call at hand, if it has a place that nobody has claimed. */
  join(fn: number): boolean {
    const {atHand, late} = this;
    if (late) {
      if (!late.hasSpare(fn)) return false;
      this.tally.log?.waitsForAny(fn, Number.NaN);
      late.add(fn, atHand[ARRIVAL_US]!, atHand[DURATION_US]!, atHand[ATTEMPT]!);
    } else {
      const i = this.sharing === undefined ? this.fleet.unclaimed.take(fn) : this.sharing.takeStarting(fn);
      if (i === NONE) return false;
      this.tally.started(fn, atHand[ARRIVAL_US]!, this.fleet.pool.readyUs[i]!);
      atHand[COLD_US] = -1;
      this.serving.claim(i, fn);
    }
    this.tally.boundWaiting(atHand[ARRIVAL_US]!, atHand[NOW_US]!);
    return true;
  }

  /** Starts an instance of `fn` on `host` for the call at hand. */
  startCold(fn: number, host: number): number {
    const {tally, late, atHand} = this;
    const nowUs = atHand[NOW_US]!;
    const arrivalUs = atHand[ARRIVAL_US]!;
    const coldUs = this.lengthUs(host, fn, nowUs, atHand[COLD_US]!);
    const beginUs = this.gate ? this.gate.begin(host, fn, nowUs, coldUs) : nowUs;
    if (this.gate) this.usualWaitUs += (beginUs - nowUs - this.usualWaitUs) / Math.min(++this.starts, RECENT_STARTS);
    const i = this.create(fn, host, beginUs, coldUs);
    const readyUs = this.fleet.pool.readyUs[i]!;
    tally.startedCold(fn, arrivalUs, readyUs - beginUs);
    if (atHand[FIRST] === 1) tally.startedFirst(arrivalUs);
    if (late) {
      // A call that is not tied to its instance does not wait for that one's start to begin.
      tally.waited(arrivalUs, nowUs);
      tally.log?.waitsForAny(fn, nowUs);
      late.add(fn, arrivalUs, atHand[DURATION_US]!, atHand[ATTEMPT]!);
      this.awaitReady(i, fn, readyUs);
    } else {
      tally.waited(arrivalUs, beginUs);
      tally.started(fn, arrivalUs, readyUs);
      tally.log?.opens(beginUs);
      this.serving.claim(i, fn);
      if (this.sharing !== undefined) this.tellReady(i, readyUs);
    }
    return i;
  }

  /** `i` is ready so much later than it was to be. */
  private putOff(i: number, byUs: number): void {
    const {pool, unclaimed} = this.fleet;
    const fn = pool.ints[i * INTS + FN]!;
    if (pool.ints[i * INTS + STATE] === State.claimed) this.serving.putOff(i, byUs);
    else if (this.sharing === undefined) {
      unclaimed.remove(i);
      unclaimed.add(i);
    }
    this.sharing?.offer(i, fn);
  }

  /** How long a start on `host` takes that from nothing would take `coldUs`. */
  private lengthUs(host: number, fn: number, nowUs: number, coldUs: number): number {
    return this.stemCells === undefined ? coldUs : this.stemCells.startUs(host, fn, nowUs, coldUs);
  }

  /** An instance whose start begins at `beginUs` and takes `coldUs`, by itself. Until then it has its room and is charged for nothing. */
  private create(fn: number, host: number, beginUs: number, coldUs: number): number {
    const nowUs = this.atHand[NOW_US]!;
    const i = this.fleet.create(fn, host, nowUs, beginUs + coldUs);
    this.fleet.pool.createdUs[i] = beginUs;
    this.sharing?.created(i);
    if (this.shared !== undefined) {
      this.serving.opened(i);
      this.shared.begin(host, i, nowUs, beginUs, coldUs);
    }
    return i;
  }

  /** How long a start of `fn` on `host` that is asked for now would wait to begin. */
  waitUs(host: number, fn: number): number {
    const nowUs = this.atHand[NOW_US]!;
    return this.gate ? Math.max(0, this.gate.freeUs(host, fn, nowUs) - nowUs) : 0;
  }

  /** `host` has failed: nothing starts there. */
  lose(host: number): void {
    this.gate?.lose(host);
    this.shared?.lose(host);
  }

  /** What was starting on `host` at `sinceUs` takes so much longer. */
  delay(host: number, sinceUs: number, byUs: number): void {
    this.gate?.delay(host, sinceUs, byUs);
  }

  /** The rate of starts allows one of `fn` now. */
  mayBegin(fn: number): boolean {
    const nowUs = this.atHand[NOW_US]!;
    return this.gate === undefined || this.gate.tokenUs(fn, nowUs) <= nowUs;
  }

  /**
   * Starts an instance on `host` that no call has asked for, `afterUs` from now; `kept`: its function keeps it whatever
   * happens.
   */
  startPrewarm(fn: number, host: number, kept = false, afterUs = 0): number {
    const nowUs = this.atHand[NOW_US]!;
    const coldUs = this.lengthUs(host, fn, nowUs, this.coldTime.drawUs(fn, nowUs));
    const freeUs = this.gate ? this.gate.begin(host, fn, nowUs, coldUs) : nowUs;
    const beginUs = Math.max(freeUs, nowUs + afterUs);
    this.tally.prewarm(fn);
    const i = this.create(fn, host, beginUs, coldUs);
    // Before it is offered: what is kept serves first.
    if (kept) this.fleet.keep(i, fn);
    this.awaitReady(i, fn, this.fleet.pool.readyUs[i]!);
    return i;
  }

  /** `i`, which no call has claimed, starts for whoever is first. */
  private awaitReady(i: number, fn: number, readyUs: number): void {
    this.late?.instanceStarts(fn);
    if (this.sharing === undefined || this.late) this.fleet.unclaimed.add(i);
    else this.sharing.offer(i, fn);
    this.tellReady(i, readyUs);
  }

  /** `i`, whose host stood still, goes on starting; `isClaimed`: for a call. Not with late binding. */
  goOn(i: number, fn: number, isClaimed: boolean): void {
    const readyUs = this.fleet.pool.readyUs[i]!;
    if (!isClaimed) this.awaitReady(i, fn, readyUs);
    else if (this.sharing !== undefined) {
      this.sharing.offer(i, fn);
      this.tellReady(i, readyUs);
    }
  }

  /** Equal times go by the order of creation. */
  private tellReady(i: number, readyUs: number): void {
    this.timers.push(readyUs, orderOf(READY, this.fleet.pool.createdSequence[i]!), i);
  }

  /** The start of `i`, told with that order, was to be over now: the instance of its function that is ready, or NONE. */
  ready(i: number, order: number): number {
    const {ints, createdSequence, readyUs} = this.fleet.pool;
    if (sequenceOf(order) !== createdSequence[i]!) return NONE; // the row lives another life
    const fn = ints[i * INTS + FN]!;
    const state = ints[i * INTS + STATE]!;
    if (readyUs[i] !== this.atHand[NOW_US]) {
      // It has been held up: by its host, which tells anew when it goes on, or by other starts.
      if (this.shared !== undefined && readyUs[i]! > this.atHand[NOW_US]!) this.tellReady(i, readyUs[i]!);
      return NONE;
    }
    if (this.late === undefined && this.sharing !== undefined) {
      // Stale when a call that takes no time has finished at this very time.
      if (state !== State.starting && state !== State.claimed) return NONE;
      this.sharing.becomeReady(i, fn);
      return i;
    }
    // Stale when a call has claimed it meanwhile.
    if (state !== State.starting) return NONE;
    this.late?.instanceReady(fn);
    // Unclaimed instances of a function are filed by the time they are ready: this one is the first.
    const first = this.fleet.unclaimed.take(fn);
    if (this.sharing === undefined) this.fleet.charge(first, this.atHand[NOW_US]!);
    else this.sharing.becomeReady(first, fn);
    return first;
  }

  /** The run is over: calls that wait for whichever instance is first are told of when theirs is ready. */
  settle(): void {
    const {late, tally, atHand} = this;
    late?.settle((call, fn, i) => {
      const readyUs = this.fleet.pool.readyUs[i]!;
      late.read(call, atHand);
      tally.started(fn, atHand[ARRIVAL_US]!, readyUs);
      tally.log?.endsWaiting(fn, i, readyUs);
    });
  }
}
