import {keepsSome} from '../parts/limits/function-limits.ts';
import {Pace} from '../parts/limits/pace.ts';
import {DURATION_US, NOW_US} from './at-hand.ts';
import {CallsInFlight} from './calls-in-flight.ts';
import type {CellSetup} from './cell-setup.ts';
import type {EventHeap} from './event-heap.ts';
import {orderOf, RESTED} from './events.ts';
import type {Fleet} from './fleet.ts';
import {DOUBLES, IDLE_SEQUENCE, INTS, type Instances, NONE, SINCE_US, STATE, State} from './instances.ts';
import {OpenColumns, OpenInstances} from './open-instances.ts';
import {OpenStack} from './open-stack.ts';
import type {Semantics} from './semantics.ts';

/** More than any rank: what a function keeps whatever happens serves first. */
const KEPT_FIRST = 2 ** 52;

/**
 * Instances that serve several calls at once. Those without a call are idle and lie in the idle lists, as where each
 * serves one alone; those with a call and a free place lie here, the ready ones apart from those that are starting.
 */
export class Sharing {
  readonly calls = new CallsInFlight();
  /** How many calls an instance serves at once. */
  readonly places: Int32Array; // [function]
  private readonly fleet: Fleet;
  private readonly pool: Instances;
  private readonly atHand: Float64Array;
  private readonly reuse: Semantics['reuse'];
  /** An instance with several places serves in the same order whether it is ready or not. */
  private readonly alike: boolean;
  /** Set where instances may begin so many calls a second. */
  private readonly pace: Pace | undefined;
  private readonly rests: (i: number, untilUs: number) => void;
  private readonly columns = new OpenColumns();
  private readonly ready: OpenInstances | OpenStack;
  private readonly starting: OpenInstances;
  /** Calls that each instance serves, or will as soon as it is ready. */
  private load = new Int32Array(1024); // [instance]
  /** Its place among all that went idle, became ready or ended a call: when it last had a place to give. */
  private freed = new Float64Array(1024); // [instance]
  /** 1: takes no more calls, and goes when it has none. */
  private closed = new Uint8Array(1024); // [instance]

  /** `keeps`: functions keep instances whatever happens, which serve first. `rests`: tells when the rest of one is over. */
  constructor(
    fleet: Fleet,
    places: Int32Array,
    semantics: Semantics,
    atHand: Float64Array,
    keeps: boolean,
    pace: Pace | undefined,
    rests: (i: number, untilUs: number) => void,
  ) {
    this.fleet = fleet;
    this.pace = fleet.pace = pace;
    this.rests = rests;
    this.pool = fleet.pool;
    this.places = places;
    this.atHand = atHand;
    this.reuse = semantics.reuse;
    this.alike = semantics.starting === 'alike';
    // Whoever is filed under the most recently freed comes from there, and so goes before all that are.
    this.ready =
      semantics.reuse === 'mru' && !keeps
        ? new OpenStack(places.length, this.columns)
        : new OpenInstances(places.length, this.columns, fleet.pool);
    this.starting = new OpenInstances(places.length, this.columns, fleet.pool);
  }

  /** `i` was created. */
  created(i: number): void {
    if (i >= this.load.length) this.growTo(i);
    this.load[i] = 0;
    this.closed[i] = 0;
    this.pace?.reset(i);
    this.freed[i] = this.fleet.nextInLine();
  }

  /** True when `i`, of `fn`, has a free place. */
  hasPlace(i: number, fn: number): boolean {
    return this.load[i]! < this.places[fn]! && this.closed[i] === 0 && this.pace?.rests(i) !== true;
  }

  /** True when `i` has calls. */
  hasCalls(i: number): boolean {
    return this.load[i]! > 0;
  }

  /** `i`, ready, takes no more calls. */
  close(i: number, fn: number): void {
    this.closed[i] = 1;
    this.pace?.reset(i);
    this.ready.remove(i, fn);
  }

  isClosed(i: number): boolean {
    return this.closed[i] === 1;
  }

  /**
   * The instance of `fn` that takes the next call, ready or, where they serve alike, starting; or NONE. `inUse`: none that
   * is idle.
   */
  next(fn: number, inUse = false): number {
    const open = this.ready.top(fn);
    const idle = inUse ? NONE : this.fleet.nextIdle(fn);
    return idle === NONE || (open !== NONE && !this.goesFirst(idle, open)) ? open : idle;
  }

  /** The same, out of the idle lists. */
  take(fn: number, inUse = false): number {
    const idle = this.next(fn, inUse);
    if (idle === NONE || this.pool.ints[idle * INTS + STATE] !== State.idle) return idle;
    this.fleet.takeIdle(fn);
    this.freed[idle] = this.pool.doubles[idle * DOUBLES + IDLE_SEQUENCE]!;
    this.fleet.leftIdle(idle, fn, this.pool.doubles[idle * DOUBLES + SINCE_US]!, this.atHand[NOW_US]!);
    this.begin(idle);
    return idle;
  }

  /** The starting instance of `fn` that takes the next call, or NONE. */
  takeStarting(fn: number): number {
    return this.starting.top(fn);
  }

  /** An idle instance goes before one that has calls. */
  private goesFirst(idle: number, open: number): boolean {
    const {createdSequence, doubles} = this.pool;
    const {kept} = this.fleet;
    if (kept !== undefined && kept.holds(idle) !== kept.holds(open)) return kept.holds(idle);
    // One that is starting and serves alike may have no call either.
    if (this.load[open]! > 0 && (this.reuse === 'packed' || this.reuse === 'spread')) return this.reuse === 'spread';
    switch (this.reuse) {
      case 'newest':
        return createdSequence[idle]! > createdSequence[open]!;
      case 'oldest':
        return createdSequence[idle]! < createdSequence[open]!;
      default: {
        const idleLater = doubles[idle * DOUBLES + IDLE_SEQUENCE]! > this.freed[open]!;
        return this.reuse === 'lru' ? !idleLater : idleLater;
      }
    }
  }

  /** `i`, ready and without a call, is busy from now on. */
  private begin(i: number): void {
    this.pool.ints[i * INTS + STATE] = State.busy;
    this.pool.doubles[i * DOUBLES + SINCE_US] = this.atHand[NOW_US]!;
  }

  /** Gives `i` the call at hand, which begins now or as soon as it is ready; the call's row. */
  give(i: number, fn: number): number {
    const {ints, doubles, readyUs} = this.pool;
    const state = ints[i * INTS + STATE]!;
    let fromUs = this.atHand[NOW_US]!;
    if (state === State.starting) {
      ints[i * INTS + STATE] = State.claimed;
      doubles[i * DOUBLES + SINCE_US] = readyUs[i]!;
    }
    if (state === State.starting || state === State.claimed) fromUs = readyUs[i]!;
    this.load[i]! += 1;
    const restUs = this.pace?.began(i, fromUs) ?? 0;
    if (restUs > 0) this.rests(i, restUs);
    this.file(i, fn);
    return this.calls.add(i, fromUs + this.atHand[DURATION_US]!);
  }

  /** The start of `i`, which may have calls, is over now; without one it is for its cell to say what becomes of it. */
  becomeReady(i: number, fn: number): void {
    if (!this.startsAlike(fn)) this.starting.remove(i, fn);
    this.fleet.started(i, fn, this.pool.createdUs[i]!, this.atHand[NOW_US]!);
    this.begin(i);
    this.freed[i] = this.fleet.nextInLine();
    this.file(i, fn);
  }

  /** The call of that row is over; the instance, whose place is not given to others before `keepOpen` or a call is. */
  end(row: number, fn: number): number {
    const i = this.calls.end(row);
    if (this.pool.ints[i * INTS + STATE] === State.claimed) this.becomeReady(i, fn);
    this.load[i]! -= 1;
    return i;
  }

  /** `i` has a place that nobody waits for. True: it has calls still. Else its busy time is over. */
  keepOpen(i: number, fn: number): boolean {
    if (this.load[i]! > 0) {
      this.freed[i] = this.fleet.nextInLine();
      if (this.closed[i] === 0) this.file(i, fn);
      return true;
    }
    this.ready.remove(i, fn);
    this.fleet.served(i, fn, this.pool.doubles[i * DOUBLES + SINCE_US]!, this.atHand[NOW_US]!);
    if (this.closed[i] === 1 || this.pace?.rests(i) !== true) return false;
    this.pool.doubles[i * DOUBLES + SINCE_US] = this.atHand[NOW_US]!;
    this.pace.idles(i);
    return true;
  }

  /** `i` is no more; true if it rested, ready and without a call. */
  forget(i: number, fn: number): boolean {
    const list = this.starts(i) && !this.startsAlike(fn) ? this.starting : this.ready;
    list.remove(i, fn);
    const idled = this.pace?.wasIdle(i) === true;
    this.pace?.reset(i);
    return idled;
  }

  /** `i` stands still: nobody is offered its places. */
  freeze(i: number, fn: number): void {
    const list = this.starts(i) && !this.startsAlike(fn) ? this.starting : this.ready;
    list.remove(i, fn);
  }

  /** `i`, which has calls, ready or starting, takes no more of them, and goes with the last. */
  retire(i: number, fn: number): void {
    this.freeze(i, fn);
    this.closed[i] = 1;
    this.pace?.reset(i);
  }

  /** `i`, which has calls and is ready, has its places again. */
  thaw(i: number, fn: number): void {
    this.freed[i] = this.fleet.nextInLine();
    this.file(i, fn);
  }

  /** `i`, idle when its host stood still, is ready again and for its cell to say what becomes of it. */
  thawIdle(i: number): void {
    this.freed[i] = this.fleet.nextInLine();
    this.begin(i);
  }

  /** The timer for the rest of `i` fires: true if it is over; then `i` has places again, and idled if it had no call. */
  restEnds(i: number, fn: number): boolean {
    const {pace, pool, atHand} = this;
    if (pace?.ends(i, atHand[NOW_US]!) !== true) return false;
    this.freed[i] = this.fleet.nextInLine();
    if (pace.wasIdle(i)) {
      this.fleet.leftIdle(i, fn, pool.doubles[i * DOUBLES + SINCE_US]!, atHand[NOW_US]!);
      this.begin(i);
    }
    this.file(i, fn);
    return true;
  }

  /** `i` is starting, for a call or for nobody yet. */
  starts(i: number): boolean {
    const state = this.pool.ints[i * INTS + STATE]!;
    return state === State.starting || state === State.claimed;
  }

  /** A starting instance without a call, for whichever comes. */
  offer(i: number, fn: number): void {
    this.file(i, fn);
  }

  /** Puts `i` where its calls and its state say. */
  private file(i: number, fn: number): void {
    const state = this.pool.ints[i * INTS + STATE]!;
    const starts = state === State.starting || state === State.claimed;
    const list = starts && !this.startsAlike(fn) ? this.starting : this.ready;
    if (!this.hasPlace(i, fn)) list.remove(i, fn);
    else if (list === this.starting) list.set(i, fn, this.rankByLoad(i), this.pool.readyUs[i]!);
    else list.set(i, fn, this.rank(i) - (this.fleet.kept?.holds(i) ? KEPT_FIRST : 0), -this.freed[i]!);
  }

  /** Of one place, nobody but a call that has no other takes an instance that is starting. */
  private startsAlike(fn: number): boolean {
    return this.alike && this.places[fn]! > 1;
  }

  private rankByLoad(i: number): number {
    if (this.reuse === 'packed') return -this.load[i]!;
    return this.reuse === 'spread' ? this.load[i]! : 0;
  }

  private rank(i: number): number {
    switch (this.reuse) {
      case 'newest':
        return -this.pool.createdSequence[i]!;
      case 'oldest':
        return this.pool.createdSequence[i]!;
      case 'lru':
        return this.freed[i]!;
      case 'packed':
      case 'spread':
        return this.rankByLoad(i);
      // An index set says nothing of instances with calls: the most recently freed goes first.
      default:
        return -this.freed[i]!;
    }
  }

  private growTo(i: number): void {
    const capacity = 2 * (i + 1);
    const [load, freed, closed] = [new Int32Array(capacity), new Float64Array(capacity), new Uint8Array(capacity)];
    closed.set(this.closed);
    this.closed = closed;
    load.set(this.load);
    freed.set(this.freed);
    this.load = load;
    this.freed = freed;
    this.columns.grow(capacity);
  }
}

/** Undefined: every instance has one call at a time. */
export function sharingOf(
  fleet: Fleet,
  {places, semantics, limits, pace}: CellSetup,
  atHand: Float64Array,
  timers: EventHeap,
): Sharing | undefined {
  if (places === undefined) return undefined;
  let rests = 0;
  const tell = (i: number, untilUs: number): void => timers.push(untilUs, orderOf(RESTED, rests++), i);
  return new Sharing(fleet, places, semantics, atHand, keepsSome(limits), pace && new Pace(pace), tell);
}
