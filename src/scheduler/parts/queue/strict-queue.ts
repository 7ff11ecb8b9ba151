import {ARRIVAL_US, NOW_US} from '../../core/at-hand.ts';
import type {QueueSetup} from '../../core/cell-setup.ts';
import type {EventHeap} from '../../core/event-heap.ts';
import {LEAVE, orderOf, PATIENCE} from '../../core/events.ts';
import type {Fleet} from '../../core/fleet.ts';
import {NONE} from '../../core/instances.ts';
import type {Tally} from '../../core/tally.ts';
import type {Admission} from '../limits/admission.ts';
import type {FairnessMeter} from './fairness-meter.ts';
import {Leaving} from './leaving.ts';
import {Line} from './line.ts';
import type {Limits, QueueOrder} from './queue.ts';
import type {Hands, QueueTools} from './queue-tools.ts';
import {queues} from './registry.ts';

/** The queue that was chosen, if it is a strict one. */
export function strictQueueOf(
  setup: QueueSetup,
  maxWaitUs: number,
  tools: QueueTools,
  admission: Admission | undefined,
): StrictQueue | undefined {
  const {choice, classes} = setup;
  const {hosts} = tools.fleet;
  const part = queues.named(choice.name);
  const line = new Line(classes.team, classes.weight.length);
  const order = part.create(choice.values, {
    line,
    classes,
    slots: hosts.shape.count * hosts.shape.slots,
    memoryMib: hosts.shape.count * hosts.shape.memoryMib,
    hasIdle: (fn) => tools.fleet.hasIdle(fn),
    quotas: admission?.quotas !== undefined,
  });
  if (order === undefined) return undefined;
  const limits = part.limits?.(choice.values, classes);
  return new StrictQueue(line, order, tools, {maxWaitUs, coalesce: setup.coalesce, limits}, admission);
}

/** What ends a wait besides room. */
interface Endings {
  /** A call that has waited for longer gives up, us. */
  readonly maxWaitUs: number;
  readonly coalesce: boolean;
  /** How long calls wait at most by the order itself. */
  readonly limits: Limits | undefined;
}

/** Calls that wait in an order: who comes, who is offered room, who leaves because it has waited for too long. */
export class StrictQueue {
  readonly line: Line;
  readonly order: QueueOrder;
  private readonly meter: FairnessMeter;
  private readonly fleet: Fleet;
  private readonly tally: Tally;
  private readonly timers: EventHeap;
  private readonly hands: Hands;
  private readonly coalesce: boolean;
  /** The longest wait of each function's calls; and whether that is the order's, not patience. */
  private readonly longestUs: Float64Array; // [function]
  private readonly byOrder: Uint8Array; // [function]
  private readonly as: Limits['as'] | undefined;
  /** Undefined where nobody leaves. */
  private readonly leaving: Leaving | undefined;
  private leaveUs = Number.POSITIVE_INFINITY;
  private heldUs = Number.POSITIVE_INFINITY;
  /** Set where functions or teams have limits. */
  private readonly admission: Admission | undefined;
  private readonly supply: Pick<QueueTools, 'starting' | 'sharing'>;
  /** Functions held back by what others have in use. */
  private readonly withoutRoom: number[] = [];
  private sequence = 0;

  constructor(
    line: Line,
    order: QueueOrder,
    tools: QueueTools,
    {maxWaitUs, coalesce, limits}: Endings,
    admission: Admission | undefined,
  ) {
    const functions = line.oldest.length;
    this.line = line;
    this.order = order;
    this.meter = tools.meter;
    this.fleet = tools.fleet;
    this.tally = tools.tally;
    this.timers = tools.timers;
    this.hands = tools.hands;
    this.supply = tools;
    this.coalesce = coalesce;
    this.as = limits?.as;
    const limitUs = (fn: number) => limits?.afterUs[fn] ?? Number.POSITIVE_INFINITY;
    this.longestUs = Float64Array.from({length: functions}, (_, fn) => Math.min(maxWaitUs, limitUs(fn)));
    this.byOrder = Uint8Array.from(this.longestUs, (us, fn) =>
      us < Number.POSITIVE_INFINITY && us === limitUs(fn) ? 1 : 0,
    );
    this.leaving = Leaving.of(line, this.longestUs);
    if (order.holdUs) this.fleet.hold(order.holdUs);
    this.admission = admission;
    if (admission === undefined) return;
    admission.onRelief = (fn) => this.release(fn);
    admission.onRoom = () => {
      for (let fn = this.withoutRoom.pop(); fn !== undefined; fn = this.withoutRoom.pop()) this.release(fn);
    };
  }

  get empty(): boolean {
    return this.line.count === 0;
  }

  /** Nobody waits whom limits of his own do not hold back. */
  get nobodyFree(): boolean {
    return this.line.mayGo === 0;
  }

  /** Somebody waits for the place of an instance of `fn`: a call of `fn`, or one that its own limits do not hold back. */
  awaits(fn: number, _nowUs: number): boolean {
    return this.has(fn) || !this.nobodyFree;
  }

  /** Fetches what the next call of `fn` needs, while there is other work to do. */
  touch(fn: number): number {
    return this.line.oldest[fn]!;
  }

  read(call: number, atHand: Float64Array): void {
    this.line.read(call, atHand);
  }

  fnOf(call: number): number {
    return this.line.fnOf(call);
  }

  /** A call of `fn` arrives. */
  called(fn: number, nowUs: number): void {
    this.order.called?.(fn, nowUs);
    this.findHeld();
  }

  /** A call of `fn` has given its instance back. */
  ended(fn: number): void {
    this.order.ended?.(fn);
  }

  /** Calls of `fn` that have waited for as long as they would have left when that was so. */
  letGo(_fn: number, _nowUs: number): void {}

  /** True when a call of `fn` waits. */
  has(fn: number): boolean {
    return this.line.oldest[fn] !== NONE;
  }

  /** The call at hand, of `fn`, waits; one that may not wait at all leaves at once. */
  add(fn: number, atHand: Float64Array): void {
    const {line, tally} = this;
    tally.queue(fn, atHand[ARRIVAL_US]!);
    const isNew = atHand[ARRIVAL_US]! >= 0;
    if (this.longestUs[fn]! < 0 && isNew) {
      tally.leftQueue(fn, atHand[ARRIVAL_US]!);
      this.count(fn, atHand[ARRIVAL_US]!);
      return;
    }
    const replaced = this.coalesce && isNew ? line.oldestNew(fn) : NONE;
    if (replaced === NONE) {
      const call = line.add(fn, atHand);
      this.order.added(call, fn);
      this.meter.waits(fn);
    } else {
      tally.leave(fn, line.arrivalUsOf(replaced), 'coalesced');
      tally.leftQueue(fn, line.countedUsOf(replaced));
      line.replace(replaced, atHand);
    }
    if (this.leaving !== undefined) this.fileLeaving(this.leaving, fn);
  }

  /** A call of `fn` that did not wait gets an instance. */
  passes(fn: number): void {
    this.order.begins?.(NONE, fn);
    this.meter.begins(fn, false);
  }

  /**
   * Removes and returns the call that takes an instance of `fn` that is free, or NONE if that is offered to somebody else;
   * `own`: nobody else could use it.
   */
  takeOf(fn: number, nowUs: number, own: boolean, bound = false): number {
    const call = own ? this.order.head(fn) : this.whoTakes(fn, nowUs);
    if (call === NONE && !own) this.order.idles?.(fn);
    if (call === NONE) return NONE;
    if (own) this.findHeld(NONE, fn);
    this.noteClaim(call, fn, nowUs);
    this.take(call, fn);
    if (bound) this.tally.boundWaiting(this.line.countedUsOf(call), nowUs);
    else this.tally.servedWaiting(fn, this.line.countedUsOf(call), nowUs);
    return call;
  }

  /** Room may have appeared: offers it in order, until the first finds none. Who may have none is passed over. */
  dispatch(nowUs: number): void {
    const {line, fleet, hands, admission} = this;
    for (let call = this.first(nowUs); call !== NONE; call = this.first(nowUs)) {
      const fn = line.fnOf(call);
      if (admission !== undefined && !admission.admits(fn)) {
        this.hold(fn);
        continue;
      }
      if (hands.serveOwn(call, fn)) continue;
      if (admission !== undefined && !this.mayStart(admission, fn)) {
        this.hold(fn);
        continue;
      }
      if (this.isHeld(fn, nowUs)) return;
      const host = fleet.makeRoom(fn, nowUs);
      if (host === NONE) return;
      this.findHeld();
      this.noteClaim(call, fn, nowUs);
      this.take(call, fn);
      hands.start(call, host);
    }
  }

  /** Who is asked next: who has a claim, else the first in order. */
  private first(nowUs: number): number {
    this.findHeld();
    const claim = this.admission?.quotas?.claim(this.line) ?? NONE;
    return claim === NONE ? this.order.first(nowUs) : claim;
  }

  /** Who takes an instance of `fn` that is free: nobody but who has a claim, where somebody has one. */
  private whoTakes(fn: number, nowUs: number): number {
    const {admission, order, line} = this;
    if (admission === undefined) return order.ofFunction(fn, nowUs);
    admission.onRoom();
    // Who could not use the room that it leaves is passed over.
    for (;;) {
      this.findHeld(fn);
      const claim = admission.quotas?.claim(line, fn) ?? NONE;
      const call = claim === NONE ? order.first(nowUs) : claim;
      const first = call === NONE ? fn : line.fnOf(call);
      const goes = first === fn || (admission.admits(first) && this.mayHave(admission, first, fn));
      if (goes && claim === NONE) return order.ofFunction(fn, nowUs);
      if (goes) return first === fn ? claim : NONE;
      this.hold(first);
    }
  }

  /**
   * Whom limits hold back is found before turns or virtual time go by him. `offered`: there is a place for that function; what
   * is in use of function `leaving` will be nobody's.
   */
  private findHeld(leaving = NONE, offered = leaving): void {
    const {admission, order, line} = this;
    if (admission === undefined || order.leader === undefined) return;
    for (let call = order.leader(); call !== NONE; call = order.leader()) {
      const fn = line.fnOf(call);
      const isOffered = fn === offered && admission.admits(fn);
      if (isOffered || this.mayGo(admission, fn, leaving)) return;
      this.hold(fn);
    }
  }

  /** There is a place for a call of `fn`, or limits let it have one, when one of function `leaving` is idle. */
  private mayGo(admission: Admission, fn: number, leaving: number): boolean {
    if (!admission.admits(fn)) return false;
    const {starting, sharing} = this.supply;
    const mayUse = admission.mayUse(fn, leaving);
    const ready = sharing === undefined ? mayUse && this.fleet.hasIdle(fn) : sharing.next(fn, !mayUse) !== NONE;
    return ready || starting.hasSpare(fn) || this.mayStart(admission, fn, leaving);
  }

  /** `fn` may have an idle instance, or open one, when one of function `leaving` is idle. */
  private mayHave(admission: Admission, fn: number, leaving: number): boolean {
    if (admission.mayUse(fn, leaving) && this.fleet.hasIdle(fn)) return true;
    return this.mayStart(admission, fn, leaving);
  }

  /** `call` is served by a claim, if it is not the first in order. */
  private noteClaim(call: number, fn: number, nowUs: number): void {
    const quotas = this.admission?.quotas;
    if (quotas?.isBelow(fn) && this.order.first(nowUs) !== call) quotas.reclaims(fn, nowUs);
  }

  private mayStart(admission: Admission, fn: number, leaving = NONE): boolean {
    if (!admission.mayUse(fn, leaving)) {
      this.withoutRoom.push(fn);
      return false;
    }
    return admission.mayOpen(fn);
  }

  /** The calls of `fn` are passed over until it is `release`d. */
  private hold(fn: number): void {
    this.line.hold(fn);
    this.order.heldChanged?.(fn);
  }

  /** The calls of `fn` are asked again. */
  release(fn: number): void {
    if (!this.line.isHeld(fn)) return;
    this.line.release(fn);
    this.order.heldChanged?.(fn);
  }

  /** `call` of `fn` gets an instance and waits no longer; it stays readable until another waits. */
  take(call: number, fn: number): void {
    this.order.begins?.(call, fn);
    this.remove(call, fn);
    this.meter.begins(fn, true);
  }

  /** What would go for a call of `fn` is held for others; a timer tells when it no longer is. */
  isHeld(fn: number, nowUs: number): boolean {
    if (this.order.holdUs === undefined) return false;
    this.fleet.lookForRoom(fn);
    const fromUs = this.fleet.youngestUs[0]!;
    if (fromUs <= nowUs || fromUs === Number.POSITIVE_INFINITY) return false;
    if (fromUs < this.heldUs) {
      this.heldUs = fromUs;
      this.timers.push(fromUs, orderOf(PATIENCE, this.sequence++), 0);
    }
    return true;
  }

  /** The timer for `atUs` fires: what was held may go. False when another has been set since. */
  fires(atUs: number): boolean {
    if (atUs !== this.heldUs) return false;
    this.heldUs = Number.POSITIVE_INFINITY;
    return true;
  }

  /** The timer for `atUs` fires: who has waited for as long as it would leaves. False when nobody did. */
  leave(atUs: number): boolean {
    const {leaving, line} = this;
    if (leaving === undefined || atUs !== this.leaveUs) return false;
    this.leaveUs = Number.POSITIVE_INFINITY;
    let left = false;
    for (let call = leaving.due(atUs); call !== NONE; call = leaving.due(atUs)) {
      const fn = line.fnOf(call);
      this.count(fn, line.arrivalUsOf(call));
      this.remove(call, fn);
      this.meter.leaves(fn);
      left = true;
    }
    this.arm(leaving);
    return left;
  }

  /** True if the call at hand, of `fn`, has waited outside for longer than it would; it is counted so. */
  isOver(fn: number, atHand: Float64Array): boolean {
    const arrivalUs = atHand[ARRIVAL_US]!;
    if (arrivalUs < 0 || atHand[NOW_US]! - arrivalUs <= this.longestUs[fn]!) return false;
    this.count(fn, arrivalUs);
    return true;
  }

  /** The span ends: whoever still waits has given up by now or is counted as waiting. */
  settle(endUs: number): void {
    const {line, tally} = this;
    for (let fn = 0; fn < line.oldest.length; fn++) {
      for (let call = line.oldest[fn]!; call !== NONE; call = line.next(call)) {
        const arrivalUs = line.countedUsOf(call);
        if (endUs - arrivalUs > this.longestUs[fn]! && arrivalUs >= 0) this.count(fn, arrivalUs);
        else tally.leaveWaiting(fn, arrivalUs);
      }
    }
  }

  /** Visits the calls that wait. */
  visit(visitor: (fn: number, arrivalUs: number) => void): void {
    const {line} = this;
    for (let fn = 0; fn < line.oldest.length; fn++)
      for (let call = line.oldest[fn]!; call !== NONE; call = line.next(call)) visitor(fn, line.countedUsOf(call));
  }

  private remove(call: number, fn: number): void {
    this.line.remove(call);
    this.tally.leftQueue(fn, this.line.countedUsOf(call));
    this.order.removed(fn);
    if (this.leaving !== undefined) this.fileLeaving(this.leaving, fn);
  }

  /** A call of `fn` that came at `arrivalUs` leaves unserved. */
  private count(fn: number, arrivalUs: number): void {
    if (this.byOrder[fn] === 0) this.tally.abandon(fn, arrivalUs);
    else this.tally.leave(fn, arrivalUs, this.as!);
  }

  private fileLeaving(leaving: Leaving, fn: number): void {
    leaving.changed(fn);
    this.arm(leaving);
  }

  private arm(leaving: Leaving): void {
    const atUs = leaving.nextUs();
    if (atUs >= this.leaveUs) return;
    this.leaveUs = atUs;
    this.timers.push(atUs, orderOf(LEAVE, this.sequence++), 0);
  }
}
