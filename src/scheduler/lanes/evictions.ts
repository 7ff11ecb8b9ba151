import {stableOrder} from '../../base/sort.ts';
import type {Account} from '../core/account.ts';
import {EventHeap} from '../core/event-heap.ts';
import {ARRIVAL, EXPIRY, kindOf, orderOf} from '../core/events.ts';
import {FunctionHeap} from '../core/function-heap.ts';
import type {WindowOfCalls} from '../core/window-of-calls.ts';
import {doubled, type EventLog} from './event-log.ts';
import type {LaneWalk} from './lane-walk.ts';
import {BOTTOM, LANE_INTS, TOP} from './lanes.ts';
import {ALIVE_US, FN, HEIGHT, LEFT, VERSION, VISIT_INTS, VISIT_US} from './visits.ts';

const NONE = -1;

/**
 * What lanes share: the room of a cell. Goes through the creations and expiries of a window in order of time, counts
 * who is alive, and where the fleet is full gives up whatever has been idle for longest. An eviction that takes an
 * instance which its lane would have used makes that lane walk again from the window's start: rare, because what has
 * been idle for longest is what is used least.
 */
export class Evictions {
  /** The evictions of this window: when, and of which lane. */
  readonly at: number[] = [];
  readonly fn: number[] = [];
  /** Lanes by the time since when their oldest instance is idle. */
  readonly oldest: FunctionHeap;
  /** Instances that there is room for; Infinity: no limit. */
  readonly capacity: number;
  /** A newcomer that would evict what has not been idle for its cold time waits instead, as the cell has it. */
  private readonly longUs: Float64Array | undefined; // [function] the shortest cold time at which it does
  private readonly walk: LaneWalk;
  private readonly account: Account;
  private readonly visitOf: Int32Array; // [function]
  private readonly settle: (fn: number) => void;
  private readonly late = new EventHeap();
  private createdOrder: Orders = {a: new Int32Array(256), b: new Int32Array(256)};
  private expiredOrder: Orders = {a: new Int32Array(256), b: new Int32Array(256)};
  private lowUs = 0;
  private lengthUs = 0;

  /** `settle` brings a lane that no call visits up to the window's start. */
  constructor(
    walk: LaneWalk,
    account: Account,
    capacity: number,
    longUs: Float64Array | undefined,
    settle: (fn: number) => void,
  ) {
    this.walk = walk;
    this.longUs = longUs;
    this.account = account;
    this.capacity = capacity;
    this.settle = settle;
    this.visitOf = new Int32Array(walk.lanes.count);
    this.oldest = new FunctionHeap(walk.lanes.count);
  }

  /** Notes that lane `fn` is visit `v` of the window. */
  visited(fn: number, v: number): void {
    this.visitOf[fn] = v;
  }

  /** A window begins: nobody is evicted. */
  begin({lowUs, highUs}: WindowOfCalls): void {
    this.lowUs = lowUs;
    this.lengthUs = highUs - lowUs;
    this.at.length = this.fn.length = 0;
  }

  /** Goes through the window; false when the lanes alone cannot say who must go. */
  run(): boolean {
    const {walk, late} = this;
    const {created, expired} = walk;
    const visits = walk.visits.ints;
    late.clear();
    const [creations, expiries] = [created.count, expired.count];
    const creation = ordered(created, this.createdOrder);
    const expiry = ordered(expired, this.expiredOrder);
    for (let c = 0, x = 0; ; ) {
      const createdAt = c < creations ? created.at[creation[c]!]! : Number.POSITIVE_INFINITY;
      const expiredAt = x < expiries ? expired.at[expiry[x]!]! : Number.POSITIVE_INFINITY;
      const kind = expiredAt <= createdAt ? EXPIRY : ARRIVAL;
      const at = kind === EXPIRY ? expiredAt : createdAt;
      const lateAt = late.top[0]!;
      if (at === Number.POSITIVE_INFINITY && lateAt === at) return true;
      const log = kind === EXPIRY ? expired : created;
      const k = kind === EXPIRY ? expiry[x]! : creation[c]!;
      const fn = at === Number.POSITIVE_INFINITY ? NONE : visits[log.visit[k]! * VISIT_INTS + FN]!;
      if (lateAt < at || (lateAt === at && late.topOrder < orderOf(kind, fn))) {
        const [order, event] = [late.topOrder, late.topPayload];
        late.pop();
        if (!this.happen(kindOf(order), event)) return false;
        continue;
      }
      if (kind === EXPIRY) x++;
      else c++;
      if (!this.happen(kind, k)) return false;
    }
  }

  /** Event `k` of its log happens: an expiry, or the creation that an arrival asks for. */
  private happen(kind: number, k: number): boolean {
    const {walk, account} = this;
    const visits = walk.visits.ints;
    const log = kind === EXPIRY ? walk.expired : walk.created;
    const r = log.visit[k]! * VISIT_INTS;
    if (log.version[k] !== visits[r + VERSION]) return true;
    const fn = visits[r + FN]!;
    if (kind === EXPIRY) {
      visits[r + LEFT]! += 1;
      account.ended(fn);
      return true;
    }
    if (account.alive >= this.capacity && !this.makeRoom(log.at[k]!, fn, log.tookUs[k]!)) return false;
    account.began(fn);
    return true;
  }

  /**
   * Evicts what has been idle for longest, for a creation of `fn` at `at` that takes `coldUs`; false when that is not
   * known, or the creation must wait.
   */
  private makeRoom(at: number, fn: number, coldUs: number): boolean {
    const {oldest} = this;
    while (oldest.size > 0) {
      const victim = oldest.top;
      const sinceUs = this.sinceUs(victim, at, fn);
      if (sinceUs === oldest.key[victim] && sinceUs < this.lowUs) {
        const longUs = this.longUs === undefined ? Number.POSITIVE_INFINITY : this.longUs[fn]!;
        if (coldUs >= longUs && coldUs > this.lowUs + at - sinceUs) return false;
        this.evict(victim, at, fn);
        return true;
      }
      if (sinceUs === Number.POSITIVE_INFINITY) {
        oldest.drop();
        continue;
      }
      // What is idle since the window began shows in no stack as it was before.
      if (oldest.key[victim]! >= this.lowUs) return false;
      oldest.key[victim] = sinceUs;
      oldest.sink();
    }
    return false;
  }

  /**
   * Since when the oldest instance of lane `victim` is idle, as a creation of `fn` at `at` finds it: exact if before
   * the window, else the window's start or later; Infinity when the lane has none and is not visited.
   */
  private sinceUs(victim: number, at: number, fn: number): number {
    const {walk, lowUs} = this;
    const {lanes} = walk;
    const visits = walk.visits.ints;
    const v = this.visit(victim);
    if (v === NONE) {
      this.settle(victim);
      if (lanes.alive(victim) === 0) return Number.POSITIVE_INFINITY;
      const bottom = lanes.ints[victim * LANE_INTS + BOTTOM]!;
      return bottom < lanes.ints[victim * LANE_INTS + TOP]! ? lanes.times[bottom]! : lowUs;
    }
    const entry = visits[v * VISIT_INTS + LEFT]!;
    if (entry >= visits[v * VISIT_INTS + HEIGHT]!) return lowUs;
    const takenAt = walk.visits.takenAt(v, entry);
    if (takenAt < at || (takenAt === at && victim <= fn)) return lowUs;
    return walk.visits.idleSinceUs(v, entry);
  }

  private visit(fn: number): number {
    const v = this.visitOf[fn]!;
    const {visits} = this.walk;
    return v < visits.count && visits.ints[v * VISIT_INTS + FN] === fn ? v : NONE;
  }

  private evict(victim: number, at: number, fn: number): void {
    const {walk} = this;
    const {lanes, visits, created, expired} = walk;
    this.at.push(at);
    this.fn.push(victim);
    this.account.ended(victim);
    const v = this.visit(victim);
    if (v === NONE) {
      lanes.ints[victim * LANE_INTS + BOTTOM]! += 1;
      return;
    }
    const entry = visits.ints[v * VISIT_INTS + LEFT]!++;
    visits.noteEviction(v, at, fn < victim);
    if (!walk.needs(v, entry)) {
      visits.us[v * VISIT_US + ALIVE_US]! -= this.lengthUs - at;
      lanes.ints[victim * LANE_INTS + BOTTOM]! += 1;
      return;
    }
    const [creations, expiries] = [created.count, expired.count];
    walk.again(v);
    this.push(ARRIVAL, created, creations, victim, at, orderOf(ARRIVAL, fn));
    this.push(EXPIRY, expired, expiries, victim, at, orderOf(ARRIVAL, fn));
  }

  /** Files those of a lane's new events that lie behind (`at`, `order`). */
  private push(kind: number, log: EventLog, from: number, fn: number, at: number, order: number): void {
    const own = orderOf(kind, fn);
    for (let k = from; k < log.count; k++) {
      const its = log.at[k]!;
      if (its > at || (its === at && own > order)) this.late.push(its, own, k);
    }
  }

  /** True when lane `fn` was visited in this window. */
  wasVisited(fn: number): boolean {
    return this.visit(fn) !== NONE;
  }

  /** Takes back what the evictions did to lanes that no call visited. */
  revoke(): void {
    for (const fn of this.fn) if (this.visit(fn) === NONE) this.walk.lanes.ints[fn * LANE_INTS + BOTTOM]! -= 1;
  }
}

interface Orders {
  a: Int32Array;
  b: Int32Array;
}

/** The log's events in order of time, in scratch arrays that grow with it. */
function ordered(log: EventLog, scratch: Orders): Int32Array {
  while (scratch.a.length < log.count) {
    scratch.a = doubled(scratch.a);
    scratch.b = doubled(scratch.b);
  }
  return stableOrder(log.at, log.count, scratch.a, scratch.b);
}
